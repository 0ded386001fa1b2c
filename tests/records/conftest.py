from __future__ import annotations

import pytest

from tests.web import factory
from tokbridge.records.models import Account


@pytest.fixture
def shop(db: None) -> Account:
    return factory.account()
