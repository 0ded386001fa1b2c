"""Running sandboxes for the tests."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from tests.sandbox.counter import CounterSite
from tests.sandbox.tiktok.client import Shop
from tokbridge.sandbox.server import Running
from tokbridge.sandbox.tiktok.site import TikTokSite


@pytest.fixture
def counter() -> Iterator[httpx2.Client]:
    with Running(CounterSite) as running, httpx2.Client(base_url=running.urls["counter"], timeout=10) as client:
        yield client


@pytest.fixture
def shop() -> Iterator[Shop]:
    """The seeded US shop of a fresh TikTok sandbox."""
    with Running(TikTokSite) as running:
        made = Shop(running.urls["tiktok"])
        yield made
        made.http.close()


@pytest.fixture
def shop_in(shop: Shop) -> Iterator[Callable[..., Shop]]:
    """Further shops in the same sandbox, by region and other template keys."""
    made: list[Shop] = []

    def add(region: str, **more: Any) -> Shop:
        made.append(Shop(str(shop.http.base_url), {"region": region, **more}))
        return made[-1]

    yield add
    for one in made:
        one.http.close()
