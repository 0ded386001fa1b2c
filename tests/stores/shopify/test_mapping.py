"""Plan -> input, for every kind of order that differs. Totals are computed as Shopify computes them (reference 2.2)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.stores.plans import MARKER, SHOPIFY
from tests.stores.shopify.fake import NOW
from tokbridge.core import money
from tokbridge.core.errors import Refused
from tokbridge.core.plan import Plan, PlanFee, PlanShipping, PlanTax, PlanTransaction
from tokbridge.stores.shopify.mapping import address_input, options_input, order_input

ADDRESS, VARIANT, line, plan = SHOPIFY.address, SHOPIFY.line().variant, SHOPIFY.line, SHOPIFY.plan


def amount(money_bag: dict[str, Any]) -> Decimal:
    return Decimal(money_bag["shopMoney"]["amount"])


def shopify_total(order: dict[str, Any]) -> Decimal:
    """What Shopify makes of the input: rows, shipping, and taxes when they are not included."""
    rows = sum((amount(row["priceSet"]) * row["quantity"] for row in order["lineItems"]), Decimal(0))
    shipping = sum((amount(entry["priceSet"]) for entry in order["shippingLines"]), Decimal(0))
    taxed = [*order["lineItems"], *order["shippingLines"]]
    taxes = sum((amount(tax["priceSet"]) for entry in taxed for tax in entry["taxLines"]), Decimal(0))
    return rows + shipping + (0 if order["taxesIncluded"] else taxes)


def assert_total(the_plan: Plan) -> dict[str, Any]:
    order = order_input(the_plan, NOW)
    assert money.parse(str(shopify_total(order)), the_plan.currency) == the_plan.total
    if the_plan.paid:
        received = sum((amount(t["amountSet"]) for t in order["transactions"]), Decimal(0))
        assert received == shopify_total(order)
    return order


def test_ordinary_order_whole() -> None:
    order = assert_total(plan())
    address = {
        "firstName": "Zoë",
        "lastName": "Ōno",
        "address1": "Hauptstraße 1",
        "city": "Köln",
        "provinceCode": "NW",
        "countryCode": "DE",
        "zip": "50667",
        "phone": "+4922100000",
    }
    euro = {"currencyCode": "EUR"}
    assert order == {
        "name": f"TTS-{MARKER}",
        "currency": "EUR",
        "lineItems": [
            {
                "quantity": 1,
                "variantId": VARIANT,
                "priceSet": {"shopMoney": {"amount": "15.00", **euro}},
                "requiresShipping": True,
                "taxable": False,
                "taxLines": [],
                "properties": [{"name": "_tiktok_line_ids", "value": "577086512123755123"}],
            }
        ],
        "shippingLines": [
            {
                "title": "Standard",
                "code": "standard",
                "source": "tiktok-shop",
                "priceSet": {"shopMoney": {"amount": "5.00", **euro}},
                "taxLines": [],
            }
        ],
        "taxesIncluded": True,
        "transactions": [
            {
                "kind": "SALE",
                "status": "SUCCESS",
                "gateway": "TikTok Shop",
                "amountSet": {"shopMoney": {"amount": "20.00", **euro}},
                "processedAt": "2026-09-21T11:26:40Z",
                "test": False,
            }
        ],
        "sourceIdentifier": MARKER,
        "sourceName": "tiktok-shop",
        "sourceUrl": f"https://seller.example/order/{MARKER}",
        "metafields": [{"namespace": "tokbridge", "key": "order_id", "type": "id", "value": MARKER}],
        "tags": ["tokbridge", "TikTok Shop"],
        "note": "Leave at the door",
        "customAttributes": [{"key": "TikTok order", "value": MARKER}],
        "processedAt": "2026-09-21T11:26:40Z",
        "test": False,
        "email": "7494740000000000001@tiktok.com",
        "shippingAddress": address,
        "billingAddress": address,
    }
    assert options_input(plan()) == {
        "inventoryBehaviour": "DECREMENT_IGNORING_POLICY",
        "sendReceipt": False,
        "sendFulfillmentReceipt": False,
    }


def test_several_lines_and_equal_skus_stay_rows_of_their_own() -> None:
    lines = (
        line(quantity=2, line_ids=("1", "2"), unit_price=1000),
        line(line_ids=("3",), unit_price=900),  # the same SKU at another price
        line(line_ids=("4",), seller_sku="SKU-2", variant="gid://shopify/ProductVariant/2", unit_price=100),
    )
    order = assert_total(plan(lines=lines, total=3500, transactions=(PlanTransaction("TikTok Shop", 3500),)))
    assert [row["properties"][0]["value"] for row in order["lineItems"]] == ["1,2", "3", "4"]
    assert [row["quantity"] for row in order["lineItems"]] == [2, 1, 1]
    assert [row["variantId"][-1] for row in order["lineItems"]] == ["1", "1", "2"]


def test_two_tax_rates_on_top_of_prices() -> None:
    state = PlanTax("State tax", "0.0625", 125, collected_by_channel=True)
    city = PlanTax("City tax", "", 20, collected_by_channel=True)
    the_plan = plan(
        currency="USD",
        lines=(line(quantity=2, line_ids=("1", "2"), unit_price=1000, taxes=(state, city)),),
        shipping=PlanShipping("Standard", "", 500, (PlanTax("State tax", "0.0625", 31, collected_by_channel=True),)),
        taxes_included=False,
        total=2676,
        transactions=(PlanTransaction("TikTok Shop", 2676),),
    )
    order = assert_total(the_plan)
    (row,) = order["lineItems"]
    assert row["taxable"] is True
    assert [(tax["rate"], tax["channelLiable"]) for tax in row["taxLines"]] == [("0.0625", True), ("0.0100", True)]
    assert "code" not in order["shippingLines"][0]


@pytest.mark.parametrize(("included", "rate"), [(True, "0.1900"), (False, "0.1597")])
def test_a_missing_rate_follows_from_the_amounts(included: bool, rate: str) -> None:
    vat = PlanTax("VAT", "", 1900, collected_by_channel=False)
    order = order_input(plan(lines=(line(unit_price=11900, taxes=(vat,)),), taxes_included=included), NOW)
    assert order["lineItems"][0]["taxLines"][0]["rate"] == rate


def test_a_tax_on_nothing_has_rate_zero() -> None:
    vat = PlanTax("VAT", "", 0, collected_by_channel=False)
    order = order_input(plan(lines=(line(unit_price=0, taxes=(vat,)),)), NOW)
    assert order["lineItems"][0]["taxLines"][0]["rate"] == "0.0"


def test_seller_discount_is_in_the_price_and_tiktoks_is_a_transaction() -> None:
    lines = (line(unit_price=1500, original_unit_price=1800, seller_discount=300, platform_discount=200),)
    paid = (PlanTransaction("TikTok Shop", 1800), PlanTransaction("TikTok platform discount", 200))
    order = assert_total(plan(lines=lines, transactions=paid))
    assert [(t["gateway"], t["amountSet"]["shopMoney"]["amount"]) for t in order["transactions"]] == [
        ("TikTok Shop", "18.00"),
        ("TikTok platform discount", "2.00"),
    ]


def test_free_shipping_and_fees() -> None:
    """Fees are shipping lines: in the total, and nothing to pick."""
    the_plan = plan(
        shipping=PlanShipping("Free", "free", 0, ()),
        fees=(PlanFee("retail_delivery_fee", "Retail delivery fee", 28), PlanFee("handling_fee", "Handling", 100)),
        total=1628,
        transactions=(PlanTransaction("TikTok Shop", 1628),),
    )
    order = assert_total(the_plan)
    assert [(s["title"], s["code"], s["priceSet"]["shopMoney"]["amount"]) for s in order["shippingLines"]] == [
        ("Free", "free", "0.00"),
        ("Retail delivery fee", "retail_delivery_fee", "0.28"),
        ("Handling", "handling_fee", "1.00"),
    ]
    assert len(order["lineItems"]) == 1


def test_sample_for_nothing_is_paid() -> None:
    the_plan = plan(
        lines=(line(unit_price=0),),
        shipping=PlanShipping("Free", "", 0, ()),
        total=0,
        transactions=(PlanTransaction("TikTok Shop", 0),),
    )
    order = assert_total(the_plan)
    assert order["transactions"] == []
    assert order["financialStatus"] == "PAID"


def test_yen_has_no_decimals() -> None:
    the_plan = plan(
        currency="JPY",
        lines=(line(unit_price=1500),),
        shipping=PlanShipping("配送", "", 500, ()),
        total=2000,
        transactions=(PlanTransaction("TikTok Shop", 2000),),
    )
    order = assert_total(the_plan)
    assert order["lineItems"][0]["priceSet"]["shopMoney"] == {"amount": "1500", "currencyCode": "JPY"}


def test_cash_on_delivery_is_unpaid() -> None:
    order = order_input(plan(paid=False, transactions=()), NOW)
    assert order["financialStatus"] == "PENDING"
    assert order["transactions"] == []


def test_two_hundred_lines_work_and_more_than_shopify_takes_do_not() -> None:
    order = order_input(plan(lines=tuple(line(line_ids=(str(n),)) for n in range(200))), NOW)
    assert len(order["lineItems"]) == 200
    with pytest.raises(Refused, match="at most 250 rows per order, this one has 251"):
        order_input(plan(lines=tuple(line(line_ids=(str(n),)) for n in range(251))), NOW)
    with pytest.raises(Refused, match="at most 250 shipping lines and fees per order, this one has 251"):
        order_input(plan(fees=tuple(PlanFee(str(n), str(n), 1) for n in range(250))), NOW)


@pytest.mark.parametrize("name", ["محمد بن سلمان", "สมชาย ใจดี", "Renée 🎁🇩🇪", 'O\'Neil "Bob" \\ <b>'])
def test_names_of_all_scripts_pass_unchanged(name: str) -> None:
    address = replace(ADDRESS, first_name=name, line1=name)
    order = order_input(plan(address=address, note=name), NOW)
    assert order["shippingAddress"]["firstName"] == name
    assert order["billingAddress"]["address1"] == name
    assert order["note"] == name


def test_province_without_a_code_goes_with_the_city() -> None:
    hanoi = replace(ADDRESS, city="Quận 1", province="Hồ Chí Minh", province_code="", country_code="VN")
    assert address_input(hanoi)["city"] == "Quận 1, Hồ Chí Minh"
    assert address_input(replace(hanoi, city="Thành phố Hồ Chí Minh"))["city"] == "Thành phố Hồ Chí Minh"
    assert address_input(replace(hanoi, city=""))["city"] == "Hồ Chí Minh"
    assert "provinceCode" not in address_input(hanoi)


def test_masked_phone_is_left_out_and_no_address_is_none() -> None:
    assert "phone" not in address_input(replace(ADDRESS, phone="(+49)221****00"))
    order = order_input(plan(address=None, email="", source_url=""), NOW)
    assert not {"shippingAddress", "billingAddress", "email", "sourceUrl", "customer"} & set(order)


def test_placeholder_row_keeps_tiktoks_words() -> None:
    row = order_input(plan(lines=(line(variant="", seller_sku=""),)), NOW)["lineItems"][0]
    assert (row["title"], row["variantTitle"]) == ("TikTok's title", "Red")
    assert not {"variantId", "sku"} & set(row)
    assert {"name": "_tokbridge_placeholder", "value": "yes"} in row["properties"]


def test_tags_are_ours_first_cut_to_forty_and_once() -> None:
    order = order_input(plan(tags=("TikTok Shop", "tiktok shop", " ", "x" * 60, "Tokbridge")), NOW)
    assert order["tags"] == ["tokbridge", "TikTok Shop", "x" * 40]


def test_an_order_from_the_future_is_of_now() -> None:
    assert order_input(plan(placed_at=int(NOW) + 60), NOW)["processedAt"] == "2026-09-21T14:13:20Z"
