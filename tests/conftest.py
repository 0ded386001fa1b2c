"""Settings are read when Django loads: the tests' data lives in a directory of its own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ.setdefault("TOKBRIDGE_DATA_DIR", tempfile.mkdtemp(prefix="tokbridge-tests-"))
(Path(os.environ["TOKBRIDGE_DATA_DIR"]) / "static").mkdir(exist_ok=True)  # whitenoise warns where there is none
