"""A plan in, an order for Magento out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.stores.magento.fake import config_with
from tests.stores.plans import MAGENTO, MARKER
from tokbridge.core.errors import Actor, Refused
from tokbridge.core.plan import Plan, PlanAddress, PlanFee, PlanShipping, PlanTax, PlanTransaction
from tokbridge.stores.magento.addresses import matching_region
from tokbridge.stores.magento.mapping import UNPAID, Place, order_input
from tokbridge.stores.magento.products import Product
from tokbridge.stores.magento.shop import Region, StoreView
from tokbridge.stores.magento.texts import short, storable

ADDRESS, line, plan = MAGENTO.address, MAGENTO.line, MAGENTO.plan

TEXAS = Region(57, "TX", "Texas")
REGIONS = (Region(6, "AE", "Armed Forces Africa"), Region(9, "AE", "Armed Forces Europe"), TEXAS)
SHIRT = Product(1, "tt-a", "Shirt in the shop", "simple", True, 0.3)
VOUCHER = Product(6, "TT-VIRT", "Voucher", "virtual", True, 0)


def entity(made: Plan, **config: Any) -> dict[str, Any]:
    view = StoreView(3, "de", 2, "USD", "USD", "DE", "kgs")
    place = Place(view, REGIONS, {"1:TT-A": SHIRT, "6:TT-VIRT": VOUCHER})
    found: dict[str, Any] = order_input(made, place, config_with(**config))["entity"]
    return found


def shipping_address(made: Plan) -> dict[str, Any]:
    found: dict[str, Any] = entity(made)["extension_attributes"]["shipping_assignments"][0]["shipping"]["address"]
    return found


def test_ids_and_times() -> None:
    sent = entity(plan())
    assert (sent["increment_id"], sent["ext_order_id"]) == (f"TTS-{MARKER}", MARKER)
    assert (sent["store_id"], sent["created_at"]) == (3, "2026-09-21 11:26:40")
    assert (sent["customer_is_guest"], sent["is_virtual"]) == (1, 0)


def test_a_row_names_the_shops_product() -> None:
    row = entity(plan(lines=(line(quantity=2, line_ids=("1", "2")),)))["items"][0]
    assert (row["sku"], row["product_id"], row["product_type"], row["name"]) == ("tt-a", 1, "simple", "Shirt A")
    assert (row["qty_ordered"], row["price"], row["original_price"]) == (2, 15, 18)
    assert (row["weight"], row["row_weight"]) == (0.3, 0.6)
    assert row["ext_order_item_id"] == "1,2"


def test_more_units_than_the_field_holds_go_to_the_longer_one() -> None:
    ids = tuple(f"57708651212375{number:04}" for number in range(14))
    row = entity(plan(lines=(line(quantity=14, line_ids=ids),)))["items"][0]
    assert "ext_order_item_id" not in row
    assert row["additional_data"] == "tiktok_line_ids:" + ",".join(ids)
    fits = entity(plan(lines=(line(quantity=13, line_ids=ids[:13]),)))["items"][0]
    assert len(fits["ext_order_item_id"]) == 246


def test_equal_skus_stay_rows_of_their_own() -> None:
    sent = entity(plan(lines=(line(), line(unit_price=0, is_gift=True))))
    assert [row["price"] for row in sent["items"]] == [15, 0]
    assert [row["quote_item_id"] for row in sent["items"]] == [1, 2]


def test_a_placeholder_has_no_product() -> None:
    row = entity(plan(lines=(line(variant="", seller_sku=""),)))["items"][0]
    assert "product_id" not in row
    assert (row["sku"], row["name"]) == ("tiktok-577086512123755123", "Shirt A - Red")


def test_a_product_that_is_gone_is_refused() -> None:
    with pytest.raises(Refused, match="no longer has GONE"):
        entity(plan(lines=(line(variant="2:GONE"),)))


def test_a_virtual_order_has_no_shipping() -> None:
    sent = entity(plan(lines=(line(variant="6:TT-VIRT"),), address=None, shipping=PlanShipping("", "", 0, ())))
    assert sent["is_virtual"] == 1
    assert "extension_attributes" not in sent
    assert sent["items"][0]["product_type"] == "virtual"
    billing = sent["billing_address"]
    assert (billing["country_id"], billing["postcode"], billing["city"]) == ("DE", "00000", "-")
    mixed = entity(plan(lines=(line(), line(variant="6:TT-VIRT"))))
    assert mixed["is_virtual"] == 0


def test_no_required_field_of_an_address_is_empty() -> None:
    bare = PlanAddress("", "", "", "", "", "", "", "", "", "", "", True)
    for kind in (shipping_address(plan(address=bare)), entity(plan(address=bare))["billing_address"]):
        for name in ("firstname", "lastname", "city", "postcode", "country_id", "telephone", "email"):
            assert kind[name]
        assert kind["street"] == ["-"]


def test_an_address() -> None:
    found = shipping_address(plan(address=replace(ADDRESS, company="Acme", phone="+1 512***00")))
    assert found == {
        "address_type": "shipping",
        "firstname": "Zoë",
        "lastname": "Ōno",
        "company": "Acme",
        "street": ["1 Main St", "Apt 2"],
        "city": "Austin",
        "region": "Texas",
        "region_code": "TX",
        "region_id": 57,
        "postcode": "73301",
        "country_id": "US",
        "telephone": "0000000000",
        "email": "buyerid@tiktok.com",
    }


@pytest.mark.parametrize(
    ("province", "code", "found"),
    [
        ("TEXAS", "", 57),
        ("", "TX", 57),
        ("Armed Forces Europe", "AE", 9),
        ("Armed  forces éurope", "", 9),
        ("Nowhere", "ZZ", None),
        ("", "", None),
    ],
)
def test_regions(province: str, code: str, found: int | None) -> None:
    region = matching_region(replace(ADDRESS, province=province, province_code=code), REGIONS)
    assert (region.id if region else None) == found
    iso = (Region(80, "US-TX", "Tejas"),)
    assert matching_region(ADDRESS, iso) == iso[0]


def test_an_unknown_region_goes_by_name() -> None:
    found = shipping_address(plan(address=replace(ADDRESS, province="Oberland", province_code="")))
    assert found["region"] == "Oberland"
    assert "region_id" not in found


def test_what_tiktok_pays_is_payment_and_no_discount() -> None:
    parts = (PlanTransaction("TikTok Shop", 1500), PlanTransaction("TikTok platform discount", 500))
    sent = entity(plan(transactions=parts))
    assert (sent["discount_amount"], sent["grand_total"]) == (0, 20)
    told = sent["payment"]["additional_information"]
    assert told == ["TikTok Shop: 15.00 USD", "TikTok platform discount: 5.00 USD"]
    assert sent["payment"]["method"] == "checkmo"


def test_cash_on_delivery_is_told() -> None:
    assert entity(plan(paid=False))["payment"]["additional_information"] == [UNPAID]


def test_a_sample_for_nothing_is_free() -> None:
    sent = entity(plan(lines=(line(unit_price=0),), shipping=PlanShipping("", "", 0, ())))
    assert (sent["grand_total"], sent["payment"]["method"]) == (0, "free")


def test_fees_are_shipping_with_a_name() -> None:
    sent = entity(plan(fees=(PlanFee("a", "Small order fee", 150), PlanFee("b", "Nothing", 0))))
    assert (sent["shipping_amount"], sent["shipping_incl_tax"]) == (6.5, 6.5)
    assert sent["shipping_description"] == "Standard + Small order fee 1.50 USD"


def test_taxes() -> None:
    taxes = (PlanTax("State", "0.06", 90, True), PlanTax("City", "0.02", 30, True), PlanTax("Zero", "0", 0, True))
    made = plan(lines=(line(taxes=taxes), line(taxes=taxes[:1])), shipping=PlanShipping("S", "s", 500, taxes[:1]))
    sent = entity(made)
    assert (sent["tax_amount"], sent["shipping_tax_amount"]) == (3, 0.9)
    attributes = sent["extension_attributes"]
    totals = {tax["title"]: (tax["percent"], tax["amount"]) for tax in attributes["applied_taxes"]}
    assert totals == {"State (collected by TikTok)": (6, 2.7), "City (collected by TikTok)": (2, 0.3)}
    kinds = [(tax["type"], tax.get("item_id"), len(tax["applied_taxes"])) for tax in attributes["item_applied_taxes"]]
    assert kinds == [("product", 1, 2), ("product", 2, 1), ("shipping", None, 1)]
    rates = attributes["applied_taxes"][0]["extension_attributes"]["rates"]
    assert rates == [{"code": "TikTok State 0.06", "title": "State (collected by TikTok)", "percent": 6}]
    assert "converting_from_quote" not in entity(plan())["extension_attributes"]


def test_a_rate_that_nobody_told_follows_from_all_rows() -> None:
    made = plan(lines=(line(taxes=(PlanTax("VAT", "", 300, False),)), line(taxes=(PlanTax("VAT", "", 0, False),))))
    other = plan(lines=(line(taxes=(PlanTax("VAT", "", 300, False),)), line(taxes=(PlanTax("VAT", "", 150, False),))))
    percents = [entity(one)["extension_attributes"]["applied_taxes"][0]["percent"] for one in (made, other)]
    assert percents == [20, 15]


def test_the_history_begins_with_what_tiktok_says() -> None:
    told = entity(plan(note="", attributes=(("Buyer paid", "1.00 USD"), ("x", "y"))))["status_histories"]
    texts = [one["comment"] for one in told]
    assert texts == [f"Imported from TikTok Shop, order {MARKER}", "Tags: TikTok Shop", "Buyer paid: 1.00 USD\nx: y"]
    assert {one["status"] for one in told} == {"pending"}
    assert {one["is_customer_notified"] for one in told} == {0}


def test_an_order_in_another_currency_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        entity(plan(currency="EUR"))
    assert (caught.value.code, caught.value.actor) == ("currency", Actor.OWNER)


def test_an_order_without_lines_is_refused() -> None:
    with pytest.raises(Refused):
        entity(plan(lines=()))


def test_an_order_without_an_address_for_mail_gets_its_own() -> None:
    sent = entity(plan(email=""))
    assert sent["customer_email"] == sent["billing_address"]["email"] == f"order-{MARKER}@tiktok.invalid"


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a😀b", "a?b"), ("👨‍👩‍👧", "?"), ("ž漢é", "ž漢é"), ("𠮷野家", "?野家"), ("😀😀", "?"), ("❤️", "❤️")],
)
def test_four_byte_characters(text: str, kept: str) -> None:
    assert storable(text) == kept


def test_shown_texts_are_shortened_visibly() -> None:
    assert short("x" * 255) == "x" * 255
    assert short("x" * 256) == "x" * 254 + "…"
    assert short(" a ") == "a"


def test_an_id_with_an_emoji_is_refused() -> None:
    with pytest.raises(Refused, match="emoji"):
        entity(plan(number="TTS-😀"))
