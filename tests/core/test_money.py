"""Amounts survive the way from a platform's text to minor units and back; nothing is ever rounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbridge.core import money


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("19.90", "USD", 1990),
        ("19.9", "USD", 1990),
        ("0.01", "EUR", 1),
        ("657000", "VND", 657000),
        ("657000.00", "VND", 657000),
        ("1.2800", "USD", 128),
        ("5000", "IDR", 500000),
        ("980", "JPY", 980),
        ("-1.05", "GBP", -105),
        ("", "USD", 0),
        (None, "USD", 0),
    ],
)
def test_parse(text: str | None, currency: str, minor: int) -> None:
    assert money.parse(text, currency) == minor


@pytest.mark.parametrize("text", ["1,5", "1e3", "+1", " 1", "1.", ".5", "NaN", "1.005", "١", "1\n", "$5"])
def test_parse_refuses(text: str) -> None:
    with pytest.raises(ValueError):
        money.parse(text, "USD")


def test_no_half_dong() -> None:
    with pytest.raises(ValueError, match="VND"):
        money.parse("0.5", "VND")


def test_unknown_currency_is_named() -> None:
    for call in (lambda: money.exponent("XTS"), lambda: money.parse("", "XTS"), lambda: money.show(1, "XTS")):
        with pytest.raises(ValueError, match="XTS"):
            call()


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(1990, "USD", "19.90"), (5, "USD", "0.05"), (0, "EUR", "0.00"), (-5, "USD", "-0.05"), (657000, "VND", "657000")],
)
def test_show(minor: int, currency: str, text: str) -> None:
    assert money.show(minor, currency) == text


@given(st.integers(-(10**15), 10**15), st.sampled_from(["USD", "EUR", "JPY", "VND", "IDR", "HUF"]))
def test_there_and_back(minor: int, currency: str) -> None:
    assert money.parse(money.show(minor, currency), currency) == minor


def test_share_by_largest_remainder() -> None:
    assert money.share(100, [1, 1, 1]) == [34, 33, 33]
    assert money.share(10, [6, 3, 1]) == [6, 3, 1]
    assert money.share(5, [2, 1]) == [3, 2]
    assert money.share(7, [0, 0]) == [4, 3]


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=9))
def test_share_loses_nothing_and_is_never_off_by_a_unit(amount: int, weights: list[int]) -> None:
    parts = money.share(amount, weights)
    assert sum(parts) == amount
    total = sum(weights)
    if total:
        assert all(abs(part * total - amount * weight) < total for part, weight in zip(parts, weights, strict=True))


def test_share_needs_somebody() -> None:
    with pytest.raises(ValueError):
        money.share(1, [])


@pytest.mark.parametrize(
    ("told", "read"),
    [("0.850000", "0.85"), (1, "1"), ("1.000000", "1"), (25400, "25400"), ("4E+2", "400"), (0.8500001, "0.8500001"),
     ("", ""), (None, ""), ("0", ""), ("-1", ""), ("NaN", ""), ("Infinity", ""), ("a", "")],
)  # fmt: skip
def test_a_rate_is_plain_text(told: object, read: str) -> None:
    assert money.rate(told) == read
