"""The second document, sentence by sentence: the orders of a Magento shop, from the bar of statuses to the filters.

"Awaiting collection" means here: TikTok's own logistics carry the order, and it is ready. The third document's meaning,
for the seller's own carriers, is walked in test_seed_002.

TikTok's news come by webhook, and both sides are asked once an hour only, so that what a click fetches is fetched by it.
What Magento's staff do is read by "Sync status" here; test_seed_002 walks with polls.

Left out: "carefully devised to best suit the selling needs", which promises nothing, and the related articles.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk, completed_by_tiktok
from tests.browser.walk import SKU, UNKNOWN_SKU, Statements, Walk, staged

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STATEMENTS = (
    "Receive all your TikTok Shop orders in the integration plugin and manage them from within the store",
    "The end-to-end process of order syncing is real-time automated",
    "you will get that order in the plugin within 5 minutes",
    "you don’t have to worry about going back and forth on multiple apps",
    "From the top bar, you can find the product based on its status",
    "created on the Magento store with the default id: buyerid@tiktok.com",
    "‘Awaiting Shipment’ status, which means no shipping is yet arranged",
    "uses ‘Platform logistics fulfillment mode,’ and the order is ready to ship",
    "“In transit” when the order is shipped and is on its way",
    "auto-update to ‘Completed’ in 14 days from the date of the delivery date",
    "Delivered: It lists down products that have been delivered successfully",
    "If an order is placed and processed without updating tracking details",
    'by clicking on the "Red Error" tab',
    "The merchant can cancel any order within a stipulated time",
    "by providing a valid reason for cancellation",
    "the status of such an order will be changed",
    "can also be viewed when you hover over the cancel status",
    'view order details by clicking on the "TikTok Shop order ID"',
    "map the Magento shipping carrier with the TikTok Shop shipping carrier",
    "if a shipping carrier is named DFL on the Magento store, and the same is named DFL_US",
    "you can map these two to avoid any confusion and streamline product shipping",
    "you will be redirected to the configuration page",
    "choose and map the shipping carrier using the drop-down menu",
    "fetch TikTok Shop orders to the app and manage them centrally",
    "if any new order is placed on TikTok Shop, you can find it in the plugin",
    "Just click on fetch order, and within 5 minutes",
    "You can also search products by their name or number",
    "‘More filter’ option to search for an order based on its creation date",
)
says = Statements(__file__, STATEMENTS)
DAY = 86_400
HASTY = """
for channel in Channel.objects.all():
    channel.policy['tracking_patience'] = 1
    channel.save()
"""


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    data = tmp_path_factory.mktemp("seed")
    with staged(data, ("magento",), installation={"TOKBRIDGE_POLL_S": "3600"}, setup=HASTY) as staged_walk:
        yield staged_walk


def test_orders_come_by_themselves(desk: Desk, walk: Walk) -> None:
    desk.open()
    says("order syncing is real-time automated")
    order = walk.places()
    says("you will get that order in the plugin within 5 minutes")
    desk.shows(order, tiktok="Awaiting shipment")
    made = walk.created(order)
    desk.shows(order, store=made["number"])
    says("default id: buyerid@tiktok.com")
    assert made["email"] == made["shipping_address"]["email"] == "buyerid@tiktok.com"
    says("Receive all your TikTok Shop orders in the integration plugin")
    says("going back and forth on multiple apps")
    desk.menu(order, "Ship…")
    desk.page.get_by_label(f"Carrier of order {order}").select_option("USPS")
    desk.page.get_by_label(f"Tracking number of order {order}").fill("9400100000000000000001")
    desk.page.get_by_role("button", name="Ship and tell TikTok").click()
    desk.carried(1)
    assert walk.tracking(order) == {"9400100000000000000001"}
    walk.until(lambda: walk.numbers(order) == {"9400100000000000000001"}, "the parcel in Magento")


def test_the_bar_of_statuses(desk: Desk, walk: Walk) -> None:
    waiting, way = walk.places(), walk.places(platform_logistics=True)
    walk.created(waiting)
    walk.created(way)
    says("From the top bar, you can find the product based on its status")
    says("‘Awaiting Shipment’ status, which means no shipping is yet arranged")
    desk.tab("Awaiting shipment")
    desk.comes(desk.cell(waiting, "tiktok"), "Awaiting shipment")
    assert walk.tracking(waiting) == set()
    expect(desk.row(way)).to_be_visible()
    says("‘Platform logistics fulfillment mode,’ and the order is ready to ship")
    walk.happens(way, "ship")
    desk.shows(way, mode="TikTok's logistics", tiktok="Awaiting collection")
    desk.tab("Awaiting collection")
    expect(desk.row(way)).to_be_visible()
    expect(desk.row(waiting)).to_have_count(0)
    says("when the order is shipped and is on its way")
    walk.happens(way, "scan")
    desk.shows(way, tiktok="In transit")
    desk.tab("In transit")
    expect(desk.row(way)).to_be_visible()
    says("Delivered: It lists down products that have been delivered successfully")
    walk.happens(way, "deliver")
    desk.shows(way, tiktok="Delivered")
    desk.tab("Delivered")
    expect(desk.row(way)).to_contain_text(f"Product {SKU}")


def test_error_without_tracking_details(desk: Desk, walk: Walk) -> None:
    order = walk.places()
    walk.created(order)
    says("placed and processed without updating tracking details")
    walk.staff(order, "ship")
    desk.asks("Sync status", order)
    desk.opens(order)
    desk.comes(desk.page.locator("section[aria-labelledby=h-parcels] tbody td").first)
    desk.open("/?tab=error")
    desk.comes(desk.cell(order, "tokbridge"), "Shipped without tracking")


def test_the_red_error_tab(desk: Desk, walk: Walk) -> None:
    order = walk.places(units=[{"sku": UNKNOWN_SKU}])
    desk.shows(order, tokbridge="SKU not found in the store")
    says('clicking on the "Red Error" tab')
    red, green, blue = desk.colour("count-error")
    assert red > 1.5 * max(green, blue), "the tab is red as long as there is an error"
    desk.tab("Error")
    desk.row(order).locator(".reason").click()
    explanation = desk.row(order).locator(".explanation")
    expect(explanation).to_contain_text(UNKNOWN_SKU)
    expect(explanation).to_contain_text("What to do")


def test_cancel(desk: Desk, walk: Walk) -> None:
    order, gone = walk.places(), walk.places()
    walk.created(order)
    says("The merchant can cancel any order within a stipulated time")
    for deed in ("ship", "scan"):
        walk.happens(gone, deed)
    desk.shows(gone, tiktok="In transit")
    desk.ticks(gone)
    desk.page.locator(".bulk-more summary").click()
    desk.page.get_by_role("button", name="Cancel…", exact=True).click()
    expect(desk.page.get_by_text("the buyer's parcel is on its way or has arrived")).to_be_visible()
    says("by providing a valid reason for cancellation")
    desk.menu(order, "Cancel…")
    desk.page.get_by_label("Out of stock").check()
    desk.page.get_by_role("button", name="Cancel: 1 order").click()
    desk.carried(1)
    says("the status of such an order will be changed")
    desk.shows(order, tiktok="Cancelled")
    walk.stands(order, "canceled")
    says("viewed when you hover over the cancel status")
    status = desk.cell(order, "tiktok").locator(".pill")
    status.hover()
    expect(status).to_have_attribute("title", "Out of stock")
    assert walk.cancelled_for(order) == ["seller_cancel_reason_out_of_stock"]


def test_order_details(desk: Desk, walk: Walk) -> None:
    order = walk.places(buyer={"name": "Zoë Beispiel"})
    desk.shows(order, tiktok="Awaiting shipment")
    says('clicking on the "TikTok Shop order ID"')
    desk.row(order).get_by_role("link", name=order, exact=True).click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(order)
    expect(desk.page.locator("section[aria-labelledby=h-lines]")).to_contain_text(f"Product {SKU}")
    expect(desk.page.locator("section[aria-labelledby=h-customer]")).to_contain_text("Zoë Beispiel")


def test_map_shipping_carrier(desk: Desk, walk: Walk) -> None:
    order = walk.places(shop_id=walk.way(on_hold=True).shop)
    walk.created(order)
    says("named DFL on the Magento store, and the same is named DFL_US")
    walk.staff(order, "ship", carrier="DFL", number="DFL000000000001")
    desk.asks("Sync status", order)
    desk.shows(order, tokbridge="Carrier not mapped")
    assert walk.tracking(order) == set()
    says("you will be redirected to the configuration page")
    desk.page.get_by_role("link", name="Carriers", exact=True).click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Carriers")
    says("map the Magento shipping carrier with the TikTok Shop shipping carrier")
    says("choose and map the shipping carrier using the drop-down menu")
    name = next(shop["name"] for shop in walk.stage.shops() if shop["id"] == walk.way(on_hold=True).shop)
    card = desk.page.locator("main section.card").filter(has=desk.page.get_by_role("heading", name=name))
    card.get_by_label("Provider for DFL").first.select_option("DFL_US")
    card.get_by_role("button", name="Save").click()
    says("avoid any confusion and streamline product shipping")
    walk.until(lambda: walk.tracking(order) == {"DFL000000000001"}, "the parcel on TikTok")
    providers = [
        one for shop in walk.stage.shops() for option in shop["delivery_options"] for one in option["providers"]
    ]
    ids = {one["id"] for one in providers if one["name"] == "DFL_US"}
    assert {line["shipping_provider_id"] for line in walk.on_tiktok(order)["lines"]} <= ids
    desk.shows(order, tiktok="Awaiting collection", tokbridge="Shipped")


def test_fetch_order(desk: Desk, walk: Walk) -> None:
    with walk.silence():
        order = walk.places()
        desk.open()
        expect(desk.row(order)).to_have_count(0)
        says("Just click on fetch order, and within 5 minutes")
        desk.page.get_by_role("link", name="Fetch orders").click()
        desk.page.get_by_role("button", name="Fetch orders").click()
        expect(desk.page.locator("#run-state .run-word")).to_have_text("Finished", timeout=30_000)
        says("if any new order is placed on TikTok Shop, you can find it in the plugin")
        desk.shows(order, tiktok="Awaiting shipment")
        desk.shows(order, store=walk.created(order)["number"])
        says("fetch TikTok Shop orders to the app and manage them centrally")
        desk.asks("Sync status", order)


def test_search_and_more_filter(desk: Desk, walk: Walk) -> None:
    kettle = {"sku": "SKU-7", "title": "Copper kettle", "product_id": "1729500000000007777"}
    order, other = walk.places(units=[kettle], age_seconds=5 * DAY), walk.places()
    for one in (order, other):
        desk.shows(one, tiktok="Awaiting shipment")
    says("search products by their name or number")
    for words in ("copper kettle", "SKU-7", order):
        desk.searches(words)
        expect(desk.row(other)).to_have_count(0)
        expect(desk.row(order)).to_be_visible()
    desk.open()
    says("‘More filter’ option to search for an order based on its creation date")
    placed = datetime.fromtimestamp(walk.on_tiktok(order)["create_time"], UTC).date()
    desk.page.get_by_text("More filters").click()
    desk.page.get_by_label("Placed from").fill((placed - timedelta(days=1)).isoformat())
    desk.page.get_by_label("Placed to").fill(placed.isoformat())
    desk.page.get_by_role("button", name="Apply").click()
    expect(desk.page.locator(".chip")).to_have_count(2)
    expect(desk.row(order)).to_be_visible()
    expect(desk.row(other)).to_have_count(0)


def test_completed_after_fourteen_days(desk: Desk, walk: Walk) -> None:
    order = walk.places(status="DELIVERED")
    says("auto-update to ‘Completed’ in 14 days")
    completed_by_tiktok(desk, walk, order)
    desk.tab("Completed")
    expect(desk.row(order)).to_be_visible()


def test_every_statement_is_walked() -> None:
    assert says.left_out() == []
