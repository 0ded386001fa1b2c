"""Creating the store order: once, right to the cent, and findable again whatever happens in between."""

from __future__ import annotations

import json
import time

from django.db import connection, transaction

from tokbridge.core import money
from tokbridge.core.books import Books, books
from tokbridge.core.errors import OutsideError, Retry, Unknown
from tokbridge.core.facts import Step
from tokbridge.core.identities import DoesNotAddUp
from tokbridge.core.matching import Target, match
from tokbridge.core.order import Order as Neutral
from tokbridge.core.plan import Plan
from tokbridge.core.planning import build
from tokbridge.core.policy import Policy, Unmatched
from tokbridge.core.saying import say
from tokbridge.records import direct
from tokbridge.records.models import Binding, BindingState
from tokbridge.stores.registry import PLATFORMS
from tokbridge.sync.act.attempt import attempt, begin
from tokbridge.sync.act.blocked import Blocked
from tokbridge.sync.act.look import bind, bind_found
from tokbridge.sync.catalogue import find_products
from tokbridge.sync.connections import WebStore
from tokbridge.sync.facts import View
from tokbridge.sync.lease import FactsChanged, Lease
from tokbridge.sync.linked import links_of
from tokbridge.sync.stock_proof import before_creation
from tokbridge.sync.storeside import out_of_sight, store_of
from tokbridge.tiktok.mapping import to_order

_UNCHANGED = "SELECT 1 FROM records_order WHERE id = %s AND update_time = %s AND status = %s"
_DOCUMENT = "SELECT raw FROM records_document WHERE order_id = %s"


def create(view: View, step: Step, lease: Lease, why: str) -> None:
    """Plan, look, write down the intention, create, read back, bind."""
    web = store_of(view)
    plan = plan_of(view, web)
    found = web.store.find_order(plan.marker)
    if found is not None:  # made by somebody else, or before our records were restored
        with transaction.atomic():
            binding = _intend(view, web, plan, lease)
        bind_found(web, lease, binding, found)
        return
    before_creation(web, plan)  # a call: before the intention, from which the settle time counts
    with durable(), transaction.atomic():
        binding = _intend(view, web, plan, lease)
        begun = begin(view, step, why, _request(plan))
    with attempt(view, step, why, begun=begun) as told:
        try:
            made = web.store.create_order(plan, RowJournal(binding))
        except Unknown:
            raise  # the intention stays open: it is looked up before anything else
        except OutsideError:
            Binding.objects.filter(pk=binding.pk, state=BindingState.INTENDED).update(state=BindingState.ABSENT)
            raise
        with transaction.atomic():
            bind(lease, binding, made)
            total = f"{money.show(made.total, made.currency)} {made.currency}"
            told.end(say("{number} ({ref}), total {total}", number=made.number, ref=made.ref, total=total))


def _request(plan: Plan) -> str:
    number, marker, n = plan.number, plan.marker, len(plan.lines)
    total = f"{money.show(plan.total, plan.currency)} {plan.currency}"
    if n == 1:
        return say(
            "{number} for {marker}: {rows} row, total {total}", number=number, marker=marker, rows=n, total=total
        )
    return say("{number} for {marker}: {rows} rows, total {total}", number=number, marker=marker, rows=n, total=total)


def plan_of(view: View, web: WebStore) -> Plan:
    """What would be created, or `Blocked` with the reason. Changes nothing (also used for the dry run)."""
    order = neutral(view)
    policy = view.policy
    if not policy.store_currency:
        raise Retry("not prepared", "the store's currency is not known yet", after=5)
    if order.currency != policy.store_currency:
        words = say("the order is in {one}, the store in {other}", one=order.currency, other=policy.store_currency)
        raise Blocked("currency", words)
    if policy.oldest is not None and out_of_sight(view):
        raise Blocked("too_old", say("placed more than {days} days ago", days=policy.oldest // 86400))
    try:
        both = books(order)
        matches = _matches(order, both, web, policy)
        return build(
            order,
            both,
            matches,
            policy,
            number=view.binding.number if view.binding else policy.number_prefix + marker_of(view),
            marker=view.binding.marker if view.binding else marker_of(view),
            email=PLATFORMS[web.platform].email,
        )
    except DoesNotAddUp as error:
        raise Blocked("does_not_add_up", str(error)) from error


def neutral(view: View) -> Neutral:
    document = direct.row_of(_DOCUMENT, [view.row.pk])
    assert document is not None  # noqa: S101 - the intake writes row and document together
    return to_order(json.loads(document[0]), view.account.shop_id, view.account.region)


def marker_of(view: View) -> str:
    """The TikTok order id; "-2", "-3" … after a person released a binding."""
    return view.row.tiktok_id if not view.released else f"{view.row.tiktok_id}-{view.released + 1}"


def _matches(order: Neutral, both: Books, web: WebStore, policy: Policy) -> dict[str, Target]:
    lines = [booked.line for booked in both.lines]
    links = links_of(web.row_id, {line.sku_id for line in lines})
    unlinked = {line.seller_sku for line in lines if line.sku_id not in links}
    variants = find_products(web, sorted(sku for sku in unlinked if sku.strip()))
    result = match(lines, variants, links)
    if result.unmatched and policy.unmatched is not Unmatched.PLACEHOLDER:
        told = [say("{sku}: {why}", sku=item.sku or item.sku_id, why=item.why) for item in result.unmatched]
        raise Blocked("unmatched_sku", "; ".join(told))
    return dict(result.by_line)


def _intend(view: View, web: WebStore, plan: Plan, lease: Lease) -> Binding:
    """Write down everything that names the store order, to be committed before it is asked for. Fenced by the lease
    and by the facts it was planned on: a cancellation that arrived meanwhile wins."""
    values = {"state": BindingState.INTENDED, "intended_at": time.time(), "expected_total": plan.total}
    lease.check()
    if direct.row_of(_UNCHANGED, [view.row.pk, view.row.update_time, view.row.status]) is None:
        raise FactsChanged(view.row.tiktok_id)
    if view.binding is not None:
        Binding.objects.filter(pk=view.binding.pk).update(**values)
        view.binding.refresh_from_db()
        return view.binding
    binding = Binding(
        order=view.row,
        store_id=web.row_id,
        marker=plan.marker,
        number=plan.number,
        view=view.policy.discounts.value,
        address_digest=view.row.address_digest,
        **values,
    )
    direct.create(binding)
    return binding


class durable:
    """On SQLite the commits inside wait until the disk has them; PostgreSQL always does."""

    def __enter__(self) -> None:
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA synchronous=FULL")

    def __exit__(self, *_exc: object) -> None:
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA synchronous=NORMAL")


class RowJournal:
    """Implements `tokbridge.stores.base.Journal` on the binding: committed at once, given back on a retry."""

    def __init__(self, binding: Binding) -> None:
        self._binding = binding

    def save(self, key: str, value: str) -> None:
        self._binding.journal[key] = value
        with durable():
            Binding.objects.filter(pk=self._binding.pk).update(journal=self._binding.journal)

    def get(self, key: str) -> str | None:
        value = self._binding.journal.get(key)
        return None if value is None else str(value)
