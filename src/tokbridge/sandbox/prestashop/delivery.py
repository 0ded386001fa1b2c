"""Which carrier delivers a cart, and for how much (reference 5.4, 5.6)."""

import json
from dataclasses import dataclass
from decimal import Decimal

from tokbridge.sandbox.prestashop.prices import Place, tax
from tokbridge.sandbox.prestashop.rounding import rounded
from tokbridge.sandbox.prestashop.schema import Row
from tokbridge.sandbox.prestashop.shop import Shop


@dataclass(frozen=True)
class Shipping:
    """The carrier taken (None: nobody delivers there) and its cost."""

    carrier: Row | None
    net: Decimal = Decimal(0)
    gross: Decimal = Decimal(0)
    rate: Decimal = Decimal(0)


@dataclass(frozen=True)
class Parcel:
    """What is to be delivered: weight in the shop's unit, worth with tax, further charges of products."""

    weight: Decimal
    worth: Decimal
    extra: Decimal = Decimal(0)


def zone_of(shop: Shop, address: Row) -> str:
    """The zone of an address: its state's, else its country's."""
    state = shop.table("states").get(address["id_state"])
    country = shop.table("countries").get(address["id_country"])
    return str((state or country or {"id_zone": "0"})["id_zone"])


def choose(
    shop: Shop, cart: Row, address: Row, groups: tuple[str, ...], parcel: Parcel, currency: Row, place: Place
) -> Shipping:
    """The carrier of the cart's delivery_option if it serves the address, else the shop's own choice."""
    zone = zone_of(shop, address)
    able = [one for one in shop.table("carriers") if _serves(shop, one, zone, groups, parcel)]
    if not able:
        return Shipping(None)
    wished = _option(cart["delivery_option"], str(address["id"]))
    carrier = next((one for one in able if str(one["id"]) == wished), None)
    if carrier is None:
        default = shop.config("PS_CARRIER_DEFAULT")
        carrier = min(able, key=lambda one: (str(one["id"]) != default, _cost(shop, one, zone, parcel) or 0, one["id"]))
    rate, _ = tax(shop, carrier["id_tax_rules_group"], place)
    net = (_cost(shop, carrier, zone, parcel) or Decimal(0)) * shop.rate(currency)
    mode, places = shop.number("PS_PRICE_ROUND_MODE", 2), shop.places(currency)
    return Shipping(carrier, rounded(net, mode, places), rounded(net * (1 + rate), mode, places), rate)


def _option(text: str, address: str) -> str:
    """The carrier id in `{"<address>":"<carrier>,"}`; "" when the text says nothing for the address."""
    try:
        given = json.loads(text) if text else {}
    except ValueError:
        return ""
    value = given.get(address) if isinstance(given, dict) else None
    return str(value).split(",")[0] if value else ""


def _serves(shop: Shop, carrier: Row, zone: str, groups: tuple[str, ...], parcel: Parcel) -> bool:
    heaviest = Decimal(carrier["max_weight"])
    return (
        carrier["active"] == "1"
        and carrier["deleted"] == "0"
        and zone in carrier.get("_zones", ())
        and any(one in carrier.get("_groups", ()) for one in groups)
        and (heaviest == 0 or parcel.weight <= heaviest)
        and _cost(shop, carrier, zone, parcel) is not None
    )


def _cost(shop: Shop, carrier: Row, zone: str, parcel: Parcel) -> Decimal | None:
    """Net price in the default currency; None when no range of the carrier holds the parcel."""
    if carrier["is_free"] == "1":
        return Decimal(0)
    by_price = carrier["shipping_method"] == "2"
    kind, size = ("id_range_price", parcel.worth) if by_price else ("id_range_weight", parcel.weight)
    for row in shop.table("deliveries").find(id_carrier=carrier["id"], id_zone=zone):
        if row[kind] == "0":
            continue
        bounds = shop.table("price_ranges" if by_price else "weight_ranges").get(row[kind])
        if bounds is None or Decimal(bounds["_from"]) <= size < Decimal(bounds["_to"]):
            handling = Decimal(shop.config("PS_SHIPPING_HANDLING", "0")) if carrier["shipping_handling"] == "1" else 0
            return Decimal(row["price"]) + handling + parcel.extra
    return None
