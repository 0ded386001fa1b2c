from __future__ import annotations

import typer

from tokbridge.cli.demo.command import demo


def add_commands(app: typer.Typer) -> None:
    app.command()(demo)
