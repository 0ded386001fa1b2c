"""Random orders take as long as they take: no example fails for being slow on a busy machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("tokbridge", deadline=None)
settings.load_profile("tokbridge")
