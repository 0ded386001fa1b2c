"""The Carriers page: store carrier -> TikTok's provider, per channel and delivery option."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tokbridge.core.carriers import normal
from tokbridge.core.policy import Policy
from tokbridge.records.models import Channel, User
from tokbridge.sync import carriermap, channels
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.carriermap import Option, Silent
from tokbridge.sync.channels import policy_of
from tokbridge.web.acting import acting
from tokbridge.web.carriers_form import NAME, NEW, Filled, Place
from tokbridge.web.lists import orders
from tokbridge.web.numbers import grouped
from tokbridge.web.tongue import told

SHORT = 15  # so many carriers of a store are all listed; of more only those that are mapped, in use or waiting


@dataclass(frozen=True, slots=True)
class Choice:
    """A field for a provider: `choices` () = TikTok did not answer, so a text is asked for. `label`: its delivery option.
    `none`: what no choice means. `key`: its name on the page. `gone`: the value is not among the choices. `wrong`: why it
    could not be saved. `instead`: what is in force, where that differs from a value that is not saved."""

    value: str
    choices: tuple[str, ...]
    label: str
    none: str
    key: str
    wrong: str = ""
    instead: str = ""

    @property
    def gone(self) -> bool:
        return bool(self.value and self.choices) and normal(self.value) not in {normal(one) for one in self.choices}


@dataclass(frozen=True, slots=True)
class Row:
    """A store carrier. `fields`: for every option, then for each option where there are several. `blocked`: orders that
    wait because of it, listed at `orders`. `state`: "mapped", "same" (TikTok knows the name), "default" or "open"."""

    carrier: str
    fields: tuple[Choice, ...]
    blocked: int
    orders: str
    state: str


@dataclass(frozen=True, slots=True)
class ShownChannel:
    """`title`: from where to where. `columns`: titles of the fields of a row. `new`: the field for a carrier that is not
    listed and those for its providers. `others`: carriers of the store that are not listed."""

    channel: Channel
    title: str
    rows: list[Row]
    columns: tuple[str, ...]
    options: tuple[str, ...]
    default: Choice
    new: tuple[Choice, tuple[Choice, ...]]
    others: tuple[str, ...]
    version: str
    store_silent: str
    tiktok_silent: str

    @property
    def blocked(self) -> int:
        return sum(row.blocked for row in self.rows)


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What somebody filled in and could not save. `values`, `wrong`: by field; `default`: None = nothing was filled in."""

    values: Mapping[Place, str] = field(default_factory=dict)
    wrong: Mapping[Place, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    default: str | None = None


@require_safe
def carriers(request: HttpRequest) -> HttpResponse:
    channels.forget_channels()  # another process may have saved a moment ago
    return _page(request, {})


def _page(request: HttpRequest, unsaved: Mapping[int, Unsaved]) -> HttpResponse:
    """`unsaved`: by channel. Channels that block orders come first."""
    rows = Channel.objects.select_related("account", "store__connection").order_by("account__name", "pk")
    shown = [_shown(one, unsaved.get(one.pk, Unsaved())) for one in rows]
    shown.sort(key=lambda one: -one.blocked)
    return render(request, "web/carriers/page.html", {"section": "carriers", "channels": shown})


@require_POST
@acting
def save(request: HttpRequest, channel_id: int) -> HttpResponse:
    """What cannot be saved is shown again as it was filled in, beside what is in force."""
    channel = get_object_or_404(Channel, pk=channel_id)
    filled = Filled.read(request.POST)
    wrong = filled.wrong(channel)
    if wrong:
        messages.error(request, _("Nothing was saved: what is marked below cannot be."))
    else:
        try:
            by = request.user if isinstance(request.user, User) else None
            n = carriermap.save(channel.pk, filled.rules(), filled.default, seen=filled.version, by=by)
        except NotPossible as error:
            messages.error(request, _("Nothing was saved: %s.") % told(str(error)))
        else:
            tried = ngettext("%s order is tried again.", "%s orders are tried again.", n) % grouped(n) if n else ""
            messages.success(request, f"{_('The carriers were saved.')} {tried}".strip())
            return redirect("carriers")
    names = tuple(carrier for carrier, _providers in filled.rows)
    return _page(request, {channel.pk: Unsaved(filled.values(), wrong, names, filled.default)})


@require_POST
@acting
def refresh(_request: HttpRequest) -> HttpResponse:
    """Ask both sides anew which carriers they have."""
    carriermap.forget()
    return redirect("carriers")


def _shown(channel: Channel, unsaved: Unsaved) -> ShownChannel:
    policy = policy_of(channel.pk)
    offered, known = carriermap.options(channel), carriermap.store_carriers(channel)
    options = () if isinstance(offered, Silent) else offered
    there = () if isinstance(known, Silent) else known
    waiting = [one for one in carriermap.waiting(channel) if one.code == "unmapped_carrier"]
    blocked = Counter({key: len(ids) for key, ids in _orders(waiting).items()})
    names = _names(channel, policy, there, [*(one.carrier for one in waiting), *unsaved.names])
    own = options if len(options) > 1 else ()
    shown = {one.name for one in own}
    lost = {rule.option: None for rule in policy.carriers if rule.option and rule.option not in shown}
    own = (*own, *(Option(name, ()) for name in lost))  # mapped, and TikTok does not name them (any more, or right now)
    everything = tuple(sorted({name for one in options for name in one.providers}, key=str.casefold))
    columns = (Option("", everything), *own)
    fields = _Fields(channel.pk, policy, columns, everything, unsaved)
    rows = [
        Row(name, fields.of(name), blocked[normal(name)], _blocked_orders(channel, name), _state(name, policy, options))
        for name in names
    ]
    listed = {normal(name) for name in names}
    return ShownChannel(
        channel=channel,
        title=" · ".join(filter(None, (f"{channel.account.name} → {channel.store.connection.name}", channel.value))),
        rows=sorted(rows, key=lambda row: (-row.blocked, row.state != "open", row.carrier.casefold())),
        columns=(_("TikTok provider") if not own else _("For every delivery option"), *(one.name for one in own)),
        options=tuple(one.name for one in own),
        default=fields.default(),
        new=fields.new(),
        others=tuple(name for name in there if normal(name) not in listed),
        version=carriermap.version(channel),
        store_silent=told(known.words) if isinstance(known, Silent) else "",
        tiktok_silent=told(offered.words) if isinstance(offered, Silent) else "",
    )


def _blocked_orders(channel: Channel, carrier: str) -> str:
    return orders(account=channel.account_id, store=channel.store_id, carrier=carrier)


@dataclass(frozen=True, slots=True)
class _Fields:
    """The fields of a channel's form. `columns`: the options that have one; `everything`: all that TikTok takes."""

    channel_id: int
    policy: Policy
    columns: tuple[Option, ...]
    everything: tuple[str, ...]
    unsaved: Unsaved

    def of(self, carrier: str) -> tuple[Choice, ...]:
        row = normal(carrier)
        rules = {normal(rule.option): rule.provider for rule in self.policy.carriers if normal(rule.carrier) == row}
        return tuple(
            self._choice((row, normal(one.name)), rules.get(normal(one.name), ""), one, one.providers)
            for one in self.columns
        )

    def new(self) -> tuple[Choice, tuple[Choice, ...]]:
        name = self._choice((NEW, NAME), "", Option("", ()), ())
        return name, tuple(
            self._choice((NEW, normal(one.name)), "", one, one.providers or self.everything) for one in self.columns
        )

    def default(self) -> Choice:
        now, filled = self.policy.default_provider, self.unsaved.default
        none = _("nothing: they wait for a mapping")
        instead = (now or none) if filled is not None and filled != now else ""
        value = now if filled is None else filled
        return Choice(value, self.everything, "", none, f"{self.channel_id}-default", instead=instead)

    def _choice(self, place: Place, now: str, option: Option, choices: tuple[str, ...]) -> Choice:
        value = self.unsaved.values.get(place, now)
        none = _("as for every option") if option.name else _("not mapped")
        return Choice(
            value=value,
            choices=choices,
            label=option.name,
            none=none,
            key="-".join((str(self.channel_id), *place)).replace(" ", "_"),
            wrong=self.unsaved.wrong.get(place, ""),
            instead=(now or none) if value != now and place[0] != NEW else "",
        )


def _orders(waiting: list[carriermap.Waiting]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for one in waiting:
        found.setdefault(normal(one.carrier), set()).add(one.order_id)
    return found


def _names(channel: Channel, policy: Policy, there: tuple[str, ...], waiting: list[str]) -> list[str]:
    """The carriers to list, each once, as the store writes them where it is known how."""
    mapped = [rule.carrier for rule in policy.carriers]
    used = carriermap.carriers_in_use(channel)
    written = {normal(name): name for name in (*mapped, *used, *waiting, *there) if name}
    wanted = {normal(name) for name in (*mapped, *used, *waiting) if name}
    if len(there) <= SHORT:
        wanted |= {normal(name) for name in there}
    return [written[key] for key in wanted]


def _state(name: str, policy: Policy, options: tuple[Option, ...]) -> str:
    offered = {normal(provider) for one in options for provider in one.providers}
    if any(normal(rule.carrier) == normal(name) for rule in policy.carriers):
        return "mapped"
    if normal(name) in offered:
        return "same"
    return "default" if policy.default_provider else "open"
