"""TikTok's records become rows: one page at a time, older news never over newer, nothing dropped.

Only columns that TikTok owns are written here; everything else of an order belongs to whoever holds its lease.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction

from tokbridge.core.books import books
from tokbridge.core.decide import OWN_WAIT, decide
from tokbridge.core.facts import Do, Facts
from tokbridge.core.identities import DoesNotAddUp
from tokbridge.core.order import Order as Neutral
from tokbridge.core.policy import Policy
from tokbridge.core.standing import standing
from tokbridge.core.status import Status, can_follow
from tokbridge.records.direct import Upsert
from tokbridge.records.models import Account, Document, Line, Order
from tokbridge.sync.channels import Route, policy_of, route
from tokbridge.sync.connections import marketplace
from tokbridge.tiktok.mapping import Unreadable, to_order

_BEFORE_READY = frozenset({Status.UNPAID, Status.ON_HOLD, Status.CANCELLED})
_INTAKE_LOCK = 0x746F6B  # names this use among the database's advisory locks
CHUNK = 50  # orders in one write transaction: about 175 rows

_OWNED = (
    "status",
    "placed_at",
    "paid_at",
    "update_time",
    "ship_by",
    "currency",
    "buyer_total",
    "seller_total",
    "fulfilment_type",
    "logistic_mode",
    "kind",
    "customer",
    "buyer_id",
    "warehouse_id",
    "delivery_option",
    "units",
    "is_cod",
    "on_hold_shop",
    "buyer_requests_cancel",
    "cancel_reason",
    "cancel_initiator",
    "address_digest",
    "updated_at",
    "read_at",
    "due_at",
    "ready_at",
    "unreadable",
)
_LINE_OWNED = (
    "seller_sku",
    "product_name",
    "sku_name",
    "image",
    "sale_price",
    "cancelled",
    "package_id",
    "tracking_number",
    "provider_name",
)
_ORDERS = Upsert(Order, unique=("account_id", "tiktok_id"), update=_OWNED)
_DOCUMENTS = Upsert(Document, unique=("order_id",), update=("raw",))
_LINES = Upsert(Line, unique=("order_id", "tiktok_id"), update=_LINE_OWNED)

LONGEST_ADDRESS = 500  # of a picture; a part of an address leads nowhere
Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Intake:
    """What a page brought: ids of rows that are new, changed, and due now."""

    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    due: tuple[int, ...] = ()
    unreadable: int = 0

    def __add__(self, other: Intake) -> Intake:
        return Intake(
            self.new + other.new,
            self.changed + other.changed,
            self.due + other.due,
            self.unreadable + other.unreadable,
        )


def store_orders(account: Account, raws: Iterable[Mapping[str, Any]], read_at: float) -> Intake:
    """Store orders as TikTok sent them. `read_at`: our clock when the call was sent; returns what changed."""
    page = list(raws)
    done = Intake()
    for start in range(0, len(page), CHUNK):
        chunk = [_read(account, raw) for raw in page[start : start + CHUNK]]
        for attempt in (1, 2, 3):
            try:
                with transaction.atomic():
                    done += _store_chunk(account, chunk, read_at)
                break
            except IntegrityError:
                if attempt == 3:  # another reader inserted the same new orders each time
                    raise
    return done


@dataclass(frozen=True, slots=True)
class _Read:
    id: str
    raw: str
    order: Neutral | None
    words: str = ""

    @property
    def update_time(self) -> float:
        """Also of a record that cannot be read; one without a time counts as the newest."""
        told = json.loads(self.raw).get("update_time") if self.order is None else self.order.update_time
        return told if isinstance(told, int) else math.inf


def _read(account: Account, raw: Mapping[str, Any]) -> _Read:
    text = json.dumps(raw, ensure_ascii=False, separators=(",", ":"))
    order_id = str(raw.get("id") or "")
    try:
        return _Read(order_id, text, to_order(dict(raw), account.shop_id, account.region))
    except Unreadable as error:
        digest = hashlib.sha256(text.encode()).hexdigest()[:24]
        return _Read(order_id or f"unreadable-{digest}", text, None, str(error))


def _store_chunk(account: Account, chunk: list[_Read], read_at: float) -> Intake:
    now = time.time()
    _one_at_a_time(account)
    rows = Order.objects.filter(account=account, tiktok_id__in=[item.id for item in chunk])
    news = ("tiktok_id", "status", "update_time", "read_at", "ready_at", "unreadable")
    known = {row.tiktok_id: row for row in rows.only(*news)}
    moved = _lines_moved(known, chunk)
    wanted: dict[str, _Read] = {}
    orders: dict[str, Columns] = {}
    same: list[int] = []
    for item in chunk:
        old = known.get(item.id)
        if old is not None and item.order is None:
            _keep_unreadable(old, item, read_at, now)
            continue
        if old is not None and item.id not in moved and not _is_news(old, item):
            if item.order is not None and item.order.update_time == old.update_time:
                same.append(old.pk)
            continue
        if item.id in wanted and not _replaces(wanted[item.id], item):
            continue
        wanted[item.id] = item
        orders[item.id] = _order(account, item, old, read_at, now)
    if same:  # nothing new, but known to be so as of now
        Order.objects.filter(pk__in=same, read_at__lt=read_at).update(read_at=read_at)
    if not wanted:
        return Intake()
    _ORDERS.run(orders.values())
    ids = dict(Order.objects.filter(account=account, tiktok_id__in=wanted).values_list("tiktok_id", "pk"))
    _DOCUMENTS.run({"order_id": ids[key], "raw": item.raw} for key, item in wanted.items())
    _LINES.run(line for key, item in wanted.items() if item.order for line in _lines(ids[key], item.order))
    return Intake(
        new=tuple(ids[key] for key in wanted if key not in known),
        changed=tuple(ids[key] for key in wanted if key in known),
        due=tuple(ids[key] for key, row in orders.items() if row["due_at"] is not None and row["due_at"] <= now),
        unreadable=sum(item.order is None for item in wanted.values()),
    )


def _one_at_a_time(account: Account) -> None:
    """Two readers that bring the same new order must not overwrite each other's news. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_INTAKE_LOCK, account.pk])


def _is_news(old: Order, item: _Read) -> bool:
    """Newer by TikTok's update time; at the same time only forward in the status graph, or after a record of that
    time that nobody could read."""
    if item.order is None or not old.status:
        return True
    if item.order.update_time != old.update_time:
        return item.order.update_time > old.update_time
    if old.unreadable:
        return True
    status = Status(old.status)
    return item.order.status is not status and can_follow(status, item.order.status)


def _replaces(before: _Read, item: _Read) -> bool:
    """Of two records of one order on one page: the newer, and a readable one before any other."""
    if before.order is None or item.order is None:
        return before.order is None
    return item.order.update_time > before.order.update_time


def _lines_moved(known: Mapping[str, Order], chunk: list[_Read]) -> set[str]:
    """Orders whose record has the time and status we know, and a unit that is cancelled or shipped only now: TikTok's
    time counts seconds, and two units may change within one."""
    same = {
        item.id: item.order
        for item in chunk
        if item.order is not None
        and (old := known.get(item.id)) is not None
        and (old.update_time, old.status) == (item.order.update_time, item.order.status.value)
    }
    if not same:
        return set()
    rows = Line.objects.filter(order_id__in=[known[order_id].pk for order_id in same])
    then = {
        (order_id, line_id): (cancelled, bool(number))
        for order_id, line_id, cancelled, number in rows.values_list(
            "order_id", "tiktok_id", "cancelled", "tracking_number"
        )
    }
    moved = set()
    for order_id, order in same.items():
        states = [
            (then.get((known[order_id].pk, line.id), (False, False)), (line.cancelled, bool(line.tracking_number)))
            for line in order.lines
        ]
        forward = any(new > old for before, after in states for old, new in zip(before, after, strict=True))
        back = any(new < old for before, after in states for old, new in zip(before, after, strict=True))
        if forward and not back:
            moved.add(order_id)
    return moved


def _keep_unreadable(old: Order, item: _Read, read_at: float, now: float) -> None:
    """What was readable before stays; the new document is kept beside it, and the order is blocked. An old record that
    cannot be read says nothing about the order as it is now."""
    if item.update_time < old.update_time:
        return
    Order.objects.filter(pk=old.pk).update(unreadable=item.words[:200], read_at=read_at, due_at=now)
    Document.objects.filter(order_id=old.pk).update(raw=item.raw)


def _order(account: Account, item: _Read, old: Order | None, read_at: float, now: float) -> Columns:
    """The row of an order, by column. `imported_at` and where a new order belongs count only if it is not there yet."""
    order = item.order
    row: Columns = {
        "account_id": account.pk,
        "tiktok_id": item.id,
        "imported_at": now,
        "updated_at": now,
        "read_at": read_at,
        "due_at": now,
    }
    if order is None:
        return {**row, "unreadable": item.words[:200]}
    ready_at = old.ready_at if old is not None else None
    if ready_at is None and order.status not in _BEFORE_READY:
        ready_at = now  # where the shop has no on-hold, the end of our own wait counts
    row |= {
        "status": order.status.value,
        "placed_at": order.create_time,
        "paid_at": order.paid_time,
        "update_time": order.update_time,
        "ship_by": order.ship_by,
        "currency": order.currency,
        "buyer_total": order.payment.total_amount,
        "seller_total": _seller_total(order),
        "fulfilment_type": order.fulfilment_type.value,
        "logistic_mode": order.logistic_mode.value,
        "kind": order.kind.value,
        "customer": (order.recipient.name if order.recipient else "") or order.buyer_nickname,
        "buyer_id": order.buyer_id,
        "warehouse_id": order.warehouse_id,
        "delivery_option": order.delivery_option_name,
        "units": len(order.lines),
        "is_cod": order.is_cod,
        "on_hold_shop": order.on_hold_shop,
        "buyer_requests_cancel": order.buyer_requests_cancel,
        "cancel_reason": order.cancel_reason[:300],
        "cancel_initiator": order.cancel_initiator,
        "address_digest": address_digest(order),
        "ready_at": ready_at,
    }
    return row if old is not None else row | _place(account, order, read_at, now)


def _place(account: Account, order: Neutral, read_at: float, now: float) -> Columns:
    """A new order's channel and standing; one that needs nothing now (on hold, too old, done) wakes nobody."""
    where = route(account, order)
    policy = policy_of(where.channel_id) if where.channel_id else Policy()
    facts = first_facts(order, where, read_at, marketplace(account.authorisation_id).client.offset)
    steps = decide(facts, policy, now)
    status, reason = standing(facts, policy, steps, "")
    placed: Columns = {
        "channel_id": where.channel_id,
        "tokbridge_status": status.value,
        "reason": reason[:200],
        "due_at": steps[0].until if steps[0].do is Do.WAIT else now,
    }
    if steps[0].why == OWN_WAIT:
        placed["ready_at"] = steps[0].until
    return placed


def first_facts(order: Neutral, where: Route, read_at: float, clock_ahead: float) -> Facts:
    """Facts of an order of which there is nothing yet but TikTok's record."""
    return Facts(
        status=order.status,
        placed_at=order.create_time,
        paid_at=order.paid_time,
        read_at=read_at,
        lines={line.id: line.cancelled for line in order.lines},
        fulfilment_type=order.fulfilment_type,
        logistic_mode=order.logistic_mode,
        kind=order.kind,
        on_hold_shop=order.on_hold_shop,
        buyer_requests_cancel=order.buyer_requests_cancel,
        channels=where.matches,
        clock_ahead=clock_ahead,
    )


def _lines(order_id: int, order: Neutral) -> Iterable[Columns]:
    for position, line in enumerate(order.lines):
        yield {
            "order_id": order_id,
            "tiktok_id": line.id,
            "position": position,
            "product_id": line.product_id,
            "sku_id": line.sku_id,
            "seller_sku": line.seller_sku[:120],
            "product_name": line.product_name[:500],
            "sku_name": line.sku_name[:300],
            "image": line.image if len(line.image) <= LONGEST_ADDRESS else "",
            "sale_price": line.sale_price,
            "is_gift": line.is_gift,
            "cancelled": line.cancelled,
            "package_id": line.package_id,
            "tracking_number": line.tracking_number[:60],
            "provider_name": line.provider_name[:120],
        }


def address_digest(order: Neutral) -> str:
    """Changes when the buyer's address changes; "" while TikTok hides it."""
    if order.recipient is None or order.recipient.masked:
        return ""
    return hashlib.sha256(repr(order.recipient).encode()).hexdigest()[:32]


def _seller_total(order: Neutral) -> int | None:
    try:
        return books(order).seller_view
    except DoesNotAddUp:
        return None
