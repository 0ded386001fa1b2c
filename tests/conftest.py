"""The tests' data lives in a directory of its own. Django is set up here and not by a name in pyproject: pytest-django
reads the settings that pyproject names before any conftest, which is too early to say where the data is."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tokbridge.project.settings")
os.environ.setdefault("TOKBRIDGE_DATA_DIR", tempfile.mkdtemp(prefix="tokbridge-tests-"))
(Path(os.environ["TOKBRIDGE_DATA_DIR"]) / "static").mkdir(exist_ok=True)  # whitenoise warns where there is none
django.setup()
