"""Reading packages, splitting orders, following parcels (reference tiktok-shop-api.md 4.2)."""

from tokbridge.sandbox.tiktok.api import Desk, Endpoint, Request, Table
from tokbridge.sandbox.tiktok.errors import bad_parameter, invalid
from tokbridge.sandbox.tiktok.paging import Limits, cut, read_page
from tokbridge.sandbox.tiktok.shape import visible_address
from tokbridge.sandbox.tiktok.world import Order
from tokbridge.sandbox.wire import Json

BY_ITEM = frozenset({"US", "GB", "ES", "IE", "IT", "DE", "FR", "AT", "BE", "NL", "PL", "PT", "GR", "CZ", "HU", "JP"})
"""Regions where single units may be split off; elsewhere only whole SKUs."""

FOREVER = 1 << 62
LIMITS = Limits(50, None, ("create_time", "update_time", "order_pay_time"))
STATUSES = frozenset({"TO_FULFILL", "PROCESSING", "FULFILLING", "COMPLETED", "CANCELLED"})
SUB_STATUSES = {
    "TO_FULFILL": "STOCKING",
    "PROCESSING": "RTS",
    "FULFILLING": "TTS",
    "COMPLETED": "DELIVERED",
    "CANCELLED": "CANCELLED",
}


class PackagesApi:
    """The /fulfillment/ endpoints that read, and the split."""

    def __init__(self, desk: Desk, table: Table) -> None:
        self._desk = desk
        self._world = desk.world
        base = "/fulfillment/202309"
        table.add("POST", f"{base}/packages/search", Endpoint("packages.search", self.search))
        table.add("GET", f"{base}/packages/{{package_id}}", Endpoint("packages.detail", self.detail))
        table.add("GET", f"{base}/orders/split_attributes", Endpoint("orders.split_attributes", self.split_attributes))
        table.add("POST", f"{base}/orders/{{order_id}}/split", Endpoint("orders.split", self.split, write=True))
        table.add("GET", f"{base}/orders/{{order_id}}/tracking", Endpoint("orders.tracking", self.tracking))

    def detail(self, request: Request) -> Json:
        """One package; here the fields are package_id and package_status."""
        package = self._world.package_of(request.shop, request.path["package_id"])
        order = self._world.order(package["order_id"])
        data: Json = {
            "package_id": package["id"],
            "package_status": package["status"],
            "package_sub_status": SUB_STATUSES[package["status"]],
            "split_and_combine_tag": "SPLIT" if package["split"] else "DEFAULT",
            "has_multi_skus": len({line["sku_id"] for line in self._lines(order, package)}) > 1,
            "shipping_type": order.doc["shipping_type"],
            "delivery_option_id": order.doc["delivery_option_id"],
            "delivery_option_name": order.doc["delivery_option_name"],
            "warehouse_id": order.doc["warehouse_id"],
            "recipient_address": visible_address(order),
            "weight": {"unit": "GRAM", "value": "520"},
        }
        return data | self._common(order, package)

    def search(self, request: Request) -> Json:
        """Packages by time and status; here the fields are id and status."""
        page = read_page(request.call, request.body, LIMITS, self._desk.settings)
        status = request.string("package_status")
        if status and status not in STATUSES:
            raise invalid(f"Invalid parameter. `package_status` has no value {status}.")
        bounds = {name: (request.integer(f"{name}_ge"), request.integer(f"{name}_lt")) for name in LIMITS.fields[:2]}
        entries = []
        for package in self._world.packages.values():
            mine = package["shop_id"] == request.shop["id"] and package["line_ids"]
            if (
                mine
                and status in {"", package["status"]}
                and all((low or 0) <= package[name] < (high or FOREVER) for name, (low, high) in bounds.items())
            ):
                order = self._world.order(package["order_id"])
                key = order.doc.get("paid_time", 0) if page.field == "order_pay_time" else package[page.field]
                entries.append((key, package["id"]))
        entries.sort()
        found, tail = cut(entries, page, self._desk.settings)
        packages = []
        for package_id in found:
            package = self._world.packages[package_id]
            shown = {"id": package["id"], "status": package["status"]}
            packages.append(shown | self._common(self._world.order(package["order_id"]), package))
        return {"packages": packages, **tail}

    def split_attributes(self, request: Request) -> Json:
        """Whether orders may be split, and if not, why."""
        ids = request.listed("order_ids")
        if not ids:
            raise bad_parameter("order_ids", "missing", "order ids")
        attributes = []
        for order in [self._world.order_of(request.shop, one) for one in ids]:
            why_not = self._why_not(request, order)
            shown: Json = {"order_id": order.id, "can_split": not why_not, "must_split": False}
            attributes.append(shown | {"must_split_reasons": []} | ({"reason": why_not} if why_not else {}))
        return {"split_attributes": attributes}

    def split(self, request: Request) -> Json:
        """One package per group; lines named in no group stay together."""
        order = self._world.order_of(request.shop, request.path["order_id"])
        if why_not := self._why_not(request, order):
            raise bad_parameter("order_id", why_not, "an order that can be split")
        groups = request.objects("splittable_groups")
        waiting = {line["id"]: line for line in order.waiting_lines}
        named = [str(one) for group in groups for one in group.get("order_line_item_ids") or []]
        if not all(group.get("order_line_item_ids") for group in groups) or not _chosen_once(named, waiting):
            raise bad_parameter(
                "splittable_groups", "missing, doubled or unknown lines", "lines that wait for shipment"
            )
        rest = [one for one in waiting if one not in named]
        parts = [list(group.get("order_line_item_ids") or []) for group in groups] + ([rest] if rest else [])
        if request.shop["region"] not in BY_ITEM and not _whole_skus(waiting, parts):
            raise bad_parameter("splittable_groups", "split same sku in Multi Package not allow", "whole SKUs")
        made = [self._desk.life.packages.new(order, [waiting[one] for one in part]) for part in parts]
        for package in made:
            package["split"] = True
            self._world.save_package(package)
        order.doc["split_or_combine_tag"] = "SPLIT"
        self._desk.life.steps.touch(order)
        self._desk.life.steps.notify.packages_changed(order, "SPLIT", "SELLER", [one["id"] for one in made])
        return {
            "packages": [
                {"splittable_group_id": str(group.get("id", "")), "id": package["id"]}
                for group, package in zip(groups, made, strict=False)
            ]
        }

    def tracking(self, request: Request) -> Json:
        """The parcel's way, newest first."""
        order = self._world.order_of(request.shop, request.path["order_id"])
        return {"tracking": order.tracking[::-1]}

    def _common(self, order: Order, package: Json) -> Json:
        skus: dict[str, Json] = {}
        for line in self._lines(order, package):
            sku = skus.setdefault(line["sku_id"], {"id": line["sku_id"], "name": line["sku_name"], "quantity": 0})
            sku["quantity"] += 1
        data: Json = {
            "orders": [{"id": order.id, "skus": list(skus.values())}],
            "order_line_item_ids": package["line_ids"],
            "create_time": package["create_time"],
            "update_time": package["update_time"],
        }
        if "tracking_number" in package:
            data |= {
                "tracking_number": package["tracking_number"],
                "shipping_provider_id": package["provider_id"],
                "shipping_provider_name": package["provider_name"],
            }
        return data

    def _lines(self, order: Order, package: Json) -> list[Json]:
        return [line for line in order.lines if line["id"] in package["line_ids"]]

    def _why_not(self, request: Request, order: Order) -> str:
        if order.status != "AWAITING_SHIPMENT" or order.doc["fulfillment_type"] == "FULFILLMENT_BY_TIKTOK":
            return "order status not allow split"
        if len(order.waiting_lines) < 2:
            return "only one item"
        if request.shop["region"] not in BY_ITEM and len({line["sku_id"] for line in order.waiting_lines}) < 2:
            return "split same sku in Multi Package not allow"
        return ""


def _chosen_once(named: list[str], waiting: dict[str, Json]) -> bool:
    return bool(named) and len(set(named)) == len(named) and set(named) <= set(waiting)


def _whole_skus(lines: dict[str, Json], parts: list[list[str]]) -> bool:
    places: dict[str, set[int]] = {}
    for number, part in enumerate(parts):
        for one in part:
            places.setdefault(lines[one]["sku_id"], set()).add(number)
    return all(len(numbers) == 1 for numbers in places.values())
