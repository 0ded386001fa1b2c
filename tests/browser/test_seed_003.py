"""The fourth document, sentence by sentence: how an order goes from TikTok Shop to Shopify and its parcel back.

TikTok's hour is a real hour: the sandbox's clock is moved by 3,600 seconds.

Left out: that the application uploads products to TikTok, or imports them from there (Tokbridge lists no products; the
link between two products is set on the page Products); the pictures' captions are walked as the statuses they show; the
article's footer.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.walk import OTHER_SKU, SKU, Statements, Walk, staged

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STATEMENTS = (
    "synced to Shopify through the linked TikTok and Shopify products",
    "The primary factor for Order Sync is the product SKUs",
    "products available in both Shopify and TikTok with the same corresponding SKUs",
    "TikTok orders will be synchronized based on matching SKUs with Shopify",
    "Your TikTok order must be paid to sync to our application and Shopify",
    "when there is an order on TikTok that is paid, the order will be automatically synchronized",
    'In this one hour time window the Order Status will be "On Hold"',
    "orders on hold are often incomplete or can be cancelled",
    "TikTok might restrict syncing full details until the order is confirmed and processed",
    'After 1 hour the TikTok updates the " On Hold " status to " Awaiting Shipment " and so does in our application',
    "that order will be synced to Shopify for the fulfillment",
    "fulfill the orders in Shopify by adding the Tracking Number",
    "the fulfillment details will be synced to our application and to TikTok",
    '"Awaiting Collection" in TikTok, and this update will also sync to our application',
    "when the order status changes in TikTok Shop, it will also change in our application accordingly",
    "In Transit Image",
    "Order delivered Image",
)
says = Statements(__file__, STATEMENTS)
HOUR = 3600
NUMBER = "1Z999AA10123456784"


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    with staged(tmp_path_factory.mktemp("seed"), ("shopify",)) as staged_walk:
        yield staged_walk


def test_linked_products(desk: Desk, walk: Walk) -> None:
    order = walk.places(units=[{"sku": "TIKTOK-ONLY-9", "title": "Linen apron"}])
    desk.shows(order, tokbridge="SKU not found in the store")
    says("through the linked TikTok and Shopify products")
    desk.page.get_by_role("link", name="Products", exact=True).click()
    desk.page.get_by_label("SKU in the store for TIKTOK-ONLY-9").fill(OTHER_SKU)
    desk.page.get_by_role("row").filter(has_text="Linen apron").get_by_role("button", name="Link").click()
    made = walk.created(order)
    assert [line["sku"] for line in made["lines"]] == [OTHER_SKU]
    desk.shows(order, store=made["number"], tokbridge="Created")


def test_same_skus(desk: Desk, walk: Walk) -> None:
    says("products available in both Shopify and TikTok with the same corresponding SKUs")
    products = walk.shop.get("products")["products"]
    variant = next(one for product in products for one in product["variants"] if one["sku"] == SKU)
    order, other = walk.places(units=[{"sku": f" {SKU.lower()} "}]), walk.places(units=[{"sku": "SKU-MISSING"}])
    says("TikTok orders will be synchronized based on matching SKUs with Shopify")
    assert [line["variant"] for line in walk.created(order)["lines"]] == [variant["id"]]
    says("The primary factor for Order Sync is the product SKUs")
    desk.shows(other, tokbridge="SKU not found in the store", store="not created")
    assert walk.in_store(other) is None


def test_must_be_paid(desk: Desk, walk: Walk) -> None:
    no_hold = walk.way(on_hold=False).shop
    order = walk.places(status="UNPAID", shop_id=no_hold)
    desk.open("/?tab=unpaid")
    desk.comes(desk.cell(order, "tokbridge"), "not paid yet")
    says("order must be paid to sync to our application and Shopify")
    for tab in ("on_hold", "awaiting_shipment"):
        desk.open(f"/?tab={tab}")
        expect(desk.row(order)).to_have_count(0)
    assert walk.in_store(order) is None
    walk.happens(order, "pay")
    desk.shows(order, store=walk.created(order)["number"], tiktok="Awaiting shipment")


def test_the_hour_on_hold(desk: Desk, walk: Walk) -> None:
    says("order on TikTok that is paid, the order will be automatically synchronized")
    holding = {"shop_id": walk.way(on_hold=True).shop, "status": "UNPAID", "buyer": {"name": "Ann Example"}}
    order, regretted = walk.places(**holding), walk.places(**holding)
    for one in (order, regretted):
        walk.happens(one, "pay")
    says('In this one hour time window the Order Status will be "On Hold"')
    for one in (order, regretted):
        desk.shows(one, tiktok="On hold", tokbridge="TikTok holds it for an hour", store="not created")
    desk.tab("On hold")
    expect(desk.row(order)).to_be_visible()
    says("TikTok might restrict syncing full details until the order is confirmed")
    desk.opens(order)
    expect(desk.page.locator("section[aria-labelledby=h-customer]")).to_contain_text("TikTok gives no address yet.")
    says("orders on hold are often incomplete or can be cancelled")
    walk.happens(regretted, "request_cancel")
    desk.shows(regretted, tiktok="Cancelled", store="not created")
    walk.days_pass(HOUR - 60)
    walk.is_on_tiktok(order, "ON_HOLD")
    assert walk.in_store(order) is None
    says("After 1 hour the TikTok updates")
    walk.days_pass(61)
    desk.shows(order, tiktok="Awaiting shipment")
    says("that order will be synced to Shopify for the fulfillment")
    made = walk.created(order)
    desk.shows(order, store=made["number"])
    desk.opens(order)
    expect(desk.page.locator("section[aria-labelledby=h-customer]")).to_contain_text("Ann Example")
    assert made["fulfillment_status"] == "UNFULFILLED"
    assert walk.in_store(regretted) is None


def test_fulfilled_in_shopify_with_tracking(desk: Desk, walk: Walk) -> None:
    order = walk.places()
    desk.shows(order, store=walk.created(order)["number"])
    says("fulfill the orders in Shopify by adding the Tracking Number")
    walk.staff(order, "ship", carrier="UPS", number=NUMBER)
    says("the fulfillment details will be synced to our application and to TikTok")
    walk.until(lambda: walk.tracking(order) == {NUMBER}, "the tracking number on TikTok")
    desk.opens(order)
    desk.comes(desk.page.locator("section[aria-labelledby=h-parcels]"), NUMBER)
    expect(desk.page.locator("section[aria-labelledby=h-parcels]")).to_contain_text("UPS")
    says('"Awaiting Collection" in TikTok, and this update will also sync')
    walk.is_on_tiktok(order, "AWAITING_COLLECTION")
    desk.shows(order, tiktok="Awaiting collection", tokbridge="Shipped")
    says("when the order status changes in TikTok Shop, it will also change in our application")
    says("In Transit Image")
    walk.happens(order, "scan")
    desk.shows(order, tiktok="In transit")
    says("Order delivered Image")
    walk.happens(order, "deliver")
    desk.shows(order, tiktok="Delivered")


def test_every_statement_is_walked() -> None:
    assert says.left_out() == []
