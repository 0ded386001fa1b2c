"""Shipping: which call ships what, and correcting its number (reference tiktok-shop-api.md 4.1, 4.2).

Only the seller's own shipping: platform logistics, fulfilment by TikTok and digital goods take no tracking of ours.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tokbridge.core.errors import Refused, Retry
from tokbridge.core.order import FulfilmentType, Line, LogisticMode, Order
from tokbridge.core.saying import say
from tokbridge.core.status import SHIPPABLE
from tokbridge.tiktok.reading import Id, Shape, read
from tokbridge.tiktok.shop import Shop, checked
from tokbridge.tiktok.transport import Client

MARK_SHIPPED_REGIONS = frozenset({"US", "GB", "ES", "IE", "IT", "DE", "FR", "JP"})
"""Where Mark Package As Shipped makes the package; elsewhere TikTok makes it and the seller ships it."""


class _Marked(Shape):
    package_id: Id


def ship(client: Client, shop: Shop, order: Order, line_ids: Collection[str], provider_id: str, number: str) -> str:
    """Ship these units of the order under one tracking number; returns the id of the package they are in.

    An existing package is shipped whole; without one, the call that makes it where the region has that call. Raises
    `Refused` without calling when the units cannot be shipped so: not the seller's to ship ("not ours to ship"),
    wrong status ("not shippable"), only a part of a package ("part of a package": split first), units of several
    packages ("several packages": combine them first); `Retry` when TikTok has yet to make the package.
    """
    lines = _lines_to_ship(order, frozenset(line_ids))
    package_id = _package_of(order, lines)
    if package_id:
        ship_package(client, shop, package_id, provider_id, number)
        return package_id
    if shop.region in MARK_SHIPPED_REGIONS:
        return mark_shipped(client, shop, order.id, tuple(line.id for line in lines), provider_id, number)
    raise Retry("no package", say("TikTok has not made a package for order {order} yet.", order=order.id))


def _lines_to_ship(order: Order, line_ids: frozenset[str]) -> tuple[Line, ...]:
    if order.fulfilment_type is not FulfilmentType.MERCHANT or order.logistic_mode is not LogisticMode.SELLER:
        raise Refused(
            "not ours to ship",
            say(
                "Order {order} is fulfilled by {fulfilment}, carried by {logistics}.",
                order=order.id,
                fulfilment=order.fulfilment_type,
                logistics=order.logistic_mode,
            ),
        )
    if order.status not in SHIPPABLE:
        raise Refused("not shippable", say("Order {order} is {status}.", order=order.id, status=order.status))
    lines = tuple(line for line in order.live_lines if line.id in line_ids)
    if not lines or len(lines) < len(line_ids):
        raise Refused(
            "not in the order", say("Some units to ship are not live units of order {order}.", order=order.id)
        )
    return lines


def _package_of(order: Order, lines: tuple[Line, ...]) -> str:
    """The package that holds exactly these lines, "" when they are in none."""
    package_ids = {line.package_id for line in lines}
    if len(package_ids) > 1:
        raise Refused(
            "several packages",
            say("The units lie in {n} packages of order {order}.", n=len(package_ids), order=order.id),
        )
    package_id = package_ids.pop()
    held = order.live_lines
    if package_id:
        held = tuple(line for line in held if line.package_id == package_id)
    elif len(order.packages) == 1 and not any(line.package_id for line in held):
        package_id = order.packages[0]  # the order names its only package, the lines do not
    else:
        return ""
    if len(held) > len(lines):
        raise Refused(
            "part of a package",
            say("{n} of the {held} units in package {package}.", n=len(lines), held=len(held), package=package_id),
        )
    return package_id


def ship_package(client: Client, shop: Shop, package_id: str, provider_id: str, number: str) -> None:
    """Ship an existing package, whole, with the seller's own carrier."""
    client.call(
        "packages.ship",
        "POST",
        f"/fulfillment/202309/packages/{checked(package_id)}/ship",
        body={"self_shipment": _tracking(provider_id, number)},
        cipher=shop.cipher,
        write=True,
    )


def mark_shipped(
    client: Client, shop: Shop, order_id: str, line_ids: Sequence[str], provider_id: str, number: str
) -> str:
    """Ship units that are in no package yet; returns the id of the package that TikTok makes of them."""
    answer = client.call(
        "orders.mark_shipped",
        "POST",
        f"/fulfillment/202309/orders/{checked(order_id)}/packages",
        body={"order_line_item_ids": list(line_ids), **_tracking(provider_id, number)},
        cipher=shop.cipher,
        write=True,
    )
    return read(_Marked, answer.data, written=True).package_id


def update_tracking(
    client: Client, shop: Shop, provider_id: str, number: str, *, order_id: str = "", package_id: str = ""
) -> None:
    """Another number or carrier within 72 hours of shipping: for one package, or for an unsplit order."""
    if bool(order_id) == bool(package_id):
        raise ValueError("either an order or a package")
    noun, identifier = ("orders", order_id) if order_id else ("packages", package_id)
    client.call(
        f"{noun}.update_tracking",
        "POST",
        f"/fulfillment/202309/{noun}/{checked(identifier)}/shipping_info/update",
        body=_tracking(provider_id, number),
        cipher=shop.cipher,
        write=True,
    )


def _tracking(provider_id: str, number: str) -> dict[str, str]:
    return {"tracking_number": number, "shipping_provider_id": provider_id}
