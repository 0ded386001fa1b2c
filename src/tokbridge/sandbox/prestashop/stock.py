"""Quantities: one row per product and combination, the row of attribute 0 holds the sum (reference 8)."""

from tokbridge.sandbox.prestashop.schema import Row
from tokbridge.sandbox.prestashop.shop import Shop


def level(shop: Shop, product: object, attribute: object) -> Row | None:
    """The row of a product or combination."""
    rows = shop.table("stock_availables").find(id_product=product, id_product_attribute=attribute)
    return rows[0] if rows else None


def move(shop: Shop, product: object, attribute: object, pieces: int) -> None:
    """Add pieces (negative: take them); nothing stops a quantity from becoming negative."""
    row = level(shop, product, attribute)
    if row is not None:
        put(shop, row, int(row["quantity"]) + pieces)


def put(shop: Shop, row: Row, pieces: int) -> None:
    """Set a quantity. A combination's row changes the sum too."""
    change = pieces - int(row["quantity"])
    shop.update("stock_availables", row, quantity=str(pieces))
    if row["id_product_attribute"] != "0":
        add_to_sum(shop, row, change)


def add_to_sum(shop: Shop, row: Row, change: int) -> None:
    """Carry a combination's change to the product's row."""
    total = level(shop, row["id_product"], "0")
    if total is not None and change:
        shop.update("stock_availables", total, quantity=str(int(total["quantity"]) + change))
