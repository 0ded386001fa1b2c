"""Shipping: POST /V1/order/{id}/ship, tracks, shipment comments (reference magento-rest.md 9, 10)."""

from decimal import Decimal

from tokbridge.sandbox.magento import life, show
from tokbridge.sandbox.magento.refuse import Refused, not_found
from tokbridge.sandbox.magento.rows import stored
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import ZERO, Doc, dec, num

NOT_SAVED = "Could not save a shipment, see error log for details"
NOTHING = "You can't create a shipment without products."
TRACK_LENGTHS: dict[str, int | None] = {"track_number": None, "carrier_code": 32, "description": None}


def ship(shop: Shop, order: Doc, body: Doc) -> int:
    """Ship the given items (everything left without); too large a quantity is cut to what is left. Gives the id."""
    wanted = _wanted(order, body.get("items"))
    _refuse(order, wanted)
    now, number = shop.now(), shop.next("shipment")
    increment = shop.next_increment("shipment", order["row"].get("store_id"))
    items = [_item(item, quantity, shop.next("shipment_item"), number) for item, quantity in wanted]
    arguments = (body.get("arguments") or {}).get("extension_attributes") or {}
    source = str(arguments.get("source_code") or "default")
    tracks = body.get("tracks") or []
    if any(not one.get("track_number") or not one.get("title") or not one.get("carrier_code") for one in tracks):
        raise Refused(NOT_SAVED)
    moves = _moves(shop, wanted, source)
    row = order["row"]
    doc: Doc = {
        "row": {
            "entity_id": number,
            "increment_id": increment,
            "order_id": row["entity_id"],
            "store_id": row.get("store_id"),
            "billing_address_id": row.get("billing_address_id"),
            "shipping_address_id": row.get("shipping_address_id"),
            "total_qty": num(sum((quantity for _, quantity in wanted), ZERO)),
            "created_at": now,
            "updated_at": now,
        },
        "items": items,
        "tracks": [],
        "comments": [],
        "packages": body.get("packages") or [],
        "source": source,
    }
    doc["tracks"] = [_track(shop, doc, one) for one in tracks]
    comment = body.get("comment")
    if comment and comment.get("comment"):
        notified = 1 if body.get("notify") and body.get("append_comment") else 0
        doc["comments"].append(_comment(shop, doc, comment, notified))
    stock = shop.stock_for(order)
    for sku, quantity in moves:
        shop.inventory.move(sku, source, -quantity)
        shop.inventory.reserve(sku, stock["stock_id"], quantity, row["entity_id"], "shipment_created")
    with shop.changing(order):
        for item, quantity in wanted:
            item["qty_shipped"] = num(dec(item["qty_shipped"]) + quantity)
        life.after_action(order)
        life.settle(order)
    shop.shipments.save(doc)
    return number


def _wanted(order: Doc, given: list[Doc] | None) -> list[tuple[Doc, Decimal]]:
    """Items with the quantity that will leave, cut to what is left."""
    if not given:
        found = [(item, life.left_to_ship(item)) for item in order["items"]]
    else:
        asked = {int(one["order_item_id"]): dec(one.get("qty")) for one in given if one.get("order_item_id")}
        found = [
            (item, min(asked[item["item_id"]], life.left_to_ship(item)))
            for item in order["items"]
            if item["item_id"] in asked
        ]
    return [(item, quantity) for item, quantity in found if quantity > 0]


def _refuse(order: Doc, wanted: list[tuple[Doc, Decimal]]) -> None:
    lines = []
    state = order["row"].get("state")
    if state in ("holded", "payment_review", "canceled"):
        lines.append(f"A shipment cannot be created when an order has a status of {state}")
    elif not life.can_ship(order):
        lines.append("The order does not allow a shipment to be created.")
    if not wanted:
        lines.append(NOTHING)
    if lines:
        raise Refused("\n".join(["Shipment Document Validation Error(s):", *lines]))


def _moves(shop: Shop, wanted: list[tuple[Doc, Decimal]], source: str) -> list[tuple[str, Decimal]]:
    """What leaves the source, by SKU; only items whose SKU is a product and that name it move stock."""
    moves: dict[str, Decimal] = {}
    for item, quantity in wanted:
        product = shop.product(item.get("sku"))
        if product is not None and item.get("product_id") is not None:
            sku = product["row"]["sku"]
            moves[sku] = moves.get(sku, ZERO) + quantity
    if any((shop.inventory.at(sku, source) or ZERO) < quantity for sku, quantity in moves.items()):
        raise Refused(NOT_SAVED)
    return list(moves.items())


def _item(item: Doc, quantity: Decimal, number: int, parent: int) -> Doc:
    return {
        "entity_id": number,
        "parent_id": parent,
        "order_item_id": item["item_id"],
        "name": item.get("name"),
        "sku": item.get("sku"),
        "price": item.get("price"),
        "weight": item.get("weight"),
        "product_id": item.get("product_id"),
        "qty": num(quantity),
    }


def _track(shop: Shop, doc: Doc, given: Doc) -> Doc:
    now = shop.now()
    texts = ("track_number", "title", "carrier_code", "description", "weight", "qty")
    kept = stored(shop, {name: given[name] for name in texts if given.get(name) is not None}, TRACK_LENGTHS)
    return {
        **kept,
        "entity_id": shop.next("track"),
        "parent_id": doc["row"]["entity_id"],
        "order_id": doc["row"]["order_id"],
        "created_at": now,
        "updated_at": now,
    }


def _comment(shop: Shop, doc: Doc, given: Doc, notified: int) -> Doc:
    return {
        "entity_id": shop.next("shipment_comment"),
        "parent_id": doc["row"]["entity_id"],
        "comment": stored(shop, {"comment": given.get("comment")}, {"comment": None})["comment"],
        "is_customer_notified": given.get("is_customer_notified", notified),
        "is_visible_on_front": given.get("is_visible_on_front", 0),
        "created_at": shop.now(),
    }


def need(shop: Shop, number: int) -> Doc:
    """A shipment by its entity id."""
    found = shop.shipments.get(number)
    if found is None:
        raise not_found()
    return found


def add_track(shop: Shop, entity: Doc) -> Doc:
    """POST /V1/shipment/track; neither the shipment's nor the order's updated_at moves."""
    doc = shop.shipments.get(int(entity.get("parent_id") or 0))
    complete = entity.get("track_number") and entity.get("title") and entity.get("carrier_code")
    if doc is None or not complete or entity.get("order_id") not in (None, doc["row"]["order_id"]):
        raise Refused("Could not save the shipment tracking.")
    made = _track(shop, doc, entity)
    doc["tracks"].append(made)
    shop.shipments.save(doc)
    return show.track(made)


def delete_track(shop: Shop, number: int) -> bool:
    """DELETE /V1/shipment/track/{id}."""
    for doc in shop.shipments:
        left = [one for one in doc["tracks"] if one["entity_id"] != number]
        if len(left) < len(doc["tracks"]):
            doc["tracks"] = left
            shop.shipments.save(doc)
            return True
    raise not_found()


def add_comment(shop: Shop, number: int, entity: Doc) -> Doc:
    """POST /V1/shipment/{id}/comments."""
    doc = need(shop, number)
    made = _comment(shop, doc, entity, 0)
    doc["comments"].append(made)
    shop.shipments.save(doc)
    return made
