"""Packages as TikTok has them: one, and those that changed (reference tiktok-shop-api.md 4.2)."""

from __future__ import annotations

from dataclasses import dataclass

from tokbridge.tiktok.reading import Count, Id, Many, Moment, Shape, Text, read
from tokbridge.tiktok.shop import Shop, checked
from tokbridge.tiktok.transport import Client


@dataclass(frozen=True, slots=True)
class Package:
    """A package as TikTok has it. Status: TO_FULFILL, PROCESSING (shipped by the seller), FULFILLING (collected),
    COMPLETED, CANCELLED. A combined package holds lines of several orders."""

    id: str
    status: str
    order_ids: tuple[str, ...]
    line_ids: tuple[str, ...]
    number: str
    provider_id: str
    provider_name: str
    create_time: int | None
    update_time: int | None


@dataclass(frozen=True, slots=True)
class PackagePage:
    packages: tuple[Package, ...]
    total_count: int
    next_page_token: str
    server_time: float | None


class _OrderRef(Shape):
    id: Id


class _Package(Shape):
    """`id`/`status` in a search, `package_id`/`package_status` in the detail."""

    id: Text = ""
    package_id: Text = ""
    status: Text = ""
    package_status: Text = ""
    orders: Many[_OrderRef] = ()
    order_line_item_ids: Many[Id] = ()
    tracking_number: Text = ""
    shipping_provider_id: Text = ""
    shipping_provider_name: Text = ""
    create_time: Moment = None
    update_time: Moment = None


class _Packages(Shape):
    packages: Many[_Package] = ()
    total_count: Count = 0
    next_page_token: Text = ""


def read_package(client: Client, shop: Shop, package_id: str) -> Package:
    """One package; its order ids are those of all orders combined in it."""
    path = f"/fulfillment/202309/packages/{checked(package_id)}"
    return _package(read(_Package, client.call("packages.read", "GET", path, cipher=shop.cipher).data), package_id)


def search_packages(
    client: Client,
    shop: Shop,
    *,
    update_from: int,
    update_to: int | None = None,
    page_token: str = "",
    page_size: int = 50,
) -> PackagePage:
    """Packages changed in [update_from, update_to), oldest change first; at most 50 a page."""
    query = {"page_size": str(page_size), "sort_field": "update_time", "sort_order": "ASC"}
    if page_token:
        query["page_token"] = page_token
    body = {"update_time_ge": update_from}
    if update_to is not None:
        body["update_time_lt"] = update_to
    path = "/fulfillment/202309/packages/search"
    answer = client.call("packages.search", "POST", path, query=query, body=body, cipher=shop.cipher)
    page = read(_Packages, answer.data)
    packages = tuple(_package(package, package.id) for package in page.packages)
    return PackagePage(packages, page.total_count, page.next_page_token, answer.server_time)


def _package(shape: _Package, asked_for: str) -> Package:
    return Package(
        id=shape.package_id or shape.id or asked_for,
        status=shape.package_status or shape.status,
        order_ids=tuple(order.id for order in shape.orders),
        line_ids=shape.order_line_item_ids,
        number=shape.tracking_number,
        provider_id=shape.shipping_provider_id,
        provider_name=shape.shipping_provider_name,
        create_time=shape.create_time,
        update_time=shape.update_time,
    )
