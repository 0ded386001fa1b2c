"""The order desk on the command line: `orders`, `order`, `create`, `reject`, `ship`, `sync`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from tokbridge.cli.order_text import print_order
from tokbridge.cli.show import as_json, desk, err, moment, out, progress
from tokbridge.core.money import show as show_money
from tokbridge.core.plan import Plan
from tokbridge.core.problems import kind
from tokbridge.core.standing import TokbridgeStatus
from tokbridge.core.status import Status
from tokbridge.records.models import Order
from tokbridge.sync import desk as order_desk
from tokbridge.sync import shipping
from tokbridge.sync.asked import Asked
from tokbridge.sync.dryrun import Verdict, validate
from tokbridge.sync.outcome import Came, State, follow
from tokbridge.sync.sheet import problem_of, row_of, sheet
from tokbridge.sync.verbs import REASONS

Ids = Annotated[list[str], typer.Argument(help="TikTok order ids, store numbers, or own ids (#12).", metavar="ID…")]
Id = Annotated[str, typer.Argument(help="TikTok order id, store number, or own id (#12).", metavar="ID")]
Json = Annotated[bool, typer.Option("--json", help="One line of JSON.")]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Ask and return at once; a worker does it.")]
ShowBuyer = Annotated[bool, typer.Option("--show-buyer", help="Show buyers' names.")]


def add_commands(app: typer.Typer) -> None:
    for command in (orders, order, create, reject, ship, sync):
        app.command()(command)


def orders(
    status: Annotated[list[Status] | None, typer.Option(help="TikTok's status.", case_sensitive=False)] = None,
    standing: Annotated[
        list[TokbridgeStatus] | None, typer.Option(help="Tokbridge's status.", case_sensitive=False)
    ] = None,
    problem: Annotated[bool, typer.Option("--problem", help="Only orders with a problem.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 50,
    json: Json = False,
    show_buyer: ShowBuyer = False,
) -> None:
    """List orders, newest first."""
    with desk():
        found = Order.objects.select_related("account").order_by("-placed_at", "-pk")
        if status:
            found = found.filter(status__in=status)
        if standing:
            found = found.filter(tokbridge_status__in=standing)
        elif not problem:
            found = found.filter(archived_at=None)
        if problem:
            found = found.filter(problem_code__isnull=False)
        rows = [row_of(row, show_buyer=show_buyer) for row in found[:limit]]
    if json:
        as_json(rows)
        return
    columns = ("id", "TikTok order", "shop", "store number", "TikTok", "store", "Tokbridge", "total", "units", "placed")
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        stands = f"[red]blocked: {kind(row['problem']).title}[/]" if row["problem"] else row["tokbridge_status"]
        total = f"{row['seller_total'] or row['buyer_total'] or '–'} {row['currency']}"
        cells = (f"#{row['id']}", row["tiktok_id"], row["shop"], row["store_number"] or "–", row["tiktok_status"])
        placed = moment(row["placed_at"])
        table.add_row(*map(escape, cells), escape(row["store_status"]), stands, total, str(row["units"]), placed)
    out().print(table)


def order(
    key: Id,
    json: Json = False,
    raw: Annotated[bool, typer.Option("--raw", help="With TikTok's own record, which shows the buyer.")] = False,
    show_buyer: ShowBuyer = False,
) -> None:
    """Everything that is known of one order."""
    with desk():
        found = sheet(order_desk.find([key])[0].pk, show_buyer=show_buyer, raw=raw)
    if json:
        as_json(found)
    else:
        print_order(found)


def create(
    keys: Ids,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be created, or why not.")] = False,
    no_wait: NoWait = False,
    json: Json = False,
) -> None:
    """Create these orders in the store now, also those that would not be created by themselves."""
    with desk():
        found = order_desk.find(keys)
        if dry_run:
            _dry_run(found, json=json)
        else:
            finish(order_desk.instruct([row.pk for row in found], "create"), no_wait=no_wait, json=json)


def reject(
    keys: Ids,
    reason: Annotated[str, typer.Option(help="Why: " + ", ".join(REASONS) + ".")],
    no_wait: NoWait = False,
    json: Json = False,
) -> None:
    """Cancel these orders on TikTok for a reason of the seller's."""
    with desk():
        found = order_desk.find(keys)
        finish(order_desk.instruct([row.pk for row in found], "reject", reason=reason), no_wait=no_wait, json=json)


def ship(
    key: Id,
    carrier: Annotated[str, typer.Option(help="One of TikTok's carriers for this order, by name or id.")],
    number: Annotated[str, typer.Option(help="The tracking number.")],
    line: Annotated[
        list[str] | None, typer.Option(help="Ids of the units in the parcel. Default: all not shipped yet.")
    ] = None,
    no_wait: NoWait = False,
    json: Json = False,
) -> None:
    """Tell TikTok of a parcel."""
    with desk():
        row = order_desk.find([key])[0]
        finish([shipping.ship(row.pk, carrier, number, line)], no_wait=no_wait, json=json)


def sync(keys: Ids, no_wait: NoWait = False, json: Json = False) -> None:
    """Read these orders from TikTok again and do what they need."""
    with desk():
        found = order_desk.find(keys)
        finish(order_desk.instruct([row.pk for row in found], "sync"), no_wait=no_wait, json=json)


def finish(asked: Sequence[Asked], *, no_wait: bool, json: bool) -> None:
    """Wait for what was asked and say what came of it; exit code 1 when any of it is not done."""
    if no_wait:
        came = [Came(one, State.BLOCKED if one.refused else State.WORKING, one.refused or "asked") for one in asked]
    else:
        with progress("Working", quiet=json) as show:
            done: list[Came] = []

            def settled(one: Came) -> None:
                done.append(one)
                show(len(done), len(asked))

            came = follow(asked, settled)
    if json:
        as_json([_came(one) for one in came])
    else:
        for one in came:
            _print(one)
    good = {State.DONE, State.WORKING} if no_wait else {State.DONE}
    if any(one.state not in good for one in came):
        raise typer.Exit(1)


def _came(one: Came) -> dict[str, Any]:
    return {
        "id": one.asked.order_id,
        "tiktok_id": one.asked.tiktok_id,
        "verb": one.asked.verb,
        "state": one.state,
        "words": one.words,
        "problem": problem_of(one.problem) if one.problem else None,
    }


def _print(one: Came) -> None:
    name = f"{one.asked.verb} {one.asked.tiktok_id}"
    if one.state in {State.DONE, State.WORKING}:
        out().print(f"{name}: {escape(one.words)}")
    elif one.problem is not None:
        what = problem_of(one.problem)
        err().print(
            f"[red]{name}: {what['title']}[/]\n  {escape(one.words)}\n  Who must act: {what['who']}. {what['fix']}"
        )
    elif one.state is State.BLOCKED:
        err().print(f"[red]{name}: not done, {escape(one.words)}[/]")
    else:
        err().print(f"{name}: not done yet, it goes on by itself: {escape(one.words or 'no answer yet')}")


def _dry_run(rows: Sequence[Order], *, json: bool) -> None:
    verdicts = []
    with progress("Planning", quiet=json) as show:
        for row in rows:
            verdicts.append((row, validate(row.pk)))
            show(len(verdicts), len(rows))
    if json:
        as_json([_verdict(row, verdict) for row, verdict in verdicts])
    else:
        for row, verdict in verdicts:
            found = _verdict(row, verdict)
            plan = found["plan"]
            if plan is None:
                why = escape(": ".join(part for part in (found["title"], verdict.words) if part))
                err().print(f"[red]{row.tiktok_id}: would not be created: {why}[/]")
                continue
            out().print(
                f"{row.tiktok_id}: {plan['number']}, total {plan['total']} {plan['currency']} {escape(verdict.words)}"
            )
            for line in plan["lines"]:
                out().print(f"  {line['quantity']} × {escape(line['sku'])} {escape(line['title'])} at {line['price']}")
    if any(verdict.plan is None for _, verdict in verdicts):
        raise typer.Exit(1)


def _verdict(row: Order, verdict: Verdict) -> dict[str, Any]:
    what = kind(verdict.code) if verdict.code else None
    return {
        "id": row.pk,
        "tiktok_id": row.tiktok_id,
        "plan": _plan(verdict.plan) if verdict.plan else None,
        "code": verdict.code,
        "title": what.title if what else None,
        "words": verdict.words,
        "who": what.actor if what else None,
        "fix": what.fix if what else None,
    }


def _plan(plan: Plan) -> dict[str, Any]:
    """The plan without the buyer."""
    return {
        "number": plan.number,
        "total": show_money(plan.total, plan.currency),
        "currency": plan.currency,
        "paid": plan.paid,
        "lines": [
            {
                "sku": line.seller_sku,
                "title": line.title,
                "quantity": line.quantity,
                "price": show_money(line.unit_price, plan.currency),
            }
            for line in plan.lines
        ],
        "shipping": show_money(plan.shipping.price, plan.currency),
        "shipping_title": plan.shipping.title,
        "fees": [{"title": fee.title, "price": show_money(fee.price, plan.currency)} for fee in plan.fees],
        "tags": list(plan.tags),
    }
