"""What the webservice shows of a row beside its columns: computed fields and associations."""

from collections.abc import Callable

from tokbridge.sandbox.prestashop.schema import Row
from tokbridge.sandbox.prestashop.shop import Shop


def shown(shop: Shop, name: str, row: Row) -> Row:
    """A row with everything it shows; the row itself is not changed."""
    more = _MORE.get(name)
    return {**row, **more(shop, row)} if more else row


def _orders(shop: Shop, row: Row) -> Row:
    carriers = shop.table("order_carriers").find(id_order=row["id"])
    return {"shipping_number": carriers[0]["tracking_number"] if carriers else "", "order_rows": order_rows(shop, row)}


def order_rows(shop: Shop, order: Row) -> list[Row]:
    """The lines of an order, in the order of their ids."""
    return shop.table("order_details").find(id_order=order["id"])


def _carriers(shop: Shop, row: Row) -> Row:
    """A carrier's method and tax group are numbers, not texts (recorded): the first only where none was chosen."""
    method = row["shipping_method"]
    chosen = 1 if shop.config("PS_SHIPPING_METHOD") != "0" else 2
    return {
        "shipping_method": chosen if method == "0" else method,
        "id_tax_rules_group": int(row["id_tax_rules_group"]),
    }


def _products(shop: Shop, row: Row) -> Row:
    combinations = shop.table("combinations").find(id_product=row["id"])
    values = dict.fromkeys(one for part in combinations for one in part.get("_values", []))
    default = next((part["id"] for part in combinations if part["default_on"] == "1"), 0)
    path = f"products/{row['id']}"
    return {
        "id_default_combination": str(default),
        "combinations": [{"id": str(part["id"])} for part in combinations],
        "product_option_values": [{"id": one} for one in values],
        "images": [{"id": one, "_path": f"{path}/{one}"} for one in row.get("_images", [])],
        "categories": [{"id": one} for one in row.get("_categories", [])],
        "stock_availables": [
            {"id": str(one["id"]), "id_product_attribute": one["id_product_attribute"]}
            for one in shop.table("stock_availables").find(id_product=row["id"])
        ],
    }


def _threads(shop: Shop, row: Row) -> Row:
    messages = shop.table("customer_messages").find(id_customer_thread=row["id"])
    return {"customer_messages": [{"id": str(one["id"])} for one in messages]}


_MORE: dict[str, Callable[[Shop, Row], Row]] = {
    "orders": _orders,
    "carriers": _carriers,
    "products": _products,
    "customer_threads": _threads,
    "customers": lambda shop, row: {"groups": [{"id": one} for one in row.get("_groups", [])]},
    "order_details": lambda shop, row: {"taxes": [{"id": one} for one in row.get("_taxes", [])]},
    "carts": lambda shop, row: {"cart_rows": row.get("_rows", [])},
    "order_slip": lambda shop, row: {"order_slip_details": row.get("_details", [])},
    "combinations": lambda shop, row: {
        "product_option_values": [{"id": one} for one in row.get("_values", [])],
        "images": [{"id": one, "_path": f"{row['id_product']}/{one}"} for one in row.get("_images", [])],
    },
}
