"""The shop's own facts: taxes above all, since a wrong one is a payment error."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.stores.plans import PRESTASHOP
from tests.stores.prestashop.given import NOW, new_shop
from tests.stores.prestashop.shop import KEY, SHOP, Shop
from tokbridge.core.errors import Refused
from tokbridge.stores.base import OpenGate
from tokbridge.stores.prestashop import PrestaShopConfig
from tokbridge.stores.prestashop.kept import KEPT
from tokbridge.stores.prestashop.shopfacts import Country, ShopFacts
from tokbridge.stores.prestashop.transport import Transport

ADDRESS = PRESTASHOP.address

FRANCE = Country("8", True, False, False)
STATES = Country("21", True, False, True)


def facts(shop: Shop, clock: list[float] | None = None) -> ShopFacts:
    config = PrestaShopConfig(shop=SHOP, key=KEY, carrier="5")
    at = clock or [NOW]
    return ShopFacts(Transport(shop, config, OpenGate()), config, lambda: at[0])


def rate(shop: Shop, product: str, country: Country = FRANCE, state: str = "", postcode: str = "") -> Decimal:
    return facts(shop).taxes.rates([(product, "0")], country.id, state, postcode)[product, "0"]


def rule(shop: Shop, tax: int, **values: object) -> None:
    defaults = {
        "id_tax_rules_group": 1,
        "id_country": 21,
        "id_state": 0,
        "zipcode_from": 0,
        "zipcode_to": 0,
        "behavior": 0,
    }
    shop.add("tax_rules", **(defaults | values | {"id_tax": tax}))


class TestTaxes:
    @pytest.mark.parametrize(("product", "fraction"), [("6", "0.2"), ("20", "0.1"), ("55", "0.055"), ("77", "0")])
    def test_by_the_products_group(self, product: str, fraction: str) -> None:
        assert rate(new_shop(), product) == Decimal(fraction)

    def test_none_where_no_rule_is(self) -> None:
        assert rate(new_shop(), "6", Country("10", True, False, False)) == 0

    def test_none_when_the_shop_has_taxes_off(self) -> None:
        shop = new_shop()
        shop.add("configurations", name="PS_TAX", value="0")
        assert rate(shop, "6") == 0

    def test_the_states_own_rule_wins_over_the_countrys(self) -> None:
        shop = new_shop()
        rule(shop, 3, id_state=8)
        assert rate(shop, "6", STATES, "8") == Decimal("0.055")
        assert rate(shop, "6", STATES, "25") == Decimal("0.2")
        assert rate(shop, "6", STATES) == Decimal("0.2")

    def test_rates_that_add_up_and_rates_on_rates(self) -> None:
        for behaviour, wanted in ((1, "0.255"), (2, "0.266")):
            shop = new_shop()
            rule(shop, 3, id_state=8, behavior=behaviour)
            assert rate(shop, "6", STATES, "8") == Decimal(wanted)

    def test_zip_codes(self) -> None:
        shop = new_shop()
        rule(shop, 3, zipcode_from=90000, zipcode_to=96999)
        rule(shop, 2, zipcode_from=10001)
        assert rate(shop, "6", STATES, "", "94105") == Decimal("0.055")
        assert rate(shop, "6", STATES, "", "10001") == Decimal("0.1")
        assert rate(shop, "6", STATES, "", "60601") == Decimal("0.2")

    def test_a_product_that_is_gone(self) -> None:
        with pytest.raises(Refused, match="no product 999"):
            rate(new_shop(), "999")


class TestLookUps:
    def test_kept_for_some_minutes(self) -> None:
        shop, clock = new_shop(), [NOW]
        known = facts(shop, clock)
        assert known.settings["PS_ROUND_TYPE"] == "2"
        shop.configure("PS_ROUND_TYPE", 1)
        calls = len(shop.requests)
        assert known.settings["PS_ROUND_TYPE"] == "2"
        assert len(shop.requests) == calls
        clock[0] += KEPT
        assert known.settings["PS_ROUND_TYPE"] == "1"

    def test_states_by_code_within_the_country_else_by_name(self) -> None:
        known = facts(new_shop())
        assert known.state_of(STATES, replace(ADDRESS, province_code="MI", province="")) == "25"
        assert known.state_of(STATES, replace(ADDRESS, province_code="", province="california ")) == "8"
        assert known.state_of(STATES, replace(ADDRESS, province_code="XX", province="Nowhere")) == ""
        assert known.state_of(FRANCE, replace(ADDRESS, province_code="MI")) == ""

    def test_a_currency_that_is_off(self) -> None:
        shop = new_shop()
        shop.table("currencies")[2]["active"] = "0"
        with pytest.raises(Refused, match="no active currency JPY"):
            facts(shop).currency("JPY")

    def test_an_unknown_zone_is_utc(self) -> None:
        shop = new_shop()
        shop.configure("PS_TIMEZONE", "Mars/Olympus")
        assert facts(shop).zone.key == "UTC"

    def test_a_special_state_that_is_not_set(self) -> None:
        shop = new_shop()
        shop.configure("PS_OS_CANCELED", "")
        with pytest.raises(Refused, match="PS_OS_CANCELED"):
            facts(shop).special("PS_OS_CANCELED")
