"""Which TikTok SKUs block orders now because nothing in the store is known for them."""

from __future__ import annotations

from dataclasses import dataclass

from tokbridge.records.models import Line, Link, Problem

LOOKED_AT = 5000  # newest blocked orders that are looked at for what is unmatched
AT_ONCE = 500

Key = tuple[int, str]  # store, TikTok SKU id


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A TikTok SKU that blocks orders because nothing in the store is known for it. `why`: in words; `since`: when the
    first of these orders was blocked."""

    store_id: int
    account_id: int
    sku_id: str
    seller_sku: str
    product_name: str
    sku_name: str
    orders: tuple[int, ...]
    why: str = ""
    since: float = 0


def unmatched(*, every: bool = False) -> list[Unlinked]:
    """What blocks orders now, the most orders first; of the newest `LOOKED_AT` blocked orders unless `every` one counts.
    Reads open problems (index `problem_open_code`) and the lines of their orders."""
    problems = Problem.objects.filter(code="unmatched_sku", closed_at__isnull=True, order__archived_at=None)
    rows = problems.filter(order__channel__isnull=False).order_by("-pk")
    told = rows.values_list("order_id", "words", "order__channel__store_id", "order__account_id", "first_at")
    said = {row[0]: row[1:] for row in (told if every else told[:LOOKED_AT])}
    found: dict[Key, list[int]] = {}
    names: dict[Key, tuple[int, str, str, str, str]] = {}
    since: dict[Key, float] = {}
    ids = [order_id for order_id in said if order_id is not None]
    columns = ("order_id", "sku_id", "seller_sku", "product_name", "sku_name")
    for start in range(0, len(ids), AT_ONCE):
        lines = Line.objects.filter(order_id__in=ids[start : start + AT_ONCE]).order_by("order_id", "position")
        for order_id, sku_id, seller_sku, product_name, sku_name in lines.values_list(*columns):
            words, store_id, account_id, first_at = said[order_id]
            why = _why(seller_sku or sku_id, words)
            if why:
                key = store_id, sku_id
                names.setdefault(key, (account_id, seller_sku, product_name, sku_name, why))
                since[key] = min(first_at, since.get(key, first_at))
                found.setdefault(key, []).append(order_id)
    linked = set(Link.objects.filter(ended_at__isnull=True).values_list("store_id", "sku_id"))
    shown = [
        Unlinked(
            key[0],
            names[key][0],
            key[1],
            *names[key][1:4],
            orders=tuple(dict.fromkeys(orders)),
            why=names[key][4],
            since=since[key],
        )
        for key, orders in found.items()
        if key not in linked
    ]
    return sorted(shown, key=lambda one: (-len(one.orders), one.seller_sku, one.sku_id))


def _why(name: str, words: str) -> str:
    """What the problem's words ("SKU: why; SKU: why") say of this SKU; "" when they do not speak of it."""
    told = f"; {words}".partition(f"; {name}: ")[2]
    return told.partition("; ")[0]
