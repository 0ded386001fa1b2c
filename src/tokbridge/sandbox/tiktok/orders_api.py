"""Order search, detail and external references (reference tiktok-shop-api.md 3)."""

from tokbridge.sandbox.tiktok.api import Desk, Endpoint, Request, Table
from tokbridge.sandbox.tiktok.errors import MESSAGES, NOT_YOURS, bad_parameter, invalid
from tokbridge.sandbox.tiktok.paging import Limits, cut, read_page
from tokbridge.sandbox.tiktok.steps import STATUSES
from tokbridge.sandbox.tiktok.world import Order
from tokbridge.sandbox.wire import Json, dump

SCOPE = "seller.order.info"
FOREVER = 1 << 62
MOST_IDS = 50
MOST_REFERENCES = 100
LIMITS = Limits(100, None)
SHIPPING_TYPES = frozenset({"TIKTOK", "SELLER", "TIKTOK_DIGITAL", "IN-STORE PICKUP"})
PLATFORMS = frozenset({
    "SHOPIFY", "WOOCOMMERCE", "BIGCOMMERCE", "MAGENTO", "SALESFORCE_COMMERCE_CLOUD", "CHANNEL_ADVISOR", "AMAZON",
    "ORDER_MANAGEMENT_SYSTEM", "WAREHOUSE_MANAGEMENT_SYSTEM", "ERP_SYSTEM",
})  # fmt: skip


class OrdersApi:
    """The /order/ endpoints."""

    def __init__(self, desk: Desk, table: Table) -> None:
        self._desk = desk
        self._world = desk.world
        table.add("POST", "/order/202309/orders/search", Endpoint("orders.search", self.search, scope=SCOPE))
        for version in ("202309", "202507"):
            table.add("GET", f"/order/{version}/orders", Endpoint("orders.detail", self.detail, scope=SCOPE))
        prefix = "/order/202406/orders"
        add = Endpoint("external_orders.add", self.add_references, write=True, scope=SCOPE)
        table.add("POST", f"{prefix}/external_orders", add)
        get = Endpoint("external_orders.get", self.references, scope=SCOPE)
        table.add("GET", f"{prefix}/{{order_id}}/external_orders", get)
        find = Endpoint("external_orders.search", self.find_reference, scope=SCOPE)
        table.add("POST", f"{prefix}/external_order_search", find)

    def search(self, request: Request) -> bytes:
        """A page of orders as ready JSON; the page itself costs no more than the bytes it sends."""
        settings = self._desk.settings
        page = read_page(request.call, request.body, LIMITS, settings)
        status = request.string("order_status")
        if status and status not in STATUSES:
            raise invalid(f"Invalid parameter. `order_status` has no value {status}.")
        entries = self._entries(request, status, page.field)
        if self._filters(request):
            entries = [entry for entry in entries if self._fits(request, self._world.orders[entry[1]])]
        found, tail = cut(entries, page, settings)
        return self._orders(found, b"]," + dump(tail)[1:])

    def detail(self, request: Request) -> bytes:
        """Up to 50 orders by id, each once, in the order asked."""
        ids = list(dict.fromkeys(request.listed("ids")))
        if not 0 < len(ids) <= MOST_IDS:
            raise invalid(f"Invalid parameter. `ids` must name 1 to {MOST_IDS} orders.")
        for order_id in ids:
            self._world.order_of(request.shop, order_id)
        return self._orders(ids, b"]}")

    def add_references(self, request: Request) -> Json:
        """Attach other systems' numbers; the same order and platform again is an update."""
        wanted = request.objects("orders")
        if not 0 < len(wanted) <= MOST_REFERENCES:
            raise bad_parameter("orders", "wrong number of orders", f"1 to {MOST_REFERENCES}")
        errors = []
        for entry in wanted:
            reference = entry.get("external_order")
            if not isinstance(reference, dict) or reference.get("platform") not in PLATFORMS:
                raise bad_parameter("platform", "unknown platform", ", ".join(sorted(PLATFORMS)))
            order = self._world.orders.get(str(entry.get("id")))
            if order is None or order.shop_id != request.shop["id"]:
                named = {"id": reference.get("id"), "platform": reference["platform"]}
                detail = {"order_id": entry.get("id"), "external_order": named}
                errors.append({"code": str(NOT_YOURS), "message": MESSAGES[NOT_YOURS], "detail": detail})
                continue
            order.external[reference["platform"]] = reference
            self._world.save_order(order)
        return {"errors": errors} if errors else {}

    def references(self, request: Request) -> Json:
        """The references of one order, of one platform if asked."""
        order = self._world.order_of(request.shop, request.path["order_id"])
        platform = request.call.first("platform")
        return {"external_orders": [one for name, one in order.external.items() if platform in {"", name}]}

    def find_reference(self, request: Request) -> Json:
        """The orders that carry a reference; parameters are in the query although it is a POST."""
        platform, wanted = request.call.first("platform"), request.call.first("external_order_id")
        return {
            "orders": [
                {"id": order.id, "external_order": reference}
                for order in self._world.orders.values()
                if order.shop_id == request.shop["id"]
                and (reference := order.external.get(platform))
                and reference.get("id") == wanted
            ]
        }

    def _entries(self, request: Request, status: str, field: str) -> list[tuple[int, str]]:
        """(time, id) within both time windows, oldest first by the field asked for."""
        other = "create_time" if field == "update_time" else "update_time"
        shop_id = request.shop["id"]
        since, until = _window(request, field)
        if f"{other}_ge" not in request.body and f"{other}_lt" not in request.body:
            return self._world.between(shop_id, status, field, since, until)
        narrowed = self._world.between(shop_id, status, other, *_window(request, other))
        timed = ((int(self._world.orders[one].doc[field]), one) for _, one in narrowed)
        return sorted(entry for entry in timed if since <= entry[0] < until)

    def _orders(self, ids: list[str], end: bytes) -> bytes:
        """{"orders":[…] and the end, in one join: a page is some 300 KB, and each further copy of it would show."""
        dumps = [self._world.dumped(one) for one in ids] or [b""]
        dumps[0] = b'{"orders":[' + dumps[0]
        dumps[-1] += end
        return b",".join(dumps)

    def _filters(self, request: Request) -> bool:
        kinds = request.string("shipping_type")
        if kinds and kinds not in SHIPPING_TYPES:
            raise invalid(f"Invalid parameter. `shipping_type` has no value {kinds}.")
        names = ("shipping_type", "buyer_user_id", "is_buyer_request_cancel", "warehouse_ids")
        return any(name in request.body for name in names)

    def _fits(self, request: Request, order: Order) -> bool:
        body, doc = request.body, order.doc
        return (
            body.get("shipping_type") in {None, doc["shipping_type"]}
            and body.get("buyer_user_id") in {None, doc["user_id"]}
            and body.get("is_buyer_request_cancel") in {None, doc["is_buyer_request_cancel"]}
            and (not body.get("warehouse_ids") or doc["warehouse_id"] in body["warehouse_ids"])
        )


def _window(request: Request, field: str) -> tuple[int, int]:
    since, until = request.integer(f"{field}_ge"), request.integer(f"{field}_lt")
    return since or 0, FOREVER if until is None else until
