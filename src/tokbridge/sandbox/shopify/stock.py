"""Stock levels: claims by orders, shipments, restocking, setting (reference 3.2, 3.3)."""

from tokbridge.sandbox.shopify.refuse import Refused, user_error
from tokbridge.sandbox.shopify.shop import Shop
from tokbridge.sandbox.shopify.values import Doc, gid, number

REASONS = frozenset(
    [
        "correction", "cycle_count_available", "damaged", "movement_created", "movement_updated", "movement_received",
        "movement_canceled", "other", "promotion", "quality_control", "received", "reservation_created",
        "reservation_updated", "reservation_deleted", "restock", "safety_stock", "shrinkage",
    ]
)  # fmt: skip
MOST = 1_000_000_000


def level(shop: Shop, available: int) -> Doc:
    """A new stock level."""
    return {"id": shop.next_id(), "available": available, "committed": 0, "updatedAt": shop.now()}


def on_hand(one: Doc) -> int:
    """on_hand = available + committed; this shop has no other states."""
    return int(one["available"] + one["committed"])


def move(shop: Shop, variant: Doc, location: int, *, available: int = 0, committed: int = 0) -> None:
    """Change a level, keep it, and tell the webhooks."""
    one = variant["levels"].get(str(location))
    if one is None:
        one = variant["levels"][str(location)] = level(shop, 0)
    one["available"] += available
    one["committed"] += committed
    one["updatedAt"] = shop.now()
    product = shop.products[variant["productId"]]
    shop.save_product(product)
    shop.tell("inventory_levels/update", {"variant": variant, "location": location, "level": one}, {})


def where(variant: Doc, quantity: int, default: int) -> int:
    """The location that claims: the first with enough, else the first that stocks the item."""
    levels = variant["levels"]
    for key in sorted(levels, key=int):
        if levels[key]["available"] >= quantity:
            return int(key)
    return int(min(levels, key=int)) if levels else default


def claimable(variant: Doc, quantity: int) -> bool:
    """Whether the policy lets an order claim this many (untracked and CONTINUE always do)."""
    if not variant["tracked"] or variant["policy"] == "CONTINUE":
        return True
    return any(one["available"] >= quantity for one in variant["levels"].values())


def claim(shop: Shop, variant: Doc, quantity: int) -> Doc | None:
    """available −n, committed +n, on_hand ± 0; gives the claim to keep on the line (None for untracked items)."""
    if not variant["tracked"]:
        return None
    location = where(variant, quantity, shop.default_location())
    move(shop, variant, location, available=-quantity, committed=quantity)
    return {"location": location, "quantity": quantity}


def set_quantities(shop: Shop, given: Doc) -> Doc:
    """inventorySetQuantities: all or nothing; gives the InventoryAdjustmentGroup."""
    name = given["name"]
    errors = _problems(shop, given)
    if errors:
        raise Refused(*errors)
    changes: list[Doc] = []
    for entry in given["quantities"]:
        variant = shop.items[number(entry["inventoryItemId"], "InventoryItem")]
        location = number(entry["locationId"], "Location")
        one = variant["levels"].get(str(location)) or level(shop, 0)
        delta = entry["quantity"] - (one["available"] if name == "available" else on_hand(one))
        move(shop, variant, location, available=delta)
        for moved in ("available", "on_hand") if delta else ():
            changes.append({"name": moved, "delta": delta, "variantId": variant["id"], "locationId": location})
    return {
        "id": shop.next_id(),
        "createdAt": shop.now(),
        "reason": given["reason"],
        "referenceDocumentUri": given.get("referenceDocumentUri"),
        "changes": changes,
    }


def _problems(shop: Shop, given: Doc) -> list[Doc]:
    if given["name"] not in ("available", "on_hand"):
        text = "The quantity name must be either 'available' or 'on_hand'."
        return [user_error(["input", "name"], text, "INVALID_NAME")]
    if given["reason"] not in REASONS:
        return [user_error(["input", "reason"], "The specified reason is invalid.", "INVALID_REASON")]
    errors: list[Doc] = []
    seen: set[tuple[str, str]] = set()
    for at, entry in enumerate(given["quantities"]):
        field = ["input", "quantities", str(at)]
        variant = shop.items.get(number(entry["inventoryItemId"], "InventoryItem"))
        pair = (entry["inventoryItemId"], entry["locationId"])
        if variant is None:
            text = "The specified inventory item could not be found."
            errors.append(user_error([*field, "inventoryItemId"], text, "INVALID_INVENTORY_ITEM"))
        elif number(entry["locationId"], "Location") not in shop.locations:
            text = "The specified location could not be found."
            errors.append(user_error([*field, "locationId"], text, "INVALID_LOCATION"))
        elif pair in seen:
            text = "The combination of inventoryItemId and locationId must be unique."
            errors.append(user_error(field, text, "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"))
        elif entry["quantity"] < 0:
            text = "The quantity can't be negative."
            errors.append(user_error([*field, "quantity"], text, "INVALID_QUANTITY_NEGATIVE"))
        elif entry["quantity"] > MOST:
            text = "The quantity can't be higher than 1,000,000,000."
            errors.append(user_error([*field, "quantity"], text, "INVALID_QUANTITY_TOO_HIGH"))
        elif entry["changeFromQuantity"] is not None and entry["changeFromQuantity"] != _quantity(
            variant, given, entry
        ):
            text = "The changeFromQuantity argument no longer matches the persisted quantity."
            errors.append(user_error([*field, "changeFromQuantity"], text, "CHANGE_FROM_QUANTITY_STALE"))
        seen.add(pair)
    return errors


def _quantity(variant: Doc, given: Doc, entry: Doc) -> int:
    one = variant["levels"].get(str(number(entry["locationId"], "Location"))) or {"available": 0, "committed": 0}
    return int(one["available"]) if given["name"] == "available" else on_hand(one)


def level_gid(variant: Doc, one: Doc) -> str:
    """gid://shopify/InventoryLevel/<n>?inventory_item_id=<m> (reference 3.2)."""
    return f"{gid('InventoryLevel', one['id'])}?inventory_item_id={variant['itemId']}"
