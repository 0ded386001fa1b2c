"""A carrier map as somebody filled it in: its rules, and what is wrong with which field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from tokbridge.core.carriers import CarrierRule, normal
from tokbridge.records.models import Channel
from tokbridge.sync import carriermap
from tokbridge.sync.carriermap import Option, Silent
from tokbridge.sync.channels import policy_of

LONGEST = 120  # letters of a name
NEW = ""  # the row of a carrier that is not listed
NAME = " name"  # the new row's field for the carrier; a delivery option's name begins with no blank

Place = tuple[str, str]
"""A field: the row's carrier (`NEW`), and the delivery option's name ("" = every option) or `NAME`; both normal."""


@dataclass(frozen=True, slots=True)
class Filled:
    """`options`: of the columns, the first is "" = every option. `rows`: a carrier and its provider in each column;
    `new`: the same of the carrier that is written in."""

    version: str
    default: str
    options: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    new: tuple[str, tuple[str, ...]]

    @classmethod
    def read(cls, posted: QueryDict) -> Filled:
        options = ("", *posted.getlist("option"))
        columns = [posted.getlist(f"provider-{number}") for number in range(len(options))]
        rows = [
            (carrier.strip(), tuple(column[at].strip() if at < len(column) else "" for column in columns))
            for at, carrier in enumerate(posted.getlist("carrier"))
        ]
        new = tuple(posted.get(f"new-provider-{number}", "").strip() for number in range(len(options)))
        default = posted.get("default", "").strip()[:LONGEST]
        return cls(posted.get("version", ""), default, options, tuple(rows), (posted.get("new", "").strip(), new))

    def values(self) -> dict[Place, str]:
        """What was chosen in each field."""
        found = {place: provider for place, _carrier, _option, provider in self._fields()}
        return {**found, (NEW, NAME): self.new[0]}

    def rules(self) -> list[CarrierRule]:
        return [
            CarrierRule(carrier, provider, option) for _place, carrier, option, provider in self._fields() if provider
        ]

    def wrong(self, channel: Channel) -> dict[Place, str]:
        """In words: a new carrier without its provider or the other way round, and providers that TikTok does not take
        and that did not stand there before."""
        found: dict[Place, str] = {}
        carrier, providers = self.new
        if carrier and not any(providers):
            found[NEW, ""] = _("Choose what %(carrier)s is on TikTok, or clear its name.") % {"carrier": carrier}
        elif any(providers) and not carrier:
            found[NEW, NAME] = _("Write the name of the carrier that goes so.")
        offered = carriermap.options(channel)
        if isinstance(offered, Silent):
            return found
        before = {(normal(rule.carrier), normal(rule.option)): rule.provider for rule in policy_of(channel.pk).carriers}
        for place, _carrier, option, provider in self._fields():
            if provider and before.get(place) != provider and normal(provider) not in _taken(offered, option):
                found[place] = _("TikTok does not take %(provider)s here.") % {"provider": provider}
        return found

    def _fields(self) -> Iterator[tuple[Place, str, str, str]]:
        """Place, carrier, option and provider of each field for a provider."""
        for at, (carrier, providers) in enumerate((*self.rows, self.new)):
            row = NEW if at == len(self.rows) else normal(carrier)
            for option, provider in zip(self.options, providers, strict=True):
                yield (row, normal(option)), carrier, option, provider


def _taken(offered: tuple[Option, ...], option: str) -> set[str]:
    return {normal(name) for one in offered if option in {"", one.name} for name in one.providers}
