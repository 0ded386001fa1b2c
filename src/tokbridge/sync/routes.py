"""Which account leads to which store: the channels that the settings name.

`TOKBRIDGE_CHANNELS` says "SHOP_ID=platform", "SHOP_ID@WAREHOUSE_ID=platform" (one warehouse's orders) or
"SHOP_ID#PREFIX=platform" (SKUs that begin so). Without it every account leads to the only store.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from tokbridge.core.status import Status
from tokbridge.project.environment import WrongSetting
from tokbridge.records.models import Account, Channel, Store
from tokbridge.sync.channels import forget_channels
from tokbridge.sync.connections import marketplace

_RULE = re.compile(r"(?P<shop>\w+)(?:@(?P<warehouse>[\w-]+)|#(?P<sku_prefix>.+))?")
_MUST = "must name SHOP_ID=platform, SHOP_ID@WAREHOUSE_ID=platform or SHOP_ID#SKU_PREFIX=platform"


class _Route(NamedTuple):
    """One entry of the settings; `rule` and `value` as in `Channel`."""

    shop: str
    rule: str
    value: str
    store: Store


def connect_accounts(accounts: Iterable[Account], stores: Mapping[str, Store]) -> None:
    """Make the channels that are missing; `stores` by platform. A channel that stands keeps its start and its store:
    orders keep the channel they were given, so another store needs another rule."""
    routes = list(_named(stores)) if settings.CHANNELS else None
    if routes is None and len(stores) > 1:
        raise WrongSetting("CHANNELS", f"is needed with several stores: which account leads to which? It {_MUST}")
    with transaction.atomic():  # a channel can't be taken back: all that the settings name, or none
        for account in accounts:
            if routes is None:
                _connect_only(account, next(iter(stores.values())))
            else:
                _connect(account, [route for route in routes if route.shop == account.shop_id])
    forget_channels()


def _connect(account: Account, routes: list[_Route]) -> None:
    standing = Channel.objects.filter(account=account).values_list("rule", flat=True)
    if routes:
        _refuse_mixed(account.shop_id, {*standing, *(route.rule for route in routes)})
    for route in routes:
        _make(account, route.rule, route.value, route.store)


def _named(stores: Mapping[str, Store]) -> Iterator[_Route]:
    rules: dict[str, set[str]] = {}
    for left, platform in settings.CHANNELS:
        found = _RULE.fullmatch(left)
        if found is None:
            raise WrongSetting("CHANNELS", _MUST)
        if platform not in stores:
            known = ", ".join(sorted(stores))
            raise WrongSetting("CHANNELS", f"names the store {platform!r}, but only these are connected: {known}")
        told = found.groupdict()
        rule = "warehouse" if told["warehouse"] else "sku_prefix" if told["sku_prefix"] else "all"
        rules.setdefault(told["shop"], set()).add(rule)
        yield _Route(told["shop"], rule, told.get(rule) or "", stores[platform])
    for shop, kinds in rules.items():
        _refuse_mixed(shop, kinds)


def _refuse_mixed(shop: str, kinds: set[str]) -> None:
    """`kinds`: the rules of one account's channels, those that stand included."""
    if len(kinds) > 1:
        raise WrongSetting(
            "CHANNELS",
            f"mixes rules for shop {shop} ({', '.join(sorted(kinds))}; channels that stand count):"
            " an order must match exactly one channel",
        )


def _connect_only(account: Account, store: Store) -> None:
    """The account's way to the only store, unless it has channels already: those to this store take the settings."""
    standing = Channel.objects.filter(account=account)
    if not standing.exists():
        _make(account, "all", "", store)
    for channel in standing.filter(store=store):
        _renew(channel, store)


def _renew(channel: Channel, store: Store) -> None:
    """The settings' word on statuses counts at every start, also for a channel that stands."""
    channel.policy = {**channel.policy, "statuses": _policy(store)["statuses"]}
    channel.save(update_fields=["policy"])


def _make(account: Account, rule: str, value: str, store: Store) -> None:
    there = Channel.objects.filter(account=account, rule=rule, value=value).select_related("store").first()
    if there is None:
        Channel.objects.create(
            account=account, store=store, rule=rule, value=value, start=_start(account), policy=_policy(store)
        )
        return
    if there.store_id != store.pk:
        raise WrongSetting(
            "CHANNELS", f"shop {account.shop_id} already leads to {there.store.platform} {there.store.address} this way"
        )
    _renew(there, store)


def _policy(store: Store) -> dict[str, Any]:
    """What the settings say of a new channel to this store."""
    name = f"{store.platform}_STATUSES_FROM_TIKTOK".upper()
    statuses = [(word.upper(), code) for word, code in settings.STATUSES.get(store.platform, ())]
    unknown = sorted({word for word, _ in statuses} - set(Status))
    if unknown:
        raise WrongSetting(name, f"{unknown[0]} is no status of TikTok's; they are {', '.join(Status)}")
    return {"hold": settings.HOLD_SECONDS, "statuses": statuses}


def _start(account: Account) -> int:
    """A channel starts when it is made, in TikTok's time, which orders bear; a later start of the program never moves
    that moment."""
    if not settings.CHANNEL_START:
        return int(time.time() + marketplace(account.authorisation_id).client.offset)
    try:
        moment = datetime.fromisoformat(settings.CHANNEL_START)
    except ValueError:
        raise WrongSetting("START", "must look like 2026-11-22T08:00:00+00:00") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
