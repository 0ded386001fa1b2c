"""A parcel's carrier as one of TikTok's providers: the map before the name, the name before the default."""

from __future__ import annotations

import pytest

from tokbridge.core.carriers import CarrierRule, provider_for, rule_for

OFFERED = {"71": "DFL_US", "72": "Royal Mail", "73": "DPD"}
RULES = (CarrierRule("dfl", "DFL_US"), CarrierRule("dfl", "DPD", "Express"))


@pytest.mark.parametrize(
    ("carrier", "options", "found"),
    [
        ("DFL", (), "71"),
        (" dfl ", ("1", "Standard"), "71"),
        ("DFL", ("9", "EXPRESS"), "73"),
        ("royal mail", ("9", "Express"), "72"),  # not mapped, and TikTok knows the name
        ("73", (), "73"),
        ("Uncle Bob", (), None),
    ],
)
def test_map_then_name(carrier: str, options: tuple[str, ...], found: str | None) -> None:
    assert provider_for(RULES, "", carrier, options, OFFERED) == found


def test_the_default_is_for_carriers_that_nobody_mapped() -> None:
    assert provider_for(RULES, "dpd", "Uncle Bob", (), OFFERED) == "73"
    assert provider_for((CarrierRule("bob", "Gone"),), "DPD", "Bob", (), OFFERED) is None


def test_a_rule_may_name_the_providers_id_and_the_options_id() -> None:
    rules = (CarrierRule("bob", "72", "9"),)
    assert provider_for(rules, "", "Bob", ("9", "Express"), OFFERED) == "72"
    assert provider_for(rules, "", "Bob", ("8", ""), OFFERED) is None


def test_an_empty_option_name_matches_no_rule_of_an_option() -> None:
    assert rule_for((CarrierRule("bob", "DPD", "x"),), "bob", ("", "")) is None


def test_no_carrier_and_no_default_is_nothing() -> None:
    assert provider_for((), "", "", (), OFFERED) is None
