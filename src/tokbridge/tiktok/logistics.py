"""Warehouses, their delivery options, and the carriers each option allows (reference tiktok-shop-api.md 4.3).

A carrier's id holds only for its delivery option and region: ask with the order's own `delivery_option_id`.
"""

from __future__ import annotations

from dataclasses import dataclass

from tokbridge.tiktok.reading import Flag, Id, Many, Shape, Text, read
from tokbridge.tiktok.shop import Shop, checked
from tokbridge.tiktok.transport import Client


@dataclass(frozen=True, slots=True)
class Warehouse:
    """`type` is SALES_WAREHOUSE or RETURN_WAREHOUSE, `status` ENABLED, DISABLED or RESTRICTED."""

    id: str
    name: str
    type: str
    status: str
    is_default: bool
    region_code: str
    city: str
    district: str


@dataclass(frozen=True, slots=True)
class DeliveryOption:
    """`type` is SEND_BY_SELLER, STANDARD, EXPRESS …"""

    id: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Provider:
    """A carrier as TikTok knows it."""

    id: str
    name: str


class _Place(Shape):
    region_code: Text = ""
    city: Text = ""
    distict: Text = ""  # TikTok's spelling


class _Warehouse(Shape):
    id: Id
    name: Text = ""
    type: Text = ""
    effect_status: Text = ""
    is_default: Flag = False
    address: _Place | None = None


class _Warehouses(Shape):
    warehouses: Many[_Warehouse] = ()


class _Option(Shape):
    id: Id
    name: Text = ""
    type: Text = ""


class _Options(Shape):
    delivery_options: Many[_Option] = ()


class _Provider(Shape):
    id: Id
    name: Text = ""


class _Providers(Shape):
    shipping_providers: Many[_Provider] = ()


def warehouses(client: Client, shop: Shop) -> tuple[Warehouse, ...]:
    """The seller's warehouses; TikTok leaves the list out when there is none."""
    answer = client.call("warehouses.list", "GET", "/logistics/202309/warehouses", cipher=shop.cipher)
    return tuple(_warehouse(found) for found in read(_Warehouses, answer.data).warehouses)


def delivery_options(client: Client, shop: Shop, warehouse_id: str) -> tuple[DeliveryOption, ...]:
    """How a warehouse can send."""
    path = f"/logistics/202309/warehouses/{checked(warehouse_id)}/delivery_options"
    answer = client.call("delivery_options.list", "GET", path, cipher=shop.cipher)
    return tuple(DeliveryOption(o.id, o.name, o.type) for o in read(_Options, answer.data).delivery_options)


def providers(client: Client, shop: Shop, delivery_option_id: str) -> tuple[Provider, ...]:
    """The carriers that may be named when shipping with this option. For an option that TikTok itself fulfils the
    call is refused (reference 4.3)."""
    path = f"/logistics/202309/delivery_options/{checked(delivery_option_id)}/shipping_providers"
    answer = client.call("providers.list", "GET", path, cipher=shop.cipher)
    return tuple(Provider(p.id, p.name) for p in read(_Providers, answer.data).shipping_providers)


def _warehouse(found: _Warehouse) -> Warehouse:
    place = found.address or _Place()
    return Warehouse(
        id=found.id,
        name=found.name,
        type=found.type,
        status=found.effect_status,
        is_default=found.is_default,
        region_code=place.region_code,
        city=place.city,
        district=place.distict,
    )
