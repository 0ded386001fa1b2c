"""Advancing the reading of products: first TikTok, account by account, then the stores (`sync.run_parts`)."""

from __future__ import annotations

import time
from typing import Any

from django.db.models import Count

from tokbridge.core.saying import say
from tokbridge.records.models import Listing, Run, RunState, Store
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.fetching import accounts_to_ask
from tokbridge.sync.listings import Seen, read_account, read_store
from tokbridge.sync.run_lease import RunLease
from tokbridge.sync.run_parts import Part, Stopped, part, read_part

SCOPE_MISSING = "105005"
NO_SCOPE = say(
    "the app may not read products. Give it the permission for products in TikTok's Partner Center and authorise the "
    "shop again; until then the page knows the SKUs of orders only"
)


def advance_products(run: Run, lease: RunLease) -> None:
    """`run.progress`: {"accounts": parts, those of stores with "store": True; "began", "unreadable", "kinds"}."""
    try:
        progress = run.progress or _begin()
        for told in progress["accounts"]:
            if not told["done"]:
                (_store if told.get("store") else _account)(run, lease, progress, told)
    except Stopped:
        lease.update(state=RunState.STOPPED, ended_at=time.time())
        return
    except NotPossible as error:
        kept = {**run.progress, "words": str(error)}
        lease.update(state=RunState.FAILED, ended_at=time.time(), progress=kept)
        return
    kinds = dict(Listing.objects.order_by().values_list("kind").annotate(n=Count("pk")))
    progress["kinds"] = kinds
    failed = all(told["words"] for told in progress["accounts"])
    lease.update(state=RunState.FAILED if failed else RunState.FINISHED, ended_at=time.time(), progress=progress)


def _begin() -> dict[str, Any]:
    accounts = accounts_to_ask()
    stores = Store.objects.filter(channels__account__in=accounts).distinct().select_related("connection").order_by("pk")
    parts = [part(row.pk, row.name) for row in accounts]
    parts += [part(row.pk, row.connection.name, store=True) for row in stores]
    return {"accounts": parts, "began": time.time(), "unreadable": 0, "kinds": {}}


def _account(run: Run, lease: RunLease, progress: dict[str, Any], told: Part) -> None:
    seen: Seen | None = read_part(
        run, lease, progress, told, lambda show: read_account(told["id"], progress["began"], show)
    )
    if seen is not None:
        progress["unreadable"] += seen.unreadable
        told["note"] = seen.missing
    elif told["words"].startswith(f"{SCOPE_MISSING}:"):
        told["words"] = NO_SCOPE
    lease.update(progress=progress)


def _store(run: Run, lease: RunLease, progress: dict[str, Any], told: Part) -> None:
    read_part(run, lease, progress, told, lambda show: read_store(told["id"], progress["began"], show))
    lease.update(progress=progress)
