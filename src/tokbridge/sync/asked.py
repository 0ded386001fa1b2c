"""What a person asked of one order, and the error for what cannot be asked."""

from __future__ import annotations

from dataclasses import dataclass

from tokbridge.core.saying import say

DONE_AT_ONCE = {"archive": say("archived"), "restore": say("restored")}


class NotPossible(Exception):
    """What was asked cannot be done; the text is for the person who asked."""

    @property
    def texts(self) -> tuple[str, ...]:
        """What cannot be done, each for itself where several things were asked at once (`sync.mistakes`)."""
        return (str(self),)


@dataclass(frozen=True, slots=True)
class Asked:
    """One order's share of what a person asked. `subject` is that of the steps that will do it (core.decide): "wish 7",
    a parcel's key, "" when nothing is left to do. `refused`: why nothing was asked of this order."""

    order_id: int
    tiktok_id: str
    verb: str
    at: float
    subject: str = ""
    refused: str = ""
