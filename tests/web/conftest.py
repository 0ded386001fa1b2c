from __future__ import annotations

import pytest
from django.test import Client

from tests.web import factory
from tokbridge.records.models import Account, User


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
