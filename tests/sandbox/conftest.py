"""Running sandboxes for the tests."""

from collections.abc import Iterator

import httpx2
import pytest
from tests.sandbox.counter import CounterSite

from tokbridge.sandbox.server import Running


@pytest.fixture
def counter() -> Iterator[httpx2.Client]:
    with Running(CounterSite) as running, httpx2.Client(base_url=running.urls["counter"], timeout=10) as client:
        yield client
