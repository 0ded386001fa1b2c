"""Advancing a fetch: one account after the other (`sync.run_parts`)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from tokbridge.core.saying import say
from tokbridge.records.models import Account, Run, RunState
from tokbridge.sync import queue
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.feeds import Progress, fetch_range
from tokbridge.sync.fetching import accounts_to_ask, fetch_named, fetch_news, not_there
from tokbridge.sync.intake import Intake
from tokbridge.sync.run_lease import RunLease
from tokbridge.sync.run_parts import Part, Stopped, part, read_part


def advance_fetch(run: Run, lease: RunLease) -> None:
    """Read every account that is not read yet, then end the run. `run.progress`: {"accounts": [{"id", "name", "stored",
    "total", "done", "words", "tries"}], "new", "changed", "unreadable", "not_found", "not_settled", "began"}.

    Of named orders "total" counts those that are asked of the account, since no account before it has them, and as long
    as the run goes on "without" holds those of them that the account turned out not to have. "not_found": ids that no
    account has; "not_settled": ids that none has brought, while not all of them could be asked."""
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
    figures = {"new": 0, "changed": 0, "unreadable": 0, "not_found": [], "not_settled": [], "began": time.time()}
    return {"accounts": [part(row.pk, row.name, without=[]) for row in accounts], **figures}


def _account(run: Run, lease: RunLease, progress: dict[str, Any], told: Part) -> None:
    brought = read_part(run, lease, progress, told, lambda show: _read(run.args, progress, told, show))
    if brought is not None:
        progress["new"] += len(set(brought.new))
        progress["changed"] += len(set(brought.changed) - set(brought.new))
        progress["unreadable"] += brought.unreadable
        queue.wake(sorted(set(brought.due)), say("fetch"))
    lease.update(progress=progress)


def _read(what: dict[str, Any], progress: dict[str, Any], told: Part, show: Progress) -> Intake:
    if "ids" in what:
        return _named(what["ids"], progress, told, show)
    if "start" in what:
        return fetch_range(told["id"], what["start"], what.get("end"), show)
    return fetch_news(Account.objects.get(pk=told["id"]), show)


def _named(ids: Sequence[str], progress: dict[str, Any], told: Part, show: Progress) -> Intake:
    """Ask this account for what none has brought yet. A try after one that was cut short asks only for the rest."""
    own = [told["id"]]
    missing = not_there(ids, _asked(progress), progress["began"])
    told["stored"] = len(ids) - len(not_there(ids, own, progress["began"]))
    total, brought = told["stored"] + len(missing), Intake()
    left = [one for one in missing if one not in told["without"]]
    for answer in fetch_named(told["id"], left, lambda: show(told["stored"], total)):
        without = not_there(answer.ids, own, progress["began"])
        told["without"] += without
        told["stored"] += len(answer.ids) - len(without)
        brought += answer.brought
    show(told["stored"], total)
    return brought


def _asked(progress: dict[str, Any]) -> list[int]:
    return [told["id"] for told in progress["accounts"]]


def _finish(run: Run, lease: RunLease, progress: dict[str, Any]) -> None:
    missing = not_there(run.args.get("ids", []), _asked(progress), progress["began"])
    without = [set(told.pop("without", ())) for told in progress["accounts"]]
    progress["not_found"] = [one for one in missing if all(one in strange for strange in without)]
    progress["not_settled"] = [one for one in missing if one not in progress["not_found"]]
    failed = [told for told in progress["accounts"] if told["words"]]
    state = RunState.FAILED if len(failed) == len(progress["accounts"]) else RunState.FINISHED
    lease.update(state=state, ended_at=time.time(), progress=progress)
