"""`tokbridge link`: which product of the store a TikTok SKU is."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from tokbridge.cli.show import as_json, desk, out
from tokbridge.records.models import Link, Store
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.links import Chosen, end_link, set_links
from tokbridge.sync.unmatched import unmatched

_PART = re.compile(r"(?:([0-9]{1,3})x)?(.+)", re.DOTALL)


def add_commands(app: typer.Typer) -> None:
    app.command()(link)


def link(
    sku: Annotated[str, typer.Argument(help="TikTok's SKU id; without it, what is unmatched is listed.")] = "",
    parts: Annotated[
        list[str] | None,
        typer.Argument(help="SKU in the store; several, or 2xSKU, make a bundle.", metavar="STORE-SKU…"),
    ] = None,
    store: Annotated[str, typer.Option(help="Address of the store, where there are several.")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="End the link.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
) -> None:
    """Link a TikTok SKU to what it is in the store; the orders that waited for it are tried again."""
    with desk():
        if not sku:
            _list(json=json)
            return
        where = _store(store)
        if remove:
            living = Link.objects.filter(store=where, sku_id=sku, ended_at__isnull=True).first()
            if living is None or not end_link(living.pk, None):
                raise NotPossible(f"{sku} is not linked in {where.address}")
            told: dict[str, Any] = {"sku_id": sku, "removed": True}
            words = f"{sku}: the link was removed"
        else:
            orders = set_links({(where.pk, sku): [_part(part) for part in parts or []]}, None)
            made = Link.objects.get(store=where, sku_id=sku, ended_at__isnull=True)
            told = {"sku_id": sku, "parts": made.parts, "orders": orders}
            named = " + ".join(f"{one['quantity']} × {one['sku']} {one['title']}".rstrip() for one in made.parts)
            again = "1 order is" if orders == 1 else f"{orders} orders are"
            words = f"{sku}: {named}; {again} tried again"
    if json:
        as_json(told)
    else:
        out().print(escape(words))


def _part(text: str) -> Chosen:
    """ "SKU" or "2xSKU". A SKU that itself begins so is written with its quantity: "1x2xSKU"."""
    found = _PART.fullmatch(text)
    return Chosen(found[2], int(found[1] or 1)) if found else Chosen("", 1)


def _store(address: str) -> Store:
    found = list(Store.objects.filter(address=address) if address else Store.objects.all())
    if len(found) == 1:
        return found[0]
    known = ", ".join(Store.objects.order_by("address").values_list("address", flat=True)) or "none"
    raise NotPossible(f"name one store with --store; there are: {known}")


def _list(*, json: bool) -> None:
    addresses = dict(Store.objects.values_list("pk", "address"))
    rows = [
        {
            "store": addresses[one.store_id],
            "sku_id": one.sku_id,
            "seller_sku": one.seller_sku,
            "product": one.product_name,
            "variation": one.sku_name,
            "orders": len(one.orders),
        }
        for one in unmatched()
    ]
    if json:
        as_json(rows)
        return
    table = Table("TikTok SKU id", "seller SKU", "product", "variation", "blocks", "store", box=None, pad_edge=False)
    for row in rows:
        cells = (row["sku_id"], row["seller_sku"], row["product"], row["variation"], row["orders"], row["store"])
        table.add_row(*(escape(str(cell)) for cell in cells))
    out().print(table if rows else "Every SKU of every order is found.")
