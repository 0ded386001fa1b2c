"""Opaque page tokens, and the paging parameters of a search (reference tiktok-shop-api.md 3.2)."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tokbridge.sandbox.tiktok.errors import invalid
from tokbridge.sandbox.wire import Call, Json, dump

_HEAD = b"\xfb\xff\xbf"
"""Encodes to "+/+/", so that a client which forgets to escape a token fails at once."""


@dataclass(frozen=True)
class Page:
    """Which page is wanted. `after` is an entry's key (token mode "position"), else `offset` counts."""

    size: int
    field: str
    descending: bool
    offset: int
    after: tuple[Any, ...] | None
    filters: str


@dataclass(frozen=True)
class Limits:
    """What a search allows: page size, default size (None = required), sort fields (first = default), order."""

    most: int
    default_size: int | None
    fields: tuple[str, ...] = ("create_time", "update_time")
    descending: bool = True


def read_page(call: Call, body: Json, limits: Limits, settings: Mapping[str, Any]) -> Page:
    """Paging from the query. In the body it is refused; whether other filters' tokens are is a setting."""
    for name in ("page_size", "page_token", "sort_field", "sort_order"):
        if name in body:
            raise invalid(f"Invalid parameter. `{name}` must be a query parameter.")
    size = call.first("page_size", "" if limits.default_size is None else str(limits.default_size))
    if not size.isdecimal() or not 1 <= int(size) <= limits.most:
        raise invalid(f"Invalid parameter. `page_size` must be an integer from 1 to {limits.most}.")
    field = call.first("sort_field", limits.fields[0])
    if field not in limits.fields:
        raise invalid(f"Invalid parameter. `sort_field` must be one of {', '.join(limits.fields)}.")
    order = call.first("sort_order", "DESC" if limits.descending else "ASC")
    if order not in {"ASC", "DESC"}:
        raise invalid("Invalid parameter. `sort_order` must be ASC or DESC.")
    filters = hashlib.sha256(dump([call.path, call.first("shop_cipher"), field, order, body])).hexdigest()[:12]
    token = call.first("page_token")
    offset, after = 0, None
    if token:
        kind, offset, after, token_filters = _decode(token)
        if settings["page_token_bound"] and token_filters != filters:
            raise invalid("Invalid parameter. `page_token` does not belong to this search.")
        if kind != 1:
            raise invalid("Invalid parameter. `page_token` is invalid.")
    return Page(int(size), field, order == "DESC", offset, after, filters)


def cut(entries: Sequence[tuple[Any, str]], page: Page, settings: Mapping[str, Any]) -> tuple[list[str], Json]:
    """The ids on one page of entries (time, id; oldest first), and total_count and next_page_token of the answer."""
    start = page.offset
    ordered = entries[::-1] if page.descending else entries
    if page.after is not None:
        start = sum(1 for one in ordered if (one >= page.after if page.descending else one <= page.after))
    found = ordered[start : start + page.size]
    end = start + len(found)
    tail: Json = {"total_count": len(entries)}
    if end < len(ordered):
        after = found[-1] if settings["page_tokens"] == "position" else None
        tail["next_page_token"] = _encode(end, after, page.filters)
    elif not settings["end_without_token"]:
        tail["next_page_token"] = ""
    return [one[1] for one in found], tail


def _encode(offset: int, after: tuple[Any, ...] | None, filters: str) -> str:
    payload = _HEAD + dump([1, offset, after, filters])
    payload += b" " * ((1 - len(payload)) % 3)
    return base64.b64encode(payload).decode()


def _decode(token: str) -> tuple[int, int, tuple[Any, ...] | None, str]:
    try:
        kind, offset, after, filters = json.loads(base64.b64decode(token, validate=True)[len(_HEAD) :])
    except (binascii.Error, ValueError) as error:
        raise invalid("Invalid parameter. `page_token` is invalid.") from error
    return kind, int(offset), None if after is None else tuple(after), filters
