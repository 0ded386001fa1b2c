"""The commands as a program sees them: arguments in; standard output, standard error and exit code out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import structlog.testing
import typer
from typer.testing import CliRunner

from tests.sync.world import World
from tokbridge.sync import outcome


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output must be one line of JSON and nothing else."""
        assert self.out.endswith("\n") and self.out.count("\n") == 1, self.out
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """A connected TikTok shop and store, one channel, no orders."""
    return World(monkeypatch)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    from tokbridge.cli import asking, authorise, check, fetch, link, orders, products

    monkeypatch.setattr(outcome, "WORKER_STARTS", 0.0)
    monkeypatch.setattr(outcome, "LOOK_EVERY", 0.005)
    app = typer.Typer(pretty_exceptions_enable=False)
    for module in (authorise, check, fetch, link, orders, products, asking):
        module.add_commands(app)

    def call(*args: str) -> Ran:
        result = CliRunner().invoke(app, args)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    with structlog.testing.capture_logs():  # the real program logs to standard error
        yield call
