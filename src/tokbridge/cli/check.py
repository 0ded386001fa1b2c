"""`check`: is everything there that Tokbridge needs?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from tokbridge.cli.show import as_json, out, progress
from tokbridge.sync.checkup import Grade, checkup

_STYLE = {Grade.OK: "green", Grade.ADVICE: "yellow", Grade.WRONG: "red"}


def add_commands(app: typer.Typer) -> None:
    app.command()(check)


def check(json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False) -> None:
    """Test the database, the task engine and every connection. Exit code 1 when anything is wrong."""
    found = []
    with progress("Asking both sides", quiet=json) as show:
        for looked in checkup():
            found.append(looked)
            show(len(found), None)
    wrong = sum(looked.grade is Grade.WRONG for looked in found)
    if json:
        as_json({"ok": not wrong, "findings": [asdict(looked) for looked in found]})
    else:
        table = Table("", "where", "what", "found", box=None, pad_edge=False)
        for looked in found:
            detail = looked.detail + (f"\n→ {looked.remedy}" if looked.remedy else "")
            table.add_row(f"[{_STYLE[looked.grade]}]{looked.grade}[/]", looked.where, looked.name, detail)
        out().print(table)
        out().print(f"{wrong} wrong" if wrong else "Nothing is wrong.")
    if wrong:
        raise typer.Exit(1)
