"""A data folder of its own for the tests, set before Django reads the settings, and a database in a file as in real life."""

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
    """Pages are read by a second thread, so the database must be one that two connections can share."""
    from django.conf import settings

    default = settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        folder: Path = tmp_path_factory.mktemp("database")
        default["TEST"]["NAME"] = str(folder / "test.sqlite3")
