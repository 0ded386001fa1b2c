"""A whole installation with something on every page: orders on every tab, problems, a stopped connection, carriers and
SKUs that nothing is known for, links, a run that is over, and proofs."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.web import factory
from tokbridge.core.errors import Refused
from tokbridge.core.saying import say
from tokbridge.records.models import Account, Connection, Link, Order, ParcelTable, Problem, Proof, Run, RunItem, User
from tokbridge.sync import carriermap, journal
from tokbridge.sync.carriermap import Option, Silent


def whole(patch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Returns what fills the addresses of `scripts.pages`, and the user."""
    user = factory.user(time_zone="Europe/London")
    shop = factory.account()
    factory.desk(shop)
    troubled(shop)
    shipped_by_strangers(shop, patch)
    link = linked(shop)
    carried_for_days(shop)
    run = ended_run(shop, user)
    proven(shop)
    factory.second_store(shop)  # after the orders, none of which would know its channel
    blocked = Order.objects.filter(problem_code="unmatched_sku").order_by("pk")[0]
    to_ship = Order.objects.filter(status="AWAITING_SHIPMENT", tokbridge_status="created").order_by("pk")[0]
    return {
        "user": user,
        "order": blocked.pk,
        "ship": to_ship.pk,
        "shipped": Order.objects.filter(status="DELIVERED").order_by("pk")[0].pk,
        "table": table_of_parcels(user).token,
        "run": run.pk,
        "group": f"code=unmatched_sku&account={shop.pk}&store={link.store_id}",
        "product": f"{link.store_id}/{link.sku_id}",
    }


def troubled(shop: Account) -> None:
    for words in ("MUG-GREEN: no product in the store has this SKU",) * 3 + ("CAP: 2 products have this SKU",):
        factory.blocked(shop, words=words)
    factory.blocked(shop, "21011007", "item has an after-sale request")
    factory.blocked(shop, "retry", "http 503: busy")
    row = Connection.objects.get(name=f"Store of {shop.name}")
    Connection.objects.filter(pk=row.pk).update(state="refused", words="Invalid API key", since=time.time() - 60)
    journal.note_connection_problem(row.pk, "credential", Refused("401", "Invalid API key or access token"))


def shipped_by_strangers(shop: Account, patch: pytest.MonkeyPatch) -> None:
    """Carriers of the store that are not mapped; a second account whose TikTok does not say what it takes."""
    for carrier in ("DFL", "DFL", "Evri Standard"):
        order = factory.shipped(shop, "AWAITING_SHIPMENT")
        order.parcels.update(carrier=carrier, tiktok_number="", sent_at=None)
        Problem.objects.create(
            order=order,
            step="ship",
            subject=str(order.parcels.get().pk),
            code="unmapped_carrier",
            words=f"{carrier} is not mapped; TikTok takes: DFL_US, Evri, Royal Mail",
            actor="operator",
            first_at=time.time() - 600,
            last_at=time.time(),
        )
    shop.channels.update(policy={"carriers": [["dpd next day", "DPD UK"], ["dpd next day", "DPD Express", "Express"]]})
    factory.account("Cap Shop US", "US")
    providers = ("DFL_US", "DPD UK", "Evri", "Royal Mail")
    told = {shop.pk: (Option("Express", ("DPD Express",)), Option("Standard shipping", providers))}
    silent = Silent("http 503: come back later")
    patch.setattr(carriermap, "options", lambda channel: told.get(channel.account_id, silent))
    patch.setattr(carriermap, "store_carriers", lambda channel: ("Royal Mail", "DPD Next Day", "DFL"))


def linked(shop: Account) -> Link:
    """SKUs that nothing in the store is known for, and a link that makes a bundle."""
    for sku, name in (("MUG-BLUE", "Enamel mug"), ("CAP-RED", "Wool cap with a rather long name")):
        words = f"{sku}: no product in the store has this SKU"
        factory.blocked(shop, words=words, line_items=[factory.unit(sku, name)])
    part = {"variant": "gid-1", "sku": "CUP-01", "title": "Cup", "variant_title": "Blue", "requires_shipping": True}
    pot = {**part, "sku": "POT-7", "title": "Pot", "variant_title": ""}
    return Link.objects.create(
        store=shop.channels.get().store,
        account=shop,
        sku_id="id-SET",
        seller_sku="SET-2",
        product_name="Breakfast set",
        sku_name="For two",
        parts=[{**part, "quantity": 2}, {**pot, "quantity": 1}],
        at=time.time(),
    )


def carried_for_days(shop: Account) -> None:
    now = int(time.time())
    for day in (0, 1, 2, 6, 11):
        for each in range(1 + day % 3):
            order = factory.order(shop, "COMPLETED", create_time=now - day * 86400 - each)
            ready = order.placed_at + 60.0
            euro = {"currency": "EUR"} if each == 2 else {}
            Order.objects.filter(pk=order.pk).update(ready_at=ready, created_at=ready + 40 * each, **euro)


def ended_run(shop: Account, by: User) -> Run:
    now = time.time()
    orders = list(Order.objects.filter(account=shop).order_by("pk")[:3])
    run = Run.objects.create(
        verb="sync", token="t" * 20, by=by, at=now - 60, state="finished", ended_at=now, total=3, chosen="3 ticked"
    )
    for order, (state, words) in zip(
        orders, (("done", "read"), ("blocked", ""), ("refused", "it is cancelled on TikTok")), strict=True
    ):
        RunItem.objects.create(run=run, order=order, state=state, words=words, asked_at=now - 50)
    return run


def table_of_parcels(by: User) -> ParcelTable:
    """Two orders that can be shipped, two lines that are wrong, and some without number."""
    orders = Order.objects.filter(status="AWAITING_SHIPMENT").order_by("pk")[:2]
    twice = {"order": orders[0].tiktok_id, "number": "RM000000003GB"}
    words = "order {order} stands in line {other} as well, with {number}; ship its parcels one after the other"
    return ParcelTable.objects.create(
        token="t" * 32,
        by=by,
        at=time.time(),
        parcels=[[one.pk, {"carrier": "Royal Mail", "number": f"RM00000000{one.pk}GB"}] for one in orders],
        wrong=[[7, say("it names no carrier")], [1204, say(words, other=9, **twice)]],
        empty=12,
        words=say("{code}: {words}", code="http 503", words="busy"),
    )


def proven(shop: Account) -> None:
    """A window in which all is there, and one in which an order is missing."""
    end = int(time.time()) - 120
    for name, back, more in (("day", 0, 0), ("before", 1, 1)):
        begin, until = end - (back + 1) * 86400, end - back * 86400
        ours = Order.objects.filter(account=shop, placed_at__gte=begin, placed_at__lt=until).count()
        Proof.objects.create(
            account=shop,
            window=name,
            begin=begin,
            end=until,
            theirs=ours + more,
            ours=ours,
            missing=["579000000000999999"] * more,
            at=time.time() - 40,
        )
