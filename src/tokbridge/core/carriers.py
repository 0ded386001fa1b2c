"""Which of TikTok's providers a parcel's carrier is: by the channel's map, else by its own name, else the default. And when
two tracking numbers are the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class CarrierRule(NamedTuple):
    """`carrier` in the store is `provider` (name or id) on TikTok; `option`: only for the delivery option with this name
    or id, "" = for every option. Carriers and options are compared without regard to case."""

    carrier: str
    provider: str
    option: str = ""


def normal(name: str) -> str:
    return name.strip().casefold()


def number_key(number: str) -> str:
    """A tracking number as compared: letters and digits only, upper case."""
    return re.sub(r"[^0-9A-Z]", "", number.upper())


def rule_for(rules: Iterable[CarrierRule], carrier: str, options: Iterable[str]) -> CarrierRule | None:
    """The rule for a carrier under the delivery option with these names: one for the option before one for all."""
    found: dict[bool, CarrierRule] = {}
    named = {normal(option) for option in options if option}
    for rule in rules:
        if normal(rule.carrier) == normal(carrier) and (not rule.option or normal(rule.option) in named):
            found[bool(rule.option)] = rule
    return found.get(True) or found.get(False)


def provider_for(
    rules: Iterable[CarrierRule], default: str, carrier: str, options: Iterable[str], offered: Mapping[str, str]
) -> str | None:
    """The id of the provider; None when there is none. `offered`: what TikTok takes for the option, id -> name.

    A carrier that is mapped is only ever what it is mapped to: the default is for carriers that nobody mapped.
    """
    by_name = {normal(name): key for key, name in offered.items()} | {normal(key): key for key in offered}
    rule = rule_for(rules, carrier, options)
    if rule is not None:
        return by_name.get(normal(rule.provider))
    return by_name.get(normal(carrier)) or by_name.get(normal(default))
