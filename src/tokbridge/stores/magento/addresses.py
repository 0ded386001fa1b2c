"""PlanAddress -> an address of a Magento order (reference magento-rest.md 7). Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from tokbridge.core.plan import PlanAddress
from tokbridge.stores.magento.shop import Region
from tokbridge.stores.magento.texts import short

# Magento wants all of these; TikTok may hide or lack them. "-" shows that nothing is known; the phone and postcode are
# zeros, which no country takes for a real one.
NOTHING = "-"
NO_PHONE = "0000000000"
NO_POSTCODE = "00000"
NO_COUNTRY = "US"  # only when neither TikTok nor the shop's locale tells one: an order without an address

NOWHERE = PlanAddress("TikTok", "Buyer", "", "", "", "", "", "", "", "", "", True)  # an order without a recipient


def address_input(
    address: PlanAddress, kind: str, email: str, regions: Sequence[Region], country: str
) -> dict[str, Any]:
    """`kind` is billing or shipping. `country` stands in where the address has none. No required field is empty: a
    missing one refuses the order, an empty one makes an order that can't be edited in the admin area."""
    found: dict[str, Any] = {
        "address_type": kind,
        "firstname": short(address.first_name) or NOTHING,
        "lastname": short(address.last_name) or NOTHING,
        "street": [line for line in (short(address.line1), short(address.line2)) if line] or [NOTHING],
        "city": short(address.city) or NOTHING,
        "postcode": short(address.postal_code) or NO_POSTCODE,
        "country_id": address.country_code or country or NO_COUNTRY,
        "telephone": _phone(address.phone),
        "email": email,
    }
    if address.company:
        found["company"] = short(address.company)
    region = matching_region(address, regions)
    if region is not None:
        found |= {"region": region.name, "region_code": region.code, "region_id": region.id}
    elif address.province:
        found["region"] = short(address.province)
    return found


def matching_region(address: PlanAddress, regions: Sequence[Region]) -> Region | None:
    """By name, since Magento's codes are its own for some countries (AE stands for four US regions), then by code."""
    name, code = _plain(address.province), address.province_code.upper()
    by_name = (region for region in regions if name and _plain(region.name) == name)
    by_code = (region for region in regions if code and region.code.upper() in {code, f"{address.country_code}-{code}"})
    return next(by_name, None) or next(by_code, None)


def _phone(phone: str) -> str:
    return NO_PHONE if not phone.strip() or "*" in phone else short(phone)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())
