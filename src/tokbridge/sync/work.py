"""Look at an order: read the facts, ask `decide`, do the first step that is not backing off, write it down, again."""

from __future__ import annotations

import time
from collections.abc import Mapping

import structlog

from tokbridge.core.decide import OWN_WAIT, decide
from tokbridge.core.errors import CredentialRefused, OutsideError, Refused, Retry, Unknown
from tokbridge.core.facts import ON_TIKTOK, Do, Step
from tokbridge.core.saying import say
from tokbridge.core.standing import TokbridgeStatus, standing
from tokbridge.core.status import Status
from tokbridge.records.models import Instruction
from tokbridge.sync import journal
from tokbridge.sync.act import ACTIONS, Blocked
from tokbridge.sync.facts import View, load
from tokbridge.sync.lease import FactsChanged, Lease, LeaseLost
from tokbridge.sync.limits import REFUSED_PAUSE, ConnectionDown, guard, note_credential

GOES = 5  # looks in a row at an order that changes while it is looked at; then the sweep takes it
ROUNDS = 12  # steps in one go; more are left for the next look
PAUSE_AFTER_BUG = 60.0

log = structlog.get_logger()


def work(order_id: int, why: str) -> bool:
    """Do what the order needs now. False when somebody else works on it. True: looked, whatever came of it."""
    for go in range(GOES):
        lease = Lease.take(order_id)
        if lease is None:
            return go > 0
        if not _go(lease, why if go == 0 else say("changed meanwhile")):
            return True
    return True


def _go(lease: Lease, why: str) -> bool:
    """One lease's worth of work; True when the order is due again at once."""
    guard.check = lease.before_sending
    due_at: float | None = time.time() + PAUSE_AFTER_BUG
    columns: dict[str, object] = {}
    try:
        due_at, columns = _rounds(lease, why)
    except FactsChanged:
        due_at = time.time()
    except LeaseLost:
        log.warning("lease lost; another worker goes on", order=lease.order_id)
        return False
    except Exception as error:  # a bug must not stop the worker, and must be seen
        log.exception("unexpected error", order=lease.order_id)
        bug = Retry("bug", type(error).__name__, after=PAUSE_AFTER_BUG)
        journal.note_problem(lease.order_id, "bug", "", "bug", bug)
        columns = {"problem_code": "bug", "tokbridge_status": TokbridgeStatus.BLOCKED.value}
    finally:
        guard.check = None
        due_now = lease.release(due_at, **columns)
    return due_now


def _rounds(lease: Lease, why: str) -> tuple[float | None, dict[str, object]]:
    done: set[tuple[str, str]] = set()
    for _ in range(ROUNDS):
        now = time.time()
        view = load(lease.order_id)
        steps = decide(view.facts, view.policy, now)
        step, wake = choose(steps, view.waits, now, done)
        if step is None:
            return _settle(view, steps, wake)
        try:
            ACTIONS[step.do](view, step, lease, why)
            done.add((step.do, step.subject))
        except Blocked as error:
            _note(view, step, error.code, error.cause_)
        except ConnectionDown as error:
            return now + (error.after or 5), _columns(view, steps, say("the connection is down"))
        except CredentialRefused as error:
            _credential_refused(view, step, error)
            return now + REFUSED_PAUSE, _columns(view, steps, say("the connection is refused"))
        except OutsideError as error:
            _outside_failed(view, step, error)
    return time.time(), {}


def choose(
    steps: list[Step], waits: Mapping[tuple[str, str], float], now: float, done: set[tuple[str, str]]
) -> tuple[Step | None, float | None]:
    """The first step that may be done now, and when to look again if there is none."""
    wake: float | None = None
    for step in steps:
        if step.do is Do.BLOCK:
            continue
        until = step.until if step.do is Do.WAIT else waits.get((step.do, step.subject))
        if step.do is not Do.WAIT and (step.do, step.subject) in done:
            until = max(until or 0, now + 5)  # done in this go and still wanted: look again a little later
        if step.do is not Do.WAIT and (until is None or until <= now):
            return step, None
        if until is not None:
            wake = until if wake is None else min(wake, until)
    return None, wake


def _credential_refused(view: View, step: Step, error: CredentialRefused) -> None:
    """One banner for the connection that was asked; the order itself is not to blame and waits."""
    asked = view.market if step.do in ON_TIKTOK else view.web
    if asked is not None:
        note_credential(asked.outside, error)


def _outside_failed(view: View, step: Step, error: OutsideError) -> None:
    if isinstance(error, Unknown):
        code = "outcome_unknown"
    elif isinstance(error, Refused):
        code = error.code
    else:
        code = "retry"
    _note(view, step, code, error)


def _note(view: View, step: Step, code: str, error: OutsideError) -> None:
    next_at = journal.note_problem(view.row.pk, step.do, step.subject, code, error)
    log.info("step did not succeed", order=view.row.tiktok_id, step=step.do, code=error.code, next_at=int(next_at))


def _settle(view: View, steps: list[Step], wake: float | None) -> tuple[float | None, dict[str, object]]:
    """Nothing can be done right now: close what is solved, keep what blocks, and say when to look again."""
    order_id = view.row.pk
    blocks = [step for step in steps if step.do is Do.BLOCK]
    for block in blocks:
        journal.note_block(order_id, block.subject, block.code)
    keep = {(str(step.do), step.subject) for step in steps if step.do is not Do.BLOCK}
    keep |= {("block", block.subject) for block in blocks}
    if view.has_problems:
        journal.close_problems(order_id, keep)
    if view.facts.status is Status.CANCELLED:
        asked = Instruction.objects.filter(order_id=order_id, done_at__isnull=True)
        asked.filter(verb__in=["reject", "cancel"]).update(done_at=time.time(), result=say("cancelled"))
        too_late = asked.filter(verb__in=["create", "recreate"])
        too_late.update(done_at=time.time(), refused=True, result=say("it is cancelled on TikTok"))
    return wake, _columns(view, steps, "")


def _columns(view: View, steps: list[Step], reason: str) -> dict[str, object]:
    blocked = any(step.do is Do.BLOCK for step in steps)
    worst = journal.worst_problem(view.row.pk) if view.has_problems or blocked else None
    status, why = standing(view.facts, view.policy, steps, worst or "")
    columns: dict[str, object] = {
        "tokbridge_status": status.value,
        "reason": (reason or why)[:200],
        "problem_code": worst,
        "updated_at": time.time(),
    }
    own_wait = next((step.until for step in steps if step.do is Do.WAIT and step.why == OWN_WAIT), None)
    if own_wait is not None:
        columns["ready_at"] = own_wait
    return columns
