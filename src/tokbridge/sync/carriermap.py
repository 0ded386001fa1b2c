"""The carrier map of a channel: what both sides offer, which orders wait for it, and writing it down."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

import structlog
from django.db import transaction
from django.db.models import QuerySet

from tokbridge.core.carriers import CarrierRule, normal, rule_for
from tokbridge.core.errors import OutsideError
from tokbridge.core.saying import say
from tokbridge.records.models import Channel, Parcel, Problem, User
from tokbridge.sync import channels
from tokbridge.sync.act.parcels import providers_of
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.channels import policy_of
from tokbridge.sync.connections import account_and_shop, marketplace, web_store
from tokbridge.sync.replay import replay
from tokbridge.tiktok import logistics

KEPT = 600.0  # seconds an answer counts
KEPT_SILENT = 20.0  # seconds a side that did not answer is left in peace
BY_SELLER = "SEND_BY_SELLER"
NOTICED = channels.KEPT + 0.5  # seconds until every process reads the new map
RECENT = 2000  # newest parcels of a channel that are looked at for carriers in use

log = structlog.get_logger()
_lock = threading.Lock()
_kept: dict[tuple[str, int], tuple[float, object]] = {}
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Silent:
    """A side did not answer; its words."""

    words: str


@dataclass(frozen=True, slots=True)
class Option:
    """A delivery option that the seller ships himself, and the names of the providers TikTok takes for it."""

    name: str
    providers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A parcel that TikTok was not told of because of its carrier, or refused."""

    order_id: int
    carrier: str
    option: str  # the delivery option's name
    code: str  # of the problem


def store_carriers(channel: Channel) -> tuple[str, ...] | Silent:
    """The carriers that the store knows, by name."""
    return _asked(("store", channel.store_id), lambda: _store_carriers(channel.store_id))


def options(channel: Channel) -> tuple[Option, ...] | Silent:
    """TikTok's delivery options of this account that the seller ships himself, each name once."""
    return _asked(("account", channel.account_id), lambda: _options(channel.account_id))


def forget() -> None:
    """Ask both sides again."""
    with _lock:
        _kept.clear()


def waiting(channel: Channel) -> list[Waiting]:
    """Parcels of this channel whose shipment stands still (index `problem_open_code`; as many as are open)."""
    return _parcels(Problem.objects.filter(step="ship", closed_at__isnull=True, order__channel=channel))


def _parcels(open_ones: QuerySet[Problem]) -> list[Waiting]:
    rows = [row for row in open_ones.values_list("order_id", "subject", "code", "order__delivery_option") if row[0]]
    keys = [int(subject) for _, subject, _, _ in rows if subject.isdecimal()]
    carriers: dict[int, str] = {}
    for start in range(0, len(keys), 500):
        part = Parcel.objects.filter(pk__in=keys[start : start + 500], provider_id="")
        carriers.update(part.values_list("pk", "carrier"))
    return [
        Waiting(order_id, carriers[int(subject)], option, code)
        for order_id, subject, code, option in rows
        if order_id is not None and subject.isdecimal() and int(subject) in carriers
    ]


def unmapped(carrier: str) -> list[int]:
    """The orders of all channels with a parcel of this carrier that waits to be mapped, each once."""
    open_ones = Problem.objects.filter(code="unmapped_carrier", closed_at__isnull=True, order__isnull=False)
    found = {one.order_id for one in _parcels(open_ones) if normal(one.carrier) == normal(carrier)}
    return sorted(found)


def carriers_in_use(channel: Channel) -> list[str]:
    """Carriers of the newest parcels that the store told of, each once, as written there."""
    newest = Parcel.objects.filter(origin="store").order_by("-pk").values_list("order__channel_id", "carrier")[:RECENT]
    return list({normal(name): name for channel_id, name in newest if channel_id == channel.pk and name}.values())


def version(channel: Channel) -> str:
    """Names the map as it stands, so that a form tells whether it changed meanwhile."""
    policy = channel.policy
    told = json.dumps([policy.get("carriers", []), policy.get("default_provider", "")])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def save(channel_id: int, rules: Sequence[CarrierRule], default: str, *, seen: str, by: User | None) -> int:
    """Write the map, and try exactly those orders again for whose parcels it changed something; returns how many.

    `seen`: the `version` that the person looked at. Raises `NotPossible` when it is no longer the one in force, or when
    a carrier has two providers for one delivery option.
    """
    _checked(rules)
    channels.forget_channels()
    with transaction.atomic():
        channel = Channel.objects.select_for_update().get(pk=channel_id)
        if version(channel) != seen:
            raise NotPossible("somebody else changed this map meanwhile; what is in force stands beside your choices")
        old = policy_of(channel_id)
        before = (old.carriers, old.default_provider)
        written = [[normal(rule.carrier), rule.provider, rule.option][: 3 if rule.option else 2] for rule in rules]
        channel.policy = {**channel.policy, "carriers": written, "default_provider": default}
        channel.save(update_fields=["policy"])
    channels.forget_channels()
    log.info("carrier map changed", channel=channel_id, rules=len(rules), by=by.get_username() if by else "")
    changed = [
        one.order_id
        for one in waiting(channel)
        if meant(*before, one.carrier, one.option) != meant(rules, default, one.carrier, one.option)
    ]
    return replay(
        sorted(set(changed)), by=by, cause=say("the carrier map was changed"), chosen="carriers", after=NOTICED
    )


def meant(rules: Iterable[CarrierRule], default: str, carrier: str, option: str) -> tuple[bool, str]:
    """What the map says of a carrier: (mapped, provider), or (not mapped, the default)."""
    rule = rule_for(rules, carrier, (option,))
    return (True, normal(rule.provider)) if rule else (False, normal(default))


def _checked(rules: Sequence[CarrierRule]) -> None:
    seen: set[tuple[str, str]] = set()
    for rule in rules:
        key = normal(rule.carrier), normal(rule.option)
        if not key[0] or not rule.provider.strip():
            raise NotPossible("a carrier and its provider belong together; one of them is empty")
        if max(map(len, rule)) > 120:
            raise NotPossible("a name of a carrier has at most 120 characters")
        if key in seen:
            raise NotPossible(say("{carrier} is there twice", carrier=rule.carrier))
        seen.add(key)


def _asked(key: tuple[str, int], ask: Callable[[], Answer]) -> Answer | Silent:
    with _lock:
        until, last = _kept.get(key, (0.0, None))
    if until > time.monotonic():
        return cast("Answer | Silent", last)
    answer: Answer | Silent
    try:
        answer, kept = ask(), KEPT
    except OutsideError as error:
        answer, kept = Silent(say("{code}: {words}", code=error.code, words=error.words)), KEPT_SILENT
    except (ValueError, KeyError) as error:  # settings that cannot be right
        answer, kept = Silent(str(error)), KEPT_SILENT
    with _lock:
        _kept[key] = (time.monotonic() + kept, answer)
    return answer


def _store_carriers(store_id: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.name for one in web_store(store_id).store.carriers() if one.name))


def _options(account_id: int) -> tuple[Option, ...]:
    account, shop = account_and_shop(account_id)
    client = marketplace(account.authorisation_id).client
    places = [place for place in logistics.warehouses(client, shop) if place.type == "SALES_WAREHOUSE"]
    found = {one.id: one for place in places for one in logistics.delivery_options(client, shop, place.id)}
    named: dict[str, set[str]] = {}
    for option in found.values():
        if option.type == BY_SELLER:
            providers = providers_of(client, shop, option.id)
            named.setdefault(option.name or option.id, set()).update(one.name for one in providers)
    return tuple(Option(name, tuple(sorted(providers, key=str.casefold))) for name, providers in sorted(named.items()))
