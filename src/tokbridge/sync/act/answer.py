"""Answering a buyer who asks to cancel (reference tiktok-shop-api.md 5.4)."""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.db import transaction

from tokbridge.core.facts import Step
from tokbridge.core.saying import say
from tokbridge.records.models import Instruction
from tokbridge.sync.act.attempt import attempt
from tokbridge.sync.act.blocked import Blocked
from tokbridge.sync.facts import View
from tokbridge.sync.feeds import fetch_ids, store_cancellations
from tokbridge.sync.lease import Lease
from tokbridge.tiktok import cancel_requests, cancellations
from tokbridge.tiktok.cancel_requests import RejectReason
from tokbridge.tiktok.cancellations import Cancellation

PENDING = "CANCELLATION_REQUEST_PENDING"
GRANTED = ("CANCELLATION_REQUEST_SUCCESS", "CANCELLATION_REQUEST_COMPLETE")
CLOSED = "CANCELLATION_REQUEST_CANCEL"


def answer_buyer(view: View, step: Step, lease: Lease, why: str) -> None:
    """Accept or decline what the buyer asks, as a person wishes. TikTok is asked first what is still open: after a
    doubt, or when the deadline passed meanwhile, nothing is sent and the wish ends with what TikTok shows."""
    wish = next(wish for wish in view.wishes if step.subject == f"wish {wish.pk}")
    requests = _requests(view)
    pending = [request for request in requests if request.status == PENDING]
    for request in pending:
        _answer(view, step, why, wish, request)
    result, refused = {"accept": say("accepted"), "decline": say("declined")}[wish.verb], False
    if pending:
        requests = _requests(view)
    else:
        result, refused = _shown(requests, wish.verb)
    with transaction.atomic():
        lease.check()
        Instruction.objects.filter(pk=wish.pk).update(done_at=time.time(), result=result, refused=refused)
    store_cancellations(view.account, tuple(requests))
    fetch_ids(view.account.pk, [view.row.tiktok_id])


def _requests(view: View) -> list[Cancellation]:
    """The buyer's requests, oldest first."""
    found = cancellations.of_orders(view.market.client, view.shop, [view.row.tiktok_id])
    return sorted((item for item in found if item.type == "BUYER_CANCEL"), key=lambda item: item.create_time)


def _answer(view: View, step: Step, why: str, wish: Instruction, request: Cancellation) -> None:
    client, shop = view.market.client, view.shop
    key = f"tokbridge-{wish.pk}-{request.id}"
    if wish.verb == "accept":
        with attempt(view, step, why, say("accept {request}", request=request.id)) as told:
            cancel_requests.approve(client, shop, request.id, key=key)
            told.answer = say("accepted")
        return
    reason = choose_reason(cancel_requests.reject_reasons(client, shop, request.id), str(wish.args.get("reason", "")))
    with attempt(view, step, why, say("decline {request}: {reason}", request=request.id, reason=reason.name)) as told:
        cancel_requests.reject(client, shop, request.id, reason.name, key=key)
        told.answer = say("declined, reason {reason}", reason=reason.name)


def choose_reason(offered: Sequence[RejectReason], wanted: str) -> RejectReason:
    """The reason of this name or text; without a wish the only one there is. Raises `Blocked` with the choices."""
    plain = wanted.strip().casefold()
    fitting = [one for one in offered if not plain or plain in {one.name.casefold(), one.text.strip().casefold()}]
    if len(fitting) == 1 or (plain and fitting):
        return fitting[0]
    choices = ", ".join(f"{one.name} ({one.text})" if one.text else one.name for one in offered) or "none"
    if not plain:
        raise Blocked(
            "decline_reason", say("TikTok wants a reason for declining; it takes: {choices}", choices=choices)
        )
    raise Blocked(
        "decline_reason",
        say("TikTok does not take the reason {reason}; it takes: {choices}", reason=repr(wanted), choices=choices),
    )


def _shown(requests: Sequence[Cancellation], verb: str) -> tuple[str, bool]:
    """What became of the request without us (or by a call of ours whose answer was lost), and whether that is not what
    the person wished."""
    if not requests:
        return say("TikTok shows no request of the buyer's"), True
    status = requests[-1].status
    if status in GRANTED:
        return say("TikTok shows the request as accepted"), verb != "accept"
    if status == CLOSED:
        return say("TikTok shows the request as closed, not accepted"), verb != "decline"
    return say("TikTok shows the request as {state}", state=status), True
