"""How the commands speak: tables and words for people, one line of JSON for programs, progress beside both."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NoReturn

import typer
from django.db import DatabaseError, connection
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tokbridge.cli.processes import prepare
from tokbridge.core.errors import Actor, OutsideError
from tokbridge.project.environment import WrongSetting
from tokbridge.sync.asked import NotPossible

WIDE = 200  # characters a table may take in a pipe or a file


def out() -> Console:
    """Standard output, for results."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDE)


def err() -> Console:
    """Standard error, for what is not a result."""
    return Console(file=sys.stderr, highlight=False, soft_wrap=True)


def as_json(value: Any) -> None:
    """One line of plain JSON, nothing else."""
    typer.echo(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def refuse(words: str) -> NoReturn:
    typer.secho(words, fg=typer.colors.RED, err=True)
    raise typer.Exit(1)


def moment(seconds: float | None) -> str:
    """Unix seconds for people, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S") if seconds else "–"


@contextmanager
def desk() -> Iterator[None]:
    """The tables exist, and what cannot be done ends the command with words instead of a traceback."""
    try:
        if "records_order" not in connection.introspection.table_names():
            prepare()
        yield
    except DatabaseError as error:
        refuse(f"The database cannot be used ({type(error).__name__}). `tokbridge check` says more.")
    except WrongSetting as error:
        refuse(f"Wrong setting. {error}")
    except NotPossible as error:
        refuse(str(error))
    except OutsideError as error:
        todo = f"Who must act: {error.actor}." if error.actor is not Actor.NOBODY else "Try it again later."
        refuse(f"{error.code}: {error.words}\n{todo}")


@contextmanager
def progress(what: str, *, quiet: bool) -> Iterator[Any]:
    """A bar on standard error; yields `show(done, total)`. Quiet: none."""
    if quiet:
        yield lambda _done, _total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err(), transient=True) as bars:
        task = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)
