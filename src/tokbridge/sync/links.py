"""Links from TikTok SKUs to variants of a store: choosing variants, setting and ending a link."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction

from tokbridge.core.errors import OutsideError
from tokbridge.core.saying import say
from tokbridge.records.models import Line, Link, Listing, User
from tokbridge.stores.nouns import Variant
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.connections import web_store
from tokbridge.sync.listed import note_links
from tokbridge.sync.mistakes import Mistakes
from tokbridge.sync.replay import replay
from tokbridge.sync.unmatched import Key, Unlinked, unmatched

MOST_UNITS = 100  # of the store in one TikTok unit

T = TypeVar("T")
Names = dict[str, str | int]  # columns of a link: whose SKU it is and how people call it
Part = dict[str, str | int | bool]  # of a link, as its row keeps it


@dataclass(frozen=True, slots=True)
class Chosen:
    """A part as a person names it: a store SKU, so many units; `ref` tells variants with the same SKU apart. `row`: of
    the table that names it, 0 = it stands in none."""

    sku: str
    quantity: int
    ref: str = ""
    row: int = 0


class Ambiguous(NotPossible):
    """Several variants have this SKU; one must be chosen."""

    def __init__(self, sku: str, candidates: Sequence[Variant]) -> None:
        super().__init__(say("{n} products in the store have SKU {sku}; choose one", n=len(candidates), sku=sku))
        self.sku, self.candidates = sku, tuple(candidates)


def find(store_id: int, skus: Sequence[str]) -> Mapping[str, Sequence[Variant]]:
    """The variants with these SKUs, asked now. Raises `NotPossible` with the store's words when it does not answer."""
    return _asked(lambda: web_store(store_id).store.find_products(list(skus)))


def search(store_id: int, text: str, limit: int) -> Sequence[Variant]:
    """Products of the store for a person to choose from, by title or SKU, asked now. Raises `NotPossible` as `find`."""
    return _asked(lambda: web_store(store_id).store.find_variants(text, limit))


def _asked(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except OutsideError as error:
        told = say("{code}: {words}", code=error.code, words=error.words)
        raise NotPossible(say("the store did not answer ({words})", words=told)) from error
    except (ValueError, KeyError) as error:
        raise NotPossible(say("the store cannot be asked ({error})", error=error)) from error


def set_links(wanted: Mapping[Key, Sequence[Chosen]], by: User | None) -> int:
    """Link each TikTok SKU to these parts instead of what it was linked to, all or none; the orders that waited for one
    of them are tried again. Returns how many orders. Raises `NotPossible`, `Ambiguous`; for parts that
    stand in a table `WrongRows`."""
    waiting = {(one.store_id, one.sku_id): one for one in unmatched(every=True)}
    names = _checked(wanted, waiting)
    told = _looked_up(wanted)
    now = time.time()
    with transaction.atomic():
        for (store_id, sku_id), columns in told.items():
            Link.objects.filter(store_id=store_id, sku_id=sku_id, ended_at__isnull=True).update(
                ended_at=now, ended_by=by
            )
            Link.objects.create(
                store_id=store_id, sku_id=sku_id, parts=columns, by=by, at=now, **names[store_id, sku_id]
            )
        for store_id in {store_id for store_id, _sku_id in told}:
            note_links(store_id, [sku_id for key, sku_id in told if key == store_id])
    orders = {order for key in wanted if key in waiting for order in waiting[key].orders}
    return replay(sorted(orders), by=by, cause=say("its products were linked"), chosen="links")


def end_link(link_id: int, by: User | None) -> bool:
    """From now on the SKU is matched by its name again. False when it had ended already."""
    living = Link.objects.filter(pk=link_id, ended_at__isnull=True)
    key = living.values_list("store_id", "sku_id").first()
    with transaction.atomic():
        if key is None or not living.update(ended_at=time.time(), ended_by=by):
            return False
        note_links(key[0], [key[1]])
    return True


def _checked(wanted: Mapping[Key, Sequence[Chosen]], waiting: Mapping[Key, Unlinked]) -> dict[Key, Names]:
    """Whose each SKU is. Raises `NotPossible`."""
    wrong, names = Mistakes(), {}
    for key, parts in wanted.items():
        with wrong.of_row(parts[0].row if parts else 0):
            names[key] = _names(*key, waiting)
            if not parts:
                raise NotPossible("name at least one product of the store by its SKU")
            if any(part.quantity < 1 for part in parts) or sum(part.quantity for part in parts) > MOST_UNITS:
                raise NotPossible(say("a TikTok unit is 1 to {most} units of the store", most=MOST_UNITS))
        for part in parts:
            with wrong.of_row(part.row):
                if not part.sku.strip():
                    raise NotPossible("name at least one product of the store by its SKU")
    wrong.tell()
    return names


def _looked_up(wanted: Mapping[Key, Sequence[Chosen]]) -> dict[Key, list[Part]]:
    """The parts as the stores have them now. Raises `NotPossible`, `Ambiguous`."""
    by_store: dict[int, set[str]] = {}
    for (store_id, _sku_id), parts in wanted.items():
        by_store.setdefault(store_id, set()).update(part.sku.strip() for part in parts)
    variants = {store_id: _found(store_id, sorted(skus)) for store_id, skus in by_store.items()}
    wrong = Mistakes()
    told: dict[Key, list[Part]] = {}
    for key, parts in wanted.items():
        told[key] = []
        for part in parts:
            with wrong.of_row(part.row):
                told[key].append(_part(part, variants[key[0]]))
    wrong.tell()
    return told


def _found(store_id: int, skus: Sequence[str]) -> dict[str, Sequence[Variant]]:
    found: dict[str, Sequence[Variant]] = {}
    for start in range(0, len(skus), 100):
        part = skus[start : start + 100]
        answer = find(store_id, part)
        found |= {sku: answer.get(sku, ()) for sku in part}
    return found


def _part(part: Chosen, variants: Mapping[str, Sequence[Variant]]) -> Part:
    sku = part.sku.strip()
    candidates = {one.ref: one for one in variants[sku]}
    chosen = candidates.get(part.ref)
    if chosen is None and not candidates:
        raise NotPossible(say("no product in the store has SKU {sku}", sku=sku))
    if chosen is None and len(candidates) > 1:
        raise Ambiguous(sku, list(candidates.values()))
    chosen = chosen or next(iter(candidates.values()))
    return {
        "variant": chosen.ref,
        "sku": chosen.sku,
        "title": chosen.title,
        "variant_title": chosen.variant_title,
        "requires_shipping": chosen.requires_shipping,
        "quantity": part.quantity,
    }


def known(store_id: int, sku_id: str) -> Listing | Link | Line | None:
    """A TikTok SKU as TikTok's products, else its last link, else an order that has a unit of it tells it; None:
    nothing here has ever named it."""
    listing = Listing.objects.filter(store_id=store_id, sku_id=sku_id).first()
    link = listing or Link.objects.filter(store_id=store_id, sku_id=sku_id).order_by("-pk").first()
    lines = Line.objects.filter(sku_id=sku_id, order__channel__store_id=store_id).select_related("order")
    return link or next(iter(lines[:1]), None)


def _names(store_id: int, sku_id: str, waiting: Mapping[Key, Unlinked]) -> Names:
    """Whose SKU it is and how people call it. Raises `NotPossible` for one that nobody knows: a spreadsheet makes another
    number of an id with 18 digits."""
    one = waiting.get((store_id, sku_id)) or known(store_id, sku_id)
    if one is None:
        raise NotPossible(
            say(
                "no order and no product of TikTok has SKU id {sku}; read products first, and keep ids as texts in a"
                " spreadsheet",
                sku=sku_id,
            )
        )
    return {
        "account_id": one.order.account_id if isinstance(one, Line) else one.account_id,
        "seller_sku": one.seller_sku,
        "product_name": one.product_name,
        "sku_name": one.sku_name,
    }
