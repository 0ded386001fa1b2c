"""Route A: POST /V1/orders and PUT /V1/orders/create save what they are given (reference magento-rest.md 4, 6, 7)."""

from secrets import token_hex

from tokbridge.sandbox.magento import life, show
from tokbridge.sandbox.magento.address import addresses, complete_email
from tokbridge.sandbox.magento.refuse import Refused, masked
from tokbridge.sandbox.magento.rows import DERIVED, HEADER, ITEMS, increment_length, store_order
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.tax_rows import add_tax_rows
from tokbridge.sandbox.magento.values import Doc, kept_text, present


def create(shop: Shop, entity: Doc, store: Doc) -> Doc:
    """A new order from `entity` as fields.Reader read it; the answer echoes the input, not what was stored."""
    if not entity.get("payment"):
        raise Refused("Please provide payment for the order.")
    store_id = entity.get("store_id")
    named = shop.scope.need_store(int(store_id)) if store_id is not None else store
    complete_email(shop, entity)
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
    given = addresses(entity, shipping.get("address"))
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
    for kind, address in given.items():
        own = {**address, "entity_id": shop.next("address"), "parent_id": number}
        own.pop("extension_attributes", None)
        doc[kind] = own
        row[f"{kind}_address_id"] = own["entity_id"]
    echoed = _echo(shop, doc, entity)
    add_tax_rows(shop, doc, entity.get("extension_attributes") or {})
    for one in doc["histories"]:
        one.setdefault("created_at", now)
    store_order(shop, doc)
    life.settle(doc)
    shop.orders.save(doc)
    return echoed


def _refuse_twin(shop: Shop, increment: str, store_id: int | None) -> None:
    """The unique key (increment_id, store_id); it does not bind orders without a store."""
    kept = kept_text(increment, increment_length(shop), shop.since("2.4.8"))
    twins = shop.orders.by("increment_id", kept)
    if store_id is not None and any(one["row"].get("store_id") == store_id for one in twins):
        raise Refused("Unique constraint violation found")


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
