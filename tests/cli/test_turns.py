"""Workers that start together prepare one after the other; on both databases."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.sync.world.process import together
from tokbridge.cli.turns import own_turn

pytestmark = pytest.mark.django_db(transaction=True)


def test_nobody_comes_in_before_the_first_has_left(settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    inside: list[int] = []
    most: list[int] = []

    def prepare() -> None:
        with own_turn():
            inside.append(1)
            threading.Event().wait(0.3)  # the others ask meanwhile
            most.append(len(inside))
            inside.pop()

    assert together(prepare, prepare, prepare) == []
    assert most == [1, 1, 1]


def test_one_that_fails_lets_the_next_in(settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path

    with pytest.raises(LookupError), own_turn():
        raise LookupError
    came = threading.Event()

    def prepare() -> None:
        with own_turn():
            came.set()

    threading.Thread(target=lambda: together(prepare), daemon=True).start()
    assert came.wait(10)
