"""Product search (reference tiktok-shop-api.md 6), and the products that a shop has."""

from tokbridge.sandbox.tiktok.api import Desk, Endpoint, Request, Table
from tokbridge.sandbox.tiktok.errors import ApiError, invalid
from tokbridge.sandbox.tiktok.paging import Limits, cut, read_page
from tokbridge.sandbox.tiktok.seed import PRODUCT_SCOPE, number_of
from tokbridge.sandbox.tiktok.world import World
from tokbridge.sandbox.wire import Json, Reject

VERSIONS = ("202309", "202502")
STATUSES = ("ALL", "DRAFT", "PENDING", "FAILED", "ACTIVATE", "SELLER_DEACTIVATED", "PLATFORM_DEACTIVATED", "FREEZE",
            "DELETED")  # fmt: skip
SKU_STATUSES = ("NORMAL", "DEACTIVATED")
MOST_NAMED = {"seller_skus": 12019027, "sku_ids": 12019087}
"""At most ten of each may be asked for, else this code."""
TIMES = ("create_time", "update_time")
LIMITS = Limits(100, None, ("create_time",))
PRODUCT_KEYS = frozenset({"id", "title", "status", "skus"})
SKU_KEYS = frozenset({"id", "sku", "price", "stock", "status"})


class ProductsApi:
    """The /product/ endpoints."""

    def __init__(self, desk: Desk, table: Table) -> None:
        self._desk = desk
        self._world = desk.world
        for version in VERSIONS:
            path = f"/product/{version}/products/search"
            table.add("POST", path, Endpoint("products.search", self.search, scope=PRODUCT_SCOPE))

    def search(self, request: Request) -> Json:
        """A page of products. The order is not in the reference: the newest first."""
        page = read_page(request.call, request.body, LIMITS, self._desk.settings)
        status = request.string("status") or "ALL"
        if status not in STATUSES:
            raise invalid(f"Invalid parameter. `status` has no value {status}.")
        for name, code in MOST_NAMED.items():
            if len(request.strings(name)) > 10:
                raise ApiError(code, f"The number of {name} exceeds 10.")
        fitting = {
            product["id"]: product
            for product in self._world.products_of(request.shop["id"])
            if status in ("ALL", product["status"]) and self._fits(request, product)
        }
        entries = sorted((product["create_time"], key) for key, product in fitting.items())
        ids, tail = cut(entries, page, self._desk.settings)
        return {"products": [_shown(fitting[one]) for one in ids], **tail}

    def _fits(self, request: Request, product: Json) -> bool:
        for name, field in (("seller_skus", "seller_sku"), ("sku_ids", "id")):
            wanted = request.strings(name)
            if wanted and not any(sku[field] in wanted for sku in product["skus"]):
                return False
        for field in TIMES:
            since, until = request.integer(f"{field}_ge"), request.integer(f"{field}_le")
            if (since is not None and product[field] < since) or (until is not None and product[field] > until):
                return False
        return True


def _shown(product: Json) -> Json:
    return {name: value for name, value in product.items() if name != "shop_id"}


def add(world: World, shop: Json, given: Json, now: int) -> Json:
    """A product from its control template, or the one with this id as it is now; its SKUs are those that are given."""
    if unknown := set(given) - PRODUCT_KEYS:
        raise Reject(f"unknown product keys: {sorted(unknown)}")
    title = str(given.get("title", "Product"))
    status = str(given.get("status", "ACTIVATE"))
    if status not in STATUSES[1:]:
        raise Reject(f"status must be one of {', '.join(STATUSES[1:])}")
    skus = [_sku(shop, one) for one in given.get("skus") or [{"sku": title}]]
    key = str(given.get("id") or number_of("product", skus[0]["seller_sku"] or title))
    before = world.product(shop["id"], key)
    product: Json = {
        "shop_id": shop["id"],
        "audit": {"pre_approved_reasons": [], "status": "APPROVED"},
        "create_time": before["create_time"] if before else now,
        "has_draft": False,
        "id": key,
        "is_not_for_sale": False,
        "product_tags": [],
        "recommended_categories": [],
        "sales_regions": [shop["region"]],
        "skus": skus,
        "status": status,
        "title": title,
        "update_time": now,
    }
    world.save_product(product)
    return product


def learn(world: World, shop: Json, line: Json, now: int) -> None:
    """Whatever is ordered is on sale: a SKU of an order that no product has becomes one's."""
    known = world.product(shop["id"], line["product_id"])
    if known is not None and any(sku["id"] == line["sku_id"] for sku in known["skus"]):
        return
    sku = _sku(shop, {"id": line["sku_id"], "sku": line["seller_sku"], "price": line["original_price"]})
    if known is None:
        known = add(world, shop, {"id": line["product_id"], "title": line["product_name"]}, now) | {"skus": []}
    world.save_product({**known, "skus": [*known["skus"], sku], "update_time": now})


def _sku(shop: Json, given: Json) -> Json:
    if unknown := set(given) - SKU_KEYS:
        raise Reject(f"unknown SKU keys: {sorted(unknown)}")
    seller_sku = str(given.get("sku", ""))
    status = str(given.get("status", "NORMAL"))
    if status not in SKU_STATUSES:
        raise Reject(f"a SKU's status must be one of {', '.join(SKU_STATUSES)}")
    shown: Json = {
        "id": str(given.get("id") or number_of("sku", seller_sku)),
        "inventory": [{"quantity": int(given.get("stock", 100)), "warehouse_id": shop["warehouses"][0]["id"]}],
        "price": {"currency": shop["currency"], "tax_exclusive_price": str(given.get("price", "10.00"))},
        "seller_sku": seller_sku,
        "status_info": {"status": status},
    }
    if status == "DEACTIVATED":
        shown["status_info"]["deactivation_source"] = "SELLER"
    return shown
