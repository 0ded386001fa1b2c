"""`tokbridge demo`: the whole product against its sandbox, for eyes or for proof."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from typing import Any

import typer
from django.conf import settings
from django.core.management import call_command
from rich.console import Console

from tokbridge.cli.demo.audit import Audit, audit
from tokbridge.cli.demo.cases import CASES, OLD, Json, Placed, draw
from tokbridge.cli.demo.director import Director
from tokbridge.cli.demo.kills import Kills
from tokbridge.cli.demo.placing import place
from tokbridge.cli.demo.stage import Stage
from tokbridge.records.models import Account, Channel, Order, Store, User

USER, PASSWORD = "demo", "tokbridge-demo"
WAVE = 20  # orders placed at once in the proof
OLD_ORDERS = 50
PATIENCE = 150.0  # seconds without progress after which the proof ends as it stands

out = Console(stderr=True)


def demo(
    headless: bool = typer.Option(False, help="No browser: play a scenario, audit both sides' books, print figures."),
    orders: int = typer.Option(300, min=1, max=5000, help="Orders of the scenario (headless)."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON line at the end, nothing else on stdout."),
    kill: bool = typer.Option(False, help="Kill the worker (-9) ten times on the way (headless)."),
    lag: float = typer.Option(3.0, min=0, help="Seconds by which the sandbox store's search lags."),
    unique: bool = typer.Option(True, help="Does the sandbox store enforce unique id metafields?"),
    seed: int = typer.Option(0, help="Seed of the scenario; 0 = by the clock."),
    port: int = typer.Option(8000, help="Port of the pages."),
) -> None:
    """Run everything with the built-in sandbox: TikTok Shop and all stores as local servers, pages and worker."""
    data = Path(settings.DATA_DIR)
    call_command("migrate", verbosity=0, interactive=False)
    if headless and Account.objects.exists():
        typer.secho("The proof needs an empty database; this one has accounts.", fg=typer.colors.RED, err=True)
        raise typer.Exit(2)
    stage = Stage(
        data,
        0 if headless else port,
        {"shopify": {"search_lag_seconds": lag, "unique_id_metafield": unique}},
    )
    rng = random.Random(seed or time.time_ns())  # noqa: S311 - a scenario
    try:
        stage.start_sandbox()
        if headless:
            raise typer.Exit(_prove(stage, orders, rng, kill=kill, as_json=as_json))
        _show(stage, rng)
    finally:
        stage.stop()


def _show(stage: Stage, rng: random.Random) -> None:
    """Orders trickle in until Ctrl-C."""
    _user()
    stage.start_tokbridge()
    director = Director(stage.tiktok, stage.stores, rng)
    out.print(f"\n[bold]Tokbridge demo[/bold]  {stage.address}\nLog in as [bold]{USER}[/bold], {PASSWORD}")
    out.print("TikTok's hour lasts 20 s here, its 14 days 60 s. Ctrl-C stops everything; a second start continues.\n")
    due = time.monotonic() + 3

    def turn() -> None:
        nonlocal due
        if time.monotonic() >= due and Account.objects.exists():
            due = time.monotonic() + rng.uniform(1.5, 4)
            placed = place(stage, [rng.choices(CASES, [case.weight for case in CASES])[0]], rng)
            director.add(placed)
            out.print(f"A buyer orders: {placed[0].id} ({placed[0].case.name})")
        director.look()

    stage.supervisor.run_until_stopped(turn)


def _user() -> None:
    if not User.objects.filter(username=USER).exists():
        User.objects.create_superuser(USER, password=PASSWORD)


def _prove(stage: Stage, count: int, rng: random.Random, *, kill: bool, as_json: bool) -> int:
    out.print(f"placing {OLD_ORDERS} old orders, then {count} new ones")
    old = place(stage, [OLD] * OLD_ORDERS, rng)
    time.sleep(1.1)  # the channel starts after them, by the second
    stage.start_tokbridge()
    _wait(lambda: connected(stage), stage)
    director = Director(stage.tiktok, stage.stores, rng)
    kills = Kills(stage.tiktok, stage.stores, stage.pid_file, count, rng) if kill else None
    cases = draw(count, rng)
    placed: list[Placed] = []
    last, last_change = -1, time.monotonic()
    expired = False
    result = Audit()
    while True:
        if cases:
            wave, cases = cases[:WAVE], cases[WAVE:]
            fresh = place(stage, wave, rng)
            placed += fresh
            director.add(fresh)
        elif not expired:
            stage.tiktok.post("tokens/expire")
            expired = True
        director.look()
        if kills is not None:
            kills.look()
        stage.supervisor.check()
        result = _audit(stage)
        done = result.clean and not cases and not director.open and expired
        if done or time.monotonic() - last_change > PATIENCE:
            break
        state = result.faults + len(director.open) + len(cases)
        if state != last:
            last, last_change = state, time.monotonic()
            out.print(f"{len(placed)} placed, {len(director.open)} deeds open, {result.faults} not there yet")
        time.sleep(1)
    return _report(result, stage.tiktok.get("book")["orders"], placed, old, kills, as_json=as_json)


def connected(stage: Stage) -> bool:
    """Every shop has its channels and sends its events to us, and so does every store that can; the currency of each
    store is known."""
    if Channel.objects.count() != len(stage.ways) or Store.objects.filter(currency="").exists():
        return False
    hooks = [hook for hooks in stage.tiktok.get("book")["webhooks"].values() for hook in hooks]
    books = stage.books().values()
    return len(hooks) >= len(stage.shops()) and all(book.get("subscriptions", True) for book in books)


def _wait(condition: Any, stage: Stage, seconds: float = 60) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        stage.supervisor.check()
        if time.monotonic() > give_up:
            raise RuntimeError(f"Tokbridge did not connect; see the logs in {stage.data}")
        time.sleep(0.3)


def _audit(stage: Stage) -> Audit:
    shown = Order.objects.exclude(problem_code=None).values_list("tiktok_id", "problem_code")
    codes = {tiktok_id: code or "" for tiktok_id, code in shown}
    return audit(stage.tiktok.get("book"), stage.books(), codes, stage.stock)


def _report(
    result: Audit, book: Json, placed: list[Placed], old: list[Placed], kills: Kills | None, *, as_json: bool
) -> int:
    wanted = [one.id for one in (*placed, *old)]
    visible = Order.objects.filter(tiktok_id__in=wanted).count()
    figures: Json = {
        "placed": len(wanted),
        "visible": visible,
        **{name: result.counts[name] for name in ("created", "shipped", "cancelled", "blocked")},
        "lost": len(result.lost) + len(wanted) - visible,
        "doubled": len(result.doubled),
        "cents_off": len(result.cents_off),
        "wrong_outcome": len(result.wrong_outcome),
        "visible_p95_s": _p95(_visible_after(placed, book)),
        "created_p95_s": _p95(_created_after(placed)),
    }
    if kills is not None:
        figures["kills"] = kills.hits()
    for title, faults in (
        ("lost", result.lost),
        ("doubled", result.doubled),
        ("cents off", result.cents_off),
        ("wrong outcome", result.wrong_outcome),
    ):
        for order_id, words in faults.items():
            out.print(f"{title}: {order_id}: {words}")
    if not as_json:
        for name, value in figures.items():
            out.print(f"{name:>15}  {value}")
    typer.echo(json.dumps(figures))
    kills_missed = kills is not None and sum(kills.hits().values()) < 10
    if kills_missed:
        out.print("not every kill was fired; give the scenario more orders")
    return 0 if result.clean and visible == len(wanted) and not kills_missed else 1


def _visible_after(placed: list[Placed], book: Json) -> list[float]:
    """Seconds from the buyer's order, by the sandbox's history, to the row."""
    rows = Order.objects.filter(tiktok_id__in=[one.id for one in placed]).values_list("tiktok_id", "imported_at")
    return [max(0.0, imported - float(book[tiktok_id]["history"][0]["at"])) for tiktok_id, imported in rows]


def _created_after(placed: list[Placed]) -> list[float]:
    """Seconds from ready to created in the store."""
    rows = Order.objects.filter(tiktok_id__in=[one.id for one in placed]).values_list("created_at", "ready_at")
    return [max(0.0, created - ready) for created, ready in rows if created is not None and ready is not None]


def _p95(values: list[float]) -> float | None:
    return round(sorted(values)[int(len(values) * 0.95)], 2) if values else None
