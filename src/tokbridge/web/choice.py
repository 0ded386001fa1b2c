"""Which orders an action is meant for: those whose boxes were ticked, or all that a list's filter finds."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Max
from django.http import QueryDict

from tokbridge.records.models import Order
from tokbridge.sync.runs import MOST
from tokbridge.web.wanted import Wanted

TICKED_MOST = 1000


@dataclass(frozen=True, slots=True)
class Chosen:
    """`ids`: of the ticked orders, () when `filter` chooses. `filter`: a list's address, "?tab=…"; of what it finds only
    the orders up to the own id `upto` count, which were there when the person was asked (0: all of them)."""

    ids: tuple[int, ...] = ()
    filter: str = ""
    upto: int = 0

    @classmethod
    def read(cls, asked: QueryDict) -> Chosen:
        """From `all` with `filter`, or `order` (once for each) or `orders` (with commas)."""
        if asked.get("all"):
            upto = asked.get("upto", "")
            return cls(filter=asked.get("filter", ""), upto=int(upto) if re.fullmatch(r"[0-9]{1,18}", upto) else 0)
        texts = [*asked.getlist("order"), *asked.get("orders", "").split(",")]
        ids = (int(text) for text in texts[:TICKED_MOST] if re.fullmatch(r"[0-9]{1,18}", text))
        return cls(tuple(dict.fromkeys(ids)))

    @property
    def wanted(self) -> Wanted:
        """The list that the filter stands for, from its beginning."""
        return Wanted.read(QueryDict(Wanted.read(QueryDict(self.filter.lstrip("?"))).address().lstrip("?")))

    def as_it_stands(self) -> Chosen:
        """The same choice without what arrives from now on."""
        return replace(self, upto=Order.objects.aggregate(newest=Max("pk"))["newest"] or 0) if self.filter else self

    def order_ids(self, *, by_buyer: bool) -> list[int]:
        """Newest first, at most one more than a run may take; ticked ones as they were ticked."""
        if not self.filter:
            known = set(Order.objects.filter(pk__in=self.ids).values_list("pk", flat=True))
            return [pk for pk in self.ids if pk in known]
        wanted = self.wanted
        found: list[int] = []
        for ids in wanted.selection(by_buyer=by_buyer).ids(wanted.tab.walked):
            found += [pk for pk in ids if not self.upto or pk <= self.upto]
            if len(found) > MOST:
                break
        return found[: MOST + 1]

    @property
    def address(self) -> str:
        """ "?…" that leads to the same choice."""
        if self.filter:
            return "?" + urlencode({"all": "1", "filter": self.filter})
        return "?" + urlencode({"orders": ",".join(map(str, self.ids))})

    @property
    def told(self) -> str:
        """For the run's row; without what was searched for, which may be a buyer's name."""
        if not self.filter:
            return "selected"
        wanted = self.wanted
        return f"tab {wanted.tab.key}" + (", filtered" if wanted.filtered else "")
