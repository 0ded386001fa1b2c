"""What a request body may hold: types and names by Magento's own schema of 2.4.4 (fields.json was made from it).

Numbers come out as int or Decimal-safe JSON numbers; camelCase names come out in snake_case.
"""

import json
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tokbridge.sandbox.magento.refuse import Refused, masked, missing, wrong_type
from tokbridge.sandbox.magento.values import Doc, num

_SCHEMA: Doc = json.loads((Path(__file__).parent / "fields.json").read_text())
TYPES: dict[str, dict[str, str]] = _SCHEMA["types"]
BODIES: dict[str, Doc] = _SCHEMA["bodies"]
TYPES["sales-data-order-extension-interface"] |= {"taxes": "mixed", "additional_itemized_taxes": "mixed"}
TYPES["sales-data-order-item-extension-interface"] |= {"itemized_taxes": "mixed"}

ORDER = "sales-data-order-interface"
ITEM = "sales-data-order-item-interface"
TOO_LARGE = Decimal(10) ** 16
"""decimal(20,4) holds less; what the tables cannot hold is an unexpected error."""
FREE = frozenset({"quote-data-address-interface", "quote-data-payment-interface"})
"""Types whose texts are customer attributes too; what they do not know is ignored."""


def snake(name: str) -> str:
    """customerEmail as customer_email."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: "_" + found[1].lower(), name)


def columns(type_name: str) -> dict[str, str]:
    """The plain fields of a type: what its table has as columns."""
    return {key: kind for key, kind in TYPES[type_name].items() if kind in ("int", "float", "string", "boolean")}


class Reader:
    """Reads bodies the way one version does: `strict` (2.4.7 on) tells unknown names, before it is a masked 500."""

    def __init__(self, strict: bool) -> None:
        self._strict = strict

    def body(self, name: str, given: Any) -> Doc:
        """The arguments of a service by the body's name in fields.json."""
        fields: dict[str, str] = BODIES[name]["fields"]
        known = {snake(key): (key, kind) for key, kind in fields.items()}
        read: Doc = {}
        for key, value in (given if isinstance(given, dict) else {}).items():
            if snake(key) in known and value is not None:
                own, kind = known[snake(key)]
                read[snake(own)] = self._value(value, kind, snake(own))
        for key in BODIES[name]["required"]:
            if snake(key) not in read:
                raise missing(key)
        return read

    def _value(self, value: Any, kind: str, field: str) -> Any:
        if value is None or kind == "mixed":
            return value
        if kind.endswith("[]"):
            if not isinstance(value, list):
                value = list(value.values()) if isinstance(value, dict) else [value]
            if kind[:-2] in TYPES and any(one is None for one in value):
                raise wrong_type("", kind[:-2], field)
            return [self._value(one, kind[:-2], field) for one in value]
        if kind in TYPES:
            return self._object(value, kind, field)
        return _plain(value, kind, field)

    def _object(self, value: Any, kind: str, field: str) -> Doc:
        if not isinstance(value, dict):
            if not value and isinstance(value, list | str):
                return {}
            raise wrong_type(value if isinstance(value, str | int) else "array", kind, field)
        known, read = TYPES[kind], {}
        for key, inner in value.items():
            name = snake(key)
            if name in known:
                read[name] = self._value(inner, known[name], name)
            elif kind not in FREE:
                raise self._unknown(name)
        return read

    def _unknown(self, name: str) -> Refused:
        if not self._strict:
            return masked()
        camel = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
        return Refused(
            '"%fieldName" is not supported. Correct the field name and try again.', 400, {"fieldName": camel}
        )


def _plain(value: Any, kind: str, field: str) -> Any:
    if kind == "boolean":
        if isinstance(value, bool) or value in (0, 1, "0", "1", "true", "false"):
            return value in (True, 1, "1", "true")
        raise wrong_type(value, "boolean", field)
    if kind == "string":
        if isinstance(value, list | dict):
            raise wrong_type("array", "string", field)
        return value if isinstance(value, str) else _text(value)
    if isinstance(value, bool | list | dict):
        raise wrong_type(value if isinstance(value, bool) else "array", kind, field)
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise wrong_type(value, kind, field) from None
    if not number.is_finite() or (kind == "int" and number != number.to_integral_value()):
        raise wrong_type(value, kind, field)
    if abs(number) >= TOO_LARGE:
        raise masked()
    return int(number) if kind == "int" else num(number)


def _text(value: Any) -> str:
    return ("1" if value else "") if isinstance(value, bool) else str(value)
