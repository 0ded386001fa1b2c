"""`tokbridge products`: read both sides' products and say what is not found."""

from __future__ import annotations

import time
from typing import Annotated

import typer
from rich.markup import escape

from tokbridge.cli.show import as_json, desk, err, out, progress
from tokbridge.records.models import ListingKind, Run, RunState
from tokbridge.sync import runs
from tokbridge.sync.feeds import Progress
from tokbridge.sync.run_work import advance

LOOK_EVERY = 0.5


def add_commands(app: typer.Typer) -> None:
    app.command()(products)


def products(
    json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
) -> None:
    """Read TikTok's products and what the stores have for their SKUs, now. Where a worker is reading them, wait for it."""
    with desk():
        run = runs.start_products(by=None)
        with progress("Reading products", quiet=json) as show:
            run = _follow(run, show)
        parts = run.progress.get("accounts", [])
        kinds = {kind.value: run.progress.get("kinds", {}).get(kind.value, 0) for kind in ListingKind}
    troubles = {one["name"]: one["words"] for one in parts if one["words"]}
    words = run.progress.get("words", "")
    if json:
        as_json({"state": run.state, "kinds": kinds, "troubles": troubles, "words": words})
    else:
        out().print(", ".join(f"{name} {n}" for name, n in kinds.items() if n) or "no products")
        for text in (*(f"{name}: {said}" for name, said in troubles.items()), words):
            if text:
                err().print(escape(text))
    if run.state != RunState.FINISHED or troubles:
        raise typer.Exit(1)


def _follow(run: Run, show: Progress) -> Run:
    """Do the work unless another process does it."""
    while run.ended_at is None:
        if max(run.next_at, run.lease_until) <= time.time():
            advance(run.pk)
        else:
            time.sleep(LOOK_EVERY)
        run.refresh_from_db()
        parts = run.progress.get("accounts", [])
        show(sum(one["stored"] for one in parts), sum(one["total"] for one in parts))
    return run
