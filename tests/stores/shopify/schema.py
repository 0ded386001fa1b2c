"""Shopify's own schema: from the npm package @shopify/dev-mcp, of which only data files are read.

TOKBRIDGE_SHOPIFY_SCHEMA_DIR names a folder that already holds admin_<version>.json.gz; else the package is fetched once
into the user's cache. Without npm the tests that need it are skipped by name, except under CI=true.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, build_client_schema

PACKAGE = "@shopify/dev-mcp@1.16.0"
SHA256 = "4663c79229028e98f825a09d5f04ec6c3736331b740ce50260f9ffac10709474"
VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")


@cache
def _raw(version: str) -> dict[str, Any]:
    with gzip.open(_folder() / f"admin_{version}.json.gz") as file:
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


@cache
def _folder() -> Path:
    given = os.environ.get("TOKBRIDGE_SHOPIFY_SCHEMA_DIR")
    if given:
        return Path(given)
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache_home / "tokbridge" / "shopify-schema-1.16.0"
    if not all((folder / f"admin_{version}.json.gz").exists() for version in VERSIONS):
        _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        if os.environ.get("CI") == "true":
            raise RuntimeError("npm is needed to fetch Shopify's schema")
        pytest.skip("npm is needed to fetch Shopify's schema")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        done = subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=scratch, capture_output=True, check=False)
        archive = next(Path(scratch).glob("*.tgz"), None)
        if done.returncode or archive is None:
            raise RuntimeError(f"npm could not fetch {PACKAGE}: {done.stderr.decode(errors='replace')[:500]}")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
            raise RuntimeError(f"{PACKAGE} is not the package that was examined")
        with tarfile.open(archive) as tar:
            for version in VERSIONS:
                name = f"admin_{version}.json.gz"
                member = tar.extractfile(f"package/dist/data/{name}")
                assert member is not None
                partial = Path(scratch) / name
                partial.write_bytes(member.read())
                partial.replace(folder / name)  # whole or not at all, also when two test workers fetch at once
