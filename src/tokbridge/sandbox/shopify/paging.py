"""Connections: cursors, pages, and the refusals of bad page sizes (reference 6.2, 7)."""

import base64
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from tokbridge.sandbox.shopify.refuse import bad_request
from tokbridge.sandbox.shopify.values import Doc

LIMIT = 250


def page(
    items: Sequence[Any],
    args: Doc,
    key: Callable[[Any], tuple[Any, int]],
    load: Callable[[Any], Any] = lambda item: item,
) -> Doc:
    """One page of a list. `key` gives (sort value, number) of an item, `load` its node."""
    first, last = args.get("first"), args.get("last")
    if first is None and last is None:
        raise bad_request("you must provide one of first or last")
    for name, wanted in (("first", first), ("last", last)):
        if wanted is not None and wanted > LIMIT:
            raise bad_request(f"{name} cannot exceed {LIMIT}")
        if wanted is not None and wanted < 0:
            raise bad_request(f"{name} cannot be negative")
    down = bool(args.get("reverse"))
    ordered = sorted(((key(item), item) for item in items), key=lambda pair: pair[0], reverse=down)
    places = [place for place, _ in ordered]
    start = _position(places, args["after"], down, past=True) if args.get("after") else 0
    limit = _position(places, args["before"], down, past=False) if args.get("before") else len(places)
    end = max(start, limit)
    if first is not None:
        end = min(end, start + first)
    if last is not None:
        start = max(start, end - last)
    chosen = ordered[start:end]
    return connection(
        [load(item) for _, item in chosen],
        [cursor(*place) for place, _ in chosen],
        more=end < len(places),
        less=start > 0,
    )


def connection(nodes: list[Any], cursors: list[str], *, more: bool, less: bool) -> Doc:
    """The answer's shape; edges are made only when asked for."""
    return {
        "nodes": nodes,
        "edges": lambda info: [{"node": node, "cursor": mark} for node, mark in zip(nodes, cursors, strict=True)],
        "pageInfo": {
            "hasNextPage": more,
            "hasPreviousPage": less,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }


def cursor(value: Any, number: int) -> str:
    """Opaque to clients: base64 of JSON with last_id and last_value."""
    return base64.b64encode(json.dumps({"last_id": number, "last_value": value}).encode()).decode()


def _position(places: list[tuple[Any, int]], text: str, down: bool, *, past: bool) -> int:
    """Where in the sorted list a cursor stands; `past` = behind an item with the same place."""
    try:
        found = json.loads(base64.b64decode(text, validate=True))
        place = (found["last_value"], int(found["last_id"]))
        if down:
            return sum(1 for one in places if one > place or (past and one == place))
        return bisect_right(places, place) if past else bisect_left(places, place)
    except (ValueError, KeyError, TypeError) as error:
        raise bad_request(f"Invalid cursor: {text}") from error
