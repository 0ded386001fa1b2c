"""Addresses: what the API takes, keeps and shows."""

from functools import cache
from typing import Any

import pycountry

from tokbridge.sandbox.shopify.values import Doc

PARTS = ("firstName", "lastName", "company", "address1", "address2", "city", "zip", "phone")


@cache
def country_name(code: str) -> str | None:
    """The English name of a country code."""
    found = pycountry.countries.get(alpha_2=code)
    return None if found is None else str(getattr(found, "common_name", found.name))


@cache
def province_name(country: str, code: str) -> str | None:
    """The name of a country's subdivision, the code itself when it is unknown."""
    found: Any = pycountry.subdivisions.get(code=f"{country}-{code}")  # type: ignore[no-untyped-call]
    return code if found is None else str(found.name)


def address(given: Doc | None, number: int) -> Doc | None:
    """A stored address out of a MailingAddressInput (or the customer form of it), None for none."""
    if not given:
        return None
    country, province = given.get("countryCode"), given.get("provinceCode")
    kept = {name: given.get(name) for name in PARTS}
    name = " ".join(part for part in (kept["firstName"], kept["lastName"]) if part) or None
    return {
        **kept,
        "id": number,
        "name": name,
        "countryCode": country,
        "country": country_name(country) if country else given.get("country"),
        "provinceCode": province,
        "province": province_name(country, province) if country and province else province or given.get("province"),
    }


def formatted(one: Doc, *, with_name: bool, with_company: bool) -> list[str]:
    """The lines of an address label."""
    town = " ".join(part for part in (one["city"], one["provinceCode"], one["zip"]) if part)
    lines = [one["name"] if with_name else None, one["company"] if with_company else None]
    return [line for line in [*lines, one["address1"], one["address2"], town, one["country"]] if line]
