"""POST /V1/orders with entity_id: writes what is given, keeps the rest (reference magento-rest.md 9)."""

from tokbridge.sandbox.magento import show
from tokbridge.sandbox.magento.address import check_address
from tokbridge.sandbox.magento.refuse import Refused, masked
from tokbridge.sandbox.magento.rows import DERIVED, HEADER, ITEMS, LENGTHS, increment_length, stored
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import Doc, dec, num, present

KEPT = ("entity_id", "created_at", "updated_at")


def update(shop: Shop, entity: Doc) -> Doc:
    """Change an order blindly. The answer shows what was given and nulls for the rest of the header; items that were
    given show only what was given."""
    order = shop.orders.get(int(entity["entity_id"]))
    if order is None:
        raise masked()
    row = order["row"]
    changes = {
        key: value for key, value in entity.items() if key in HEADER and key not in DERIVED and value is not None
    }
    lengths: dict[str, int | None] = {**LENGTHS, "increment_id": increment_length(shop)}
    given = {int(one["item_id"]): one for one in entity.get("items") or [] if one.get("item_id") is not None}
    _check(shop, order, changes, lengths)
    with shop.changing(order):
        row |= stored(shop, changes, lengths)
        for own in order["items"]:
            own.update(stored(shop, _plain(given.get(own["item_id"], {})), {}))
        if entity.get("payment"):
            _payment(order, entity["payment"])
        if entity.get("billing_address") and order["billing"]:
            order["billing"] |= stored(shop, _address(entity["billing_address"]), {})
    return _echo(shop, order, changes, entity)


def _check(shop: Shop, order: Doc, changes: Doc, lengths: dict[str, int | None]) -> None:
    if "store_id" in changes:
        shop.scope.need_store(int(changes["store_id"]))
    wanted = stored(shop, {"increment_id": changes.get("increment_id", order["row"]["increment_id"])}, lengths)
    store_id = changes.get("store_id", order["row"].get("store_id"))
    for twin in shop.orders.by("increment_id", wanted["increment_id"]):
        if twin is not order and store_id is not None and twin["row"].get("store_id") == store_id:
            raise Refused("Unique constraint violation found")


def _plain(given: Doc) -> Doc:
    return {key: value for key, value in given.items() if key in ITEMS and key != "item_id" and value is not None}


def _address(given: Doc) -> Doc:
    return {key: value for key, value in given.items() if key not in ("extension_attributes", "entity_id", "parent_id")}


def _payment(order: Doc, given: Doc) -> None:
    """A payment sent without additional_information loses it (reference magento-rest.md 4)."""
    kept = {key: value for key, value in given.items() if key not in ("extension_attributes", "entity_id", "parent_id")}
    order["payment"] = {
        **order["payment"],
        "additional_information": [],
        "additional_keys": [],
        **{key: value for key, value in kept.items() if value is not None},
    }


def _echo(shop: Shop, order: Doc, changes: Doc, entity: Doc) -> Doc:
    row = order["row"]
    head = {**changes, **{name: row[name] for name in KEPT}, "billing_address_id": row.get("billing_address_id")}
    shown = show.header(head)
    for name in ("", "base_"):
        due = dec(changes.get(f"{name}grand_total")) - dec(changes.get(f"{name}total_paid"))
        shown[f"{name}total_due"] = num(due)
    if entity.get("items"):
        known = {own["item_id"]: own for own in order["items"]}
        items = []
        for one in entity["items"]:
            own = known.get(one.get("item_id"), {})
            moments = {name: own.get(name) for name in ("created_at", "updated_at", "order_id")}
            items.append(show.item(shop, {**_plain(one), "item_id": one.get("item_id"), **moments}))
    else:
        items = [show.item(shop, one) for one in order["items"]]
    return {
        **shown,
        "items": items,
        **({"billing_address": present(order["billing"])} if order["billing"] else {}),
        "payment": show.payment(order["payment"]),
        "status_histories": [present(one) for one in reversed(order["histories"])],
    }


def change_address(shop: Shop, parent_id: int, given: Doc) -> Doc:
    """PUT /V1/orders/{parent_id}: an address of the order; it names its own entity_id. The order row does not move."""
    order = shop.need_order(parent_id)
    for kind in ("billing", "shipping"):
        address = order[kind]
        if address and address["entity_id"] == given.get("entity_id"):
            changed = {**address, **_address(given), "address_type": given.get("address_type") or kind}
            check_address(changed)
            order[kind] = stored(shop, changed, {})
            shop.orders.save(order)
            return present(order[kind])
    raise Refused("Could not save order address")
