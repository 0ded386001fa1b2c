"""What happens to an order after its creation: its texts, tags and metafields, open or closed (reference 5)."""

from tokbridge.sandbox.shopify.places import address
from tokbridge.sandbox.shopify.refuse import refuse
from tokbridge.sandbox.shopify.shop import Shop
from tokbridge.sandbox.shopify.values import Doc, number

GONE = "Order does not exist"


def known_order(shop: Shop, wanted: object, field: list[str], code: str | None = None) -> Doc:
    """The order of a global id, or Refused "Order does not exist"."""
    order = shop.orders.get(number(wanted, "Order"))
    if order is None:
        raise refuse(field, GONE, code)
    return order


def update_order(shop: Shop, given: Doc) -> Doc:
    """orderUpdate: tags, note and customAttributes are replaced whole."""
    order = known_order(shop, given["id"], ["id"])
    changes = {key: value for key, value in given.items() if key != "id"}
    if not changes:
        raise refuse(None, "No valid update parameters have been provided")
    for name in ("note", "email", "phone", "poNumber"):
        if name in changes:
            order[name] = changes[name]
    if "tags" in changes:
        order["tags"] = sorted(set(changes["tags"] or []), key=str.lower)
    if "customAttributes" in changes:
        order["customAttributes"] = [dict(one) for one in changes["customAttributes"] or []]
    if changes.get("shippingAddress"):
        order["shippingAddress"] = address(changes["shippingAddress"], shop.next_id())
    for field in changes.get("metafields") or []:
        _set_metafield(shop, order, field)
    shop.save_order(order)
    return order


def _set_metafield(shop: Shop, order: Doc, given: Doc) -> None:
    namespace = given.get("namespace") or "custom"
    for field in order["metafields"]:
        if (field["namespace"], field["key"]) == (namespace, given.get("key")):
            shop.by_metafield.pop((namespace, field["key"], field["value"]), None)
            field.update(value=given.get("value"), updatedAt=shop.now())
            return
    definition = shop.definition(namespace, given.get("key") or "")
    kind = given.get("type") or (definition["type"] if definition else None)
    if not kind or not given.get("key") or not given.get("value"):
        raise refuse(["input", "metafields"], "Metafields must have a key, a type and a value")
    order["metafields"].append(
        {
            "id": shop.next_id(), "namespace": namespace, "key": given["key"], "type": kind, "value": given["value"],
            "createdAt": shop.now(), "updatedAt": shop.now(),
        }
    )  # fmt: skip


def tag(shop: Shop, wanted: object, tags: list[str], *, add: bool) -> Doc:
    """tagsAdd and tagsRemove on an order."""
    order = shop.orders.get(number(wanted, "Order"))
    if order is None:
        raise refuse(["id"], "Node does not exist")
    given = {one.strip() for one in tags if one.strip()}
    kept = set(order["tags"]) | given if add else {one for one in order["tags"] if one not in given}
    order["tags"] = sorted(kept, key=str.lower)
    shop.save_order(order)
    return order


def set_closed(shop: Shop, wanted: object, *, closed: bool) -> Doc:
    """orderClose and orderOpen; nothing happens when it is so already."""
    order = known_order(shop, wanted, ["id"])
    if (order["closedAt"] is not None) != closed:
        order["closedAt"] = shop.now() if closed else None
        shop.save_order(order)
    return order
