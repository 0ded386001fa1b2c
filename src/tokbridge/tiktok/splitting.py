"""Splitting an order into several packages: whether it may be, and doing it (reference tiktok-shop-api.md 4.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tokbridge.core.errors import Unknown
from tokbridge.core.saying import say
from tokbridge.tiktok.reading import Flag, Id, Many, Shape, Text, read
from tokbridge.tiktok.shop import Shop, checked
from tokbridge.tiktok.transport import Client


@dataclass(frozen=True, slots=True)
class SplitAttributes:
    """May this order be split? `reason` says in TikTok's words why not."""

    order_id: str
    can_split: bool
    reason: str
    must_split: bool


class _SplitAttribute(Shape):
    order_id: Id
    can_split: Flag = False
    reason: Text = ""
    must_split: Flag = False


class _SplitAttributes(Shape):
    split_attributes: Many[_SplitAttribute] = ()


class _SplitPackage(Shape):
    splittable_group_id: Text = ""
    id: Id


class _Split(Shape):
    packages: Many[_SplitPackage] = ()


def split_attributes(client: Client, shop: Shop, order_ids: Sequence[str]) -> tuple[SplitAttributes, ...]:
    """Which of these orders may be split."""
    query = {"order_ids": ",".join(checked(order_id) for order_id in order_ids)}
    path = "/fulfillment/202309/orders/split_attributes"
    answer = client.call("orders.split_attributes", "GET", path, query=query, cipher=shop.cipher)
    return tuple(
        SplitAttributes(found.order_id, found.can_split, found.reason, found.must_split)
        for found in read(_SplitAttributes, answer.data).split_attributes
    )


def split(client: Client, shop: Shop, order_id: str, groups: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Split an order: group name -> line ids in, group name -> package id out."""
    answer = client.call(
        "orders.split",
        "POST",
        f"/fulfillment/202309/orders/{checked(order_id)}/split",
        body={"splittable_groups": [{"id": name, "order_line_item_ids": list(ids)} for name, ids in groups.items()]},
        cipher=shop.cipher,
        write=True,
    )
    named = {found.splittable_group_id: found.id for found in read(_Split, answer.data, written=True).packages}
    made = {name: named[name] for name in groups if name in named}
    if len(made) < len(groups):
        raise Unknown(
            "unreadable", say("TikTok named packages for {n} of {groups} groups.", n=len(made), groups=len(groups))
        )
    return made
