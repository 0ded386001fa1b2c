"""Loaded before anything else (`-p tests.early`): a data folder of its own for the tests, and no leftovers of a real
installation's environment, before Django reads the settings."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

KEPT = {"TOKBRIDGE_DATABASE_URL", "TOKBRIDGE_REDIS_URL"}

for name in [name for name in os.environ if name.startswith("TOKBRIDGE_") and name not in KEPT]:
    del os.environ[name]
os.environ["TOKBRIDGE_DATA_DIR"] = tempfile.mkdtemp(prefix="tokbridge-tests-")
(Path(os.environ["TOKBRIDGE_DATA_DIR"]) / "static").mkdir()  # whitenoise warns where there is none
