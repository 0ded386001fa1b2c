"""What orderCreate refuses before anything is changed.

The texts of empty lines, unknown variants and tax currencies are Shopify's (reference 2.2), the rest our own wording.
"""

from tokbridge.sandbox.shopify.refuse import Refused, refuse, user_error
from tokbridge.sandbox.shopify.shop import Shop
from tokbridge.sandbox.shopify.values import Doc, number, seconds

TAX_CURRENCY = (
    "Line items tax lines currency does not match the order currency (which defaults to the shop currency if not given)"
)
TAG_LENGTH = 40


def check_order(shop: Shop, given: Doc, currency: str, *, clamp: bool) -> None:
    """Raise Refused for the first kind of mistake found."""
    if given.get("customer") and given.get("customerId"):
        raise refuse(["order"], "Only one of customer and customerId can be given.", "REDUNDANT_CUSTOMER_FIELDS")
    if not given.get("lineItems"):
        raise refuse(["order", "lineItems"], "Line items must have at least one line item", "INVALID")
    _check_lines(shop, given["lineItems"])
    _check_taxes(given, currency)
    if any(len(tag) > TAG_LENGTH for tag in given.get("tags") or []):
        raise refuse(["order", "tags"], f"Tags cannot be longer than {TAG_LENGTH} characters", "INVALID")
    if given.get("discountCode") and len([one for one in given["discountCode"].values() if one]) != 1:
        raise refuse(["order", "discountCode"], "Exactly one discount code must be given", "INVALID")
    if not given.get("presentmentCurrency") and _presented(given):
        raise refuse(["order", "presentmentCurrency"], "Presentment currency can't be blank", "INVALID")
    if not clamp and given.get("processedAt") and seconds(given["processedAt"]) > shop.now():
        raise refuse(["order", "processedAt"], "Processed at can't be in the future", "PROCESSED_AT_INVALID")


def _check_lines(shop: Shop, lines: list[Doc]) -> None:
    for line in lines:
        known = number(line.get("variantId"), "ProductVariant") in shop.variants
        if not known and not line.get("title"):
            raise Refused(
                user_error(["order"], "Order Line items is invalid"),
                user_error(["order", "lineItems"], "Line items Name can't be blank"),
                user_error(["order", "lineItems"], "Line items Title can't be blank"),
            )
    for at, line in enumerate(lines):
        if line["quantity"] < 1:
            field = ["order", "lineItems", str(at), "quantity"]
            raise refuse(field, "Quantity must be greater than or equal to 1", "INVALID")


def _check_taxes(given: Doc, currency: str) -> None:
    parts = [*given["lineItems"], *(given.get("shippingLines") or [])]
    on_parts = [tax for part in parts for tax in part.get("taxLines") or []]
    if given.get("taxLines") and on_parts:
        raise refuse(["order", "taxLines"], "Tax lines can be set on the order or on its lines, not on both", "INVALID")
    for tax in [*on_parts, *(given.get("taxLines") or [])]:
        if tax.get("priceSet") and tax["priceSet"]["shopMoney"]["currencyCode"] != currency:
            raise refuse(["order", "lineItems"], TAX_CURRENCY, "INVALID")


def _presented(value: object) -> bool:
    if isinstance(value, dict):
        return bool(value.get("presentmentMoney")) or any(_presented(inner) for inner in value.values())
    return isinstance(value, list) and any(_presented(inner) for inner in value)


def check_metafields(shop: Shop, given: list[Doc]) -> list[Doc]:
    """The metafields with namespace and type filled in; refuses a missing type and a taken unique value."""
    ready = []
    for at, field in enumerate(given):
        place = ["order", "metafields", str(at)]
        namespace, key = field.get("namespace") or "custom", field.get("key") or ""
        definition = shop.definition(namespace, key)
        kind = field.get("type") or (definition["type"] if definition else None)
        if not key or not kind or not field.get("value"):
            raise refuse(place, "Metafields must have a key, a type and a value", "INVALID")
        if definition and kind != definition["type"]:
            raise refuse([*place, "type"], f"Type must be {definition['type']}", "INVALID")
        unique = definition is not None and definition["type"] == "id" and shop.settings["unique_id_metafield"]
        if unique and (namespace, key, field["value"]) in shop.by_metafield:
            raise refuse([*place, "value"], "Value must be unique amongst all metafields.", "INVALID")
        ready.append({"namespace": namespace, "key": key, "type": kind, "value": field["value"]})
    return ready
