"""One search box over the order's ids, the customer and the SKU; every branch uses an index."""

from __future__ import annotations

import re

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from tokbridge.records.models import Line, Order

FEW = 2000  # hits up to which they are taken one by one; beyond, hits are so dense that walking the list finds them


def matching(orders: QuerySet[Order], term: str, *, by_buyer: bool) -> QuerySet[Order]:
    """Orders that the term names. An id that fits exactly is the answer; otherwise the term is the beginning of a
    TikTok order id, of a SKU or (`by_buyer`) of a customer's name."""
    exact = _ids(term)
    if exact:
        return orders.filter(pk__in=exact)
    of_order = []
    if by_buyer:
        of_order.append(_begins("customer", term))
    if re.fullmatch(r"[0-9]{3,32}", term):
        of_order.append(Q(tiktok_id__range=(term, term + "9" * 32)))
    of_line = _begins("seller_sku", term)
    hits = set(Line.objects.filter(of_line).order_by().values_list("order_id", flat=True)[: FEW + 1])
    for fits in of_order:
        hits.update(Order.objects.filter(fits).order_by().values_list("pk", flat=True)[: FEW + 1])
    if len(hits) <= FEW:
        return orders.filter(pk__in=hits)
    either = Q(Exists(Line.objects.filter(of_line, order=OuterRef("pk"))))
    for fits in of_order:
        either |= fits
    return orders.filter(either)


def _ids(term: str) -> list[int]:
    """Rows named exactly: by TikTok's id, the store's number, or "#" and our own id."""
    if own := re.fullmatch(r"#([0-9]{1,18})", term):
        return [int(own[1])]
    by_tiktok = Order.objects.filter(tiktok_id=term).order_by().values_list("pk", flat=True)
    numbers = {term, term.upper()}
    by_store = Order.objects.filter(store_number__in=numbers).order_by().values_list("pk", flat=True)
    return [*by_tiktok[:100], *by_store[:100]]


def _begins(column: str, term: str) -> Q:
    """`column` begins with the term, in any of the ways people write names and codes: as typed, lower, UPPER, Title."""
    either = Q()
    for text in {term, term.lower(), term.upper(), term.title()}:
        either |= Q(**{f"{column}__startswith": text}) if connection.vendor == "postgresql" else _range(column, text)
    return either


def _range(column: str, text: str) -> Q:
    """As a range of the column's index, for SQLite, which uses none for LIKE and compares by code point."""
    return Q(**{f"{column}__gte": text, f"{column}__lte": text + "\U0010ffff"})
