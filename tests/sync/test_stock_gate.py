"""The gate of a store's stock: many may let the store move it, or one may count it; on both databases."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection

from tests.sync.world.process import together
from tokbridge.core.errors import Retry
from tokbridge.sync import stock_gate
from tokbridge.sync.stock_gate import StockGate

pytestmark = pytest.mark.django_db(transaction=True)

Way = Callable[[StockGate], AbstractContextManager[None]]


def moving(gate: StockGate) -> AbstractContextManager[None]:
    return gate.moving()


def counting(gate: StockGate) -> AbstractContextManager[None]:
    return gate.counting()


def overlap(first: Way, second: Way, *, other: int = 1) -> bool:
    """Whether the second comes in while the first, of another worker, is inside; it does at the latest afterwards."""
    inside, came, seen = threading.Event(), threading.Event(), []

    def holder() -> None:
        with first(StockGate(1)):
            inside.set()
            seen.append(came.wait(1))

    def comer() -> None:
        assert inside.wait(10)
        with second(StockGate(other)):
            came.set()

    assert together(holder, comer) == []
    assert came.is_set()
    return seen == [True]


@pytest.mark.parametrize(
    ("first", "second", "at_once"),
    [
        (moving, moving, True),
        (moving, counting, False),
        (counting, moving, False),
        (counting, counting, False),
    ],
)
def test_who_waits_for_whom(first: Way, second: Way, at_once: bool) -> None:
    assert overlap(first, second) is at_once


def test_other_stores_do_not_wait() -> None:
    assert overlap(counting, counting, other=2)


def test_who_counts_lets_the_store_move_it_too() -> None:
    gate = StockGate(1)
    with gate.counting():
        with gate.moving():
            pass
        came = threading.Event()
        other = threading.Thread(target=lambda: together(lambda: _move(came)), daemon=True)
        other.start()
        assert not came.wait(0.5), "still counting"
    other.join(10)
    assert came.is_set()


def _move(came: threading.Event) -> None:
    with StockGate(1).moving():
        came.set()


def test_whoever_waits_to_count_is_let_in() -> None:
    """Others that come later and could share do not push past."""
    first_in, counts, order = threading.Event(), threading.Event(), []

    def first() -> None:
        with StockGate(1).moving():
            first_in.set()
            counts.wait(10)
            time.sleep(0.5)  # both of the others wait by now

    def counter() -> None:
        assert first_in.wait(10)
        counts.set()
        with StockGate(1).counting():
            order.append("counted")

    def late() -> None:
        assert counts.wait(10)
        time.sleep(0.2)
        with StockGate(1).moving():
            order.append("moved")

    assert together(first, counter, late) == []
    assert order == ["counted", "moved"]


def test_it_is_free_after_an_error() -> None:
    with pytest.raises(ValueError, match="inside"), StockGate(1).counting():
        raise ValueError("inside")
    assert overlap(moving, moving)


def test_waiting_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("files are waited for as long as the call inside lasts, which has an end")
    monkeypatch.setattr(stock_gate, "_PATIENCE", "200ms")
    waited: list[BaseException] = []

    def holder() -> None:
        with StockGate(1).counting():
            waited.extend(together(comer))

    def comer() -> None:
        with StockGate(1).moving():
            pass

    assert together(holder) == []
    assert isinstance(waited[0], Retry)
