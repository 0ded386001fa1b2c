"""One page of the Orders list. Never OFFSET, never a sort of it all."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tokbridge.records.choice import Key, Sort
from tokbridge.records.selection import Selection
from tokbridge.web.place import Place
from tokbridge.web.tabs import Tally
from tokbridge.web.wanted import Wanted

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Ids of at most `PAGE` rows in their order; `older` and `newer` say where the next pages begin; `last`: the place
    of the last row when the page is full."""

    ids: list[int]
    older: Place | None = None
    newer: Place | None = None


def page(wanted: Wanted, asked: Selection) -> Page:
    """Sorted as wanted, or newest first where that would take reading too many orders."""
    sort = wanted.sorted_by
    if not sort.by_placed and not asked.sortable(wanted.tab.walked):
        sort = Sort()
    backwards = wanted.newer is not None
    place = wanted.newer or wanted.older
    keys = asked.page(wanted.tab.walked, sort, place.key if place else None, PAGE + 1, backwards=backwards)
    more, keys = len(keys) > PAGE, keys[:PAGE]
    if backwards:
        keys.reverse()
    if not keys:
        return Page([])
    return Page(
        [key[1] for key in keys],
        older=_place(keys[-1]) if more or backwards else None,
        newer=_place(keys[0]) if wanted.older is not None or (backwards and more) else None,
    )


def _place(key: Key) -> Place:
    return Place(*key)


def arrived(wanted: Wanted, asked: Selection, shown: set[int], last: Place | None) -> Tally:
    """How many orders stand on the newest page now and were not there when it was shown: a whole page of them says "50+".
    `last`: the place of its last row when it was full; what merely moved up from below it is not new."""
    first = replace(wanted, older=None, newer=None)
    if first.sorted_by != Sort():
        return Tally(0)  # sorted otherwise, whatever moves would look new
    newest = asked.page(first.tab.walked, Sort(), None, PAGE)
    new = sum(key[1] not in shown and (last is None or key > last.key) for key in newest)
    return Tally(new, more=new == PAGE)
