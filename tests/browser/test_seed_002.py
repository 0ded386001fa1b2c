"""The third document, sentence by sentence: the order grid of a PrestaShop, and the page of one order.

"Awaiting collection" and "In transit" mean here: the seller's own carrier, before the parcel is handed over, and once
the carrier has scanned it. The second document's meaning is walked in test_seed_001.

The literal address buyerid@tiktok.com is the channel's policy `email` together with TOKBRIDGE_PRESTASHOP_MAILS_OFF: a
PrestaShop mails whoever stands in the order (docs/adr/0007).

Left out: "eliminates the need to juggle between multiple platforms" (walked as "within a single app") and the headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk, completed_by_tiktok
from tests.browser.walk import SKU, UNKNOWN_SKU, Statements, Walk, staged

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STATEMENTS = (
    "from TikTok Shop to Prestashop is fully automated and operates in real time",
    "it will be synced to the connector module",
    "created on the Prestashop store, typically within just 5 minutes",
    "manage all your order-related tasks conveniently within a single app",
    "generated on your Prestashop store with the default email address: buyerid@tiktok.com",
    "look at all the details of each order from the order listing grid",
    "search orders by typing in the various fields such as TikTok Shop Order ID",
    "or using the order status filter",
    "narrow down your search for specific orders more easily",
    "ID: It denotes an auto-generated order ID",
    "PS Order ID: This will be the order ID on the Prestashop Store",
    "TikTok Shop Order ID: This will be the order ID on TikTok Shop",
    "Created At: This column indicates the date when the order was created",
    "Order Status: This column displays the current status of the order on the connector module",
    "When an order is placed on TikTok Shop & created on the Prestashop store",
    "will transition to “Awaiting Collection” before the order is packed and shipped",
    "will transition to “In transit” once TikTok Shop receives tracking information from the carriers",
    "These orders have reached their intended destination",
    "automatically change to ‘Completed’ within 14 days from the delivery date",
    "If an order is placed and processed without tracking details being updated",
    "clicking on the “Error” tab, which is highlighted in red",
    "You have the option to cancel an order within a specified timeframe",
    "they must provide a valid reason for the cancellation",
    "This action will result in a change of the order’s status",
    "whether the order is shipped by the merchant or by TikTok",
    "Store Order Status: This column displays the current status of the order on the Prestashop store",
    "View Button: Utilize this button to view the order details",
    "Actions Dropdown: It will have various actions",
    "syncing order status with TikTok Shop",
    "canceling & deleting orders",
    "you can view counts of orders based on their status",
    "take you to the order details page",
    "line item’s Title, SKU, Quantity ordered & price",
    "Shipping Details: Customer name, address, etc",
    "displays the payment method used to place the order",
    "at the bottom, you will have the option to ship the order directly from the app",
)
says = Statements(__file__, STATEMENTS)
DAY = 86_400
LITERAL = """
for channel in Channel.objects.all():
    channel.policy |= {'email': 'buyerid@tiktok.com', 'tracking_patience': 1}
    channel.save()
"""


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    mails_off = {"TOKBRIDGE_PRESTASHOP_MAILS_OFF": "on"}
    data = tmp_path_factory.mktemp("seed")
    with staged(data, ("prestashop",), installation=mails_off, setup=LITERAL) as staged_walk:
        yield staged_walk


def test_orders_are_created_by_themselves(desk: Desk, walk: Walk) -> None:
    desk.open()
    says("fully automated and operates in real time")
    order = walk.places()
    says("it will be synced to the connector module")
    desk.shows(order, tiktok="Awaiting shipment")
    says("created on the Prestashop store, typically within just 5 minutes")
    made = walk.created(order)
    desk.shows(order, store=f"{made['ref']} · {made['number']}")
    says("default email address: buyerid@tiktok.com")
    assert made["email"] == "buyerid@tiktok.com"
    says("manage all your order-related tasks conveniently within a single app")
    desk.asks("Reject…", order, reason="Out of stock")
    walk.is_on_tiktok(order, "CANCELLED")
    walk.stands(order, "Canceled")


def test_search_and_status_filter(desk: Desk, walk: Walk) -> None:
    order, other = walk.places(buyer={"name": "Łukasz Próbny"}), walk.places()
    walk.happens(other, "cancel")
    desk.shows(order, store=walk.created(order)["number"])
    desk.shows(other, tiktok="Cancelled")
    says("typing in the various fields such as TikTok Shop Order ID")
    made = walk.created(order)
    for words in (order, made["ref"], made["number"], "lukasz probny", _own_id(walk, order)):
        desk.searches(words)
        expect(desk.page.locator(".grid .open")).to_have_text([order])
    says("or using the order status filter")
    desk.tab("Awaiting shipment")
    expect(desk.row(order)).to_be_visible()
    expect(desk.row(other)).to_have_count(0)
    says("narrow down your search for specific orders")
    desk.searches(other)
    expect(desk.page.get_by_text("No order fits")).to_be_visible()
    desk.page.get_by_role("link", name="Cancelled").click()
    expect(desk.page.locator(".grid .open")).to_have_text([other])


def test_columns(desk: Desk, walk: Walk) -> None:
    order, theirs, old = walk.places(), walk.places(fbt=True), walk.places(age_seconds=3 * DAY)
    made = walk.created(order)
    desk.shows(order, store=made["number"], storestatus=made["status"])
    says("look at all the details of each order from the order listing grid")
    desk.open("/?tab=all")
    says("ID: It denotes an auto-generated order ID")
    expect(desk.cell(order, "own")).to_have_text(f"#{_own_id(walk, order)}")
    says("This will be the order ID on the Prestashop Store")
    expect(desk.cell(order, "store")).to_have_text(f"{made['ref']} · {made['number']}")
    says("This will be the order ID on TikTok Shop")
    expect(desk.row(order).get_by_role("rowheader")).to_contain_text(order)
    assert walk.on_tiktok(order)["status"] == "AWAITING_SHIPMENT"
    says("indicates the date when the order was created")
    for one in (order, old):
        created = datetime.fromtimestamp(walk.on_tiktok(one)["create_time"], UTC)
        told = desk.cell(one, "placed").locator("time")
        expect(told).to_have_attribute("datetime", created.isoformat())
        expect(told).to_have_attribute("title", re.compile(f"^{created:%A} {created.day} {created:%B %Y}, "))
    says("whether the order is shipped by the merchant or by TikTok")
    expect(desk.cell(order, "fulfilment")).to_have_text("Merchant")
    desk.shows(theirs, fulfilment="TikTok")
    says("the current status of the order on the Prestashop store")
    walk.staff(order, "status", status="Processing in progress")
    desk.shows(order, storestatus="Processing in progress")


def test_column_of_the_order_status(desk: Desk, walk: Walk) -> None:
    says("the current status of the order on the connector module")
    statuses = ("Awaiting shipment", "Awaiting collection", "In transit", "Delivered", "Completed", "Cancelled")
    orders = {word: walk.places(status=word.upper().replace(" ", "_")) for word in statuses}
    for word, order in orders.items():
        desk.shows(order, tiktok=word)
        for other in set(statuses) - {word}:
            expect(desk.cell(order, "tiktok")).not_to_contain_text(other)
    wrong = walk.places(units=[{"sku": UNKNOWN_SKU}])
    desk.shows(wrong, tiktok="Awaiting shipment", tokbridge="Blocked")
    desk.tab("Error")
    expect(desk.row(wrong)).to_be_visible()


def test_statuses_of_an_order_that_the_seller_ships(desk: Desk, walk: Walk) -> None:
    order = walk.places()
    walk.created(order)
    says("placed on TikTok Shop & created on the Prestashop store")
    desk.shows(order, tiktok="Awaiting shipment", mode="Seller's carrier")
    says("will transition to “Awaiting Collection” before the order is packed and shipped")
    walk.staff(order, "ship", carrier="UPS", number="1Z999AA10123456784")
    desk.shows(order, tiktok="Awaiting collection")
    assert walk.tracking(order) == {"1Z999AA10123456784"}
    says("once TikTok Shop receives tracking information from the carriers")
    walk.happens(order, "scan")
    desk.shows(order, tiktok="In transit")
    says("These orders have reached their intended destination")
    walk.happens(order, "deliver")
    desk.shows(order, tiktok="Delivered")
    desk.tab("Delivered")
    expect(desk.row(order)).to_be_visible()


def test_error_without_tracking_details(desk: Desk, walk: Walk) -> None:
    order = walk.places()
    walk.created(order)
    says("processed without tracking details being updated")
    walk.staff(order, "ship", carrier="UPS")
    desk.opens(order)
    desk.comes(desk.page.locator("section[aria-labelledby=h-parcels] tbody td").first)
    desk.open("/?tab=error")
    desk.comes(desk.cell(order, "tokbridge"), "Shipped without tracking")


def test_the_error_tab_is_red(desk: Desk, walk: Walk) -> None:
    order = walk.places(units=[{"sku": UNKNOWN_SKU}])
    desk.shows(order, tokbridge="SKU not found in the store")
    says("clicking on the “Error” tab, which is highlighted in red")
    red, green, blue = desk.colour("count-error")
    assert red > 1.5 * max(green, blue)
    desk.tab("Error")
    desk.row(order).locator(".reason").click()
    expect(desk.row(order).locator(".explanation")).to_contain_text(UNKNOWN_SKU)


def test_actions_of_a_row(desk: Desk, walk: Walk) -> None:
    order, late, changed = walk.places(), walk.places(units=[{"sku": "SKU-2"}]), walk.places()
    for one in (order, changed):
        walk.created(one)
    for deed in ("ship", "scan"):
        walk.happens(late, deed)
    desk.shows(late, tiktok="In transit")
    says("Actions Dropdown: It will have various actions")
    says("syncing order status with TikTok Shop")
    with walk.silence(polls=True):
        walk.happens(changed, "ship", tracking_number="SBX0000000043")
        desk.shows(changed, tiktok="Awaiting shipment")
        desk.menu(changed, "Sync status…")
        desk.page.get_by_role("button", name="Sync status: 1 order").click()
        desk.carried(1)
        desk.open()
        expect(desk.cell(changed, "tiktok")).to_have_text("Awaiting collection")
    says("the option to cancel an order within a specified timeframe")
    desk.open()
    desk.row(late).locator(".row-menu").click()
    menu = desk.page.locator("#row-menu")
    expect(menu.get_by_role("link", name="Sync status…")).to_be_visible()
    expect(menu.get_by_role("link", name="Cancel…")).to_have_count(0)
    says("they must provide a valid reason for the cancellation")
    desk.menu(order, "Cancel…")
    desk.page.get_by_label("Pricing error").check()
    desk.page.get_by_role("button", name="Cancel: 1 order").click()
    desk.carried(1)
    assert walk.cancelled_for(order) == ["seller_cancel_reason_wrong_price"]
    says("will result in a change of the order’s status")
    desk.shows(order, tiktok="Cancelled")
    walk.stands(order, "Canceled")
    says("canceling & deleting orders")
    desk.menu(order, "Delete (archive)…")
    desk.page.get_by_role("button", name="Delete (archive): 1 order").click()
    desk.carried(1)
    desk.open()
    expect(desk.row(order)).to_have_count(0)
    desk.page.get_by_role("link", name="Show them").click()
    expect(desk.cell(order, "tokbridge")).to_have_text("Archived")


def test_counts_by_status(desk: Desk, walk: Walk) -> None:
    for status in ("ON_HOLD", "AWAITING_SHIPMENT", "IN_TRANSIT", "DELIVERED", "COMPLETED"):
        walk.places(status=status)
    says("view counts of orders based on their status")

    def agree() -> bool:
        desk.open("/?standing=any")  # one that was deleted is in TikTok's book still
        counts, book = desk.counts(), walk.tiktok.get("book")["orders"].values()
        real = [order["status"] for order in book]
        statuses = (
            "ON_HOLD",
            "AWAITING_SHIPMENT",
            "AWAITING_COLLECTION",
            "IN_TRANSIT",
            "DELIVERED",
            "COMPLETED",
            "CANCELLED",
        )
        wanted = {status.lower(): str(real.count(status)) for status in statuses} | {"all": str(len(real))}
        return wanted.items() <= counts.items()

    walk.until(agree, "the tabs say what TikTok's book says")


def test_order_details(desk: Desk, walk: Walk) -> None:
    mug = {"sku": SKU, "title": "Enamel mug", "quantity": 2, "price": "12.50"}
    order = walk.places(units=[mug], buyer={"name": "Zoë Beispiel", "line1": "5 Sample Street"})
    walk.created(order)
    says("View Button: Utilize this button to view the order details")
    desk.shows(order, tokbridge="Created")
    desk.menu(order, "View the order")
    says("take you to the order details page")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(order)
    says("line item’s Title, SKU, Quantity ordered & price")
    products = desk.page.locator("section[aria-labelledby=h-lines] tbody tr")
    expect(products).to_have_count(1)
    expect(products).to_contain_text("Enamel mug")
    for title, text in {"SKU": SKU, "Quantity": "2", "Price": "12.50"}.items():
        expect(products.locator(f"td[data-label='{title}']")).to_have_text(text)
    says("Shipping Details: Customer name, address, etc")
    for text in ("Zoë Beispiel", "5 Sample Street", "95110", "San Jose"):
        expect(desk.page.locator("section[aria-labelledby=h-customer]")).to_contain_text(text)
    says("displays the payment method used to place the order")
    expect(desk.page.locator("main")).to_contain_text("Credit/debit card")
    says("at the bottom, you will have the option to ship the order directly from the app")
    last = desk.page.locator(".order-columns section").last
    expect(last).to_have_attribute("id", "ship")
    last.scroll_into_view_if_needed()
    last.get_by_label(f"Carrier of order {order}").select_option("FedEx")
    last.get_by_label(f"Tracking number of order {order}").fill("771234567890")
    last.get_by_role("button", name="Ship and tell TikTok").click()
    desk.carried(1)
    assert walk.tracking(order) == {"771234567890"}
    walk.until(lambda: walk.numbers(order) == {"771234567890"}, "the number in PrestaShop")


def test_completed_after_fourteen_days(desk: Desk, walk: Walk) -> None:
    order = walk.places(status="DELIVERED")
    says("automatically change to ‘Completed’ within 14 days from the delivery date")
    completed_by_tiktok(desk, walk, order)


def _own_id(walk: Walk, order: str) -> str:
    [(own,)] = walk.ask("SELECT id FROM records_order WHERE tiktok_id = ?", order)
    return str(own)


def test_every_statement_is_walked() -> None:
    assert says.left_out() == []
