"""A table as a CSV file, streamed: any number of rows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse

STEADY = "en"  # the language of headings and words, whoever asks: programs read the files
AT_ONCE = 1000  # rows in one piece: every piece costs a write to the network
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take a text that begins so for a formula

Value = str | int | float


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_file(name: str, head: Iterable[str], records: Iterable[Iterable[Value]]) -> StreamingHttpResponse:
    """`name`: without ".csv". UTF-8 with a mark, since Excel takes anything else for the machine's code page."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(head)
        for record in records:
            yield writer.writerow([_harmless(value) for value in record])

    answer = StreamingHttpResponse(_in_pieces(lines()), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _harmless(value: Value) -> Value:
    """A text that would run as a formula gets an apostrophe in front; ids keep all their digits as texts."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value


def _in_pieces(lines: Iterable[str]) -> Iterator[bytes]:
    held: list[str] = []
    for line in lines:
        held.append(line)
        if len(held) == AT_ONCE:
            yield "".join(held).encode()
            held.clear()
    yield "".join(held).encode()
