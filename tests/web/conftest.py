from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.web import factory
from tests.web.everything import Everything, everything
from tokbridge.records.models import Account, User
from tokbridge.sync import queue
from tokbridge.web import overview


@pytest.fixture
def dora(db: None) -> User:
    return factory.user(time_zone="Europe/Berlin")


@pytest.fixture
def shop(db: None) -> Account:
    return factory.account()


@pytest.fixture
def desk(client: Client, dora: User) -> Client:
    """A browser in which Dora, who sees buyers, is logged in."""
    client.force_login(dora)
    return client


@pytest.fixture
def german(client: Client, dora: User) -> Client:
    """A browser in which Dora is logged in, who reads German."""
    User.objects.filter(pk=dora.pk).update(language="de")
    dora.refresh_from_db()
    client.force_login(dora)
    return client


@pytest.fixture
def full(shop: Account, dora: User) -> Everything:
    """A desk on which every page has something to say."""
    return everything(shop, dora)


@pytest.fixture
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are begun, and no worker takes them up."""
    monkeypatch.setattr(queue, "advance_run", lambda _run_id: None)


@pytest.fixture
def fresh_overview() -> Iterator[None]:
    """The Overview page remembers nothing of another test."""
    overview.forget()
    yield
    overview.forget()
