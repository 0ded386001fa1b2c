"""The words of a question to the Orders list: tab, filters by facet, and the order of the answer."""

from __future__ import annotations

from dataclasses import dataclass

from tokbridge.core.order import FulfilmentType
from tokbridge.core.standing import TokbridgeStatus
from tokbridge.core.status import SHIPPABLE
from tokbridge.records.facets import Facet

ARCHIVED = TokbridgeStatus.ARCHIVED.value
EVERY = "any"  # as a standing: whatever it is, archived orders too
Key = tuple[float, int]  # (what is sorted by, id)


@dataclass(frozen=True, slots=True)
class Sort:
    """`column`: SQL over `o` that is never NULL. The time of placing is the order of the indexes."""

    column: str = "o.placed_at"
    descending: bool = True

    @property
    def by_placed(self) -> bool:
        return self.column == "o.placed_at"


@dataclass(frozen=True, slots=True)
class Tab:
    """`statuses` () = every one; `errors`: only orders with a problem."""

    statuses: tuple[str, ...] = ()
    errors: bool = False

    def fits(self, facet: Facet) -> bool:
        return (not self.statuses or facet.status in self.statuses) and (not self.errors or bool(facet.problem))


@dataclass(frozen=True, slots=True)
class Choice:
    """Filters by facet; None = any. `channels`: one of these (a store's channels). `standing` None: all but the
    archived orders, which a person has put out of sight. `to_ship`: only what the merchant has to ship still: neither
    TikTok's own fulfilment, nor what Tokbridge does not carry, nor what is archived."""

    account: int | None = None
    channels: frozenset[int] | None = None
    standing: str | None = None
    problem: str | None = None
    created: bool | None = None
    fulfilment: str | None = None
    mode: str | None = None
    currency: str | None = None
    to_ship: bool = False

    def fits(self, facet: Facet) -> bool:
        return (
            self.account in (None, facet.account)
            and (self.channels is None or facet.channel in self.channels)
            and (facet.standing != ARCHIVED if self.standing is None else self.standing in (EVERY, facet.standing))
            and self.problem in (None, facet.problem)
            and self.created in (None, facet.created)
            and self.fulfilment in (None, facet.fulfilment)
            and self.mode in (None, facet.mode)
            and self.currency in (None, facet.currency)
            and (not self.to_ship or is_to_ship(facet))
        )


def is_to_ship(facet: Facet) -> bool:
    return (
        facet.status in SHIPPABLE
        and facet.fulfilment == FulfilmentType.MERCHANT
        and facet.standing not in (TokbridgeStatus.NOT_OURS, TokbridgeStatus.ARCHIVED)
    )


ANY = Choice()
