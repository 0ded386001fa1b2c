"""What the API shows of an order: addresses by status and shipping type (reference tiktok-shop-api.md 3.4, 3.6)."""

from typing import Any

from tokbridge.sandbox.tiktok.seed import NAMES, address_of
from tokbridge.sandbox.tiktok.world import Order
from tokbridge.sandbox.wire import Json

HIDDEN_IN = frozenset({"UNPAID", "ON_HOLD"})
EMPTY_FIELDS = (
    "address_detail", "address_line1", "address_line2", "address_line3", "address_line4", "first_name", "full_address",
    "last_name", "name", "phone_number", "postal_code", "region_code",
)  # fmt: skip


def show(order: Order) -> Json:
    """The order as list and detail show it; fields that do not apply are absent, never null."""
    doc = {key: value for key, value in order.doc.items() if not key.startswith("_")}
    doc["recipient_address"] = visible_address(order)
    return _override(doc, order.raw)


def visible_address(order: Order) -> Json:
    """Empty while unpaid or on hold, masked when TikTok ships, else the true one."""
    if order.status in HIDDEN_IN:
        return dict.fromkeys(EMPTY_FIELDS, "") | {"delivery_preferences": {"drop_off_location": ""}}
    if order.doc["shipping_type"] == "TIKTOK" or order.doc["fulfillment_type"] == "FULFILLMENT_BY_TIKTOK":
        return _masked(order.address)
    return order.address


def address(buyer: Json, region: str, number: int) -> Json:
    """A recipient_address from a template's buyer: name, phone and flat fields, or the whole object under `address`."""
    place = {**address_of(region), **{key: value for key, value in buyer.items() if key != "address"}}
    name = str(buyer.get("name", NAMES[number % len(NAMES)]))
    first, _, last = name.partition(" ")
    levels = [
        ("Country", place["country"], place["region_code"]),
        ("State", place["state"], place["state_code"]),
        ("County", place["county"], ""),
        ("City", place["city"], ""),
    ]
    parts = [place["line1"], place["line2"], place["city"], place["state"], place["postal_code"], place["country"]]
    whole: Json = {
        "full_address": ", ".join(part for part in parts if part),
        "phone_number": place["phone"],
        "name": name,
        "first_name": first if last else name,
        "last_name": last,
        "address_detail": " ".join(part for part in (place["line1"], place["line2"]) if part),
        "address_line1": place["line1"],
        "address_line2": place["line2"],
        "address_line3": "",
        "address_line4": "",
        "postal_code": place["postal_code"],
        "region_code": place["region_code"],
        "district_info": [
            {"address_level": f"L{level}", "address_level_name": kind, "address_name": called}
            | ({"iso_code": code} if code else {})
            for level, (kind, called, code) in enumerate(one for one in levels if one[1])
        ],
        "delivery_preferences": {"drop_off_location": ""},
    }
    if place["region_code"] == "GB":
        whole["post_town"] = place["city"]
    return _override(whole, buyer.get("address", {}))


def _masked(true: Json) -> Json:
    def stars(text: str) -> str:
        return text[:1] + "***" if text else ""

    kept = {"region_code", "district_info", "delivery_preferences", "postal_code"}
    return {
        name: value if name in kept else f"{value[:6]}***{value[-2:]}" if name == "phone_number" else stars(value)
        for name, value in true.items()
    }


def _override(target: Json, changes: Json) -> Json:
    """A copy of target with changes merged in; null removes."""
    merged: dict[str, Any] = dict(target)
    for key, value in changes.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _override(merged[key], value)
        else:
            merged[key] = value
    return merged
