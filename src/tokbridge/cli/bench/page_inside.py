"""The measured process of `tokbridge bench page`: fills its database, then asks for pages."""

from __future__ import annotations

import os
import re
import time
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.test import Client, override_settings
from django.urls import include, path

from tokbridge.cli.bench.fill import COMMON, DOCUMENT_EVERY, FORMER, NEWEST, RARE, RETIRED, article, fill
from tokbridge.cli.bench.page import summary, timed
from tokbridge.cli.demo.cases import Json
from tokbridge.records.models import Line, Order, User

TABS = ("all", "error", "on_hold", "awaiting_shipment", "awaiting_collection", "in_transit", "delivered")
CLOSED_TABS = ("completed", "cancelled", "unpaid")
LISTED = (  # the columns of an order that the list shows
    "id, account_id, tiktok_id, status, tokbridge_status, reason, problem_code, store_number, store_status, placed_at,"
    " ship_by, currency, buyer_total, seller_total, fulfilment_type, logistic_mode, customer, cancel_reason,"
    " imported_at, update_time"
)


def floor(_request: HttpRequest) -> JsonResponse:
    """The same 51 rows and columns, and the counts, as raw SQL and JSON."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {LISTED} FROM records_order ORDER BY placed_at DESC, id DESC LIMIT 51")  # noqa: S608 - names of ours
        rows = cursor.fetchall()
        cursor.execute("SELECT facet, sum(n) FROM records_tally GROUP BY facet")
        counts = [(facet, int(n)) for facet, n in cursor.fetchall()]
    return JsonResponse({"rows": rows, "counts": counts})


urlpatterns = [path("floor/", floor), path("", include(settings.ROOT_URLCONF))]


def page() -> Json:
    """Figures of every page: {"p50", "p95", "rows", "kb"} by name, in ms."""
    orders, rounds = int(os.environ["BENCH_ORDERS"]), int(os.environ["BENCH_ROUNDS"])
    call_command("migrate", verbosity=0, interactive=False)
    began = time.perf_counter()
    fill(orders)
    filled = time.perf_counter() - began
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(
        User.objects.create_user(username="bench", time_zone="Europe/London"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    asks = {name: partial(client.get, address, asked) for name, (address, asked) in addresses(orders).items()}
    with override_settings(ROOT_URLCONF=__name__):
        times = timed(asks, rounds)
        pages = {name: summary(times[name]) | seen(ask()) for name, ask in asks.items()}
    return {
        "orders_per_s": round(orders / filled),
        "stored": Order.objects.count(),
        "lines": Line.objects.count(),
        "pages": pages,
    }


def seen(answer: Any) -> dict[str, float]:
    if answer.status_code != 200:
        raise RuntimeError(f"a page was answered {answer.status_code}")
    body = answer.content
    return {"rows": len(re.findall(rb'class="open"', body)), "kb": round(len(body) / 1024)}


def addresses(orders: int) -> dict[str, tuple[str, dict[str, str]]]:
    """What is asked for, by name; `floor` first."""
    month = {"placed_from": _date(NEWEST - 60 * 86400), "placed_to": _date(NEWEST - 30 * 86400)}
    three = {"account": "1", "mode": "seller", "fulfilment": "merchant"}
    middle = Order.objects.order_by("id")[orders // 2]
    best = article(0)
    listed = Order.objects.order_by("-placed_at", "-id").values_list("pk", flat=True)[:50]
    asked: dict[str, dict[str, str]] = {f"tab {key}": {"tab": key} for key in TABS + CLOSED_TABS}
    asked |= {
        "deep": {"older": f"{middle.placed_at}-{middle.pk}"},
        "filter account": {"account": "1"},
        "filter account, mode, fulfilled by": three,
        "filter account, mode, fulfilled by, month": three | month,
        "filter store, not created": {"store": "1", "created": "no"},
        "filter problem": {"problem": "refused"},
        "filter status shipped, awaiting collection": {"standing": "shipped", "tab": "awaiting_collection"},
        "filter month": month,
        "filter product id": {"product_id": best[0]},
        "filter product id, no longer sold": {"product_id": RETIRED[0]},
        "filter created in the store": {"created_from": month["placed_from"], "created_to": month["placed_from"]},
        "search customer, many": {"q": COMMON},
        "search customer, few": {"q": RARE.replace("í", "i").lower()},
        "search customer, none": {"q": "zzyzx"},
        "search customer, many, on one tab": {"q": COMMON, "tab": "in_transit"},
        "search customer, none for long": {"q": FORMER},
        "search customer, two letters": {"q": "Ol"},
        "search product": {"q": best[3]},
        "search product, no longer sold": {"q": RETIRED[3]},
        "search product, many": {"q": "enamel"},
        "search order id, whole": {"q": middle.tiktok_id},
        "search order id, inner digits": {"q": middle.tiktok_id[6:14]},
        "search order id, beginning": {"q": middle.tiktok_id[:4]},
        "search tracking number": {"q": f"RM{middle.pk:09}GB"},
    }
    pages = {name: ("/", told) for name, told in asked.items()}
    ids = ",".join(map(str, listed))
    documented = (orders // 2) // DOCUMENT_EVERY * DOCUMENT_EVERY + 1
    return {
        "floor": ("/floor/", {}),
        **pages,
        "order page": (f"/orders/{documented}/", {}),
        "live counts and cells": ("/orders/live/", {"rows": ids}),
        "live counts": ("/orders/live/", {"older": "1-1"}),
    }


def _date(seconds: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))
