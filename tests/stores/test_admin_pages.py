"""The setting from which the links to a store's own admin are made."""

from __future__ import annotations

import time

import pytest

from tokbridge.core.wire import Request, Response
from tokbridge.stores.registry import PLATFORMS

LEAST = {
    "magento": {"shop": "https://shop.example", "token": "t"},
    "prestashop": {"shop": "https://shop.example", "key": "K" * 32},
}


class Nowhere:
    def send(self, request: Request) -> Response:
        raise AssertionError(request.operation)


@pytest.mark.parametrize(
    ("platform", "admin"),
    [
        ("magento", "https://shop.example/index.php/admin"),
        ("magento", "https://shop.example/admin_1a2b3c/"),
        ("prestashop", "https://shop.example/fr/admin123abc"),
    ],
)
def test_an_admins_address_is_taken(platform: str, admin: str) -> None:
    settings = {**LEAST[platform], "admin_url": admin}
    PLATFORMS[platform].open(Nowhere(), settings, time.time, None)
    assert PLATFORMS[platform].admin_page(settings, "6").startswith(f"{admin.rstrip('/')}/")


@pytest.mark.parametrize(
    ("platform", "admin"),
    [
        ("magento", "https://shop.example/admin_1a2b3c/admin/dashboard/index/key/0123abcd"),
        ("magento", "https://shop.example/admin_1a2b3c?key=1"),
        ("magento", "https://dora@shop.example/admin_1a2b3c"),
        ("prestashop", "https://shop.example/admin123abc/index.php?controller=AdminDashboard&token=1"),
        ("prestashop", "https://shop.example/admin123abc/index.php/sell/orders"),
        ("prestashop", "https://shop.example/admin123abc#top"),
    ],
)
def test_what_a_browser_shows_behind_it_is_refused(platform: str, admin: str) -> None:
    with pytest.raises(ValueError, match="admin_url must end with"):
        PLATFORMS[platform].open(Nowhere(), {**LEAST[platform], "admin_url": admin}, time.time, None)
