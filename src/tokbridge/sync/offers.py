"""What TikTok offers for an order at this moment, for a person to choose from: carriers, requests to answer, reasons."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from tokbridge.core.saying import say
from tokbridge.records.models import Cancellation, Document, Order
from tokbridge.sync.act.answer import PENDING
from tokbridge.sync.act.parcels import providers_of
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.connections import account_and_shop, marketplace
from tokbridge.sync.feeds import store_cancellations
from tokbridge.tiktok import cancel_requests, cancellations
from tokbridge.tiktok.cancel_requests import RejectReason
from tokbridge.tiktok.logistics import Provider
from tokbridge.tiktok.mapping import to_order
from tokbridge.tiktok.shop import Shop
from tokbridge.tiktok.transport import Client


def read_requests(order_ids: Sequence[int]) -> None:
    """Ask TikTok for the open requests to cancel of these orders, where an order tells of one that the feed has not
    brought yet; with it come the deadline and the reason. Raises the errors of `core.errors`."""
    asking = Order.objects.filter(pk__in=order_ids, buyer_requests_cancel=True)
    known = Cancellation.objects.filter(type="BUYER_CANCEL", status=PENDING, account=OuterRef("account"))
    missing: dict[int, list[str]] = {}
    told = known.filter(order_tiktok_id=OuterRef("tiktok_id"))
    for account_id, tiktok_id in asking.exclude(Exists(told)).values_list("account_id", "tiktok_id"):
        missing.setdefault(account_id, []).append(tiktok_id)
    for account_id, tiktok_ids in missing.items():
        account, shop = account_and_shop(account_id)
        found = cancellations.of_orders(marketplace(account.authorisation_id).client, shop, tiktok_ids)
        store_cancellations(account, found)


def decline_reasons(order_id: int) -> tuple[RejectReason, ...]:
    """The reasons that TikTok takes for declining this order's open request to cancel; () when none is open. Raises the
    errors of `core.errors`."""
    row, client, shop = _on_tiktok(order_id)
    open_ones = Cancellation.objects.filter(
        account_id=row.account_id, order_tiktok_id=row.tiktok_id, type="BUYER_CANCEL", status=PENDING
    )
    cancel_id = open_ones.order_by("-update_time").values_list("tiktok_id", flat=True).first()
    return cancel_requests.reject_reasons(client, shop, cancel_id) if cancel_id else ()


def offered(order_id: int) -> tuple[Provider, ...]:
    """The carriers that TikTok takes for this order's delivery option, by name; kept for some minutes."""
    row, client, shop = _on_tiktok(order_id)
    raw = Document.objects.values_list("raw", flat=True).get(order_id=order_id)
    try:
        option = to_order(json.loads(raw), shop.id, shop.region).delivery_option_id
    except ValueError as error:
        raise NotPossible(say("TikTok's record of order {order} cannot be read", order=row.tiktok_id)) from error
    if not option:
        raise NotPossible(
            say("TikTok names no delivery option for order {order}, so it takes no carrier", order=row.tiktok_id)
        )
    return tuple(sorted(providers_of(client, shop, option), key=lambda one: one.name))


def _on_tiktok(order_id: int) -> tuple[Order, Client, Shop]:
    """Whom to ask about the order; without its store, which need not work for that."""
    row = Order.objects.get(pk=order_id)
    account, shop = account_and_shop(row.account_id)
    return row, marketplace(account.authorisation_id).client, shop


def choose_provider(choices: Sequence[Provider], wanted: str) -> Provider:
    """The carrier with this id or name (in any case). Raises `NotPossible` with the choices."""
    name = wanted.strip().casefold()
    for one in choices:
        if name in {one.id, one.name.casefold()}:
            return one
    names = ", ".join(one.name for one in choices) or say("none")
    raise NotPossible(
        say(
            "TikTok does not take carrier {carrier} for this order's delivery option; it takes: {choices}",
            carrier=repr(wanted),
            choices=names,
        )
    )
