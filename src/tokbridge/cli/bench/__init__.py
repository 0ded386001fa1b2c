from __future__ import annotations

import typer


def add_commands(app: typer.Typer) -> None:
    from tokbridge.cli.bench.command import bench  # noqa: PLC0415 - `inside` runs from here and needs none of it

    app.add_typer(bench, name="bench")
