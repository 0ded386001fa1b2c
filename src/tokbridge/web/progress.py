"""Both sides of an order as steps: where TikTok has it, and how far Tokbridge has carried it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tokbridge.core.standing import TokbridgeStatus
from tokbridge.core.status import Status
from tokbridge.records.models import Order
from tokbridge.web import words

_PATH = (
    Status.ON_HOLD,
    Status.AWAITING_SHIPMENT,
    Status.AWAITING_COLLECTION,
    Status.IN_TRANSIT,
    Status.DELIVERED,
    Status.COMPLETED,
)
_DONE_AT = {TokbridgeStatus.SHIPPED: 3, TokbridgeStatus.FINISHED: 4}


@dataclass(frozen=True, slots=True)
class StepShown:
    """`state`: "done", "here", "stopped" (a problem, or cancelled) or "open"."""

    title: str | Promise
    state: str


def tiktok_steps(order: Order) -> list[StepShown]:
    if order.status == Status.CANCELLED:
        return [StepShown(_("Placed"), "done"), StepShown(words.TIKTOK_STATUS[Status.CANCELLED], "stopped")]
    if not order.status:
        return [StepShown(words.TIKTOK_STATUS[""], "stopped")]
    status = Status(order.status)
    here = -1 if status is Status.UNPAID else _PATH.index(_step_of(status))
    first = StepShown(words.TIKTOK_STATUS[Status.UNPAID], "here") if here < 0 else StepShown(_("Placed"), "done")
    return [first, *(_tiktok_step(step, status, place, here) for place, step in enumerate(_PATH))]


def _step_of(status: Status) -> Status:
    return Status.AWAITING_SHIPMENT if status is Status.PARTIALLY_SHIPPING else status


def _tiktok_step(step: Status, status: Status, place: int, here: int) -> StepShown:
    title = words.TIKTOK_STATUS[status] if place == here else words.TIKTOK_STATUS[step]
    last = place == here == len(_PATH) - 1
    state = "done" if place < here or last else "here" if place == here else "open"
    return StepShown(title, state)


def tokbridge_steps(order: Order) -> list[StepShown]:
    """Imported, created, shipped, finished; a problem or an end stands at the first step that is not done."""
    standing = order.tokbridge_status
    titles = [_("Imported"), _("Created in the store"), _("Shipped"), _("Finished")]
    done = max(_DONE_AT.get(TokbridgeStatus(standing), 1), 2 if order.store_number else 1)
    shown = [StepShown(title, "done") for title in titles[:done]]
    if done == len(titles):
        return shown
    if standing in {TokbridgeStatus.CANCELLED, TokbridgeStatus.NOT_OURS, TokbridgeStatus.ARCHIVED}:
        return [*shown, StepShown(words.TOKBRIDGE_STATUS[standing], "stopped")]
    state = "stopped" if order.problem_code or standing == TokbridgeStatus.BLOCKED else "here"
    return [*shown, StepShown(titles[done], state), *(StepShown(title, "open") for title in titles[done + 1 :])]
