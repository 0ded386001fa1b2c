"""Addresses of lists of orders, for the figures that stand for them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from tokbridge.records.choice import EVERY
from tokbridge.sync.trouble import Cause


def orders(**asked: str | int) -> str:
    """The Orders list with these filters."""
    return f"{reverse('orders')}?{urlencode(asked)}"


def counted(**asked: str | int) -> str:
    """The same for a figure that archived orders are a part of."""
    return orders(**asked, standing=EVERY)


def address(cause: Cause) -> str:
    """Where the orders of a group are listed."""
    return f"{reverse('problem-group')}?{urlencode(fields_of(cause))}"


def everywhere(code: str) -> str:
    """Where the orders with this cause are listed, whatever their account and store."""
    return f"{reverse('problem-cause')}?{urlencode({'code': code})}"


def fields_of(cause: Cause) -> dict[str, str | int]:
    """A group's name in addresses and forms; what it does not have is left out."""
    named: dict[str, str | int | None] = {
        "code": cause.code,
        "account": cause.account_id,
        "store": cause.store_id,
        "dismissal": cause.dismissal_id,
    }
    return {name: value for name, value in named.items() if value is not None}
