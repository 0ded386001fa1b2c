"""Every case runs against every subject, in a fresh sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.subjects import SUBJECTS, Subject
from tests.conformance.world import World


@pytest.fixture(params=SUBJECTS, ids=lambda subject: subject.label)
def subject(request: pytest.FixtureRequest) -> Subject:
    found: Subject = request.param
    return found


@pytest.fixture
def world(subject: Subject) -> Iterator[World]:
    """A shop as sync leaves it before the first order: prepared."""
    with World(subject) as made:
        made.prepare()
        yield made
