"""The first document, sentence by sentence: the grid of orders and what can be asked of many at once. TikTok Shop and
Magento behind it.

TikTok's news come by webhook and Magento is asked once an hour only, so that what a click refreshes is refreshed by it.

Left out: "acts as the operational backbone", which says what the page is and not what it does. "Create Sales Order" and
"Convert them into Magento sales orders" are one act, as are the two sentences on rejecting and on shipping.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.walk import SKU, UNKNOWN_SKU, Statements, Walk, staged

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STATEMENTS = (
    "a structured overview of all TikTok orders",
    "Marketplace Order ID: The unique TikTok Shop order number",
    "Account ID: Shows which TikTok Shop account the order belongs to",
    "Sales Order Increment ID: Once the order is created in Magento, this ID appears",
    "If empty, it means the Magento order hasn't been generated yet",
    "Marketplace Order Status: Shows the status of the order on TikTok",
    "your internal Magento process aligns with TikTok’s status",
    "Order Status (Magento): Represents how far the order has progressed inside your Magento store",
    "track internal fulfillment independent of TikTok’s status",
    "Reason for Order Failure: Appears only when:",
    "TikTok failed to process the order",
    "Or your system rejected the order",
    "Grand Total (Base): Shows the order value in base currency",
    "Order Placed On: Timestamp when the buyer placed the order",
    "Order Created On: The moment the order was synced/imported",
    "Order Updated On: Reflects any updates TikTok sent after the initial import",
    "Order Data: Gives a raw JSON-like view of the complete order details",
    "Ordered Items: A breakdown of items in the order—product name, quantity, variant",
    "allows you to act on multiple orders at once",
    "Generates Magento Sales Orders for the selected TikTok orders",
    "Useful when you prefer batch processing",
    "Reject one or more orders with a valid reason",
    "TikTok requires you to specify why the order can't be fulfilled",
    "Out of Stock – No inventory available",
    "Pricing Error – Incorrect listing price",
    "Unable to Deliver – Delivery restrictions, invalid address, or courier limitations",
    "Rejected orders sync back to TikTok with the stated reason",
    "Marks the selected orders as shipped",
    "prompted to enter tracking details and carrier information",
    "Updates are sent back to TikTok so the customer receives a shipping confirmation",
    "Refreshes the order’s latest status from TikTok",
    "TikTok shows “Shipped,” but Magento hasn’t updated yet",
    "Cancellations or modifications have occurred",
    "You want to ensure the module reflects current data",
    "full visibility and control",
    "Fetch orders",
    "Validate them before creation",
    "Convert them into Magento sales orders",
    "Reject orders with valid reason codes",
    "Ship orders and push updates to TikTok",
    "Diagnose failures or sync mismatches",
    "Filter, search, and manage orders at scale",
    "processed accurately, quickly, and with complete traceability",
)
says = Statements(__file__, STATEMENTS)
OLD = 3 * 86_400  # seconds before the channel's start: such an order is created only when somebody asks
OWN_STATUS = {"statuses": {"shipping": "processing"}}  # a status that this merchant has made in Magento


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    installation = {"TOKBRIDGE_POLL_S": "3600", "TOKBRIDGE_MAGENTO_STATUSES": "shipping=Shipping"}
    with staged(tmp_path_factory.mktemp("seed"), ("magento",), {"magento": OWN_STATUS}, installation) as staged_walk:
        yield staged_walk


def test_columns_that_say_which_order_it_is(desk: Desk, walk: Walk) -> None:
    shops = {way.on_hold: way.shop for way in walk.stage.ways}
    names = {shop["id"]: shop["name"] for shop in walk.stage.shops()}
    first, second = (walk.places(shop_id=shops[on_hold]) for on_hold in (True, False))
    held = walk.places(shop_id=shops[True], status="ON_HOLD")
    desk.shows(held, tiktok="On hold")
    desk.shows(second, store=f"TTS-{second}")
    desk.shows(first, store=f"TTS-{first}")
    says("structured overview of all TikTok orders")
    everything = walk.tiktok.get("book")["orders"]
    assert sorted(desk.page.locator(".grid .open").all_text_contents()) == sorted(everything)
    says("The unique TikTok Shop order number")
    expect(desk.row(first).get_by_role("rowheader").get_by_role("link", name=first, exact=True)).to_be_visible()
    says("Account ID: Shows which TikTok Shop account")
    desk.shows(first, account=names[shops[True]])
    desk.shows(second, account=names[shops[False]])
    says("Once the order is created in Magento, this ID appears")
    for order in (first, second):
        expect(desk.cell(order, "store")).to_have_text(walk.created(order)["number"])
    says("it means the Magento order hasn't been generated yet")
    expect(desk.cell(held, "store")).to_have_text("not created")
    assert walk.in_store(held) is None
    desk.open("/?created=no")
    expect(desk.row(held)).to_be_visible()
    expect(desk.row(first)).to_have_count(0)


def test_columns_of_both_statuses(desk: Desk, walk: Walk) -> None:
    waiting, cancelled, completed, ahead = (walk.places() for _ in range(4))
    for order in (waiting, cancelled, completed, ahead):
        walk.created(order)
    says("Shows the status of the order on TikTok")
    walk.happens(cancelled, "cancel")
    for deed in ("ship", "scan", "deliver", "complete"):
        walk.happens(completed, deed)
    desk.shows(waiting, tiktok="Awaiting shipment")
    desk.shows(cancelled, tiktok="Cancelled")
    desk.shows(completed, tiktok="Completed")
    says("your internal Magento process aligns with TikTok’s status")
    walk.stands(cancelled, "canceled")
    walk.stands(completed, "complete")
    desk.asks("Sync status", waiting, cancelled, completed)
    desk.shows(waiting, storestatus="pending")
    desk.shows(cancelled, storestatus="canceled")
    desk.shows(completed, storestatus="complete")
    walk.stands(waiting, "pending")
    says("how far the order has progressed inside your Magento store")
    walk.staff(ahead, "invoice")
    walk.staff(ahead, "status", status="shipping")
    desk.asks("Sync status", ahead)
    desk.shows(ahead, storestatus="shipping")
    says("track internal fulfillment independent of TikTok’s status")
    expect(desk.cell(ahead, "tiktok")).to_have_text("Awaiting shipment")


def test_column_of_the_reason(desk: Desk, walk: Walk) -> None:
    good, unmatched, refused = walk.places(), walk.places(units=[{"sku": UNKNOWN_SKU}]), walk.places()
    walk.created(good)
    says("Reason for Order Failure: Appears only when")
    desk.shows(good, tokbridge="Created")
    expect(desk.row(good).locator(".reason")).to_have_count(0)
    says("TikTok failed to process the order")
    walk.created(refused)
    walk.tiktok.post("faults", {"operation": "orders.packages", "kind": "error", "code": 21011007, "subject": refused,
                                "message": "The seller's warehouse is closed", "times": None})  # fmt: skip
    walk.staff(refused, "ship", carrier="UPS", number="1Z999AA10123456784")
    desk.asks("Sync status", refused)
    desk.shows(refused, tokbridge="refused")
    desk.row(refused).locator(".reason").click()
    expect(desk.row(refused).locator(".explanation q")).to_contain_text("The seller's warehouse is closed")
    walk.tiktok.delete("faults")
    says("your system rejected the order")
    desk.shows(unmatched, tokbridge="SKU not found in the store", store="not created")
    desk.row(unmatched).locator(".reason").click()
    expect(desk.row(unmatched).locator(".explanation")).to_contain_text(UNKNOWN_SKU)


def test_columns_of_moments(desk: Desk, walk: Walk) -> None:
    order = walk.places(age_seconds=7200)
    desk.shows(order, tiktok="Awaiting shipment")

    def told(column: str) -> float:
        when = desk.cell(order, column).locator("time").get_attribute("datetime")
        return datetime.fromisoformat(str(when)).timestamp()

    says("Timestamp when the buyer placed the order")
    assert told("placed") == walk.on_tiktok(order)["create_time"]
    says("The moment the order was synced/imported")
    [(imported,)] = walk.ask("SELECT imported_at FROM records_order WHERE tiktok_id = ?", order)
    assert told("imported") == int(imported) > told("placed") + 7000
    says("Reflects any updates TikTok sent after the initial import")
    before = walk.on_tiktok(order)["update_time"]
    assert told("updated") == before
    walk.until(lambda: walk.tiktok.get("clock")["now"] > before + 2, "a moment later")
    desk.asks("Sync status", order)
    desk.open()
    assert told("updated") == before, "it brought nothing new"
    walk.happens(order, "cancel")
    desk.shows(order, tiktok="Cancelled")
    assert told("updated") == walk.on_tiktok(order)["update_time"] > before


def test_columns_of_content(desk: Desk, walk: Walk) -> None:
    mug = {"sku": SKU, "title": "Enamel mug", "variant": "Blue", "quantity": 2, "price": "12.50"}
    order = walk.places(units=[mug, {"sku": "SKU-2", "title": "Wool cap", "variant": "Grey"}])
    says("product name, quantity, variant")
    desk.shows(order, items="2 × Enamel mug, Blue · 1 × Wool cap, Grey")
    says("a raw JSON-like view of the complete order details")
    desk.page.get_by_text("Columns", exact=True).click()
    desk.page.get_by_role("checkbox", name="Raw record").check()
    desk.page.locator(".ticks").get_by_role("button", name="Save").click()
    desk.cell(order, "raw").get_by_role("link", name="JSON").click()
    raw = desk.page.locator("#raw")
    expect(raw).to_be_visible()
    assert json.loads(str(raw.text_content())) == walk.tiktok.get(f"orders/{order}")["shown"]


def test_column_of_the_base_total(desk: Desk, walk: Walk) -> None:
    order = walk.places(units=[{"sku": SKU, "price": "1234.50"}])
    walk.created(order)
    walk.staff(order, "base", currency="EUR", rate="1.25")
    desk.asks("Sync status", order)
    desk.open()
    says("Shows the order value in base currency")
    desk.page.get_by_text("Columns", exact=True).click()
    desk.page.get_by_role("checkbox", name="Grand total (base)").check(timeout=2000)
    desk.page.locator(".ticks").get_by_role("button", name="Save").click()
    desk.shows(order, total="$1,234.50", base="€987.60")
    expect(desk.cell(order, "base").locator(".live")).to_have_attribute("title", "1 EUR = 1.25 USD")


def test_create_sales_orders(desk: Desk, walk: Walk) -> None:
    old = [walk.places(age_seconds=OLD) for _ in range(2)]
    hopeless = walk.places(age_seconds=OLD, units=[{"sku": UNKNOWN_SKU}])
    for order in (*old, hopeless):
        desk.shows(order, tokbridge="before the channel's start", store="not created")
    says("act on multiple orders at once")
    desk.ticks(*old, hopeless)
    expect(desk.page.locator("[data-count]")).to_have_text("3 selected")
    says("Validate them before creation")
    desk.page.get_by_role("button", name="Validate", exact=True).click()
    desk.page.get_by_role("button", name="Validate: 3 orders").click()
    desk.carried(2)
    desk.carried(1, "blocked")
    expect(desk.page.locator(".results")).to_contain_text(f"would be created as TTS-{old[0]}, total 10.00 USD")
    assert [walk.in_store(order) for order in old] == [None, None]
    says("Generates Magento Sales Orders for the selected TikTok orders")
    says("Convert them into Magento sales orders")
    says("Useful when you prefer batch processing")
    desk.asks("Create sales order…", *old)
    for order in old:
        assert walk.created(order)["number"] == f"TTS-{order}"
        desk.shows(order, store=f"TTS-{order}", tokbridge="Created")


def test_reject(desk: Desk, walk: Walk) -> None:
    no_stock, price, nowhere, also = orders = [walk.places() for _ in range(4)]
    for order in orders:
        walk.created(order)
    says("Reject one or more orders with a valid reason")
    says("Out of Stock – No inventory available")
    _reject(desk, walk, "Out of stock", no_stock, also)
    says("Pricing Error – Incorrect listing price")
    _reject(desk, walk, "Pricing error", price)
    says("Unable to Deliver – Delivery restrictions")
    _reject(desk, walk, "Unable to deliver", nowhere)
    says("Rejected orders sync back to TikTok with the stated reason")
    says("Reject orders with valid reason codes")
    names = ("seller_cancel_reason_out_of_stock", "seller_cancel_reason_wrong_price",
             "seller_cancel_paid_reason_address_not_deliver", "seller_cancel_reason_out_of_stock")  # fmt: skip
    for order, name in zip(orders, names, strict=True):
        assert walk.cancelled_for(order) == [name]
        assert walk.on_tiktok(order)["status"] == "CANCELLED"
        desk.shows(order, tiktok="Cancelled")
        walk.stands(order, "canceled")


def _does_nothing_without_a_reason(desk: Desk, walk: Walk, *orders: str) -> None:
    """The browser says so where it can, and the page's own words come where it lets the form pass."""
    page, runs = desk.page, walk.ask("SELECT count(*) FROM records_run")
    expect(page.locator("input[name=reason]:checked")).to_have_count(0)
    page.get_by_role("button", name=re.compile("Reject: ")).click()
    missing = page.locator("input[name=reason]").first.evaluate("field => field.validationMessage")
    assert missing == "Please select one of these options."
    page.locator("form.ask").evaluate("form => { form.noValidate = true }")
    page.get_by_role("button", name=re.compile("Reject: ")).click()
    expect(page.get_by_role("alert")).to_have_text("Nothing was done: choose a reason, TikTok requires one.")
    assert walk.ask("SELECT count(*) FROM records_run") == runs
    assert {walk.on_tiktok(order)["status"] for order in orders} == {"AWAITING_SHIPMENT"}


def _reject(desk: Desk, walk: Walk, reason: str, *orders: str) -> None:
    desk.ticks(*orders)
    desk.page.get_by_role("button", name="Reject…").click()
    if reason == "Pricing error":
        says("TikTok requires you to specify why")
        _does_nothing_without_a_reason(desk, walk, *orders)
    desk.page.get_by_label(reason).check()
    desk.page.get_by_role("button", name=re.compile("Reject: ")).click()
    desk.carried(len(orders))


def test_ship(desk: Desk, walk: Walk) -> None:
    numbers = {walk.places(): "1Z999AA10000000001", walk.places(): "9400100000000000000002"}
    for order in numbers:
        walk.created(order)
    says("Marks the selected orders as shipped")
    desk.ticks(*numbers)
    desk.page.get_by_role("button", name="Ship…").click()
    says("prompted to enter tracking details and carrier information")
    for (order, number), carrier in zip(numbers.items(), ("UPS", "USPS"), strict=True):
        desk.page.get_by_label(f"Carrier of order {order}").select_option(carrier)
        desk.page.get_by_label(f"Tracking number of order {order}").fill(number)
    desk.page.get_by_role("button", name="Ship and tell TikTok").click()
    desk.carried(2)
    says("Updates are sent back to TikTok so the customer receives a shipping confirmation")
    says("Ship orders and push updates to TikTok")
    for order, number in numbers.items():
        assert walk.tracking(order) == {number}
        assert walk.on_tiktok(order)["status"] == "AWAITING_COLLECTION"  # TikTok tells the customer at this moment
        desk.shows(order, tiktok="Awaiting collection", tokbridge="Shipped")


def test_sync_status_and_fetch(desk: Desk, walk: Walk) -> None:
    shipped, cancelled, moved = (walk.places() for _ in range(3))
    for order in (shipped, cancelled, moved):
        walk.created(order)
        desk.shows(order, tokbridge="Created")
    with walk.silence():
        walk.happens(shipped, "ship", tracking_number="SBX0000000042")
        walk.happens(cancelled, "cancel")
        walk.happens(moved, "address", address_line1="7 New Lane", address_detail="7 New Lane")
        new = walk.places()
        says("TikTok shows “Shipped,” but Magento hasn’t updated yet")
        assert walk.numbers(shipped) == set()
        desk.shows(shipped, tiktok="Awaiting shipment")
        says("Refreshes the order’s latest status from TikTok")
        desk.asks("Sync status", shipped, cancelled, moved)
        desk.shows(shipped, tiktok="Awaiting collection")
        walk.until(lambda: walk.numbers(shipped) == {"SBX0000000042"}, "the parcel in Magento")
        says("Cancellations or modifications have occurred")
        desk.shows(cancelled, tiktok="Cancelled")
        walk.stands(cancelled, "canceled")
        desk.opens(moved)
        expect(desk.page.locator("section[aria-labelledby=h-customer]")).to_contain_text("7 New Lane")
        walk.until(lambda: "7 New Lane" in str(walk.created(moved)["shipping_address"]), "the new address in Magento")
        desk.open()
        says("You want to ensure the module reflects current data")
        for order in (shipped, cancelled):
            shown = desk.cell(order, "tiktok").inner_text().splitlines()[0].partition(":")[0]
            assert shown.upper().replace(" ", "_") == walk.on_tiktok(order)["status"]
        says("Fetch orders")
        expect(desk.row(new)).to_have_count(0)
        desk.page.get_by_role("link", name="Fetch orders").click()
        desk.page.get_by_role("button", name="Fetch orders").click()
        expect(desk.page.locator("#run-state .run-word")).to_have_text("Finished")
        desk.shows(new, store=f"TTS-{new}")


def test_diagnose_and_manage_at_scale(desk: Desk, walk: Walk) -> None:
    lucia = {"name": "Lucía Ejemplo"}
    wrong = walk.places(units=[{"sku": UNKNOWN_SKU}], buyer=lucia)
    many = [walk.places(age_seconds=OLD, buyer=lucia, units=[{"sku": SKU, "price": "19.99"}]) for _ in range(3)]
    desk.shows(wrong, tokbridge="SKU not found in the store")
    says("Diagnose failures or sync mismatches")
    desk.open("/problems/")
    expect(desk.page.get_by_text("SKU not found in the store").first).to_be_visible()
    desk.opens(wrong)
    expect(desk.page.locator("#problems")).to_contain_text("Who must act")
    says("Filter, search, and manage orders at scale")
    desk.open()
    desk.searches("lucia ejemplo")
    expect(desk.page.locator(".grid .open")).to_have_count(4)
    desk.page.get_by_role("combobox", name="Tokbridge status").select_option("not ours")
    expect(desk.page.locator(".grid .open")).to_have_count(3)
    desk.page.locator("#bulk [name=all]").check()
    desk.page.get_by_role("button", name="Create sales order…").click()
    desk.page.get_by_role("button", name="Create sales order: 3 orders").click()
    desk.carried(3)
    says("full visibility and control")
    desk.page.get_by_role("link", name="Activity", exact=True).click()
    expect(desk.page.get_by_role("row").nth(1)).to_contain_text("Create sales order")
    expect(desk.page.get_by_role("row").nth(1)).to_contain_text("dora")
    says("processed accurately, quickly, and with complete traceability")
    for order in many:
        assert walk.created(order)["total"] == walk.on_tiktok(order)["payment"]["total_amount"] == "19.99"
    desk.opens(many[0])
    timeline = desk.page.locator(".timeline")
    for step in ("Create the store order", "Imported from TikTok", "Paid", "Placed"):
        expect(timeline.get_by_text(step).first).to_be_visible()


def test_every_statement_is_walked() -> None:
    assert says.left_out() == []
