"""Validation of texts (reference 5.2, 5.3, 5.5, 5.6, 7): one rule per name in the schemas.

A rule the reference does not describe takes everything; sizes are checked for every field.
"""

import re
from collections.abc import Callable

from tokbridge.sandbox.prestashop.errors import Refusal
from tokbridge.sandbox.prestashop.schema import Field, Row


def _without(letters: str, more: str = "") -> re.Pattern[str]:
    return re.compile(f"[^{letters}]*{more}", re.DOTALL)


_PATTERNS: dict[str, re.Pattern[str]] = {
    "isUnsignedId": re.compile(r"\d+"),
    "isNullOrUnsignedId": re.compile(r"\d*"),
    "isUnsignedInt": re.compile(r"\d+"),
    "isPositiveInt": re.compile(r"\d+"),
    "isInt": re.compile(r"-?\d+"),
    "isBool": re.compile(r"[01]?"),
    "isPrice": re.compile(r"\d{1,10}(\.\d{1,9})?"),
    "isNegativePrice": re.compile(r"-?\d{1,10}(\.\d{1,9})?"),
    "isFloat": re.compile(r"-?\d*\.?\d+"),
    "isUnsignedFloat": re.compile(r"\d*\.?\d+"),
    "isEmail": re.compile(r"[^\s@<>,;()]+@[^\s@<>,;()]+"),
    "isName": _without(r"0-9!<>,;?=+()@#\"°{}_$%:¤|"),
    "isGenericName": _without("<>={}"),
    "isAddress": _without("!<>?=+@{}_$%"),
    "isCityName": _without('!<>;?=+@#"°{}_$%'),
    "isPostCode": re.compile(r"[a-zA-Z 0-9-]*"),
    "isPhoneNumber": re.compile(r"[+0-9. ()/-]*"),
    "isDniLite": re.compile(r"[0-9A-Za-z.-]{1,16}"),
    "isMessage": _without("<>{}"),
    "isTrackingNumber": re.compile(r"[~:#,%&_=()\[\].? +\-@/a-zA-Z0-9]*"),
    "isReductionType": re.compile("amount|percentage"),
    "isMd5": re.compile("[a-f0-9A-F]{32}"),
    "isModuleName": re.compile(r"[a-zA-Z0-9_-]*"),
    "isReference": _without("<>;={}"),
    "isCatalogName": _without("<>;=#{}"),
    "isCarrierName": _without("<>;=#{}"),
    "isStateIsoCode": re.compile(r"[a-zA-Z0-9]{1,4}(-[a-zA-Z0-9]{1,4})?"),
    "isLanguageIsoCode": re.compile("[a-zA-Z]{2,3}"),
    "isNumericIsoCode": re.compile(r"\d{3}"),
    "isColor": re.compile(r"#[0-9a-fA-F]{6}|[a-zA-Z0-9-]*"),
    "isDate": re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?"),
    "isDateFormat": re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?"),
    "isDateOrNull": re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?"),
    "isBirthDate": re.compile(r"\d{4}-\d\d-\d\d"),
    "isCleanHtml": re.compile(r"(?!.*<\s*script).*", re.DOTALL | re.IGNORECASE),
    "isHashedPassword": re.compile(".{5,}", re.DOTALL),
    "isEan13": re.compile(r"\d{0,13}"),
    "isUpc": re.compile(r"\d{0,12}"),
    "isAbsoluteUrl": re.compile(r"(https?://.*)?"),
}

_CUSTOMER_LETTERS = re.compile(r"[^0-9!<>,;?=+()/\\@#\"°*`{}_^$%:¤\[\]|]*")
_EMPTY_PASSES = frozenset({"isDate", "isDateFormat", "isDateOrNull", "isBirthDate", "isMd5", "isNumericIsoCode"})


def _is_customer_name(text: str) -> bool:
    """No digits and signs, and a dot only before a blank or at the end (reference 5.2)."""
    return bool(_CUSTOMER_LETTERS.fullmatch(text)) and not re.search(r"\.(?!\s|$)", text)


_RULES: dict[str, Callable[[str], bool]] = {"isCustomerName": _is_customer_name}


def valid(rule: str, text: str) -> bool:
    """Whether a text passes a rule; texts are taken with their whitespace (reference 3)."""
    if rule in _RULES:
        return _RULES[rule](text)
    pattern = _PATTERNS.get(rule)
    return pattern is None or bool(pattern.fullmatch(text)) or (text == "" and rule in _EMPTY_PASSES)


def check_field(cls: str, field: Field, value: object) -> None:
    """Refuse a text that is too long or fails its rule; an empty one passes unless the field is required."""
    if value is None or (value == "" and not field.required):
        return
    text = str(value)
    if text == "":
        raise invalid(f"Property {cls}-&gt;{field.name} is empty.")
    if field.size and len(text) > field.size:
        raise invalid(
            f"The length of property {cls}-&gt;{field.name} is currently {len(text)} chars. "
            f"It must be between 0 and {field.size} chars."
        )
    if field.rule and not valid(field.rule, text):
        raise invalid(f"Property {cls}-&gt;{field.name} is not valid")


def check(cls: str, fields: tuple[Field, ...], entity: Row) -> None:
    """Refuse the first field of an entity that is not valid."""
    for field in fields:
        value = entity.get(field.name)
        if field.localised:
            for text in (value or {}).values():
                check_field(cls, field, text)
        else:
            check_field(cls, field, value)


def invalid(text: str) -> Refusal:
    """A failed validation."""
    return Refusal(400, (85, f'Validation error: "{text}"'))
