"""Tables that people send, as a CSV file or as cells pasted from a spreadsheet: the one reader for all of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from tokbridge.core.saying import say
from tokbridge.sync.asked import NotPossible


def text_of(data: bytes, most_bytes: int) -> str:
    """What a file says. `most_bytes`: a multiple of a megabyte. Raises `NotPossible`."""
    if len(data) > most_bytes:
        raise NotPossible(say("the table is larger than {megabytes} MB", megabytes=most_bytes // 1024 // 1024))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotPossible("the table is not UTF-8 text; save it as CSV (UTF-8)") from None


def read_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row's first line (from 1) and its cells without blanks around them; [] for an empty line. Tabs, semicolons or
    commas are between the cells, whichever the first row has. Raises `NotPossible` naming the line that cannot be read."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_between(text), strict=True)
    line = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any("\0" in cell for cell in cells):
                raise NotPossible(say("line {line} cannot be read: it is not text", line=line))
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        if "limit" in str(error):
            most = f"{csv.field_size_limit():,}"
            words = say("line {line} cannot be read: a cell is longer than {most} characters", line=line, most=most)
        else:
            words = say("line {line} cannot be read: a quotation mark in it is not closed or not doubled", line=line)
        raise NotPossible(words) from None


def _between(text: str) -> str:
    """A tab only ever stands between cells; of commas and semicolons the one that the first row has more of."""
    first = text.lstrip("\r\n ").partition("\n")[0]
    if "\t" in first:
        return "\t"
    return ";" if first.count(";") > first.count(",") else ","
