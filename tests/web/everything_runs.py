"""Runs of every sort on the desk of `tests.web.everything`: what people asked of orders, orders tried again, readings."""

from __future__ import annotations

import time

from tokbridge.core.saying import say
from tokbridge.core.status import spoken
from tokbridge.records.models import ItemState, Order, Problem, Run, RunItem, RunState, User
from tokbridge.sync.run_products import NO_SCOPE
from tokbridge.web.acting import ACTIONS


def asked(orders: list[Order], user: User) -> list[Run]:
    words = {
        ItemState.DONE: say("read from TikTok"),
        ItemState.REFUSED: say("it is {status}", status=spoken("IN_TRANSIT")),
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


def replays(orders: list[Order], group: Problem, user: User) -> list[Run]:
    """One for each way in which its orders may have been chosen; the first goes on."""
    now = time.time()
    of = {"code": group.code, "account_id": orders[0].account_id, "store_id": orders[0].channel.store_id}
    return [
        Run.objects.create(
            verb="replay",
            args={"cause": say("tried again with all of {code}", code=group.code), **({} if number else {"group": of})},
            chosen=chosen,
            token=f"a-token-of-a-replay-{number}",
            by=user,
            at=now - 50,
            total=1200,
            state=RunState.FINISHED if number else RunState.RUNNING,
            ended_at=now if number else None,
        )
        for number, chosen in enumerate((f"problem {group.code}", "carriers", "links"))
    ]


def fetched_by_id(user: User) -> Run:
    """Of ids that are here, that TikTok does not know, and of which nobody can say it."""
    part = {"stored": 0, "total": 3, "done": True, "words": ""}
    refused = say("{code}: {words}", code="105005", words="access denied")
    parts = [
        {**part, "name": "Mug Shop", "stored": 1, "total": 4},
        {**part, "name": "Cap Shop", "words": refused},
        {**part, "name": "Plate Shop", "total": 0},
    ]
    return Run.objects.create(
        verb="fetch",
        args={"ids": [f"57900000000099999{n}" for n in range(4)]},
        by=user,
        token="a-token-of-a-fetch-by-id",
        at=time.time() - 60,
        ended_at=time.time(),
        state=RunState.FINISHED,
        progress={
            "accounts": parts,
            "not_found": ["579000000000999991", "579000000000999992"],
            "not_settled": ["579000000000999993"],
        },
    )


def reading(user: User) -> Run:
    """Of products; TikTok did not let it in, and the store said something of its own."""
    part = {"stored": 1200, "total": 3400, "done": True, "words": "", "note": 0}
    parts = [
        {**part, "name": "Mug Shop", "words": NO_SCOPE},
        {**part, "name": "Cap Shop", "note": 2},
        {**part, "name": "Store", "words": say("{code}: {words}", code="http 503", words="busy"), "store": True},
    ]
    return Run.objects.create(
        verb="products",
        token="a-token-of-a-reading",
        by=user,
        at=time.time() - 60,
        ended_at=time.time(),
        state=RunState.FINISHED,
        progress={"accounts": parts, "unreadable": 3, "kinds": {"unmatched": 1200}},
    )
