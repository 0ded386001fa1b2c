"""A data folder of its own for the tests, set before Django reads the settings, and a database in a file as in life."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

os.environ.setdefault("TOKBRIDGE_DATA_DIR", tempfile.mkdtemp(prefix="tokbridge-tests-"))
(Path(os.environ["TOKBRIDGE_DATA_DIR"]) / "static").mkdir(exist_ok=True)  # whitenoise warns where there is none


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite's tests use a file, as the real thing does: threads share it, and locks behave as they do in life."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
