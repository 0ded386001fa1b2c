"""`demo`."""

from __future__ import annotations

import typer


def add_commands(app: typer.Typer) -> None:
    app.command()(demo)


def demo() -> None:
    """Everything with the built-in sandbox."""
