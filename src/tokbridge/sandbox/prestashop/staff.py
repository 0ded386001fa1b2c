"""What the shop's people do in the back office: ship, correct a tracking number, cancel, change a state (reference 6, 7)."""

from collections import Counter

from tokbridge.sandbox.prestashop.book import is_shipped
from tokbridge.sandbox.prestashop.schema import Row
from tokbridge.sandbox.prestashop.shop import Shop
from tokbridge.sandbox.prestashop.states import enter, record, tell
from tokbridge.sandbox.prestashop.view import order_rows
from tokbridge.sandbox.wire import Json, Reject

EMPLOYEE = 1


def set_state(shop: Shop, order: Row, state_id: object) -> None:
    """Give an order a state; the back office mails the buyer when the state has a mail."""
    state = enter(shop, order, state_id)
    record(shop, order, state, EMPLOYEE)
    tell(shop, order, state)


def ship(shop: Shop, order: Row, carrier: str, number: str, items: list[Json]) -> Row:
    """Write the tracking number, then the shipped state, so that the mail carries it. Parts cannot be shipped."""
    if order["current_state"] in (shop.config("PS_OS_CANCELED"), shop.config("PS_OS_ERROR")):
        raise Reject("the order is cancelled or its payment failed")
    if is_shipped(shop, order):
        raise Reject("nothing left to ship")
    if items and _wanted(items) != _pieces(shop, order):
        raise Reject("PrestaShop ships an order as a whole: the items do not cover it")
    row = track(shop, order, carrier, number)
    set_state(shop, order, shop.config("PS_OS_SHIPPING"))
    return row


def track(shop: Shop, order: Row, carrier: str, number: str) -> Row:
    """Write carrier and number into the order's last carrier row; date_upd of the order stays."""
    rows = shop.table("order_carriers").find(id_order=order["id"])
    if not rows:
        raise Reject("the order has no carrier row")
    row = rows[-1]
    if carrier:
        chosen = named(shop, carrier)
        shop.update("order_carriers", row, id_carrier=chosen["id"])
        shop.update("orders", order, id_carrier=chosen["id"])
    if number:
        shop.update("order_carriers", row, tracking_number=number)
        found = shop.table("carriers").get(row["id_carrier"])
        customer = shop.table("customers").get(order["id_customer"])
        if found and found["url"] and customer:
            shop.mail(customer["email"], "Package in transit")
    return row


def unship(shop: Shop, order: Row) -> None:
    """Back to preparation, without tracking numbers."""
    if not is_shipped(shop, order):
        raise Reject("the order is not shipped")
    for row in shop.table("order_carriers").find(id_order=order["id"]):
        shop.update("order_carriers", row, tracking_number="")
    set_state(shop, order, shop.config("PS_OS_PREPARATION"))


def cancel(shop: Shop, order: Row) -> None:
    """The cancelled state, which gives the stock back."""
    if order["current_state"] == shop.config("PS_OS_CANCELED"):
        raise Reject("already cancelled")
    set_state(shop, order, shop.config("PS_OS_CANCELED"))


def named(shop: Shop, name: str) -> Row:
    """The living carrier of a name; one the merchant has, but offers to nobody, is made when there is none."""
    for row in shop.table("carriers"):
        if row["deleted"] == "0" and row["name"].casefold() == name.casefold():
            return row
    made = shop.insert(
        "carriers", name=name, active=1, is_free=1, shipping_method=2, url="https://track.example/@",
        position=len(shop.table("carriers")), delay={"1": name, "2": name},
    )  # fmt: skip
    return shop.update("carriers", made, id_reference=made["id"])


def ship_due(shop: Shop) -> None:
    """Ship every valid order that waits for auto_ship_seconds (null = off)."""
    wait = shop.settings["auto_ship_seconds"]
    if wait is None:
        return
    due = shop.time(float(wait))
    for key in sorted(shop.unshipped):
        order = shop.table("orders").get(key)
        if order is None or key <= int(shop.notes.get("seeded_order", 0)) or is_shipped(shop, order):
            shop.unshipped.discard(key)
        elif order["valid"] == "1" and order["date_add"] <= due:
            ship(shop, order, str(shop.settings["auto_ship_carrier"]), f"1Z{order['id']:016d}", [])


def _wanted(items: list[Json]) -> Counter[str]:
    pieces: Counter[str] = Counter()
    for item in items:
        pieces[str(item["sku"])] += int(item.get("quantity", 1))
    return pieces


def _pieces(shop: Shop, order: Row) -> Counter[str]:
    pieces: Counter[str] = Counter()
    for line in order_rows(shop, order):
        pieces[line["product_reference"]] += int(line["product_quantity"])
    return pieces
