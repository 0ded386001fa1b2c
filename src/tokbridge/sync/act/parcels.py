"""Parcels: telling TikTok of what the store shipped, and the store of what was shipped on TikTok."""

from __future__ import annotations

import threading
import time

from django.db import transaction

from tokbridge.core.carriers import number_key, provider_for
from tokbridge.core.errors import CredentialRefused, Refused
from tokbridge.core.facts import Step
from tokbridge.core.matching import unit_of
from tokbridge.core.order import Order as Neutral
from tokbridge.core.saying import say
from tokbridge.records.models import Parcel
from tokbridge.stores.nouns import ParcelItem
from tokbridge.sync.act.attempt import attempt
from tokbridge.sync.act.blocked import Blocked
from tokbridge.sync.act.create import neutral
from tokbridge.sync.facts import View
from tokbridge.sync.lease import Lease
from tokbridge.sync.storeside import store_of
from tokbridge.tiktok import fulfilment, logistics, splitting
from tokbridge.tiktok.logistics import Provider
from tokbridge.tiktok.shop import Shop
from tokbridge.tiktok.transport import Client

PROVIDERS_KEPT = 600.0

_lock = threading.Lock()
_providers: dict[tuple[str, str], tuple[float, tuple[Provider, ...]]] = {}


def ship(view: View, step: Step, lease: Lease, why: str) -> None:
    """Tell TikTok of one parcel: the first time by shipping its units, later by correcting its number."""
    parcel = _parcel(view, step)
    order = neutral(view)
    provider = _provider(view, order, parcel)
    units = len(parcel.line_ids)
    request = (
        say("{carrier} as {provider}, {n} unit", carrier=parcel.carrier, provider=provider.name, n=units)
        if units == 1
        else say("{carrier} as {provider}, {n} units", carrier=parcel.carrier, provider=provider.name, n=units)
    )
    _remember(parcel)
    with attempt(view, step, why, request) as told:
        try:
            package_id = _tell(view, order, parcel, provider)
        except CredentialRefused:
            raise
        except Refused as error:
            if error.code == "part of a package":
                package_id = _split_and_ship(view, order, parcel, provider, error)
            else:
                raise
        with transaction.atomic():
            lease.check()
            Parcel.objects.filter(pk=parcel.pk).update(
                tiktok_number=parcel.number, package_id=package_id, sent_at=time.time()
            )
        told.answer = say("package {package}", package=package_id)


def _remember(parcel: Parcel) -> None:
    """Before the call, whose answer may be lost: whatever number TikTok shows then, it is this parcel's."""
    key = number_key(parcel.number)
    if key not in parcel.told:
        parcel.told = [*parcel.told, key]
        parcel.save(update_fields=["told"])


def _tell(view: View, order: Neutral, parcel: Parcel, provider: Provider) -> str:
    client, shop = view.market.client, view.shop
    if parcel.tiktok_number:
        whole = {"package_id": parcel.package_id} if parcel.package_id else {"order_id": order.id}
        fulfilment.update_tracking(client, shop, provider.id, parcel.number, **whole)
        return parcel.package_id
    return fulfilment.ship(client, shop, order, units_to_ship(order, parcel.line_ids), provider.id, parcel.number)


def units_to_ship(order: Neutral, line_ids: list[str]) -> list[str]:
    """Of these units the ones that live and that TikTok does not show as shipped yet."""
    return [line.id for line in order.live_lines if line.id in line_ids and not line.tracking_number]


def _split_and_ship(view: View, order: Neutral, parcel: Parcel, provider: Provider, refusal: Refused) -> str:
    """TikTok's package holds more units than the parcel: split it where TikTok allows that, else wait with a problem."""
    client, shop = view.market.client, view.shop
    told = splitting.split_attributes(client, shop, [order.id])
    if not any(item.can_split for item in told):
        reasons = "; ".join(item.reason for item in told if item.reason)
        raise Blocked("parcel_splits_package", reasons or refusal.words) from refusal
    parts = splitting.split(client, shop, order.id, {"1": units_to_ship(order, parcel.line_ids)})
    fulfilment.ship_package(client, shop, parts["1"], provider.id, parcel.number)
    return parts["1"]


def _provider(view: View, order: Neutral, parcel: Parcel) -> Provider:
    """The carrier map first, then the same name, then the channel's default."""
    offered = providers_of(view.market.client, view.shop, order.delivery_option_id)
    if parcel.provider_id:
        return next((one for one in offered if one.id == parcel.provider_id), Provider(parcel.provider_id, ""))
    chosen = provider_for(
        view.policy.carriers,
        view.policy.default_provider,
        parcel.carrier,
        (order.delivery_option_id, order.delivery_option_name),
        {one.id: one.name for one in offered},
    )
    if chosen is None:
        choices = ", ".join(sorted(one.name for one in offered))
        carrier = parcel.carrier or say("no carrier")
        words = say("{carrier} is not mapped; TikTok takes: {choices}", carrier=carrier, choices=choices)
        raise Blocked("unmapped_carrier", words)
    return next(one for one in offered if one.id == chosen)


def providers_of(client: Client, shop: Shop, option_id: str) -> tuple[Provider, ...]:
    """The carriers that TikTok takes for a delivery option, as it said within the last minutes."""
    key = (shop.id, option_id)
    with _lock:
        until, kept = _providers.get(key, (0.0, ()))
    if until > time.monotonic():
        return kept
    offered = logistics.providers(client, shop, option_id)
    with _lock:
        _providers[key] = (time.monotonic() + PROVIDERS_KEPT, offered)
    return offered


def add_parcel(view: View, step: Step, lease: Lease, why: str) -> None:
    """Tell the store of a parcel that was first seen on TikTok."""
    parcel = _parcel(view, step)
    binding = view.binding
    assert binding is not None and binding.ref is not None  # noqa: S101 - decide() adds parcels to bound orders only
    items = [
        ParcelItem(row["ref"], row["sku"], len(units), tuple(units))
        for row in binding.rows
        if (units := [piece for piece in row["line_ids"] if unit_of(piece) in parcel.line_ids])
    ]
    n = len(parcel.line_ids)
    request = (
        say("{carrier} {number}, {n} unit", carrier=parcel.carrier, number=parcel.number, n=n)
        if n == 1
        else say("{carrier} {number}, {n} units", carrier=parcel.carrier, number=parcel.number, n=n)
    )
    with attempt(view, step, why, request) as told:
        added = store_of(view).store.add_parcel(binding.ref, parcel.carrier, parcel.number, items)
        with transaction.atomic():
            lease.check()
            twin = Parcel.objects.filter(order_id=view.row.pk, store_ref=added.ref).exclude(pk=parcel.pk)
            twin.delete()  # the store watch saw our own parcel before we knew its id
            Parcel.objects.filter(pk=parcel.pk).update(store_ref=added.ref, in_store=True)
        told.answer = added.ref


def _parcel(view: View, step: Step) -> Parcel:
    return next(parcel for parcel in view.parcels if str(parcel.pk) == step.subject)
