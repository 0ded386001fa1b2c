"""searchCriteria from a query, and the trimming that `fields` asks for (reference magento-rest.md 11)."""

import re
from typing import Any

from tokbridge.sandbox.magento.fields import snake
from tokbridge.sandbox.magento.refuse import missing, wrong_type
from tokbridge.sandbox.magento.values import Doc

Query = tuple[tuple[str, str], ...]
Tree = dict[str, Any]
KEY = re.compile(r"\[([^\]]*)\]")


def tree(query: Query) -> Tree:
    """PHP's reading of a query: `a[b][0]=c` as {"a": {"b": {"0": "c"}}}; names in snake_case."""
    root: Tree = {}
    for name, value in query:
        head, parts = name.partition("[")[0], KEY.findall(name)
        path = [snake(part) for part in (head, *parts)]
        place = root
        for part in path[:-1]:
            inner = place.get(part)
            if not isinstance(inner, dict):
                inner = place[part] = {}
            place = inner
        place[path[-1] or str(len(place))] = value
    return root


def criteria(query: Query, required: bool = True) -> Doc:
    """{"filter_groups": [[{field, value, condition_type}]], "sort_orders": [...], "page_size", "current_page"}"""
    given = tree(query).get("search_criteria")
    if given is None:
        if required:
            raise missing("searchCriteria")
        given = {}
    if not isinstance(given, dict):
        given = {}
    found: Doc = {"filter_groups": []}
    for group in _ordered(given.get("filter_groups")):
        filters = []
        for one in _ordered(group.get("filters") if isinstance(group, dict) else None):
            shown: Doc = {name: str(one[name]) for name in ("field", "value") if name in one}
            shown["condition_type"] = str(one.get("condition_type", "eq"))
            filters.append(shown)
        found["filter_groups"].append({"filters": filters})
    orders = [
        {"field": str(one.get("field", "")), "direction": str(one.get("direction", "DESC")).upper()}
        for one in _ordered(given.get("sort_orders"))
    ]
    if orders:
        found["sort_orders"] = orders
    for name in ("page_size", "current_page"):
        if name in given:
            found[name] = _int(given[name], name)
    return found


def _ordered(value: Any) -> list[Tree]:
    if not isinstance(value, dict):
        return []
    return [one for _, one in sorted(value.items(), key=lambda item: _place(item[0])) if isinstance(one, dict)]


def _place(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isdigit() else (1 << 30, key)


def _int(value: Any, name: str) -> int:
    text = str(value)
    if not re.fullmatch(r"-?\d+", text):
        raise wrong_type(text, "int", name)
    return int(text)


def trimmed(document: Any, wanted: str) -> Any:
    """The parts of an answer that `fields=items[entity_id],total_count` names; a list left empty becomes null."""
    return _pick(document, _parse(wanted))


def _parse(text: str) -> Tree:
    root: Tree = {}
    stack, name = [root], ""
    for sign in text + ",":
        if sign == "[":
            inner: Tree = {}
            stack[-1][name.strip()] = inner
            stack.append(inner)
            name = ""
        elif sign in "],":
            if name.strip():
                stack[-1][name.strip()] = None
            name = ""
            if sign == "]" and len(stack) > 1:
                stack.pop()
        else:
            name += sign
    return root


def _pick(document: Any, wanted: Tree) -> Any:
    if isinstance(document, list):
        return [_pick(one, wanted) for one in document] or None
    if not isinstance(document, dict):
        return document
    found = {}
    for name, inner in wanted.items():
        if name in document:
            found[name] = document[name] if inner is None else _pick(document[name], inner)
            if found[name] == []:
                found[name] = [] if inner is None else None
    return found
