"""The sandbox's schema is a subset of the real one, in every supported version."""

import gzip
import json
import os
from functools import cache
from typing import Any

import pytest
from graphql import build_schema

from scripts.shopify_schema import fetch, file_of
from tokbridge.sandbox.shopify.schema import make_schema, sdl
from tokbridge.sandbox.shopify.subset import LATER, differences


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Any:
    try:
        fetch()
    except RuntimeError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"Shopify's schema is not available: {error}")
    return cache(lambda version: json.loads(gzip.decompress(file_of(version).read_bytes()))["data"]["__schema"])


@pytest.mark.parametrize("version", ["2026-01", "2026-04", "2026-07", "2026-10"])
def test_is_a_subset_of(version: str, real: Any) -> None:
    assert differences(build_schema(sdl()), real(version), version) == []


def test_nothing_is_excused_for_longer_than_needed(real: Any) -> None:
    for place, since in LATER.items():
        before = max(version for version in ("2026-01", "2026-04", "2026-07") if version < since)
        found = differences(build_schema(sdl()), real(before), "9999")
        assert place in {one.partition(": ")[0] for one in found}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "sourceIdentifier: String\n  sourceName",
            "sourceIdentifiers: String\n  sourceName",
            "Order.sourceIdentifiers",
        ),
        ("quantity: Int!\n  requiresShipping", "quantity: String!\n  requiresShipping", "(quantity): String!"),
        ("requiresShipping: Boolean = false", "requiresShipping: Boolean = true", "default true instead of false"),
        ("  code: OrderCreateUserErrorCode\n", "  code: OrderCreateUserErrorCode!\n", "OrderCreateUserError.code"),
        ("  quantity: Int!\n  requiresShipping", "  requiresShipping", "(quantity): required, but missing here"),
    ],
)
def test_the_checker_sees_a_difference(old: str, new: str, complaint: str, real: Any) -> None:
    text = sdl()
    assert old in text
    found = differences(build_schema(text.replace(old, new)), real("2026-07"), "2026-07")
    assert any(complaint in one for one in found), found


def test_every_field_of_the_schema_is_answered() -> None:
    """Whatever can be asked has a resolver or stands in the document of a parent that makes it."""
    schema = make_schema()
    roots = (schema.query_type, schema.mutation_type)
    for root in roots:
        assert root is not None
        assert [name for name, field in root.fields.items() if field.resolve is None] == []
