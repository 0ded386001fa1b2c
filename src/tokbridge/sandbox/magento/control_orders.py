"""Control: what the merchant's staff does to one order in the admin, and what makes an order old or odd."""

from collections.abc import Mapping
from typing import Any

from tokbridge.sandbox.magento import invoice, life, manage, refund, ship
from tokbridge.sandbox.magento.book import order as order_shown
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import Doc, cents, dec, num, seconds_of, stamp
from tokbridge.sandbox.wire import Json, Reject

CARRIERS = {"ups": "ups", "usps": "usps", "fedex": "fedex", "dhl": "dhl"}


class OrderDesk:
    """The controls under orders/{order}."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def show(self, body: Json, path: Mapping[str, str]) -> object:
        """The order as the book has it."""
        return order_shown(self._shop, self._order(path))

    def ship(self, body: Json, path: Mapping[str, str]) -> object:
        """{"carrier", "number", "items": [{"sku", "quantity"}], "source"}: the same path as the API's ship."""
        order = self._order(path)
        given: Doc = {}
        if body.get("items"):
            given["items"] = _chosen(order, body["items"])
        if body.get("number"):
            given["tracks"] = [_track(body)]
        if body.get("source"):
            given["arguments"] = {"extension_attributes": {"source_code": body["source"]}}
        return {"fulfillment": str(ship.ship(self._shop, order, given))}

    def track(self, body: Json, path: Mapping[str, str]) -> object:
        """{"carrier", "number", "fulfillment"}: a track for the last shipment; one it has is deleted and added anew."""
        shipment = self._shipment(body, path)
        if shipment["tracks"]:
            ship.delete_track(self._shop, shipment["tracks"][-1]["entity_id"])
        ship.add_track(self._shop, {"parent_id": shipment["row"]["entity_id"], **_track(body)})
        return {"fulfillment": str(shipment["row"]["entity_id"])}

    def unship(self, body: Json, path: Mapping[str, str]) -> object:
        """Magento has no way back from a shipment: only its tracks can be deleted."""
        raise Reject("Magento does not take shipments back")

    def cancel(self, body: Json, path: Mapping[str, str]) -> object:
        """{"reason", "restock"}: cancels; what is billed is given back by a credit memo, which closes the order."""
        order, shop = self._order(path), self._shop
        if life.held(order):
            manage.unhold(shop, order)
        done = manage.cancel(shop, order)
        if any(life.left_to_refund(item) > 0 for item in order["items"]) and life.can_refund(order):
            returned = [item["item_id"] for item in order["items"]] if body.get("restock", True) else []
            extension = {"extension_attributes": {"return_to_stock_items": returned}}
            refund.refund(shop, order, {"arguments": extension})
            done = True
        if not done:
            raise Reject(f"an order in state {order['row'].get('state')} cannot be cancelled")
        if body.get("reason"):
            manage.comment(shop, order, {"comment": str(body["reason"]), "status": order["row"].get("status")})
        return {"order": str(order["row"]["entity_id"]), "state": order["row"]["state"]}

    def status(self, body: Json, path: Mapping[str, str]) -> object:
        """{"status"}: staff gives a status of the order's state, in the comment form; the merchant's own ones stand in
        setting `statuses` {code: state}."""
        order, status = self._order(path), str(body["status"])
        if order["row"].get("state") not in manage.states_of(self._shop, status):
            raise Reject(f"status {status} is not one of state {order['row'].get('state')}")
        manage.comment(self._shop, order, {"comment": body.get("comment"), "status": status})
        return {"order": str(order["row"]["entity_id"]), "status": status}

    def invoice(self, body: Json, path: Mapping[str, str]) -> object:
        """Bill everything left."""
        return {"invoice": str(invoice.invoice(self._shop, self._order(path), {}))}

    def hold(self, body: Json, path: Mapping[str, str]) -> object:
        """Put on hold."""
        return {"held": manage.hold(self._shop, self._order(path))}

    def unhold(self, body: Json, path: Mapping[str, str]) -> object:
        """Release."""
        return {"released": manage.unhold(self._shop, self._order(path))}

    def age(self, body: Json, path: Mapping[str, str]) -> object:
        """{"days"}: make an order older."""
        order = self._order(path)
        for name in ("created_at", "updated_at"):
            order["row"][name] = stamp(seconds_of(order["row"][name]) - float(body["days"]) * 86400)
        self._shop.orders.save(order)
        return {"order": str(order["row"]["entity_id"])}

    def base(self, body: Json, path: Mapping[str, str]) -> object:
        """{"currency", "rate"}: a module of the shop keeps this order in another base currency, of which one is `rate` of
        the order's."""
        order, rate = self._order(path), dec(body["rate"])
        row = order["row"]
        for name, amount in row.items():
            if name.startswith("base_") and isinstance(amount, int | float) and not name.endswith("_rate"):
                row[name] = num(cents(dec(amount) / rate))
        row |= {"base_currency_code": str(body["currency"]), "base_to_order_rate": num(rate)}
        self._shop.orders.save(order)
        return {"order": str(row["entity_id"]), "base_grand_total": row["base_grand_total"]}

    def _order(self, path: Mapping[str, str]) -> Doc:
        """By number (increment_id), marker (ext_order_id) or id."""
        wanted, shop = path["order"], self._shop
        found = shop.orders.by("increment_id", wanted) or shop.orders.by("ext_order_id", wanted)
        one = found[-1] if found else shop.orders.get(int(wanted)) if wanted.isdigit() else None
        if one is None:
            raise Reject(f"no order {wanted}")
        return one

    def _shipment(self, body: Json, path: Mapping[str, str]) -> Doc:
        shipments = self._shop.shipments.by("order_id", self._order(path)["row"]["entity_id"])
        wanted = body.get("fulfillment")
        found = [one for one in shipments if wanted in (None, str(one["row"]["entity_id"]))]
        if not found:
            raise Reject("no such shipment")
        return found[-1]


def _track(body: Json) -> Doc:
    carrier = str(body.get("carrier") or "Custom")
    code = CARRIERS.get(carrier.lower(), "custom")
    return {"track_number": str(body["number"]), "title": carrier, "carrier_code": code}


def _chosen(order: Doc, items: list[Any]) -> list[Doc]:
    """Order items for [{"sku", "quantity"}], over all lines of a SKU."""
    chosen = []
    for one in items:
        left = dec(one.get("quantity", 1))
        for item in order["items"]:
            if item.get("sku") == one.get("sku") or item["item_id"] == one.get("line"):
                taken = min(left, life.left_to_ship(item))
                if taken > 0:
                    chosen.append({"order_item_id": item["item_id"], "qty": num(taken)})
                    left -= taken
        if left > 0:
            raise Reject("not that many left to ship")
    return chosen
