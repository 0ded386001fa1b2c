"""Shopify's own schema: from the npm package @shopify/dev-mcp, of which only data files are read.

`scripts/shopify_schema.py` fetches them once. Without npm the tests that need them are skipped by name, except under
CI=true.
"""

from __future__ import annotations

import gzip
import json
import os
from functools import cache
from typing import Any

import pytest
from graphql import GraphQLSchema, build_client_schema

from scripts.shopify_schema import VERSIONS, fetch, file_of, present

__all__ = ["VERSIONS", "schema", "scopes"]


@cache
def _raw(version: str) -> dict[str, Any]:
    if not present():
        try:
            fetch()
        except RuntimeError as error:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(f"Shopify's schema is not here: {error}")
    with gzip.open(file_of(version)) as file:
        content: dict[str, Any] = json.load(file)
    return content


@cache
def schema(version: str) -> GraphQLSchema:
    # graphql-core 3.3 finds fault with the schema's own deprecations (reference 0).
    return build_client_schema(_raw(version)["data"], assume_valid=True)


@cache
def scopes(version: str) -> dict[tuple[str, str | None], frozenset[str]]:
    """(type, field) or (type, None) -> the scopes of which any one opens it."""
    rows = _raw(version)["offline_scopes"]["items"]
    return {(row["typeName"], row.get("fieldName")): frozenset(row["offlineScopes"]) for row in rows}
