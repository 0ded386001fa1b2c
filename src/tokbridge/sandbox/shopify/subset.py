"""Proves that our SDL is a subset of Shopify's real schema: same names, types, defaults; nothing required left out."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLSchema, introspection_from_schema

Real = dict[str, Any]
"""`data.__schema` of an introspection answer."""


LATER = {
    "FulfillmentOrderAction.REPORT_PROGRESS": "2026-04",
    "WebhookSubscription.name": "2026-04",
    "WebhookSubscriptionInput(name)": "2026-04",
}
"""What our schema holds although older versions do not: since which version it is real."""

OF_GRAPHQL_ITSELF = frozenset({"include", "skip", "deprecated", "specifiedBy", "oneOf"})


def differences(ours: GraphQLSchema, real: Real, version: str) -> list[str]:
    """Every place where our schema is not a subset of the real one of this version, less what LATER excuses."""
    known = {kind["name"]: kind for kind in real["types"]}
    told: Any = introspection_from_schema(
        ours, directive_is_repeatable=False, descriptions=False, input_value_deprecation=True
    )
    mine: Real = told["__schema"]
    found: list[str] = []
    for kind in mine["types"]:
        if kind["name"].startswith("__"):
            continue
        if kind["name"] not in known:
            found.append(f"{kind['name']}: no such type")
            continue
        found += _type(kind, known[kind["name"]])
    directives = {one["name"]: one for one in real["directives"]}
    for directive in mine["directives"]:
        if directive["name"] not in OF_GRAPHQL_ITSELF:
            other = directives.get(directive["name"])
            found += _values(f"@{directive['name']}", directive["args"], other["args"]) if other else ["no directive"]
    excused = {place for place, since in LATER.items() if version < since}
    return [one for one in found if one.partition(": ")[0] not in excused]


def _type(ours: Real, real: Real) -> Iterator[str]:
    name = ours["name"]
    if ours["kind"] != real["kind"]:
        yield f"{name}: {ours['kind']} instead of {real['kind']}"
        return
    fields = {field["name"]: field for field in real.get("fields") or []}
    for field in ours.get("fields") or []:
        place = f"{name}.{field['name']}"
        if field["name"] not in fields:
            yield f"{place}: no such field"
            continue
        other = fields[field["name"]]
        if spell(field["type"]) != spell(other["type"]):
            yield f"{place}: {spell(field['type'])} instead of {spell(other['type'])}"
        yield from _values(place, field["args"], other["args"])
    yield from _values(name, ours.get("inputFields") or [], real.get("inputFields") or [])
    if bool(ours.get("isOneOf")) != bool(real.get("isOneOf")):
        yield f"{name}: @oneOf differs"
    words = {value["name"] for value in real.get("enumValues") or []}
    yield from (
        f"{name}.{one['name']}: no such value" for one in ours.get("enumValues") or [] if one["name"] not in words
    )
    faces = {face["name"] for face in real.get("interfaces") or []}
    yield from (f"{name}: is no {one['name']}" for one in ours.get("interfaces") or [] if one["name"] not in faces)


def _values(place: str, ours: list[Real], real: list[Real]) -> Iterator[str]:
    """Arguments or input fields."""
    others = {one["name"]: one for one in real}
    mine = {one["name"] for one in ours}
    for one in ours:
        other = others.get(one["name"])
        if other is None:
            yield f"{place}({one['name']}): no such argument"
            continue
        if spell(one["type"]) != spell(other["type"]):
            yield f"{place}({one['name']}): {spell(one['type'])} instead of {spell(other['type'])}"
        if one["defaultValue"] != other["defaultValue"]:
            yield f"{place}({one['name']}): default {one['defaultValue']} instead of {other['defaultValue']}"
    for name, other in others.items():
        if name not in mine and other["type"]["kind"] == "NON_NULL" and other["defaultValue"] is None:
            yield f"{place}({name}): required, but missing here"


def spell(kind: Real) -> str:
    """A type reference as SDL writes it."""
    match kind["kind"]:
        case "NON_NULL":
            return f"{spell(kind['ofType'])}!"
        case "LIST":
            return f"[{spell(kind['ofType'])}]"
        case _:
            return str(kind["name"])
