"""What is over for long is erased: in small transactions, and nothing else."""

from __future__ import annotations

import time

import pytest

from tests.web import factory
from tokbridge.records.models import Order, Run, RunItem
from tokbridge.sync import kept_runs
from tokbridge.sync.kept_runs import DAY, erase_old_runs
from tokbridge.sync.rounds import Rounds

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders() -> list[Order]:
    shop = factory.account()
    return [factory.order(shop) for _ in range(5)]


def a_run(orders: list[Order], days: float | None, **more: object) -> Run:
    """One that is over for so many days; None: not over."""
    ended_at = None if days is None else time.time() - days * DAY
    run = Run.objects.create(verb="sync", token=f"t{Run.objects.count()}", at=1, ended_at=ended_at, **more)
    RunItem.objects.bulk_create(RunItem(run=run, order=row) for row in orders)
    return run


def test_only_what_is_over_for_longer_than_the_setting_is_erased(orders: list[Order]) -> None:
    old = a_run(orders, 91)
    kept = [a_run(orders, 89, again_of=old), a_run(orders, None)]
    assert not erase_old_runs()
    assert list(Run.objects.order_by("id")) == kept
    assert RunItem.objects.count() == 10
    assert Run.objects.get(pk=kept[0].pk).again_of is None
    assert Order.objects.count() == 5


def test_the_setting_says_how_long(orders: list[Order], settings: object) -> None:
    run = a_run(orders, 2)
    settings.KEEP_RUNS_DAYS = 3  # type: ignore[attr-defined]
    erase_old_runs()
    assert Run.objects.get() == run
    settings.KEEP_RUNS_DAYS = 1  # type: ignore[attr-defined]
    erase_old_runs()
    assert not Run.objects.exists()


def test_one_go_takes_no_more_than_so_many_rows_and_says_that_some_are_left(
    orders: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_runs, "AT_ONCE", 2)
    monkeypatch.setattr(kept_runs, "MOST", 4)
    a_run(orders, 91)
    assert erase_old_runs()
    assert RunItem.objects.count() == 1
    assert Run.objects.exists()  # its last result goes first
    assert not erase_old_runs()
    assert not Run.objects.exists() and not RunItem.objects.exists()


def test_a_worker_erases_once_an_hour(orders: list[Order], monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = Rounds()
    a_run(orders, 91)
    rounds._old_runs()
    assert not Run.objects.exists()
    a_run(orders, 91)
    rounds._old_runs()
    assert Run.objects.exists()
    monkeypatch.setattr("tokbridge.sync.rounds.ERASE_EVERY", -1.0)
    rounds._old_runs()
    assert not Run.objects.exists()
