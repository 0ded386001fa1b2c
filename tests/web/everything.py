"""A desk on which every page has something to show, said as core and sync say it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tests.web import factory
from tokbridge.core.errors import Refused
from tokbridge.core.saying import say
from tokbridge.records.models import (
    Account,
    Attempt,
    Cancellation,
    Connection,
    Dismissal,
    ItemState,
    Link,
    Order,
    Parcel,
    Problem,
    Run,
    RunItem,
    RunState,
    SavedView,
    Store,
    User,
)
from tokbridge.sync import journal
from tokbridge.sync.act.answer import PENDING
from tokbridge.web.acting import ACTIONS

REASONS = (
    say("the buyer may still cancel alone"),
    say("{kind} orders are not carried", kind="sample"),
    say("a creation was begun, its outcome is being looked up"),
    say("TikTok holds it for an hour"),
)
PROBLEMS = {
    "unmatched_sku": say("{sku}: {why}", sku="MUG-GREEN", why=say("no product in the store has this SKU")),
    "unmapped_carrier": say("{carrier} is not mapped; TikTok takes: {choices}", carrier="DFL", choices="DPD, Evri"),
    "does_not_add_up": say(
        "{explanation}: expected {expected}, TikTok says {actual}",
        explanation="sub_total = total",
        expected="1234.50 GBP",
        actual="9.00 GBP",
    ),
    "21011007": "item has an after-sale request",
    "retry": "http 503: busy",
}


@dataclass(frozen=True, slots=True)
class Everything:
    orders: list[Order]
    runs: list[Run]
    link: Link
    group: Problem  # one of a group of problems


def everything(shop: Account, user: User) -> Everything:
    orders = factory.desk(shop)
    now = time.time()
    for row, reason in zip(orders[:2] + orders[-2:], REASONS, strict=True):
        Order.objects.filter(pk=row.pk).update(reason=reason)
    blocked = [factory.blocked(shop, code, words, create_time=int(now) - 5100) for code, words in PROBLEMS.items()]
    aside = factory.blocked(shop, "too_old", say("placed more than {days} days ago", days=50))
    made = Dismissal.objects.create(note="Montag", by=user, at=now)
    Problem.objects.filter(order=aside).update(dismissal=made)
    _attempts(orders[4])
    Parcel.objects.filter(order=orders[6]).update(cancelled=True)
    asks = factory.order(shop, cancel_reason="")
    Order.objects.filter(pk=asks.pk).update(buyer_requests_cancel=True)
    Cancellation.objects.create(
        account=shop,
        tiktok_id="1",
        order_tiktok_id=asks.tiktok_id,
        type="BUYER_CANCEL",
        status=PENDING,
        answer_by=int(now) + 9000,
        update_time=int(now),
    )
    row = Connection.objects.get(name=f"Store of {shop.name}")
    Connection.objects.filter(pk=row.pk).update(state="refused", since=now - 60, words="401")
    journal.note_connection_problem(row.pk, "credential", Refused("401", "Invalid API key"))
    SavedView.objects.create(user=user, name="Montags", query="tab=error")
    return Everything(
        orders=[*orders, *blocked, aside, asks],
        runs=_runs(orders, user),
        link=_link(shop, user),
        group=Problem.objects.get(order=blocked[0]),
    )


def _attempts(order: Order) -> None:
    occasions = (say("webhook {topics}", topics="ORDER_STATUS_CHANGE"), say("poll of orders"), say("due"))
    for occasion in occasions:
        Attempt.objects.create(
            order=order,
            step="ship",
            why=say("{why} ({occasion})", why=say("shipped in the store"), occasion=occasion),
            request=say("{carrier} as {provider}, {n} units", carrier="DFL", provider="DPD", n=2),
            answer=say("package {package}", package="57601"),
            outcome="done",
            worker="w1",
            began_at=time.time() - 9,
            ended_at=time.time() - 8,
        )


def _runs(orders: list[Order], user: User) -> list[Run]:
    words = {
        ItemState.DONE: say("read from TikTok"),
        ItemState.REFUSED: say("it is {status}", status="IN_TRANSIT"),
        ItemState.BLOCKED: say("{code}: {words}", code="http 503", words=say("server error")),
        ItemState.LATER: say("TikTok holds it for an hour"),
        ItemState.ASKED: "",
        ItemState.WAITING: "",
    }
    now, runs = time.time(), []
    for number, verb in enumerate([*ACTIONS, "fetch"]):
        over = bool(number % 2)
        runs.append(
            Run.objects.create(
                verb=verb,
                args={"reason": "out of stock"} if verb == "reject" else {},
                chosen="tab all, filtered",
                token=f"a-token-of-a-run-{number}",
                by=user,
                at=now - 99,
                state=RunState.FINISHED if over else RunState.RUNNING,
                ended_at=now - 9 if over else None,
                total=0 if verb == "fetch" else len(words),
                words="" if over else say("{code}: {words}", code="429", words="slow down"),
                progress={"accounts": [{"name": "Mug Shop", "stored": 1200, "total": 3400, "done": over, "words": ""}]}
                if verb == "fetch"
                else {},
            )
        )
        if verb != "fetch":
            RunItem.objects.bulk_create(
                RunItem(
                    run=runs[-1],
                    order=order,
                    state=state,
                    words=said,
                    code="unmapped_carrier" if state == ItemState.BLOCKED else "",
                    asked_at=now - 20,
                )
                for order, (state, said) in zip(orders, words.items(), strict=False)
            )
    return runs


def _link(shop: Account, user: User) -> Link:
    part = {
        "variant": "v1",
        "sku": "MUG",
        "title": "Mug",
        "variant_title": "",
        "requires_shipping": True,
        "quantity": 2,
    }
    store = Store.objects.get(channels__account=shop)
    return Link.objects.create(
        store=store,
        account=shop,
        sku_id="id-MUG",
        seller_sku="MUG",
        product_name="Mug",
        parts=[part],
        by=user,
        at=1.7e9,
    )


def addresses(of: Everything) -> dict[str, list[str]]:
    """Where every page is, by the name of its address; the walk over them fails when one is missing here."""
    orders = of.orders
    problem = f"code={of.group.code}&account={orders[0].account_id}&store={of.link.store_id}"
    ticked = "&".join(f"order={order.pk}" for order in orders)
    return {
        "orders": [
            "/",
            "/?tab=error",
            "/?tab=all&q=nowhere",
            f"/?placed_from=2026-01-02&problem={of.group.code}",
            "/?mode=seller",
        ],
        "orders-live": ["/orders/live/"],
        "order": [f"/orders/{order.pk}/" for order in orders],
        "order-actions": [f"/orders/{order.pk}/actions/" for order in orders],
        "act": [f"/act/{verb}/?{ticked}" for verb in ACTIONS if verb != "ship"] + ["/act/sync/"],
        "act-ship": [f"/act/ship/?{ticked}", "/act/ship/"],
        "fetch": ["/fetch/"],
        "activity": ["/activity/"],
        "runs-active": ["/runs/active/"],
        "run": [f"/runs/{run.pk}/" for run in of.runs] + [f"/runs/{of.runs[0].pk}/?state=later"],
        "run-live": [f"/runs/{run.pk}/live/" for run in of.runs],
        "overview": ["/overview/"],
        "problems": ["/problems/"],
        "problem-group": [f"/problems/group/?{problem}", "/problems/group/?code=clash&account=1"],
        "carriers": ["/carriers/"],
        "products": ["/products/", "/products/?q=nothing"],
        "product": [f"/products/{of.link.store_id}/{of.link.sku_id}/", f"/products/{of.link.store_id}/id-MUG-BLUE/"],
        "profile": ["/profile/"],
    }
