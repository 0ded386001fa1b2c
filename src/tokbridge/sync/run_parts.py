"""Runs that read whole sides, one account or store after the other, with figures that a page can show meanwhile.

A part that was read to its end is not read again after a restart; one that was begun is, which changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from tokbridge.core.errors import OutsideError, Retry, Unknown
from tokbridge.core.saying import say
from tokbridge.records.models import Run, RunState
from tokbridge.sync.feeds import Progress
from tokbridge.sync.run_lease import RunLease

TRIES = 5  # of one part, as long as its trouble passes

Part = dict[str, Any]  # {"id", "name", "stored", "total", "done", "words", "tries"}
T = TypeVar("T")


class Stopped(Exception):
    """A person stopped the run."""


def part(row_id: int, name: str, **more: Any) -> Part:
    return {"id": row_id, "name": name, "stored": 0, "total": 0, "done": False, "words": "", "tries": 0, **more}


def read_part(
    run: Run, lease: RunLease, progress: dict[str, Any], told: Part, read: Callable[[Progress], T]
) -> T | None:
    """Read one part and write down how far it is. None: it could not be read, its words say why. Raises `Stopped`, and
    what passes by itself for as long as it is worth another try."""

    def show(stored: int, total: int) -> None:
        if Run.objects.filter(pk=run.pk, state=RunState.STOPPING).exists():
            raise Stopped
        told["stored"], told["total"] = stored, total
        lease.update(progress=progress)
        lease.check()

    show(0, 0)
    brought = None
    try:
        brought = read(show)
    except OutsideError as error:
        told["words"] = say("{code}: {words}", code=error.code, words=error.words)
        told["tries"] += 1
        if isinstance(error, Retry | Unknown) and told["tries"] < TRIES:
            lease.update(progress=progress)
            raise
    else:
        told["words"] = ""
    told["done"] = True
    return brought
