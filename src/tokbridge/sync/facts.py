"""Everything that is stored about one order, read at once and turned into the facts that `decide` needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tokbridge.core.facts import BindingFacts, Do, Facts, ParcelFacts, Tie, Wish
from tokbridge.core.matching import is_piece, unit_of
from tokbridge.core.order import FulfilmentType, Kind, LogisticMode
from tokbridge.core.policy import Policy
from tokbridge.core.status import Status
from tokbridge.records import direct
from tokbridge.records.models import (
    Account,
    Attempt,
    Binding,
    Document,
    Instruction,
    Line,
    Order,
    Outcome,
    Parcel,
    Problem,
)
from tokbridge.sync.channels import policy_of, route, store_of_channel
from tokbridge.sync.connections import Marketplace, WebStore, account_and_shop, marketplace, web_store
from tokbridge.sync.shown_parcels import with_shown
from tokbridge.tiktok.mapping import to_order
from tokbridge.tiktok.shop import Shop

# The order and what else there is of it: the usual order has no parcels, wishes, problems or open attempts.
_GLANCE = """
SELECT o.*,
  (SELECT COUNT(*) FROM records_binding WHERE order_id = o.id) AS bindings_ever,
  EXISTS (SELECT 1 FROM records_parcel WHERE order_id = o.id) AS has_parcels,
  EXISTS (SELECT 1 FROM records_instruction WHERE order_id = o.id AND done_at IS NULL) AS has_wishes,
  EXISTS (SELECT 1 FROM records_problem WHERE order_id = o.id AND closed_at IS NULL) AS has_problems,
  EXISTS (SELECT 1 FROM records_attempt WHERE order_id = o.id AND outcome IN ('open', 'unknown')) AS has_open_attempts
FROM records_order o WHERE o.id = %s
"""
_LINES = "SELECT * FROM records_line WHERE order_id = %s ORDER BY position"
_BINDING = "SELECT * FROM records_binding WHERE order_id = %s AND state <> 'released'"

_WRITES = frozenset(
    {
        Do.SHIP,
        Do.CANCEL_TIKTOK,
        Do.ANSWER_BUYER,
        Do.ADD_PARCEL,
        Do.CANCEL_STORE,
        Do.CANCEL_LINES,
        Do.UPDATE_ADDRESS,
        Do.UPDATE_STATUS,
        Do.INVOICE,
    }
)


@dataclass(slots=True)
class View:
    """One order with all that belongs to it. `released`: how many bindings people have released. `waits`: until when
    each (step, subject) is backing off."""

    row: Order
    account: Account
    shop: Shop
    market: Marketplace
    policy: Policy
    web: WebStore | None
    lines: list[Line]
    binding: Binding | None
    released: int
    parcels: list[Parcel]
    wishes: list[Instruction]
    has_problems: bool
    waits: Mapping[tuple[str, str], float]
    facts: Facts


def load(order_id: int) -> View:
    """Read the order and everything tied to it."""
    row: Any = direct.read(Order, _GLANCE, [order_id])[0]
    account, shop = account_and_shop(row.account_id)
    channels = 1 if row.channel_id else _find_channel(row, account)
    lines = direct.read(Line, _LINES, [order_id])
    binding = next(iter(direct.read(Binding, _BINDING, [order_id])), None) if row.bindings_ever else None
    known = list(row.parcels.order_by("id")) if row.has_parcels else []
    parcels = known if binding is None and not known else with_shown(row, lines, known)
    wishes = list(Instruction.objects.filter(order_id=order_id, done_at=None).order_by("id")) if row.has_wishes else []
    policy = policy_of(row.channel_id) if row.channel_id else Policy()
    store_id = binding.store_id if binding else store_of_channel(row.channel_id) if row.channel_id else None
    web = web_store(store_id) if store_id else None
    market = marketplace(account.authorisation_id)
    return View(
        row=row,
        account=account,
        shop=shop,
        market=market,
        policy=policy,
        web=web,
        lines=lines,
        binding=binding,
        released=row.bindings_ever - (binding is not None),
        parcels=parcels,
        wishes=wishes,
        has_problems=bool(row.has_problems),
        waits=_waits(row) if row.has_problems else {},
        facts=_facts(
            row, lines, binding, parcels, wishes, web, channels, _doubts(row) if row.has_open_attempts else {}, market
        ),
    )


def _waits(row: Order) -> dict[tuple[str, str], float]:
    problems = Problem.objects.filter(order=row, closed_at__isnull=True).exclude(step="block")
    return {(step, subject): at for step, subject, at in problems.values_list("step", "subject", "next_at") if at}


def _facts(
    row: Order,
    lines: list[Line],
    binding: Binding | None,
    parcels: list[Parcel],
    wishes: list[Instruction],
    web: WebStore | None,
    channels: int,
    doubts: Mapping[tuple[Do, str], float],
    market: Marketplace,
) -> Facts:
    bound = _binding(binding, web)
    return Facts(
        status=Status(row.status) if row.status else None,
        placed_at=row.placed_at,
        paid_at=row.paid_at,
        read_at=row.read_at,
        store_read_at=row.store_read_at,
        lines={line.tiktok_id: line.cancelled for line in lines},
        shipped_lines=frozenset(line.tiktok_id for line in lines if line.tracking_number),
        fulfilment_type=FulfilmentType(row.fulfilment_type or "merchant"),
        logistic_mode=LogisticMode(row.logistic_mode or "seller"),
        kind=Kind(row.kind or "normal"),
        on_hold_shop=row.on_hold_shop,
        buyer_requests_cancel=row.buyer_requests_cancel,
        address_digest=row.address_digest,
        channels=channels,
        archived=row.archived_at is not None,
        unreadable=bool(row.unreadable),
        binding=bound,
        parcels=tuple(_parcel(parcel, binding) for parcel in parcels),
        wishes=tuple(Wish(wish.pk, wish.verb) for wish in wishes),
        clock_ahead=market.client.offset,
        doubts=doubts,
    )


def _find_channel(row: Order, account: Account) -> int:
    """An order without channel: none or several matched when it was first seen, or nobody could read it. Asked anew in
    case that changed; the one that matches is kept for good. Returns how many match."""
    if not row.status or row.unreadable:
        return 0
    raw = Document.objects.values_list("raw", flat=True).get(order_id=row.pk)
    where = route(account, to_order(json.loads(raw), account.shop_id, account.region))
    if where.channel_id is not None:
        Order.objects.filter(pk=row.pk, channel=None).update(channel_id=where.channel_id)
        row.channel_id = where.channel_id
    return where.matches


def _binding(binding: Binding | None, web: WebStore | None) -> BindingFacts:
    if binding is None:
        return BindingFacts()
    return BindingFacts(
        tie=Tie(binding.state),
        intended_at=binding.intended_at,
        settle=web.store.settle if web else 0,
        store_cancelled=binding.cancelled_at is not None,
        cancelled_by_us=binding.cancelled_by_us,
        lines=frozenset(unit_of(piece) for item in binding.rows for piece in item["line_ids"]),
        cancelled_lines=frozenset(binding.cancelled_lines),
        cancel_sent_at=binding.cancel_sent_at,
        address_digest=binding.address_digest,
        status_given=binding.status_given,
        invoices=web.store.invoices if web else False,
        invoiced_lines=frozenset(binding.invoiced_lines),
        faults=frozenset(binding.faults),
    )


def _parcel(parcel: Parcel, binding: Binding | None) -> ParcelFacts:
    bundles = binding is not None and any(is_piece(name) for item in binding.rows for name in item["line_ids"])
    return ParcelFacts(
        key=str(parcel.pk),
        number=parcel.number,
        line_ids=frozenset(parcel.line_ids),
        from_tiktok=parcel.origin == "tiktok",
        cancelled=parcel.cancelled,
        tiktok_number=parcel.tiktok_number,
        in_store=parcel.in_store,
        rest_of_bundle=bundles and not parcel.line_ids,
        seen_at=parcel.seen_at,
    )


def _doubts(row: Order) -> dict[tuple[Do, str], float]:
    """Writes begun and never ended, or ended without a known outcome."""
    since = min(row.read_at, row.store_read_at or row.read_at) - 60
    open_ones = Attempt.objects.filter(
        order=row, outcome__in=[Outcome.OPEN, Outcome.UNKNOWN], began_at__gt=since, step__in=_WRITES
    )
    return {(Do(step), subject): began for step, subject, began in open_ones.values_list("step", "subject", "began_at")}
