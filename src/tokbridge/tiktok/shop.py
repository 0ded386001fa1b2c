"""The shop a call is about, and the ids that stand in a call's path."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tokbridge.core.errors import Actor, Refused

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Shop:
    """One account: TikTok's shop id, its region (US, GB, DE …) and the cipher its calls carry."""

    id: str
    region: str
    cipher: str


def checked(identifier: str) -> str:
    """An id fit for a path or a comma list; raises `Refused` for anything that could change the call's meaning."""
    if not _ID.fullmatch(identifier):
        raise Refused("bad id", "This is not one of TikTok's ids.", Actor.OPERATOR)
    return identifier
