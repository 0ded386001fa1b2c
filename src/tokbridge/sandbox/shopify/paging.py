"""Connections: cursors, pages, and the refusals of bad page sizes (reference 6.2, 7)."""

import base64
import json
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
    ordered = sorted(items, key=key, reverse=bool(args.get("reverse")))
    low = _after(ordered, key, args["after"], bool(args.get("reverse"))) if args.get("after") else 0
    high = _before(ordered, key, args["before"], bool(args.get("reverse"))) if args.get("before") else len(ordered)
    start, end = low, max(low, high)
    if first is not None:
        end = min(end, start + first)
    if last is not None:
        start = max(start, end - last)
    return connection([load(item) for item in ordered[start:end]], [cursor(*key(item)) for item in ordered[start:end]],
                      more=end < high, less=start > 0)  # fmt: skip


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


def _position(text: str) -> tuple[Any, int]:
    try:
        found = json.loads(base64.b64decode(text, validate=True))
        return found["last_value"], int(found["last_id"])
    except (ValueError, KeyError, TypeError) as error:
        raise bad_request(f"Invalid cursor: {text}") from error


def _after(ordered: list[Any], key: Callable[[Any], tuple[Any, int]], text: str, down: bool) -> int:
    place = _position(text)
    return sum(1 for item in ordered if (key(item) >= place if down else key(item) <= place))


def _before(ordered: list[Any], key: Callable[[Any], tuple[Any, int]], text: str, down: bool) -> int:
    place = _position(text)
    return sum(1 for item in ordered if (key(item) > place if down else key(item) < place))
