"""`tokbridge bench intake|carry|page`: figures of this machine, each against the least that would do."""

from __future__ import annotations

import json
from collections.abc import Mapping

import typer
from rich.console import Console
from rich.table import Table

from tokbridge.cli.bench.carry import measure_carry
from tokbridge.cli.bench.intake import measure_intake
from tokbridge.cli.bench.page import measure_pages, missed
from tokbridge.cli.bench.world import Delays
from tokbridge.cli.demo.cases import Json

bench = typer.Typer(no_args_is_help=True, help="Measure this machine against the least that would do the same.")
out = Console(stderr=True)

READ = typer.Option(150, "--read-ms", min=0, help="The sandbox's delay before it answers a page or a read.")
WRITE = typer.Option(100, "--write-ms", min=0, help="The sandbox's delay before it answers a write.")
AS_JSON = typer.Option(False, "--json", help="Print one JSON line, nothing else on stdout.")


@bench.command()
def intake(
    orders: int = typer.Option(10_000, min=1, help="Orders waiting at TikTok."),
    read_ms: int = READ,
    as_json: bool = AS_JSON,
) -> None:
    """Read changed orders from TikTok into an empty database."""
    figures = measure_intake(orders, Delays(read_ms, 0))
    _report(figures, {"ratio": 1.2, "cpu_ms_per_order": 1, "peak_rss_mb": 200}, as_json=as_json)


@bench.command()
def carry(
    orders: int = typer.Option(1000, min=1, help="Orders waiting to be created in the store."),
    read_ms: int = READ,
    write_ms: int = WRITE,
    as_json: bool = AS_JSON,
) -> None:
    """Create store orders for imported orders that are all due at once."""
    figures = measure_carry(orders, Delays(read_ms, write_ms))
    _report(figures, {"ratio": 1.2, "cpu_ms_per_order": 10}, as_json=as_json)


@bench.command()
def page(
    orders: int = typer.Option(1_000_000, min=1000, help="Orders in the database."),
    rounds: int = typer.Option(40, min=5, help="Times that each page is asked for."),
    as_json: bool = AS_JSON,
) -> None:
    """Pages of the orders desk over a filled database: p50 and p95 in ms, beside a view that does the least."""
    figures = measure_pages(orders, rounds)
    figures["goals_missed"] = missed(figures)
    if as_json:
        typer.echo(json.dumps(figures))
    else:
        table = Table("page", "p50 ms", "p95 ms", "CPU ms", "x floor", "rows", "KB", title=_title(figures))
        floor = figures["pages"]["floor"]["p50"]
        for name, told in figures["pages"].items():
            times = f"{told['p50'] / floor:.1f}"
            table.add_row(
                name, str(told["p50"]), str(told["p95"]), str(told["cpu"]), times, str(told["rows"]), str(told["kb"])
            )
        Console().print(table)
        for words in figures["goals_missed"]:
            out.print(f"goal missed: {words}")
    if not figures["correct"]:
        out.print("The database does not hold all orders.")
        raise typer.Exit(1)


def _title(figures: Json) -> str:
    return (
        f"{figures['database']}, {figures['orders']:,} orders, {figures['lines']:,} lines, "
        f"filled with {figures['orders_per_s']:,} orders a second"
    )


def _report(figures: Json, goals: Mapping[str, float], *, as_json: bool) -> None:
    """`goals`: the most a figure may be. A wrong result ends with 1; a missed goal is only said."""
    missed = [name for name, most in goals.items() if figures[name] > most]
    figures["goals_missed"] = missed
    if as_json:
        typer.echo(json.dumps(figures))
    else:
        table = Table("figure", "value", "goal")
        for name, value in figures.items():
            goal = f"≤ {goals[name]:g}{' goal missed' if name in missed else ''}" if name in goals else ""
            table.add_row(name, json.dumps(value), goal)
        Console().print(table)
    if not figures["correct"]:
        out.print("The result is wrong.")
        raise typer.Exit(1)
