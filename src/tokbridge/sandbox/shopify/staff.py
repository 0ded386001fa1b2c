"""The shop's staff at work by itself: ships each living order some time after its creation."""

from tokbridge.sandbox.shopify.fulfil import ship
from tokbridge.sandbox.shopify.shop import Shop


def ship_due(shop: Shop) -> None:
    """Ship every order that is due by auto_ship_seconds (null = off). Orders on hold and unpaid ones wait."""
    wait = shop.settings["auto_ship_seconds"]
    if wait is None:
        return
    limit = shop.now() - float(wait)
    for key in [key for key in shop.unshipped if shop.orders[key]["createdAt"] <= limit]:
        order = shop.orders[key]
        ready = [one for one in order["fulfillmentOrders"] if one["status"] in ("OPEN", "IN_PROGRESS")]
        if order["cancelledAt"] is not None or not any(one["status"] != "CLOSED" for one in order["fulfillmentOrders"]):
            shop.unshipped.discard(key)
        elif ready and order["financialStatus"] in ("PAID", "AUTHORIZED", "PARTIALLY_REFUNDED"):
            number = f"1Z{order['id']:016d}"
            parcel = {"company": shop.settings["auto_ship_carrier"], "number": number, "url": None}
            for place in {one["locationId"] for one in ready}:
                ship(shop, order, [one for one in ready if one["locationId"] == place], None, [parcel])
