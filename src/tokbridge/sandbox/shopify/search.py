"""A search index that lags behind the truth, as Shopify's does (reference 2.4, 3.1).

A row says how a document looked when it was last saved; it becomes searchable only after the lag. Reads by id and
orderByIdentifier never come here.
"""

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from tokbridge.sandbox.shopify.query import Both, Either, Node, Not, Term, parse, prune, show
from tokbridge.sandbox.shopify.values import Doc, seconds

Row = dict[str, Any]
"""Field name to value: text, number, list of texts (text fields and keywords)."""

TEXT, KEYWORD, NUMBER, DATE = "text", "keyword", "number", "date"
WORDS = re.compile(r"[^\W_]+")


@lru_cache(maxsize=50_000)
def words(text: str) -> tuple[str, ...]:
    """How a text is cut for the index: runs of letters and digits, lower case ("ABC-1" gives abc, 1)."""
    return tuple(WORDS.findall(text.lower()))


class Found:
    """What a query met: the ids, and the note for extensions.search (None when there is nothing to warn of)."""

    def __init__(self, ids: set[int] | None, note: Doc | None) -> None:
        self.ids = ids
        self.note = note


class SearchIndex:
    """Rows of one kind of object. `kinds` names the filters; `lag` gives the seconds until a change can be found."""

    def __init__(self, kinds: Mapping[str, str], now: Callable[[], float], lag: Callable[[], float]) -> None:
        self._kinds = kinds
        self._now = now
        self._lag = lag
        self._waiting: deque[tuple[float, int, Row]] = deque()
        self._postings: dict[tuple[str, str], set[int]] = defaultdict(set)
        self.rows: dict[int, Row] = {}

    def put(self, key: int, row: Row, *, at_once: bool = False) -> None:
        """Have a row searchable after the lag."""
        self._waiting.append((self._now() + (0.0 if at_once else self._lag()), key, row))

    def settle(self) -> None:
        """Make searchable what is old enough."""
        now = self._now()
        while self._waiting and self._waiting[0][0] <= now:
            _, key, row = self._waiting.popleft()
            if key in self.rows:
                self._post(key, self.rows[key], set.discard)
            self.rows[key] = row
            self._post(key, row, set.add)

    def find(self, text: str | None, path: list[str]) -> Found:
        """The rows a query meets; ids None = all. Unknown filters and bad dates are dropped with a warning."""
        self.settle()
        if not text or not text.strip():
            return Found(None, None)
        warnings: list[Doc] = []
        tree = parse(text)
        kept = prune(tree, lambda term: self._known(term, warnings))
        note = {"path": path, "query": text, "parsed": show(tree), "warnings": warnings} if warnings else None
        if kept is None:
            return Found(None, note)
        narrowed = self._narrow(kept)
        keys: Iterable[int] = self.rows if narrowed is None else narrowed
        return Found({key for key in keys if self._meets(kept, self.rows[key])}, note)

    def _post(self, key: int, row: Row, change: Callable[[set[int], int], None]) -> None:
        for field, kind in self._kinds.items():
            if kind in (TEXT, KEYWORD):
                for value in _values(row.get(field)):
                    for token in words(value) if kind == TEXT else (value.lower(),):
                        change(self._postings[(field, token)], key)

    def _known(self, term: Term, warnings: list[Doc]) -> bool:
        if term.field is None:
            return True
        kind = self._kinds.get(term.field)
        if kind is None:
            warnings.append(
                {"field": term.field, "message": "Invalid search field for this query.", "code": "invalid_field"}
            )
            return False
        if (kind == DATE and not (term.quoted and _is(seconds, term.value))) or (
            kind == NUMBER and not _is(float, term.value)
        ):
            message = f"Input `{term.value}` is not an accepted `{kind}`."
            warnings.append({"field": term.field, "message": message, "code": f"invalid_{kind}"})
            return False
        return True

    def _narrow(self, node: Node) -> set[int] | None:
        """A superset of the answer out of the postings, None when they say nothing about this query."""
        match node:
            case Term(field, "", value, quoted) if field and not (value.endswith("*") and not quoted):
                kind = self._kinds[field]
                if kind == KEYWORD:
                    return self._postings.get((field, value.lower()), set())
                tokens = words(value)
                if kind == TEXT and tokens:
                    sets = sorted((self._postings.get((field, token), set()) for token in tokens), key=len)
                    return set.intersection(*sets)
                return None
            case Both(left, right):
                sides = [side for side in (self._narrow(left), self._narrow(right)) if side is not None]
                return min(sides, key=len) if sides else None
            case Either(left, right):
                one, other = self._narrow(left), self._narrow(right)
                return None if one is None or other is None else one | other
            case _:
                return None

    def _meets(self, node: Node, row: Row) -> bool:
        match node:
            case Both(left, right):
                return self._meets(left, row) and self._meets(right, row)
            case Either(left, right):
                return self._meets(left, row) or self._meets(right, row)
            case Not(inner):
                return not self._meets(inner, row)
            case Term(None, _, _, _):
                return any(
                    self._equal(TEXT, row.get(field), node) for field, kind in self._kinds.items() if kind == TEXT
                )
            case Term(field, _, _, _):
                return self._equal(self._kinds[str(field)], row.get(str(field)), node)

    def _equal(self, kind: str, value: Any, term: Term) -> bool:
        if kind in (NUMBER, DATE):
            return value is not None and _compare(
                float(value), term.op, seconds(term.value) if kind == DATE else float(term.value)
            )
        return any(_like(kind, text, term) for text in _values(value))


def _values(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _like(kind: str, text: str, term: Term) -> bool:
    prefix = term.value.endswith("*") and not term.quoted
    if kind == KEYWORD:
        wanted = term.value.lower()
        return text.lower().startswith(wanted[:-1]) if prefix else text.lower() == wanted
    have, need = words(text), words(term.value)
    if not need:
        return prefix
    for start in range(len(have) - len(need) + 1):
        run = have[start : start + len(need)]
        if run[:-1] == need[:-1] and (run[-1].startswith(need[-1]) if prefix else run[-1] == need[-1]):
            return True
    return False


def _compare(value: float, op: str, limit: float) -> bool:
    match op:
        case ">":
            return value > limit
        case ">=":
            return value >= limit
        case "<":
            return value < limit
        case "<=":
            return value <= limit
        case _:
            return value == limit


def _is(read: Callable[[str], float], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True
