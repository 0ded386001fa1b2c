"""The rows of a small PrestaShop, by resource, and the filters that its webservice has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass
class Rows:
    version: str = "8.2.4"
    rows: dict[str, dict[int, Row]] = field(default_factory=dict)
    gaps: dict[str, int] = field(default_factory=dict)
    seconds: int = 0

    def table(self, resource: str) -> dict[int, Row]:
        return self.rows.setdefault(resource, {})

    def add(self, resource: str, **values: Any) -> Row:
        table = self.table(resource)
        ref = int(values.pop("id", 0)) or max(table, default=0) + 1 + self.gaps.get(resource, 0)
        row = {"id": ref} | {
            name: value if isinstance(value, (dict, list)) else str(value) for name, value in values.items()
        }
        table[ref] = row
        return row

    def stamp(self) -> str:
        self.seconds += 1
        return f"2026-11-21 23:{self.seconds // 60:02}:{self.seconds % 60:02}"

    def setting(self, name: str) -> str:
        return next(str(row["value"]) for row in self.table("configurations").values() if row["name"] == name)

    def configure(self, name: str, value: object) -> None:
        for row in self.table("configurations").values():
            if row["name"] == name:
                row["value"] = str(value)

    def selected(self, resource: str, query: dict[str, str]) -> list[Row]:
        """What a listing's filters, sort and limit leave."""
        found = list(self.table(resource).values())
        for name, wanted in query.items():
            if name.startswith("filter["):
                dated = "date" in name
                assert not dated or query.get("date") == "1", "a date needs date=1"
                found = [row for row in found if _matches(str(row.get(name[7:-1], "")), wanted)]
        if "sort" in query:
            for key in reversed(query["sort"].strip("[]").split(",")):
                column, _, direction = key.rpartition("_")
                found.sort(key=lambda row: _sortable(row.get(column)), reverse=direction == "DESC")
        else:
            found.reverse()  # there is no default order
        if "limit" in query:
            offset, _, rows = query["limit"].rpartition(",")
            found = found[int(offset or 0) : int(offset or 0) + int(rows)]
        return found


def _sortable(value: Any) -> tuple[int, str]:
    text = str(value)
    return (int(text), "") if text.isdecimal() else (0, text)


def _matches(value: str, wanted: str) -> bool:
    value, wanted = value.casefold(), wanted.casefold()
    if found := re.fullmatch(r">\[(.*)\]", wanted):
        return _sortable(value) > _sortable(found[1])
    if found := re.fullmatch(r"\[(.*)\]%", wanted):
        return value.startswith(found[1])
    assert not wanted.startswith((">=", "<=")), "an operator that PrestaShop drops"
    if found := re.fullmatch(r"\[([\d.: -]+),([\d.: -]+)\]", wanted):
        return _sortable(found[1]) <= _sortable(value) <= _sortable(found[2])
    if found := re.fullmatch(r"\[(.*)\]", wanted):
        return value.strip() in [one.strip() for one in found[1].split("|")]
    return value.strip() == wanted.strip()
