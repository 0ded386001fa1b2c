"""The one reader of tables that people send."""

from __future__ import annotations

import pytest

from tokbridge.sync.asked import NotPossible
from tokbridge.sync.parcel_table import Given, parse
from tokbridge.sync.table import read_rows, text_of


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("a\tb, c; d\n", [(1, ["a", "b, c; d"])]),
        ("a;b,c;d\r\n\r\n e ;f\r\n", [(1, ["a", "b,c", "d"]), (2, []), (3, ["e", "f"])]),
        ('a,"x\ny"\nb', [(1, ["a", "x\ny"]), (3, ["b"])]),
        ("a\rb\r", [(1, ["a"]), (2, ["b"])]),
        ('a,5" pipe\n', [(1, ["a", '5" pipe'])]),
    ],
)
def test_rows_have_their_lines(text: str, rows: list[tuple[int, list[str]]]) -> None:
    assert list(read_rows(text)) == rows


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('a,b\n"c,d\ne,f\n', "line 2 cannot be read: a quotation mark in it is not closed or not doubled"),
        ('a,b\n"c"d,e\n', "line 2 cannot be read: a quotation mark in it is not closed or not doubled"),
        ("a\n" + "x" * 131_073, "line 2 cannot be read: a cell is longer than 131,072 characters"),
        ("a\0b", "line 1 cannot be read: it is not text"),
    ],
)
def test_what_cannot_be_read_names_its_line(text: str, words: str) -> None:
    with pytest.raises(NotPossible) as refused:
        list(read_rows(text))
    assert str(refused.value) == words


def test_a_file_is_text_of_a_bounded_size() -> None:
    assert text_of(b"\xef\xbb\xbfa", 1024 * 1024) == "a"
    with pytest.raises(NotPossible, match="not UTF-8"):
        text_of(b"\xff\xfe", 1024 * 1024)
    with pytest.raises(NotPossible, match="larger than 1 MB"):
        text_of(b"x" * (1024 * 1024 + 1), 1024 * 1024)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("A1\nB2", [(1, "", "", "A1"), (2, "", "", "B2")]),
        ("Tracking\nA1\n\nB2\n", [(2, "", "", "A1"), (3, "", "", ""), (4, "", "", "B2")]),
        ("\nA1", [(1, "", "", ""), (2, "", "", "A1")]),
        ("579\tA1\n\n580\tB2", [(1, "579", "", "A1"), (3, "580", "", "B2")]),
        ("\tA1\n580\tB2", [(1, "", "", "A1"), (2, "580", "", "B2")]),
        ('579,"DPD, UK",A1,left over', [(1, "579", "DPD, UK", "A1")]),
        ("Order;Carrier;Number\r\n579;DPD;A1\r\n580;;B2", [(2, "579", "DPD", "A1"), (3, "580", "", "B2")]),
    ],
)
def test_lines_of_parcels(text: str, rows: list[tuple[int, str, str, str]]) -> None:
    assert parse(text) == [Given(*row) for row in rows]
