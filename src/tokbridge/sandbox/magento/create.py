"""Route A: POST /V1/orders and PUT /V1/orders/create save what they are given (reference magento-rest.md 4, 6, 7)."""

import re
from secrets import token_hex

from tokbridge.sandbox.magento import life, show
from tokbridge.sandbox.magento.fields import ITEM, ORDER, columns
from tokbridge.sandbox.magento.refuse import Refused, masked
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import Doc, kept_text, present

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
REQUIRED = {
    "postcode": "Zip code",
    "lastname": "Last name",
    "street": "Street",
    "city": "City",
    "email": "Email",
    "country_id": "Country",
    "firstname": "First Name",
    "telephone": "Phone Number",
}
NO_POSTCODE = frozenset({"HK", "IE", "MO", "PA"})
ZEROES = [
    "amount_refunded",
    "base_amount_refunded",
    "base_cost",
    "base_discount_amount",
    "base_discount_invoiced",
    "base_price",
    "base_row_invoiced",
    "base_row_total",
    "base_tax_amount",
    "base_tax_invoiced",
    "discount_amount",
    "discount_invoiced",
    "discount_percent",
    "free_shipping",
    "no_discount",
    "price",
    "qty_backordered",
    "qty_canceled",
    "qty_invoiced",
    "qty_ordered",
    "qty_refunded",
    "qty_shipped",
    "row_invoiced",
    "row_total",
    "row_weight",
    "tax_amount",
    "tax_invoiced",
    "tax_percent",
    "weight",
]
"""Columns of an order item that the table fills with 0."""
LENGTHS = {"ext_order_id": 32, "ext_customer_id": 32, "state": 32, "status": 32}
HEADER = columns(ORDER)
ITEMS = columns(ITEM)
DERIVED = ("total_due", "base_total_due", "total_item_count", "store_name", "protect_code", "updated_at", "entity_id")


def create(shop: Shop, entity: Doc, store: Doc) -> Doc:
    """A new order from `entity` as fields.Reader read it; the answer echoes the input, not what was stored."""
    if not entity.get("payment"):
        raise Refused("Please provide payment for the order.")
    store_id = entity.get("store_id")
    named = shop.scope.need_store(int(store_id)) if store_id is not None else store
    _complete_email(shop, entity)
    increment = entity.get("increment_id") or shop.next_increment("order", store_id)
    number = shop.next("order")
    _refuse_twin(shop, increment, store_id)
    customer = entity.get("customer_id")
    if customer is not None and str(customer) not in shop.customers:
        shop.next("item")
        raise masked()
    items = entity.get("items") or []
    item_ids = [shop.next("item") for _ in items]
    payment_id = shop.next("payment")
    assignment = ((entity.get("extension_attributes") or {}).get("shipping_assignments") or [{}])[0]
    shipping = assignment.get("shipping") or {}
    addresses = _addresses(entity, shipping.get("address"))
    now = shop.now()

    row = {key: value for key, value in entity.items() if key in HEADER and key not in DERIVED and value is not None}
    row |= {
        "entity_id": number,
        "increment_id": increment,
        "created_at": entity.get("created_at") or now,
        "updated_at": now,
        "store_name": shop.scope.store_name(named),
        "protect_code": token_hex(16),
        "total_item_count": len(items),
    }
    doc: Doc = {
        "row": row,
        "items": [_item(one, own, number, now) for one, own in zip(items, item_ids, strict=True)],
        "billing": None,
        "shipping": None,
        "method": shipping.get("method"),
        "payment": {**entity["payment"], "entity_id": payment_id, "parent_id": number},
        "histories": [_history(shop, one, number) for one in entity.get("status_histories") or []],
        "applied_taxes": [],
        "item_applied_taxes": [],
        "taxes": [],
        "tax_items": [],
    }
    doc["payment"].pop("extension_attributes", None)
    for kind, address in addresses.items():
        own = {**address, "entity_id": shop.next("address"), "parent_id": number}
        own.pop("extension_attributes", None)
        doc[kind] = own
        row[f"{kind}_address_id"] = own["entity_id"]
    echoed = _echo(shop, doc, entity)
    _tax_rows(shop, doc, entity.get("extension_attributes") or {})
    for one in doc["histories"]:
        one.setdefault("created_at", now)
    _store(shop, doc)
    life.settle(doc)
    shop.orders.save(doc)
    return echoed


def _complete_email(shop: Shop, entity: Doc) -> None:
    """`customer_email` fills addresses without e-mail. Without it 2.4.7 takes the shipping address's; before, the
    addresses' e-mails are emptied with it (recorded: "no customer_email")."""
    assignments = (entity.get("extension_attributes") or {}).get("shipping_assignments") or [{}]
    shipping = (assignments[0].get("shipping") or {}).get("address") or {}
    billing = entity.get("billing_address") or {}
    email = entity.get("customer_email")
    if not email and shop.since("2.4.7") and shipping.get("email"):
        email = entity["customer_email"] = shipping["email"]
    for address in (billing, shipping):
        if address and (not email or not address.get("email")):
            address["email"] = email


def _refuse_twin(shop: Shop, increment: str, store_id: int | None) -> None:
    """The unique key (increment_id, store_id); it does not bind orders without a store."""
    kept = kept_text(increment, increment_length(shop), shop.since("2.4.8"))
    twins = shop.orders.by("increment_id", kept)
    if store_id is not None and any(one["row"].get("store_id") == store_id for one in twins):
        raise Refused("Unique constraint violation found")


def increment_length(shop: Shop) -> int:
    """Length of the column increment_id: 32, and 50 from 2.4.5."""
    return 50 if shop.since("2.4.5") else 32


def _addresses(entity: Doc, shipping: Doc | None) -> dict[str, Doc]:
    """The given addresses by kind, all complaints in one error."""
    found = {}
    for kind, address in (("billing", entity.get("billing_address")), ("shipping", shipping)):
        if address:
            check_address(address)
            found[kind] = {**address, "address_type": kind}
    return found


def check_address(address: Doc) -> None:
    """400 with every missing part of an address; empty texts pass."""
    complaints = []
    for field, label in REQUIRED.items():
        if field == "postcode" and address.get("country_id") in NO_POSTCODE:
            continue
        if field not in address or (address[field] is None and field != "email"):
            complaints.append(f'"{label}" is required. Enter and try again.')
    if not EMAIL.fullmatch(str(address.get("email") or "")):
        complaints.append("Email has a wrong format")
    if complaints:
        raise Refused("We can't save the address:\n%1", 400, ["\n".join(complaints)])


def _item(given: Doc, number: int, order_id: int, now: str) -> Doc:
    row = {key: value for key, value in given.items() if key in ITEMS and value is not None}
    return {**row, "item_id": number, "order_id": order_id, "created_at": now, "updated_at": now}


def _history(shop: Shop, given: Doc, order_id: int) -> Doc:
    row = {key: value for key, value in given.items() if key != "extension_attributes" and value is not None}
    return {**row, "entity_id": shop.next("history"), "parent_id": order_id}


def _echo(shop: Shop, doc: Doc, entity: Doc) -> Doc:
    """The answer to a creation: the input with its new ids, before cutting and before the table's zeroes."""
    extension = entity.get("extension_attributes") or {}
    shown = {
        **show.header(doc["row"]),
        "items": [show.item(shop, one) for one in doc["items"]],
        **({"billing_address": present(doc["billing"])} if doc["billing"] else {}),
        "payment": show.payment(doc["payment"]),
        "status_histories": [present(one) for one in doc["histories"]],
    }
    if extension:
        echoed = {key: value for key, value in extension.items() if key != "shipping_assignments"}
        if extension.get("shipping_assignments"):
            shipping: Doc = {}
            if doc["shipping"]:
                shipping["address"] = present(doc["shipping"])
            if doc["method"]:
                shipping["method"] = doc["method"]
            echoed["shipping_assignments"] = [{"shipping": shipping, "items": None}]
        shown["extension_attributes"] = echoed
    return shown


def _tax_rows(shop: Shop, doc: Doc, extension: Doc) -> None:
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


def _store(shop: Shop, doc: Doc) -> None:
    """Turn what was given into what the tables keep."""
    doc["row"] = stored(shop, doc["row"], {**LENGTHS, "increment_id": increment_length(shop)})
    doc["items"] = [stored(shop, {**dict.fromkeys(ZEROES, 0), **one}, {}) for one in doc["items"]]
    for kind in ("billing", "shipping"):
        if doc[kind]:
            doc[kind] = stored(shop, doc[kind], {})
    doc["histories"] = [stored(shop, one, {"comment": None}) for one in doc["histories"]]


def stored(shop: Shop, row: Doc, lengths: dict[str, int | None]) -> Doc:
    """A row with its texts cut to the columns (255 when not told otherwise) and without four-byte characters."""
    wide = shop.since("2.4.8")
    lengths = {"additional_data": None, "product_options": None, "customer_note": None, **lengths}
    return {
        key: kept_text(value, lengths.get(key, 255), wide)
        if isinstance(value, str)
        else [kept_text(one, 255, wide) if isinstance(one, str) else one for one in value]
        if isinstance(value, list)
        else value
        for key, value in row.items()
    }
