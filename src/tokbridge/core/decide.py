"""The one place that says what an order needs next: `decide(facts, policy, now)`, pure, in order of priority.

An order is reconciled, not processed: a webhook, a poll or a click only says "look at it". Looking means reading the
facts, asking `decide`, doing the first step that is not backing off, writing down what happened, and looking again.
"""

from __future__ import annotations

from collections.abc import Iterator

from tokbridge.core.facts import ON_TIKTOK, Do, Facts, Step, Tie
from tokbridge.core.order import LogisticMode
from tokbridge.core.ours import is_open, is_ours, is_wanted, wish_of
from tokbridge.core.policy import Policy
from tokbridge.core.saying import say
from tokbridge.core.status import BEFORE_SHIPMENT, FINAL, ON_THE_WAY, SHIPPABLE, Status

DOUBT = 3.0  # seconds a write without answer may still take to show on the other side
OWN_WAIT = say("the buyer may still cancel alone")  # where the shop has no on-hold
CANCEL_PATIENCE = 900.0  # seconds TikTok may take to show that an order is cancelled, after it was asked
RECHECK = 6 * 3600  # every order that is not finished is read again from TikTok at least this often


def decide(facts: Facts, policy: Policy, now: float) -> list[Step]:
    """What is to be done, most urgent first; never empty. The caller does the first step that is not backing off."""
    if facts.archived:
        return [Step(Do.WAIT, why="archived")]
    if facts.status is None or facts.unreadable:
        return [Step(Do.BLOCK, code="unreadable"), *_recheck(facts, now)]
    doubts = list(_doubts(facts, now))
    steps = [*_release(facts), *doubts]
    if not doubts:
        steps += _intention(facts)
        steps += _cancellations(facts, policy, now)
        steps += _wishes(facts)
        steps += _parcels(facts, policy)
        steps += _address(facts)
        steps += _invoice(facts)
        steps += _store_status(facts, policy)
        steps += _creation(facts, policy, now)
        steps += _without_number(facts, policy, now)
    steps += _recheck(facts, now)
    return steps


def _release(facts: Facts) -> Iterator[Step]:
    """A person wants a new store order; that comes before everything about the old one, what nobody knows of it included."""
    wish = wish_of(facts, "recreate")
    if wish and facts.binding.tie is Tie.BOUND and facts.status is not Status.CANCELLED:
        yield Step(Do.RELEASE, f"wish {wish.id}", why=say("a person asked to {verb} it", verb=wish.verb))


def _doubts(facts: Facts, now: float) -> Iterator[Step]:
    """A write whose outcome nobody knows: read that side again before anything else is done to the order."""
    for (do, _subject), began in facts.doubts.items():
        on_tiktok = do in ON_TIKTOK
        if not on_tiktok and facts.binding.tie is not Tie.BOUND:
            continue  # of a store order that was let go
        if (facts.read_at if on_tiktok else facts.store_read_at) > began + DOUBT:
            continue
        why = say("the outcome of {step} is not known", step=do)
        if now <= began + DOUBT:
            yield Step(Do.WAIT, why=why, until=began + DOUBT + 0.1)
        else:
            yield Step(Do.LOOK_TIKTOK if on_tiktok else Do.LOOK_STORE, why=why)


def _intention(facts: Facts) -> Iterator[Step]:
    """A creation was begun and nobody knows whether it happened: look, until it is found or the settle time is over."""
    if facts.binding.tie is Tie.INTENDED:
        yield Step(Do.LOOK_MARKER, why="a creation was begun and its outcome is not known")


def _cancellations(facts: Facts, policy: Policy, now: float) -> Iterator[Step]:
    binding = facts.binding
    if binding.tie is not Tie.BOUND:
        return
    for code in sorted(binding.faults):
        yield Step(Do.BLOCK, code, code=code)
    if facts.status is Status.CANCELLED:
        if not binding.store_cancelled and policy.cancel_to_store:
            yield Step(Do.CANCEL_STORE, why="cancelled on TikTok")
        return
    if binding.store_cancelled:
        if policy.cancel_to_tiktok and not binding.cancelled_by_us and not wish_of(facts, "recreate"):
            yield from _cancelled_in_store(facts, now)
        return
    if facts.buyer_requests_cancel and facts.status in BEFORE_SHIPMENT:
        yield Step(Do.BLOCK, code="buyer_requests_cancel")
    gone = {line for line, cancelled in facts.lines.items() if cancelled} & binding.lines
    if gone - binding.cancelled_lines and policy.cancel_to_store:
        yield Step(Do.CANCEL_LINES, why="units were cancelled on TikTok")


def _cancelled_in_store(facts: Facts, now: float) -> Iterator[Step]:
    """By its staff: TikTok is asked once to cancel too, and must then show it as cancelled."""
    asked_at = facts.binding.cancel_sent_at
    if facts.status in ON_THE_WAY:
        yield Step(Do.BLOCK, "store", code="store_cancelled_shipped")
    elif asked_at is None and facts.status is Status.AWAITING_SHIPMENT:
        yield Step(Do.CANCEL_TIKTOK, "store", why="cancelled in the store")
    elif asked_at is not None and facts.status in BEFORE_SHIPMENT:
        until = asked_at + CANCEL_PATIENCE
        if facts.read_at >= until:
            yield Step(Do.BLOCK, "store", code="not_cancelled_on_tiktok")
        elif now < until:
            yield Step(Do.WAIT, "store", why=say("TikTok was asked to cancel it"), until=until)
        else:
            yield Step(Do.LOOK_TIKTOK, "store", why="TikTok was asked to cancel it")


def _wishes(facts: Facts) -> Iterator[Step]:
    for wish in facts.wishes:
        if wish.verb in {"reject", "cancel"} and facts.status is not Status.CANCELLED:
            yield Step(Do.CANCEL_TIKTOK, f"wish {wish.id}", why=say("a person asked to {verb} it", verb=wish.verb))
        elif wish.verb in {"accept", "decline"}:
            why = say("a person asked to {verb} the buyer's request", verb=wish.verb)
            yield Step(Do.ANSWER_BUYER, f"wish {wish.id}", why=why)
        elif wish.verb == "sync":
            yield Step(Do.LOOK_TIKTOK, f"wish {wish.id}", why="a person asked for it")


def _parcels(facts: Facts, policy: Policy) -> Iterator[Step]:
    if facts.status is Status.CANCELLED or facts.status in {Status.UNPAID, Status.ON_HOLD}:
        return
    alive = {line for line, cancelled in facts.lines.items() if not cancelled}
    for parcel in facts.parcels:
        if parcel.cancelled or not parcel.number or parcel.rest_of_bundle:
            continue
        if parcel.from_tiktok or parcel.tiktok_number == parcel.number:
            bound = facts.binding.tie is Tie.BOUND and not facts.binding.store_cancelled
            if bound and not parcel.in_store and policy.parcels_to_store:
                yield Step(Do.ADD_PARCEL, parcel.key, why="shipped outside the store")
        elif policy.parcels_to_tiktok and facts.logistic_mode is LogisticMode.SELLER:
            if parcel.tiktok_number:
                yield Step(Do.SHIP, parcel.key, why="its tracking number changed in the store")
            elif facts.status in SHIPPABLE and parcel.line_ids & alive - facts.shipped_lines:
                yield Step(Do.SHIP, parcel.key, why="shipped in the store")
            elif facts.status not in FINAL:
                yield Step(Do.BLOCK, parcel.key, code="parcel_too_late")


def _without_number(facts: Facts, policy: Policy, now: float) -> Iterator[Step]:
    """The store shipped, and nobody has given the tracking number that TikTok asks a seller for."""
    if not policy.parcels_to_tiktok or facts.logistic_mode is not LogisticMode.SELLER or facts.status not in SHIPPABLE:
        return
    open_units = {line for line, cancelled in facts.lines.items() if not cancelled} - facts.shipped_lines
    for parcel in facts.parcels:
        if parcel.number or parcel.cancelled or parcel.from_tiktok or not parcel.line_ids & open_units:
            continue
        until = parcel.seen_at + policy.tracking_patience
        if now < until:
            yield Step(Do.WAIT, parcel.key, why=say("shipped in the store, without a tracking number yet"), until=until)
        else:
            yield Step(Do.BLOCK, parcel.key, code="shipped_without_tracking")


def _address(facts: Facts) -> Iterator[Step]:
    binding = facts.binding
    if (
        binding.tie is Tie.BOUND
        and not binding.store_cancelled
        and facts.status in SHIPPABLE
        and facts.address_digest
        and binding.address_digest
        and facts.address_digest != binding.address_digest
    ):
        yield Step(Do.UPDATE_ADDRESS, facts.address_digest[:8], why="the buyer changed the address on TikTok")


def _invoice(facts: Facts) -> Iterator[Step]:
    """Not for a cancelled order: its cancellation in the store may be backing off, and stores cancel nothing that has
    an invoice."""
    binding = facts.binding
    if not binding.invoices or binding.tie is not Tie.BOUND or binding.store_cancelled:
        return
    if facts.status is Status.CANCELLED:
        return
    shipped = {line for one in facts.parcels if one.in_store and not one.cancelled for line in one.line_ids}
    if shipped - binding.invoiced_lines:
        yield Step(Do.INVOICE, why="shipped in the store")


def _store_status(facts: Facts, policy: Policy) -> Iterator[Step]:
    """The channel's status map: each status is given once, so what staff change afterwards stays."""
    binding = facts.binding
    if binding.tie is not Tie.BOUND or binding.store_cancelled:
        return
    if facts.status is Status.CANCELLED and policy.cancel_to_store:
        return  # cancelling gives the store order its status
    wanted = next((code for status, code in policy.statuses if status is facts.status), "")
    if wanted and wanted != binding.status_given:
        yield Step(Do.UPDATE_STATUS, wanted, why=say("TikTok says {status}", status=facts.status))


def _creation(facts: Facts, policy: Policy, now: float) -> Iterator[Step]:
    """Creates once, and only what is paid, ours, not on hold, not cancelled, and read from TikTok a moment ago."""
    assert facts.status is not None  # noqa: S101 - decide() has answered that case
    if facts.binding.tie not in {Tie.NONE, Tie.ABSENT} or facts.status is Status.CANCELLED:
        return
    if is_ours(facts, policy):
        return
    wanted = is_wanted(facts)
    if facts.status in {Status.UNPAID, Status.ON_HOLD}:
        return  # TikTok's next status wakes it
    if _rank(facts.status) < _rank(policy.create_from) or not (policy.create_automatically or wanted):
        return
    if facts.channels != 1:
        yield Step(Do.BLOCK, code="no_channel" if facts.channels == 0 else "several_channels")
    elif facts.buyer_requests_cancel and facts.status in BEFORE_SHIPMENT and not wanted:
        yield Step(Do.BLOCK, code="buyer_requests_cancel")
    elif not facts.on_hold_shop and now < (until := _own_hold_ends(facts, policy)):
        yield Step(Do.WAIT, why=OWN_WAIT, until=until)
    elif now - facts.read_at > policy.facts_fresh:
        yield Step(Do.LOOK_TIKTOK, why="facts are too old to create on")
    else:
        yield Step(Do.CREATE, why="ready")


_ORDER = list(Status)


def _rank(status: Status) -> int:
    return _ORDER.index(status)


def _own_hold_ends(facts: Facts, policy: Policy) -> float:
    """Our clock."""
    return (facts.paid_at or facts.placed_at) - facts.clock_ahead + policy.hold


def _recheck(facts: Facts, now: float) -> Iterator[Step]:
    if not is_open(facts):
        yield Step(Do.WAIT, why="nothing to do")
    elif now >= facts.read_at + RECHECK:
        yield Step(Do.LOOK_TIKTOK, why="not read for a while")
    else:
        yield Step(Do.WAIT, why="nothing to do", until=facts.read_at + RECHECK)
