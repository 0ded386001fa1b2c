"""The words of a question to the Orders list: tab, filters by facet, and the order of the answer."""

from __future__ import annotations

from dataclasses import dataclass

from tokbridge.core.decide import TokbridgeStatus
from tokbridge.records.facets import Facet

ARCHIVED = TokbridgeStatus.ARCHIVED.value
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
    archived orders, which a person has put out of sight."""

    account: int | None = None
    channels: frozenset[int] | None = None
    standing: str | None = None
    problem: str | None = None
    created: bool | None = None
    fulfilment: str | None = None
    mode: str | None = None

    def fits(self, facet: Facet) -> bool:
        return (
            self.account in (None, facet.account)
            and (self.channels is None or facet.channel in self.channels)
            and (facet.standing == self.standing if self.standing else facet.standing != ARCHIVED)
            and self.problem in (None, facet.problem)
            and self.created in (None, facet.created)
            and self.fulfilment in (None, facet.fulfilment)
            and self.mode in (None, facet.mode)
        )


ANY = Choice()
