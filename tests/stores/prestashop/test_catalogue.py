"""Products by SKU (reference prestashop-webservice.md 9), and the connection test."""

from __future__ import annotations

import pytest

from tests.stores.prestashop.given import new_shop, store_of
from tests.stores.prestashop.shop import Shop
from tokbridge.core.errors import Retry
from tokbridge.core.wire import Response
from tokbridge.stores.base import HookRefused
from tokbridge.stores.nouns import Finding
from tokbridge.stores.prestashop.health import NEEDS


class TestFind:
    def test_combinations_and_products(self) -> None:
        found = store_of(new_shop()).find_products(["SKU-1-1", "sku-6", "NOPE", " "])
        assert [(one.ref, one.title, one.product_ref) for one in found["SKU-1-1"]] == [("1-1", "Product 1", "1")]
        assert [(one.ref, one.title) for one in found["sku-6"]] == [("6-0", "Product 6")]
        assert found["NOPE"] == [] and found[" "] == []

    def test_trimmed_and_whatever_the_case(self) -> None:
        found = store_of(new_shop()).find_products([" Sku-6 "])
        assert [one.ref for one in found[" Sku-6 "]] == ["6-0"]

    def test_ambiguous(self) -> None:
        shop = new_shop()
        shop.table("products")[7]["reference"] = "SKU-6"
        assert {one.ref for one in store_of(shop).find_products(["sku-6"])["sku-6"]} == {"6-0", "7-0"}

    def test_combinations_that_carry_their_products_reference(self) -> None:
        shop = new_shop()
        for row in shop.table("combinations").values():
            row["reference"] = "sku-1"
        assert {one.ref for one in store_of(shop).find_products(["SKU-1"])["SKU-1"]} == {"1-1", "1-2"}

    def test_a_product_with_combinations_cannot_be_sold_itself(self) -> None:
        found = store_of(new_shop()).find_products(["sku-1"])
        assert {one.ref for one in found["sku-1"]} == {"1-1", "1-2"}

    def test_signs_that_a_list_of_filters_cannot_hold(self) -> None:
        shop = new_shop()
        shop.table("products")[6]["reference"] = "A|B"
        shop.table("products")[7]["reference"] = "10,20"
        found = store_of(shop).find_products(["A|B", "10,20"])
        assert [one.ref for sku in found for one in found[sku]] == ["6-0", "7-0"]

    def test_five_hundred(self) -> None:
        shop = new_shop()
        skus = [f"some-longer-sku-{number:05}" for number in range(500)]
        for number, sku in enumerate(skus):
            shop.add("products", id=1000 + number, reference=sku, name=sku, id_tax_rules_group=1)
        store = store_of(shop)
        found = store.find_products(skus)
        assert all([one.sku for one in found[sku]] == [sku] for sku in skus)
        assert max(len(request.url) for request in shop.requests) < 4096
        assert len(shop.requests) < 16


def finding(shop: Shop, name: str, **settings: str) -> Finding:
    return next(one for one in store_of(shop, **settings).check().findings if one.name == name)


class TestCheck:
    def test_all_is_well(self) -> None:
        health = store_of(new_shop()).check()
        assert health.ok and all(one.ok for one in health.findings)
        assert (health.platform, health.version, health.currency) == ("prestashop", "8.2.4", "EUR")
        assert health.shop_name == "SandboxShop"

    @pytest.mark.parametrize("version", ["8.2.4", "1.7.8.10"])
    def test_missing_permissions_are_named(self, version: str) -> None:
        shop = new_shop(version)
        verb = "PATCH" if version.startswith("8") else "PUT"
        every = {need.resource: {"GET", "POST", verb} for need in NEEDS}
        shop.granted = every | {"orders": {"GET"}}
        del shop.granted["taxes"]
        health = store_of(shop).check()
        assert not health.ok
        missing = [one.name for one in health.findings if not one.ok]
        assert missing == ["taxes: GET", "orders: POST", f"orders: {verb}"]

    def test_what_is_not_needed_for_orders_does_not_fail_the_test(self) -> None:
        shop = new_shop()
        shop.granted = {need.resource: {"GET", "POST", "PATCH"} for need in NEEDS if need.required}
        shop.granted["order_carriers"] = {"GET", "PATCH"}
        health = store_of(shop).check()
        assert health.ok
        assert [one.name for one in health.findings if not one.ok] == [
            "stock_availables: GET",
            "stock_availables: PATCH",
            "order_details: GET",
            "order_details: PATCH",
            "order_carriers: POST",
        ]

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (Response(401, {}, b"401 Unauthorized"), "CGI"),
            (Response(302, {"location": "http://other"}, b""), "shop's own domain"),
            (Response(503, {}, b'{"errors":[{"code":22,"message":"off"}]}'), "switched off"),
            (Response(404, {}, b"<html>"), "no webservice at this address"),
        ],
    )
    def test_no_connection(self, answer: Response, words: str) -> None:
        shop = new_shop()
        shop.before = lambda number, request: answer
        health = store_of(shop).check()
        assert not health.ok
        (only,) = health.findings
        assert words in only.detail and only.remedy
        assert [one.name for one in store_of(shop).prepare(None).findings] == ["webservice"]

    def test_a_page_instead_of_the_list(self) -> None:
        shop = new_shop()
        shop.before = lambda number, request: Response(200, {}, b"<html><body>Welcome<br></html>")
        with pytest.raises(Retry):
            store_of(shop).check()

    def test_the_merchants_choices(self) -> None:
        shop = new_shop()
        assert not finding(shop, "carrier", carrier="77").ok
        assert not finding(shop, "carrier", carrier="").ok
        assert not finding(shop, "payment module", payment_module="").ok
        assert not finding(shop, "free carrier", carrier="2").ok
        assert store_of(shop, carrier="2").check().ok
        shop.configure("PS_OS_ERROR", "")
        assert "PS_OS_ERROR" in finding(shop, "order states").detail

    def test_mails_and_rounding_are_told(self) -> None:
        shop = new_shop()
        assert ".invalid" in finding(shop, "mails").detail
        assert "confirmed" in next(
            one.detail for one in store_of(shop, mails_off=True).check().findings if one.name == "mails"
        )
        shop.configure("PS_ROUND_TYPE", 1)
        assert "each item" in finding(shop, "rounding").detail

    def test_prepare_has_nothing_to_make(self) -> None:
        prepared = store_of(new_shop()).prepare("https://hook.example")
        assert (prepared.existing, prepared.made, prepared.findings) == ((), (), ())

    def test_no_webhooks(self) -> None:
        with pytest.raises(HookRefused):
            store_of(new_shop()).hints({}, b"{}")
