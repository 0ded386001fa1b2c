"""Advancing a fetch: one account after the other (`sync.run_parts`)."""

from __future__ import annotations

import time
from typing import Any

from tokbridge.core.saying import say
from tokbridge.records.models import Account, Run, RunState
from tokbridge.sync import queue
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.feeds import DETAILS, Progress, fetch_ids, fetch_range
from tokbridge.sync.fetching import accounts_to_ask, fetch_news, not_there
from tokbridge.sync.intake import Intake
from tokbridge.sync.run_lease import RunLease
from tokbridge.sync.run_parts import Part, Stopped, part, read_part


def advance_fetch(run: Run, lease: RunLease) -> None:
    """Read every account that is not read yet, then end the run. `run.progress`: {"accounts": [{"id", "name", "stored",
    "total", "done", "words", "tries"}], "new", "changed", "unreadable", "not_found", "began"}."""
    try:
        progress = run.progress or _begin(run)
        for told in progress["accounts"]:
            if not told["done"]:
                _account(run, lease, progress, told)
    except Stopped:
        lease.update(state=RunState.STOPPED, ended_at=time.time())
        return
    except NotPossible as error:
        kept = {**run.progress, "words": str(error)}  # the run's own words say why it waits, and it does not any more
        lease.update(state=RunState.FAILED, ended_at=time.time(), progress=kept)
        return
    _finish(run, lease, progress)


def _begin(run: Run) -> dict[str, Any]:
    accounts = accounts_to_ask(str(run.args.get("shop", "")))
    figures = {"new": 0, "changed": 0, "unreadable": 0, "not_found": [], "began": time.time()}
    return {"accounts": [part(row.pk, row.name) for row in accounts], **figures}


def _account(run: Run, lease: RunLease, progress: dict[str, Any], told: Part) -> None:
    brought = read_part(
        run, lease, progress, told, lambda show: _read(Account.objects.get(pk=told["id"]), run.args, show)
    )
    if brought is not None:
        progress["new"] += len(set(brought.new))
        progress["changed"] += len(set(brought.changed) - set(brought.new))
        progress["unreadable"] += brought.unreadable
        queue.wake(sorted(set(brought.due)), say("fetch"))
    lease.update(progress=progress)


def _read(account: Account, what: dict[str, Any], show: Progress) -> Intake:
    if "ids" in what:
        ids, brought = list(what["ids"]), Intake()
        for first in range(0, len(ids), DETAILS):
            brought += fetch_ids(account.pk, ids[first : first + DETAILS])
            show(min(first + DETAILS, len(ids)), len(ids))
        return brought
    if "start" in what:
        return fetch_range(account.pk, what["start"], what.get("end"), show)
    return fetch_news(account, show)


def _finish(run: Run, lease: RunLease, progress: dict[str, Any]) -> None:
    accounts = Account.objects.filter(pk__in=[told["id"] for told in progress["accounts"]])
    progress["not_found"] = not_there(run.args.get("ids", []), list(accounts), progress["began"])
    failed = [told for told in progress["accounts"] if told["words"]]
    state = RunState.FAILED if len(failed) == len(progress["accounts"]) else RunState.FINISHED
    lease.update(state=state, ended_at=time.time(), progress=progress)
