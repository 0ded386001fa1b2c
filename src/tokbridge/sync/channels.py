"""Which channel an order belongs to, and that channel's policy."""

from __future__ import annotations

import time
from dataclasses import dataclass, fields
from typing import Any

from tokbridge.core.carriers import CarrierRule
from tokbridge.core.order import Kind
from tokbridge.core.order import Order as Neutral
from tokbridge.core.policy import DiscountBooking, Inventory, Policy, ShippingTitle, Unmatched
from tokbridge.core.status import Status
from tokbridge.records.models import Account, Channel, Order

KEPT = 2.0  # seconds a process trusts its copy of the channels

_ENUMS = {
    "create_from": Status,
    "unmatched": Unmatched,
    "discounts": DiscountBooking,
    "shipping_title": ShippingTitle,
    "inventory": Inventory,
}
_NAMES = {field.name for field in fields(Policy)}


@dataclass(frozen=True, slots=True)
class Route:
    """The channel of an order when exactly one matches, and how many did."""

    channel_id: int | None
    matches: int


class _Copy:
    def __init__(self) -> None:
        self.at = 0.0
        self.channels: dict[int, list[Channel]] = {}
        self.policies: dict[int, Policy] = {}
        self.stores: dict[int, int] = {}

    def fresh(self) -> _Copy:
        if time.monotonic() - self.at > KEPT or not self.at:
            channels: dict[int, list[Channel]] = {}
            policies: dict[int, Policy] = {}
            stores: dict[int, int] = {}
            for channel in Channel.objects.select_related("store"):
                channels.setdefault(channel.account_id, []).append(channel)
                policies[channel.pk] = _policy(channel)
                stores[channel.pk] = channel.store_id
            self.channels, self.policies, self.stores = channels, policies, stores
            self.at = time.monotonic()
        return self


_copy = _Copy()


def forget_channels() -> None:
    """Read the channels again at the next question; for whoever has just changed one."""
    _copy.at = 0.0


def route(account: Account, order: Neutral) -> Route:
    """The only channel of the account, or the one whose warehouse or SKU prefix matches."""
    matching = [channel for channel in _copy.fresh().channels.get(account.pk, []) if _takes(channel, order)]
    return Route(matching[0].pk if len(matching) == 1 else None, len(matching))


def policy_of(channel_id: int) -> Policy:
    """The channel's policy with defaults filled in."""
    policies = _copy.fresh().policies
    if channel_id not in policies:
        forget_channels()
        policies = _copy.fresh().policies
    return policies[channel_id]


def policy_for(row: Order) -> Policy:
    """The policy of the order's channel; the default one while it has none."""
    return policy_of(row.channel_id) if row.channel_id else Policy()


def store_of_channel(channel_id: int) -> int:
    """The id of the store it leads to."""
    policy_of(channel_id)  # makes sure that this process knows the channel
    return _copy.stores[channel_id]


def _takes(channel: Channel, order: Neutral) -> bool:
    if channel.rule == "warehouse":
        return order.warehouse_id == channel.value
    if channel.rule == "sku_prefix":
        prefix = channel.value.casefold()
        return all(line.seller_sku.strip().casefold().startswith(prefix) for line in order.lines)
    return True


def _policy(channel: Channel) -> Policy:
    values: dict[str, Any] = {}
    for name, value in channel.policy.items():
        if name not in _NAMES:
            continue
        if name in _ENUMS:
            values[name] = _ENUMS[name](value)
        elif name == "kinds":
            values[name] = frozenset(Kind(word) for word in value)
        elif name == "carriers":
            values[name] = tuple(CarrierRule(*map(str, rule)) for rule in value)
        elif name == "statuses":
            values[name] = tuple((Status(theirs), str(code)) for theirs, code in value)
        elif name == "tags":
            values[name] = tuple(value)
        else:
            values[name] = value
    values["start"] = channel.start
    values.setdefault("store_currency", channel.store.currency)
    values.setdefault("oldest", channel.store.oldest)
    return Policy(**values)
