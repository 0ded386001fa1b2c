"""One order as text for people."""

from __future__ import annotations

from typing import Any

from rich.markup import escape
from rich.table import Table

from tokbridge.cli.show import moment, out


def print_order(found: dict[str, Any]) -> None:
    """What `sync.sheet.sheet` tells, in the order in which one wants to know it."""
    show = out().print
    show(f"[bold]Order #{found['id']}[/], TikTok {found['tiktok_id']}, {escape(found['shop'])} ({found['shop_id']})")
    show(f"Tokbridge: {found['tokbridge_status']} {escape(found['reason'])}".rstrip())
    show(f"TikTok:    {found['tiktok_status'] or 'cannot be read'}{_cancel(found)}")
    show(f"Store:     {_store(found['store'], found['store_status'])}")
    currency = found["currency"]
    show(f"Buyer paid {found['buyer_total'] or '–'} {currency}")
    show(f"Seller's view {found['seller_total'] or 'does not add up'} {currency}")
    show(f"Customer:  {escape(found['customer'] or '–')}")
    show(f"Fulfilled by {found['fulfilment_type']}, carried by {found['logistic_mode']}")
    show(f"Ship by {moment(found['ship_by'])}")
    show(f"Placed {moment(found['placed_at'])}, paid {moment(found['paid_at'])}, read {moment(found['read_at'])} (UTC)")
    for problem in found["problems"]:
        show(f"\n[red]{problem['title']}[/]: {escape(problem['words'])}")
        show(f"  {problem['explanation']}\n  Who must act: {problem['who']}. {problem['fix']}")
        show(f"  {problem['tries']} tries since {moment(problem['first_at'])}, next {moment(problem['next_at'])}")
    _lines(found["lines"], currency)
    for parcel in found["parcels"]:
        where = [side for side, told in (("TikTok", parcel["on_tiktok"]), ("store", parcel["in_store"])) if told]
        state = "cancelled" if parcel["cancelled"] else "known to " + (" and ".join(where) or "Tokbridge only")
        number = escape(parcel["number"] or "without a number")
        n = len(parcel["line_ids"])
        units = f"{n} unit" if n == 1 else f"{n} units"
        show(f"Parcel {number} ({escape(parcel['carrier'])}), {units}, from {parcel['origin']}, {state}")
    for asked in found["asked"]:
        result = asked["result"] if asked["done_at"] else "not done yet"
        who = asked["by__username"] or "command line"
        show(f"{moment(asked['at'])} {who} asked to {asked['verb']}: {escape(result)}")
    for note in found["notes"]:
        show(f"{moment(note['at'])} note by {note['by__username'] or 'a user who is gone'}: {escape(note['text'])}")
    _attempts(found["attempts"])
    if "raw" in found:
        out().print_json(data=found["raw"])


def _cancel(found: dict[str, Any]) -> str:
    if found["cancel_reason"]:
        return f" by {found['cancel_initiator'] or '?'}: {escape(found['cancel_reason'])}"
    return ", the buyer asks to cancel" if found["buyer_requests_cancel"] else ""


def _store(store: dict[str, Any] | None, status: str) -> str:
    if store is None:
        return "not created"
    if store["state"] != "bound":
        return f"{store['number']} at {store['platform']} {store['address']}: {store['state']}"
    total = f"total {store['total']} {store['currency']}"
    if store["total"] != store["expected_total"]:
        total = f"[red]{total}, expected {store['expected_total']}[/]"
    where = f"{store['number']} at {store['platform']} {store['address']}"
    return f"{where}, {escape(status)}, {total}\n           {store['url']}"


def _lines(lines: list[dict[str, Any]], currency: str) -> None:
    table = Table("units", "SKU", "product", f"price {currency}", "tracking", box=None, pad_edge=False)
    for line in lines:
        title = escape(" / ".join(part for part in (line["product"], line["variant"]) if part))
        notes = " ".join(word for word in ("gift", "cancelled") if line[word])
        table.add_row(
            str(line["quantity"]),
            escape(line["sku"]),
            f"{title} {notes}".strip(),
            line["price"],
            line["tracking_number"],
        )
    out().print()
    out().print(table)


def _attempts(attempts: list[dict[str, Any]]) -> None:
    if not attempts:
        return
    table = Table("when", "step", "outcome", "why", "request", "answer", box=None, pad_edge=False)
    for one in attempts:
        texts = (one["why"], one["request"], one["answer"])
        table.add_row(moment(one["began_at"]), one["step"], one["outcome"], *map(escape, texts))
    out().print()
    out().print(table)
