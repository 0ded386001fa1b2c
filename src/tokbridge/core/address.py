"""TikTok's recipient as an address a store takes.

TikTok has no city and no state field: `districts` hold an address tree, L0 the country and then downwards, whose
meaning differs by country (reference tiktok-shop-api.md 3.6). Which levels are province and city:

- seen in public captures or samples: ID province L1, city L2, sub-district L3, urban community L4; VN province L1,
  district L2, ward L3; PH region L1, province L2, municipality L3, barangay L4; GB city from `post_town`;
- inferred from the country's own tree, not yet seen on the wire: all others (US state L1, county L2, city L3).

Levels below the city belong to the street. Province codes are ISO 3166-2 (pycountry): TikTok's own iso_code when it is
one of the country's, else the subdivision with the same name, else "".
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

import pycountry

from tokbridge.core.order import Address
from tokbridge.core.plan import PlanAddress

HIDDEN_FIRST_NAME = "TikTok"
HIDDEN_LAST_NAME = "Buyer"
HIDDEN_STREET = "Address hidden by TikTok"
HIDDEN_CITY = "Hidden"
NO_LAST_NAME = "-"  # a buyer with a single name: stores refuse an empty last name


class _Tree(NamedTuple):
    province: str  # level
    cities: tuple[str, ...]  # levels, the first that has a name is the city


_DEFAULT = _Tree("L1", ("L2", "L3"))
_TREES = {
    "US": _Tree("L1", ("L3", "L2")),
    "GB": _Tree("L1", ("L3", "L2")),
    "PH": _Tree("L2", ("L3",)),
    "IT": _Tree("L2", ("L3", "L2")),
    "ES": _Tree("L2", ("L3", "L2")),
    "SG": _Tree("", ()),
}
_FAMILY_NAME_FIRST = frozenset({"JP", "VN"})
_DISTRICT_BEFORE_STREET = frozenset({"JP"})

_GENERIC = re.compile(r"\b(province|provinsi|prefecture|state|region|county|city|of|the|tỉnh|thành phố)\b|\[.*?\]")


def is_masked(text: str) -> bool:
    """TikTok masks with asterisks: "a***", "(+1)213-***-1234" (reference samples)."""
    return "*" in text


def to_plan_address(recipient: Address) -> PlanAddress:
    """Masked parts become stated placeholders, never asterisks; a masked phone is left out.

    `masked` is true when name or street are hidden, or when TikTok hides the buyer without asterisks.
    """
    country = recipient.region_code.upper()
    tree = _TREES.get(country, _DEFAULT)
    names = {district.level: district.name for district in recipient.districts if not is_masked(district.name)}
    province = names.get(tree.province, "")
    city_level = next((level for level in tree.cities if names.get(level)), "")
    post_town = "" if is_masked(recipient.post_town) else recipient.post_town
    city = post_town or names.get(city_level, "") or province
    if country == "SG":
        city = "Singapore"
    below = [
        name for level, name in sorted(names.items()) if city_level and level > city_level and name and not post_town
    ]

    first, last = _person(recipient, country)
    line1, line2 = _street(recipient, below, before=country in _DISTRICT_BEFORE_STREET)
    hidden_name = is_masked(first + last)
    hidden_street = is_masked(line1 + line2)
    unmarked = recipient.masked and not (hidden_name or hidden_street or is_masked(recipient.phone))
    return PlanAddress(
        first_name=HIDDEN_FIRST_NAME if hidden_name else first,
        last_name=HIDDEN_LAST_NAME if hidden_name else last,
        company="",
        line1=HIDDEN_STREET if hidden_street else line1,
        line2="" if hidden_street else line2,
        city=city or (HIDDEN_CITY if recipient.masked else ""),
        province=province,
        province_code=_province_code(recipient, tree.province, country),
        postal_code="" if is_masked(recipient.postal_code) else recipient.postal_code,
        country_code=country,
        phone=clean_phone(recipient.phone),
        masked=hidden_name or hidden_street or unmarked,
    )


def clean_phone(phone: str) -> str:
    """ "(+1)213-555-0100" -> "+12135550100"; a masked number is no number: ""."""
    if is_masked(phone):
        return ""
    digits = re.sub(r"\D", "", phone)
    return f"+{digits}" if digits and "+" in phone else digits


def _person(recipient: Address, country: str) -> tuple[str, str]:
    """TikTok repeats the whole name as first name when the buyer did not split it (reference 3.6): split it then."""
    if recipient.first_name and recipient.last_name:
        return recipient.first_name, recipient.last_name
    words = (recipient.name or recipient.first_name or recipient.last_name).split()
    if not words:
        return HIDDEN_FIRST_NAME, HIDDEN_LAST_NAME
    if len(words) == 1:
        return words[0], NO_LAST_NAME
    if country in _FAMILY_NAME_FIRST:
        return " ".join(words[1:]), words[0]
    return " ".join(words[:-1]), words[-1]


def _street(recipient: Address, below: list[str], *, before: bool) -> tuple[str, str]:
    lines = [line for line in recipient.lines if line.strip()] or [
        line for line in (recipient.detail or recipient.full,) if line.strip()
    ]
    written = " ".join(lines).casefold()
    missing = [name for name in below if name.casefold() not in written]
    if before:
        return " ".join([*missing, *lines[:1]]), ", ".join(lines[1:])
    return "".join(lines[:1]), ", ".join([*lines[1:], *missing])


def _province_code(recipient: Address, level: str, country: str) -> str:
    district = next((d for d in recipient.districts if d.level == level), None)
    if district is None:
        return ""
    own = list(pycountry.subdivisions.get(country_code=country) or ())  # type: ignore[no-untyped-call]
    iso = district.iso_code.upper().removeprefix(f"{country}-")
    wanted = _plain(district.name)
    by_code = (unit for unit in own if iso and unit.code == f"{country}-{iso}")
    by_name = (unit for unit in own if wanted and wanted == _plain(unit.name))
    found = next(by_code, None) or next(by_name, None)
    return str(found.code).removeprefix(f"{country}-") if found else ""


def _plain(name: str) -> str:
    bare = _GENERIC.sub(" ", name.casefold()).replace("đ", "d")
    letters = unicodedata.normalize("NFKD", bare)
    return "".join(letter for letter in letters if letter.isalnum())
