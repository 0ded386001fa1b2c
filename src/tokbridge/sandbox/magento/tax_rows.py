"""Tax rows of an order, which Magento keeps only for orders that come from a quote (reference magento-rest.md 7)."""

from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import Doc


def add_tax_rows(shop: Shop, doc: Doc, extension: Doc) -> None:
    """Tax rows come only with converting_from_quote; an item's row names its quote_item_id, and a null one loses
    all (reference magento-rest.md 7)."""
    if not extension.get("converting_from_quote"):
        return
    by_quote = {one["quote_item_id"]: one["item_id"] for one in doc["items"] if one.get("quote_item_id") is not None}
    order_id, codes = doc["row"]["entity_id"], {}
    for tax in extension.get("applied_taxes") or []:
        number = codes[tax.get("code")] = shop.next("tax")
        plain = {key: tax.get(key) for key in ("code", "title", "percent", "amount", "base_amount")}
        doc["applied_taxes"].append(plain)
        doc["taxes"].append(
            {
                "tax_id": number,
                "order_id": order_id,
                **plain,
                "base_real_amount": tax.get("base_amount"),
                "priority": 0,
                "position": 0,
                "process": 0,
            }
        )
    groups = extension.get("item_applied_taxes") or []
    if any(one.get("type") == "product" and one.get("item_id") not in by_quote for one in groups):
        return
    for one in groups:
        own = {"item_id": by_quote[one["item_id"]]} if one.get("type") == "product" else {}
        taxes = one.get("applied_taxes") or []
        shown = [{key: tax.get(key) for key in ("code", "title", "percent", "amount", "base_amount")} for tax in taxes]
        doc["item_applied_taxes"].append({"type": one.get("type"), **own, "applied_taxes": shown})
        for tax in taxes:
            doc["tax_items"].append(
                {
                    "tax_item_id": shop.next("tax_item"),
                    "tax_id": codes.get(tax.get("code"), 0),
                    **own,
                    "tax_code": tax.get("code"),
                    "tax_percent": tax.get("percent"),
                    "amount": tax.get("amount"),
                    "base_amount": tax.get("base_amount"),
                    "real_amount": tax.get("amount"),
                    "real_base_amount": tax.get("base_amount"),
                    "taxable_item_type": one.get("type"),
                }
            )
