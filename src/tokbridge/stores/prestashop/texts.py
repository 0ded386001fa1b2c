"""Texts made fit for PrestaShop's fields, whose patterns refuse a whole row for one sign (reference
prestashop-webservice.md 5.2, 5.3, 7). Pure."""

from __future__ import annotations

import re

from tokbridge.core.address import HIDDEN_CITY, HIDDEN_FIRST_NAME, HIDDEN_LAST_NAME, HIDDEN_STREET, NO_LAST_NAME
from tokbridge.core.plan import PlanAddress

NAME_SIZE = 255
OLD_NAME_SIZE = 32  # 1.6 (reference 10)
LINE_SIZE = 128
CITY_SIZE = 64
ALIAS_SIZE = 32
POSTCODE_SIZE = 12
PHONE_SIZE = 32
NUMBER_SIZE = 64
NO_DNI = "TikTok"  # an identification number that a country demands and TikTok does not tell

# The customer's pattern, which holds all that the address's refuses.
_NAME = re.compile(r"[0-9!<>,;?=+()/\\@#\"°*`{}_^$%:¤\[\]|]")
_NAME_DOT = re.compile(r"\.(?=[^\s.])|\.(?=\.)")
_LINE = re.compile(r"[!<>?=+@{}_$%]")
_CITY = re.compile(r"[!<>?=+@{}_$%;#\"°]")
_GENERIC = re.compile(r"[<>={}]")
_MESSAGE = re.compile(r"[<>{}]")
_POSTCODE = re.compile(r"[^A-Za-z0-9 \-]")
_PHONE = re.compile(r"[^0-9 +.()/\-]")
_TRACKING = re.compile(r"[^A-Za-z0-9~:#,%&_=()\[\].? +\-@/]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def _plain(pattern: re.Pattern[str], text: str, size: int) -> str:
    """Refused signs become blanks, runs of blanks become one."""
    return " ".join(pattern.sub(" ", _CONTROL.sub(" ", text)).split())[:size].strip()


def name(text: str, instead: str, size: int = NAME_SIZE) -> str:
    """A person's name; `instead` when nothing is left, or nothing but signs ("J***" becomes "J", "***" `instead`)."""
    spaced = _NAME_DOT.sub(". ", _plain(_NAME, text, 10 * size))
    found = " ".join(spaced.split())[:size].strip()
    return found if any(sign.isalnum() for sign in found) or found == NO_LAST_NAME else instead


def person(address: PlanAddress | None, size: int = NAME_SIZE) -> tuple[str, str]:
    if address is None:
        return HIDDEN_FIRST_NAME, HIDDEN_LAST_NAME
    first = name(address.first_name, HIDDEN_FIRST_NAME, size)
    return first, name(address.last_name, NO_LAST_NAME if address.first_name.strip() else HIDDEN_LAST_NAME, size)


def street(address: PlanAddress) -> tuple[str, str]:
    """Two lines of 128: a longer first line goes on in the second at a blank; what still does not fit stands in the
    raw address."""
    first = _plain(_LINE, address.line1, 10 * LINE_SIZE)
    second = _plain(_LINE, address.line2, 10 * LINE_SIZE)
    if len(first) > LINE_SIZE:
        cut = first.rfind(" ", 0, LINE_SIZE + 1)
        cut = cut if cut > 0 else LINE_SIZE
        second = ", ".join(part for part in (first[cut:].strip(), second) if part)
        first = first[:cut]
    if not first:
        first, second = (second or HIDDEN_STREET), ""
    return first[:LINE_SIZE].strip(), second[:LINE_SIZE].strip()


def city(text: str) -> str:
    return _plain(_CITY, text, CITY_SIZE) or HIDDEN_CITY


def company(text: str) -> str:
    return _plain(_GENERIC, text, NAME_SIZE)


def postcode(text: str) -> str:
    return _plain(_POSTCODE, text, POSTCODE_SIZE)


def phone(text: str) -> str:
    """ "" for a masked number: half a number is none."""
    return "" if "*" in text else _plain(_PHONE, text, PHONE_SIZE)


def generic(text: str) -> str:
    return _plain(_GENERIC, text, NAME_SIZE)


def message(text: str) -> str:
    """Free text over several lines."""
    lines = (" ".join(_CONTROL.sub(" ", line).split()) for line in _MESSAGE.sub(" ", text).splitlines())
    return "\n".join(line for line in lines if line)


def raw_address(address: PlanAddress) -> str:
    """The address as TikTok tells it, for a person to read beside the cleaned one."""
    parts = (
        f"{address.first_name} {address.last_name}",
        address.company,
        address.line1,
        address.line2,
        f"{address.postal_code} {address.city}",
        address.province,
        address.country_code,
        address.phone,
    )
    return message("\n".join(parts))


def tracking(number: str) -> str:
    return _plain(_TRACKING, number, NUMBER_SIZE)
