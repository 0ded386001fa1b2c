"""What of an entity a call wants to see: display, language, and the price fields of products (reference 4, 5.5)."""

import re

from tokbridge.sandbox.prestashop.errors import Refusal
from tokbridge.sandbox.prestashop.query import Params
from tokbridge.sandbox.prestashop.render import ALL, Shown
from tokbridge.sandbox.prestashop.schema import Resource

PRICE = re.compile(r"price\[([^\]]+)\]\[([^\]]+)\]")
_PART = re.compile(r"([^,\[\]]+)(?:\[([^\]]*)\])?(?:,|$)")


def display(resource: Resource, text: str, params: Params) -> Shown:
    """`full`, or `[field,list[field,field]]`."""
    extra = tuple(dict.fromkeys(found[1] for name, _ in params if (found := PRICE.fullmatch(name))))
    if text == "full":
        return Shown(ALL.fields, ALL.parts, extra)
    names = ["id", *(one.name for one in resource.fields)]
    if not (text.startswith("[") and text.endswith("]")):
        said = (
            "The 'display' syntax is wrong. You can set 'full' or '[field_1,field_2,field_3,...]'. "
            f"These are available: {', '.join(names)}"
        )
        raise Refusal(400, (36, said), broken_query=True)
    fields: set[str] = set()
    parts: list[tuple[str, tuple[str, ...]]] = []
    lists = {one.name for one in resource.associations}
    for found in _PART.finditer(text[1:-1]):
        name, inner = found[1].strip(), found[2]
        if name in lists:
            parts.append((name, tuple(inner.split(",")) if inner else ()))
        elif name in names or name in extra:
            fields.add(name)
        else:
            said = f'Unable to display this field "{name}". However, these are available: {", ".join(names)}'
            raise Refusal(400, (35, said), broken_query=True)
    return Shown(frozenset(fields), tuple(parts), tuple(one for one in extra if one in fields))


def languages(params: Params, known: tuple[str, ...]) -> tuple[str, ...]:
    """The languages asked for: `1`, `[1|2]`, `[1,3]` (a range); all active ones without a wish."""
    text = dict(params).get("language")
    if text is None:
        return known
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    values = re.split(r"[|,]", inner)
    if not all(one.isdigit() for one in values):
        raise Refusal(400, (79, "language value is wrong"), (81, "language is not available"))
    if "," in inner:
        low, high = int(values[0]), int(values[-1])
        return tuple(one for one in known if low <= int(one) <= high)
    if not all(one in known for one in values):
        raise Refusal(400, (81, "language is not available"))
    return tuple(values)
