"""Comparing an answer with a recorded one: ids by a consistent pairing, times aside, everything else alike."""

import re
from dataclasses import dataclass, field
from typing import Any

TIMES = frozenset({"created_at", "updated_at"})
FREE = {
    "protect_code": re.compile(r"[0-9a-f]{32}"),
    "bulk_uuid": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "data_hash": re.compile(r"[0-9a-f]{64}"),
}
STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
REPORT = re.compile(r"Report ID: webapi-[0-9a-f]{13}$")
HOST = re.compile(r"^https?://[^/]+/")
STATIC = re.compile(r"static/version\d+/")

OWN = {"orders": "order", "shipments": "shipment", "invoices": "invoice", "creditmemos": "creditmemo"}
BY_KEY = {
    "order_id": "order",
    "order_item_id": "item",
    "item_id": "item",
    "billing_address_id": "address",
    "shipping_address_id": "address",
    "quote_id": "cart",
    "quote_item_id": "quote_item",
    "tax_id": "tax",
    "tax_item_id": "tax_item",
}
BELOW = {"billing_address": "address", "address": "address", "payment": "payment", "status_histories": "history"}


def kind_of(document: str, path: tuple[str, ...], key: str) -> str | None:
    """What sort of id a key of an answer holds; None when it holds no id."""
    inside = path[-1] if path else ""
    if document == "cart" and key == "item_id":
        return "quote_item"
    if document == "products":
        return None
    if key in BY_KEY:
        return BY_KEY[key]
    owner = OWN.get(document, document)
    if key == "entity_id":
        below = BELOW.get(inside)
        return below or (f"{owner}_{inside}" if inside in ("items", "tracks", "comments") and path[:-1] else owner)
    if key == "parent_id":
        return "order" if inside in BELOW or owner == "history" else "shipment" if owner == "track" else owner
    return None


@dataclass
class Pairs:
    """Recorded ids and ours, one to one per kind."""

    ours: dict[tuple[str, str], str] = field(default_factory=dict)
    theirs: dict[tuple[str, str], str] = field(default_factory=dict)

    def meet(self, kind: str, recorded: Any, got: Any) -> bool:
        """Whether two ids may be the same thing; remembers it."""
        left, right = str(recorded), str(got)
        known = self.ours.setdefault((kind, left), right)
        back = self.theirs.setdefault((kind, right), left)
        return known == right and back == left and type(recorded) is type(got)

    def mine(self, kind: str, recorded: str) -> str:
        """Our id for a recorded one; itself when it was never answered (99999)."""
        return self.ours.get((kind, recorded), recorded)


def differences(recorded: Any, got: Any, document: str, pairs: Pairs, path: tuple[str, ...] = ()) -> list[str]:
    """Every place where two answers differ."""
    where = ".".join(path) or "body"
    if isinstance(recorded, dict) and isinstance(got, dict):
        found = [f"{where}: no {key}" for key in recorded if key not in got]
        found += [f"{where}: {key} too much ({got[key]!r})" for key in got if key not in recorded]
        for key in recorded:
            if key in got:
                found += _value(recorded[key], got[key], key, document, pairs, path)
        return found
    if isinstance(recorded, list) and isinstance(got, list):
        found = [] if len(recorded) == len(got) else [f"{where}: {len(recorded)} entries, not {len(got)}"]
        for left, right in zip(recorded, got, strict=False):
            found += differences(left, right, document, pairs, path)
        return found
    return [] if _same(recorded, got) else [f"{where}: {recorded!r}, not {got!r}"]


def _value(recorded: Any, got: Any, key: str, document: str, pairs: Pairs, path: tuple[str, ...]) -> list[str]:
    where = ".".join((*path, key))
    if key in TIMES:
        return [] if isinstance(got, str) and STAMP.fullmatch(got) else [f"{where}: no time {got!r}"]
    if key in FREE:
        return [] if FREE[key].fullmatch(str(got)) else [f"{where}: {got!r}"]
    kind = kind_of(document, path, key)
    if kind is not None and isinstance(recorded, str | int) and not isinstance(got, dict | list):
        return [] if pairs.meet(kind, recorded, got) else [f"{where}: {kind} {recorded!r} is not {got!r}"]
    return differences(recorded, got, document, pairs, (*path, key))


def _same(recorded: Any, got: Any) -> bool:
    if isinstance(recorded, str) and isinstance(got, str):
        return _plain(recorded) == _plain(got)
    if isinstance(recorded, bool) or isinstance(got, bool):
        return recorded is got
    return bool(recorded == got)


def _plain(text: str) -> str:
    return STATIC.sub("static/", HOST.sub("/", REPORT.sub("Report ID", text)))
