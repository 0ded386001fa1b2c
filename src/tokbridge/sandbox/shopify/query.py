"""Shopify's search syntax: text to a tree of terms (reference 3.1, public search-syntax page)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

TOKEN = re.compile(
    r"""\s*(?:
        (?P<paren>[()])
      | (?P<word>AND|OR|NOT)(?=[\s(]|$)
      | (?P<minus>-)?(?:(?P<field>[A-Za-z_][\w.]*):)?(?P<op>>=|<=|>|<)?
        (?: "(?P<double>(?:\\.|[^"\\])*)" | '(?P<single>(?:\\.|[^'\\])*)' | (?P<bare>(?:\\.|[^\s()\\])+) )
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Term:
    """field (None = any), operator ("" = equals), value, and whether the value stood in quotes."""

    field: str | None
    op: str
    value: str
    quoted: bool


@dataclass(frozen=True)
class Both:
    """AND, also when nothing stands between two terms."""

    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Either:
    """OR."""

    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Not:
    """NOT or a minus sign."""

    inner: "Node"


Node = Term | Both | Either | Not


class _Parser:
    def __init__(self, text: str) -> None:
        self._found = [match for match in TOKEN.finditer(text) if match[0].strip()]
        self._at = 0

    def either(self) -> Node | None:
        left = self._both()
        while self._word() == "OR":
            self._at += 1
            right = self._both()
            left = Either(left, right) if left and right else left or right
        return left

    def _both(self) -> Node | None:
        left = self._one()
        while self._at < len(self._found) and self._word() != "OR" and self._found[self._at]["paren"] != ")":
            if self._word() == "AND":
                self._at += 1
            right = self._one()
            left = Both(left, right) if left and right else left or right
        return left

    def _one(self) -> Node | None:
        if self._at >= len(self._found):
            return None
        match = self._found[self._at]
        self._at += 1
        if match["word"] == "NOT":
            inner = self._one()
            return Not(inner) if inner else None
        if match["paren"] == "(":
            inner = self.either()
            self._at += 1
            return inner
        if match["paren"] or match["word"]:
            return None
        quoted = next((match[name] for name in ("double", "single") if match[name] is not None), None)
        value = re.sub(r"\\(.)", r"\1", match["bare"] if quoted is None else quoted)
        term = Term(match["field"], match["op"] or "", value, quoted is not None)
        return Not(term) if match["minus"] else term

    def _word(self) -> str | None:
        return self._found[self._at]["word"] if self._at < len(self._found) else None


def parse(text: str) -> Node | None:
    """The tree of a query, None when it says nothing. Never refuses: whatever cannot be read is left out."""
    return _Parser(text).either()


def prune(node: Node | None, keep: Callable[[Term], bool]) -> Node | None:
    """The tree without the terms that `keep` refuses, as Shopify drops filters it does not know."""
    match node:
        case None:
            return None
        case Term():
            return node if keep(node) else None
        case Not(inner):
            left = prune(inner, keep)
            return Not(left) if left else None
        case Both(left, right) | Either(left, right):
            kept = (prune(left, keep), prune(right, keep))
            if kept[0] and kept[1]:
                return type(node)(kept[0], kept[1])
            return kept[0] or kept[1]


def show(node: Node | None) -> object:
    """The tree as `extensions.search[].parsed` shows it."""
    match node:
        case None:
            return {}
        case Term(field, op, value, _):
            how = {"": "match_all", ">": "range_gt", ">=": "range_gte", "<": "range_lt", "<=": "range_lte"}[op]
            return {"field": field or "default", how: value}
        case Not(inner):
            return {"not": show(inner)}
        case Both(left, right):
            return {"and": [show(left), show(right)]}
        case Either(left, right):
            return {"or": [show(left), show(right)]}
