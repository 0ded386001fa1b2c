"""How sales documents look in answers (reference magento-rest.md 1, 7, 10; the recorded exchanges)."""

from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import Doc, dec, num, present

TOTALS = (
    "shipping_amount",
    "shipping_canceled",
    "shipping_discount_amount",
    "shipping_discount_tax_compensation_amount",
    "shipping_incl_tax",
    "shipping_invoiced",
    "shipping_refunded",
    "shipping_tax_amount",
    "shipping_tax_refunded",
)
SHIPPING_TOTALS = (
    *TOTALS,
    *(f"base_{name}" for name in TOTALS if name != "shipping_discount_tax_compensation_amount"),
    "base_shipping_discount_tax_compensation_amnt",
)
HIDDEN = frozenset({"shipping_address_id", "shipping_method", "base_tax_canceled_item"})
SHOWN_NULL = ("account_status", "cc_last4")
PAYMENT_KEYS = "additional_keys"


def order(shop: Shop, doc: Doc) -> Doc:
    """An order as GET /V1/orders/{id} shows it."""
    row = doc["row"]
    items = [item(shop, one) for one in doc["items"]]
    shown = {
        **header(row),
        "items": items,
        **({"billing_address": present(doc["billing"])} if doc["billing"] else {}),
        "payment": payment(doc["payment"]),
        "status_histories": [present(one) for one in reversed(doc["histories"])],
    }
    extension: Doc = {
        "shipping_assignments": [_assignment(doc, items)],
        "payment_additional_info": _additional(doc["payment"]),
        "applied_taxes": [_without_rates(one) for one in doc["applied_taxes"]],
        "item_applied_taxes": [_item_taxes(one) for one in doc["item_applied_taxes"]],
    }
    if shop.since("2.4.7"):
        extension |= {
            "converting_from_quote": False,
            "taxes": doc["taxes"],
            "additional_itemized_taxes": [one for one in doc["tax_items"] if "item_id" not in one],
        }
        for place, one in enumerate(doc["items"]):
            rows = [tax for tax in doc["tax_items"] if tax.get("item_id") == one["item_id"]]
            items[place]["extension_attributes"] = {"itemized_taxes": rows}
    elif doc["applied_taxes"]:
        extension["converting_from_quote"] = True
    shown["extension_attributes"] = extension
    return shown


def header(row: Doc) -> Doc:
    """The order's own fields: what is due is worked out when read."""
    shown = present({key: value for key, value in row.items() if key not in HIDDEN})
    for name in ("", "base_"):
        shown[f"{name}total_due"] = num(dec(row.get(f"{name}grand_total")) - dec(row.get(f"{name}total_paid")))
        shown.setdefault(f"{name}grand_total", None)
    shown.setdefault("customer_email", None)
    return shown


def item(shop: Shop, row: Doc) -> Doc:
    """An order item. Its row totals are shown less the discount, with tax and without; the stored ones are not."""
    shown = present(row)
    for base in ("", "base_"):
        total = dec(row.get(f"{base}row_total")) - dec(row.get(f"{base}discount_amount"))
        total += dec(row.get(f"{base}discount_tax_compensation_amount"))
        shown[f"{base}row_total"] = num(total)
        shown[f"{base}row_total_incl_tax"] = num(total + dec(row.get(f"{base}tax_amount")))
    if row.get("original_price") is None and row.get("price") is not None:
        shown["original_price"] = row["price"]
    shown.setdefault("sku", None)
    return shown


def payment(row: Doc) -> Doc:
    """A payment; two of its fields are there even when null."""
    shown = present({key: value for key, value in row.items() if key != PAYMENT_KEYS})
    return {**dict.fromkeys(SHOWN_NULL), "additional_information": [], **shown}


def _additional(row: Doc) -> list[Doc]:
    values = row.get("additional_information") or []
    keys = row.get(PAYMENT_KEYS) or [str(place) for place in range(len(values))]
    return [{"key": key, "value": value} for key, value in zip(keys, values, strict=False)]


def _assignment(doc: Doc, items: list[Doc]) -> Doc:
    row = doc["row"]
    shipping: Doc = {}
    if doc["shipping"]:
        shipping["address"] = present(doc["shipping"])
    if doc["method"]:
        shipping["method"] = doc["method"]
    shipping["total"] = {name: row[name] for name in SHIPPING_TOTALS if row.get(name) is not None}
    return {"shipping": shipping, "items": items}


def _without_rates(tax: Doc) -> Doc:
    return {key: value for key, value in tax.items() if key != "extension_attributes"}


def _item_taxes(one: Doc) -> Doc:
    return {**present(one), "applied_taxes": [_without_rates(tax) for tax in one.get("applied_taxes", [])]}


def document(doc: Doc) -> Doc:
    """An invoice or a credit memo."""
    return {
        **present(doc["row"]),
        "items": [present(one) for one in doc["items"]],
        "comments": [present(one) for one in doc["comments"]],
    }


def shipment(doc: Doc) -> Doc:
    """A shipment; of a track some fields are there even when null."""
    return {
        **present(doc["row"]),
        "packages": doc["packages"],
        "items": [present(one) for one in doc["items"]],
        "tracks": [track(one) for one in doc["tracks"]],
        "comments": [present(one) for one in doc["comments"]],
        "extension_attributes": {"source_code": doc["source"]},
    }


def track(row: Doc) -> Doc:
    """A track: weight, quantity and description are shown even when null."""
    return {"weight": None, "qty": None, "description": None, **present(row)}
