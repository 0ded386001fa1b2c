"""The Carriers page: store carrier -> TikTok's provider, per channel and delivery option."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tokbridge.core.carriers import CarrierRule, normal
from tokbridge.core.policy import Policy
from tokbridge.records.models import Channel, User
from tokbridge.sync import carriermap, channels
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.carriermap import Option, Silent
from tokbridge.sync.channels import policy_of
from tokbridge.sync.trouble import Cause
from tokbridge.web.acting import acting
from tokbridge.web.lists import address

SHORT = 15  # so many carriers of a store are all listed; of more only those that are mapped, in use or waiting


@dataclass(frozen=True, slots=True)
class Choice:
    """A field for a provider: `choices` () = TikTok did not answer, so a text is asked for. `label`: its delivery option.
    `none`: what no choice means. `gone`: the value is not among the choices."""

    value: str
    choices: tuple[str, ...]
    label: str
    none: str

    @property
    def gone(self) -> bool:
        return bool(self.value and self.choices) and normal(self.value) not in {normal(one) for one in self.choices}


@dataclass(frozen=True, slots=True)
class Row:
    """A store carrier. `fields`: for every option, then for each option where there are several. `blocked`: orders that
    wait because of it. `state`: "mapped", "same" (TikTok knows the name), "default" or "open"."""

    carrier: str
    fields: tuple[Choice, ...]
    blocked: int
    state: str


@dataclass(frozen=True, slots=True)
class ShownChannel:
    """`columns`: titles of the fields of a row. `others`: carriers of the store that are not listed."""

    channel: Channel
    rows: list[Row]
    columns: tuple[str, ...]
    options: tuple[str, ...]
    default: Choice
    new: tuple[Choice, ...]
    others: tuple[str, ...]
    version: str
    store_silent: str
    tiktok_silent: str
    blocked_link: str


@require_safe
def carriers(request: HttpRequest) -> HttpResponse:
    channels.forget_channels()  # another process may have saved a moment ago
    rows = Channel.objects.select_related("account", "store__connection").order_by("account__name", "pk")
    return render(request, "web/carriers/page.html", {"section": "carriers", "channels": [_shown(one) for one in rows]})


@require_POST
@acting
def save(request: HttpRequest, channel_id: int) -> HttpResponse:
    channel = get_object_or_404(Channel, pk=channel_id)
    try:
        rules = list(_rules(request, channel))
        default = request.POST.get("default", "").strip()[:120]
        seen = request.POST.get("version", "")
        by = request.user if isinstance(request.user, User) else None
        n = carriermap.save(channel.pk, rules, default, seen=seen, by=by)
    except NotPossible as error:
        messages.error(request, _("Nothing was saved: %s.") % error)
    else:
        tried = ngettext("%d order is tried again.", "%d orders are tried again.", n) % n if n else ""
        messages.success(request, f"{_('The carriers were saved.')} {tried}".strip())
    return redirect("carriers")


@require_POST
@acting
def refresh(_request: HttpRequest) -> HttpResponse:
    """Ask both sides anew which carriers they have."""
    carriermap.forget()
    return redirect("carriers")


def _rules(request: HttpRequest, channel: Channel) -> Iterator[CarrierRule]:
    """The form's rules. Raises `NotPossible` for a provider that TikTok does not take, unless it stood there before."""
    posted = request.POST
    names = [name.strip() for name in posted.getlist("carrier")]
    offered = carriermap.options(channel)
    before = {(normal(rule.carrier), normal(rule.option)): rule.provider for rule in policy_of(channel.pk).carriers}
    for column, option in enumerate(["", *posted.getlist("option")]):
        for name, value in zip(names, posted.getlist(f"provider-{column}"), strict=False):
            provider = value.strip()
            if not provider:
                continue
            kept = before.get((normal(name), normal(option))) == provider
            if not kept and not isinstance(offered, Silent) and normal(provider) not in _taken(offered, option):
                raise NotPossible(_("TikTok does not take %(provider)s here") % {"provider": provider})
            yield CarrierRule(name, provider, option)


def _taken(offered: tuple[Option, ...], option: str) -> set[str]:
    return {normal(name) for one in offered if option in {"", one.name} for name in one.providers}


def _shown(channel: Channel) -> ShownChannel:
    policy = policy_of(channel.pk)
    offered, known = carriermap.options(channel), carriermap.store_carriers(channel)
    options = () if isinstance(offered, Silent) else offered
    told = () if isinstance(known, Silent) else known
    waiting = [one for one in carriermap.waiting(channel) if one.code == "unmapped_carrier"]
    blocked = Counter({key: len(ids) for key, ids in _orders(waiting).items()})
    names = _names(channel, policy, told, [one.carrier for one in waiting])
    own = options if len(options) > 1 else ()
    shown = {one.name for one in own}
    lost = {rule.option: None for rule in policy.carriers if rule.option and rule.option not in shown}
    own = (*own, *(Option(name, ()) for name in lost))  # mapped, and TikTok does not name them (any more, or right now)
    everything = tuple(sorted({name for one in options for name in one.providers}, key=str.casefold))
    columns = (Option("", everything), *own)
    rows = [_row(name, policy, columns, options, blocked[normal(name)]) for name in names]
    listed = {normal(name) for name in names}
    return ShownChannel(
        channel=channel,
        rows=sorted(rows, key=lambda row: (-row.blocked, row.state != "open", row.carrier.casefold())),
        columns=(_("TikTok provider") if not own else _("For every delivery option"), *(one.name for one in own)),
        options=tuple(one.name for one in own),
        default=Choice(policy.default_provider, everything, "", _("nothing: they wait for a mapping")),
        new=tuple(Choice("", one.providers or everything, one.name, _none(one)) for one in columns),
        others=tuple(name for name in told if normal(name) not in listed),
        version=carriermap.version(channel),
        store_silent=known.words if isinstance(known, Silent) else "",
        tiktok_silent=offered.words if isinstance(offered, Silent) else "",
        blocked_link=address(Cause("unmapped_carrier", channel.account_id, channel.store_id)),
    )


def _none(option: Option) -> str:
    return _("as for every option") if option.name else _("not mapped")


def _orders(waiting: list[carriermap.Waiting]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for one in waiting:
        found.setdefault(normal(one.carrier), set()).add(one.order_id)
    return found


def _names(channel: Channel, policy: Policy, told: tuple[str, ...], waiting: list[str]) -> list[str]:
    """The carriers to list, each once, as the store writes them where it is known how."""
    mapped = [rule.carrier for rule in policy.carriers]
    used = carriermap.carriers_in_use(channel)
    written = {normal(name): name for name in (*mapped, *used, *waiting, *told) if name}
    wanted = {normal(name) for name in (*mapped, *used, *waiting) if name}
    if len(told) <= SHORT:
        wanted |= {normal(name) for name in told}
    return [written[key] for key in wanted]


def _row(name: str, policy: Policy, columns: tuple[Option, ...], options: tuple[Option, ...], blocked: int) -> Row:
    rules = {normal(rule.option): rule.provider for rule in policy.carriers if normal(rule.carrier) == normal(name)}
    fields = tuple(Choice(rules.get(normal(one.name), ""), one.providers, one.name, _none(one)) for one in columns)
    offered = {normal(provider) for one in options for provider in one.providers}
    state = "open"
    if rules:
        state = "mapped"
    elif normal(name) in offered:
        state = "same"
    elif policy.default_provider:
        state = "default"
    return Row(name, fields, blocked, state)
