"""The other processes of test_four_processes: `setup` makes an installation's rows, `work` carries orders.

Both speak lines of JSON over their standard streams, so that the test can let all of them begin at the same moment.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import django
import structlog

PATIENCE = 45.0  # seconds until a process that carries gives up; far more than it takes


def main() -> None:
    django.setup()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file=sys.stderr))
    role, given = sys.argv[1], json.loads(sys.stdin.readline())
    print(json.dumps({"setup": setup, "work": carry}[role](given)), flush=True)


def setup(given: dict[str, Any]) -> list[int]:
    """{"platform", "texts"}: tables, the TikTok connection of the environment, this store, one channel from long ago,
    and every order that TikTok has. Gives the rows' ids."""
    from django.core.management import call_command

    from tokbridge.records.models import Account, Channel, Connection, Order, Store
    from tokbridge.sync import feeds
    from tokbridge.sync.prepare import prepare_store
    from tokbridge.sync.setup import connect_from_settings

    call_command("migrate", verbosity=0, interactive=False)
    connect_from_settings()
    texts = dict(given["texts"])
    connection = Connection.objects.create(name="store", since=time.time(), rate=1000, burst=20000)
    store = Store.objects.create(
        connection=connection,
        platform=given["platform"],
        address=texts.pop("shop"),
        credentials=json.dumps(texts),
        options={},
    )
    account = Account.objects.get()
    Channel.objects.create(account=account, store=store, start=int(time.time()) - 86400, policy={"hold": 0})
    prepare_store(store.pk)
    feeds.poll(account.pk, "orders", 60)
    return list(Order.objects.order_by("pk").values_list("pk", flat=True))


def carry(given: dict[str, Any]) -> dict[str, int]:
    """{"orders"}: waits for a line, then works on these orders, one after the other, until all are in the store. Gives
    how often it had an order to itself."""
    from tokbridge.core.standing import TokbridgeStatus
    from tokbridge.records.models import Order
    from tokbridge.sync.work import work

    orders: list[int] = given["orders"]
    created = [TokbridgeStatus.CREATED.value, TokbridgeStatus.SHIPPED.value]
    open_ = Order.objects.filter(pk__in=orders).exclude(tokbridge_status__in=created)
    print(json.dumps("ready"), flush=True)
    sys.stdin.readline()
    had = 0
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and open_.exists():
        had += sum(work(order, "four processes") for order in orders)
        time.sleep(0.02)  # leaves the processors to those who have work
    return {"had": had, "left": open_.count()}


if __name__ == "__main__":
    main()
