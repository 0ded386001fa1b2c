"""Shipping: packages, tracking numbers, splitting (reference tiktok-shop-api.md 4.1, 4.2)."""

import re

from tokbridge.sandbox.tiktok.api import Desk, Endpoint, Request, Table
from tokbridge.sandbox.tiktok.cancellations import PENDING
from tokbridge.sandbox.tiktok.errors import AFTERSALE_OPEN, ON_HOLD, ApiError, bad_parameter, invalid
from tokbridge.sandbox.tiktok.placing import provider_of
from tokbridge.sandbox.tiktok.world import Order
from tokbridge.sandbox.wire import Json

TRACKING_NUMBER = re.compile(r"[A-Za-z0-9\-_./]{4,50}")
UPDATE_WITHIN_S = 72 * 3600
MARK_REGIONS = frozenset({"US", "GB", "ES", "IE", "IT", "DE", "FR", "JP"})
SHIPPABLE = frozenset({"AWAITING_SHIPMENT", "PARTIALLY_SHIPPING"})


class FulfilmentApi:
    """The /fulfillment/ endpoints that ship."""

    def __init__(self, desk: Desk, table: Table) -> None:
        self._desk = desk
        self._world = desk.world
        base = "/fulfillment/202309"
        table.add("POST", f"{base}/packages/{{package_id}}/ship", Endpoint("packages.ship", self.ship, write=True))
        for version in ("202309", "202610"):
            mark = Endpoint("orders.packages", self.mark_shipped, write=True)
            table.add("POST", f"/fulfillment/{version}/orders/{{order_id}}/packages", mark)
            update = Endpoint("packages.shipping_info", self.update_package, write=True)
            table.add("POST", f"/fulfillment/{version}/packages/{{package_id}}/shipping_info/update", update)
        update = Endpoint("orders.shipping_info", self.update_order, write=True)
        table.add("POST", f"{base}/orders/{{order_id}}/shipping_info/update", update)

    def ship(self, request: Request) -> Json:
        """Ship Package: with the seller's own number, or handed to TikTok's carrier."""
        package = self._world.package_of(request.shop, request.path["package_id"])
        order = self._world.order(package["order_id"])
        self._check_shippable(request, order)
        if package["status"] != "TO_FULFILL" or not package["line_ids"]:
            raise bad_parameter("package_id", f"package is {package['status']}", "a package to fulfil")
        own = request.body.get("self_shipment")
        if own is not None and not isinstance(own, dict):
            raise invalid("Invalid parameter. `self_shipment` must be an object.")
        if order.doc["shipping_type"] != "SELLER":
            if own:
                raise bad_parameter("self_shipment", "the order is shipped by TikTok", "no self_shipment")
            self._desk.life.ship(order, package, f"TT{package['id']}", provider_of(self._world, order))
            return {}
        if not own:
            raise bad_parameter("self_shipment", "missing", "tracking_number and shipping_provider_id")
        number, provider = self._shipment(request, order, own)
        self._desk.life.ship(order, package, number, provider)
        return {}

    def mark_shipped(self, request: Request) -> Json:
        """Mark Package As Shipped: makes the package of the lines named and ships it."""
        order = self._world.order_of(request.shop, request.path["order_id"])
        self._check_shippable(request, order)
        if request.shop["region"] not in MARK_REGIONS:
            raise bad_parameter("order_id", "not offered in this region", ", ".join(sorted(MARK_REGIONS)))
        if order.doc["shipping_type"] != "SELLER":
            raise bad_parameter("order_id", "the order is shipped by TikTok", "an order shipped by the seller")
        ids, shipment = self._marked(request)
        lines = self._waiting(order, ids)
        number, provider = self._shipment(request, order, shipment)
        package = self._exact_package(lines) or self._desk.life.packages.new(order, lines)
        self._desk.life.ship(order, package, number, provider)
        return {
            "order_id": order.id,
            "order_line_item_ids": [line["id"] for line in lines],
            "package_id": package["id"],
        }

    def update_order(self, request: Request) -> Json:
        """New number for an order in one package."""
        order = self._world.order_of(request.shop, request.path["order_id"])
        packages = self._world.packages_of(order)
        if len(packages) != 1:
            raise bad_parameter("order_id", "the order is split or not shipped", "an order with one package")
        self._update(request, order, packages[0], request.body)
        return {}

    def update_package(self, request: Request) -> Json:
        """New number for one package; 202610 wraps it in shipping_info_list."""
        package = self._world.package_of(request.shop, request.path["package_id"])
        shipment = request.body
        if "/202610/" in request.call.path:
            shipment = self._only(request)
        self._update(request, self._world.order(package["order_id"]), package, shipment)
        return {}

    def _update(self, request: Request, order: Order, package: Json, shipment: Json) -> None:
        if order.doc["shipping_type"] != "SELLER":
            raise bad_parameter("order_id", "the order is shipped by TikTok", "an order shipped by the seller")
        shipped_at = package.get("shipped_at")
        if shipped_at is None or package["status"] == "CANCELLED":
            raise bad_parameter("package_id", "not shipped", "a shipped package")
        if self._desk.now() > shipped_at + UPDATE_WITHIN_S:
            raise bad_parameter("package_id", "shipped too long ago", "shipped within the last 72 hours")
        number, provider = self._shipment(request, order, shipment)
        self._desk.life.packages.track(order, package, number, provider)
        self._desk.life.steps.touch(order)

    def _check_shippable(self, request: Request, order: Order) -> None:
        if order.status == "ON_HOLD":
            raise ApiError(ON_HOLD)
        if order.doc["fulfillment_type"] == "FULFILLMENT_BY_TIKTOK":
            raise bad_parameter("order_id", "the order is fulfilled by TikTok", "an order fulfilled by the seller")
        if order.status not in SHIPPABLE:
            raise bad_parameter(
                "order_id", f"order status is {order.status}", "AWAITING_SHIPMENT or PARTIALLY_SHIPPING"
            )
        open_requests = [one for one in self._world.cancellations_of(order) if one["cancel_status"] == PENDING]
        # Two official pages disagree about the US (reference 5.4); the change note's way is taken: shipping rejects.
        if open_requests and request.shop["region"] != "US":
            raise ApiError(AFTERSALE_OPEN)

    def _shipment(self, request: Request, order: Order, shipment: Json) -> tuple[str, Json]:
        number = shipment.get("tracking_number")
        if not isinstance(number, str) or not TRACKING_NUMBER.fullmatch(number):
            raise bad_parameter("tracking_number", "malformed", "4-50 letters, digits, - _ . /")
        wanted = shipment.get("shipping_provider_id")
        for option in request.shop["delivery_options"]:
            if option["id"] == order.doc["delivery_option_id"]:
                for provider in option["providers"]:
                    if provider["id"] == wanted:
                        return number, provider
        # The live code for this is not in the reference.
        raise bad_parameter("shipping_provider_id", "not available", "a provider of the order's delivery option")

    def _marked(self, request: Request) -> tuple[list[str] | None, Json]:
        body = request.body
        if "/202610/" in request.call.path:
            listed = request.objects("order_line_list")
            ids = [str(one.get("order_line_id")) for one in listed] if "order_line_list" in body else None
            return ids, self._only(request)
        return (request.strings("order_line_item_ids") if "order_line_item_ids" in body else None), body

    def _only(self, request: Request) -> Json:
        listed = request.objects("shipping_info_list")
        if len(listed) != 1:
            raise bad_parameter("shipping_info_list", "wrong number of entries", "one tracking number")
        return listed[0]

    def _waiting(self, order: Order, ids: list[str] | None) -> list[Json]:
        """The lines to ship. Whether no list means the whole order is undocumented: setting mark_without_lines."""
        if ids is None and self._desk.settings["mark_without_lines"] == "whole":
            return order.waiting_lines
        waiting = {line["id"]: line for line in order.waiting_lines}
        if not ids or len(set(ids)) != len(ids) or not set(ids) <= set(waiting):
            raise bad_parameter(
                "order_line_item_ids", "missing, shipped or cancelled lines", "lines that wait for shipment"
            )
        return [waiting[one] for one in ids]

    def _exact_package(self, lines: list[Json]) -> Json | None:
        package = self._world.packages.get(lines[0].get("package_id", ""))
        if package is None or package["status"] != "TO_FULFILL":
            return None
        return package if set(package["line_ids"]) == {line["id"] for line in lines} else None
