"""Products by SKU (reference magento-rest.md 12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from tokbridge.core.errors import Refused
from tokbridge.core.saying import say
from tokbridge.stores.magento.products import FIELDS, SELLABLE, Product, product, split_ref, variant
from tokbridge.stores.magento.search import Where, batches, criteria
from tokbridge.stores.magento.transport import Transport
from tokbridge.stores.nouns import Variant

_BATCH = 100  # SKUs in one call
_URL_ROOM = 4000  # characters of encoded SKUs in one URL; web servers take 8 kB or so
_LONGEST = 64  # characters of a SKU in Magento: a longer one exists nowhere. Not in the reference
_MOST_WORDS = 8  # of a search
_FRESH = 120.0  # seconds in which a product that was just seen needs no second look before an order is created


class Catalogue:
    def __init__(self, transport: Transport, clock: Callable[[], float]) -> None:
        self._transport = transport
        self._clock = clock
        self._seen: dict[str, tuple[float, Product]] = {}

    def find(self, skus: Sequence[str]) -> Mapping[str, Sequence[Variant]]:
        """For each wanted SKU, as it was given, the sellable product that has it: compared after trim and case-fold,
        as Magento itself looks SKUs up. Configurable products, bundles and groups are no order rows."""
        found = self._read(sku.strip() for sku in skus)
        return {sku: tuple(variant(one) for one in found.get(_folded(sku), ())) for sku in skus}

    def search(self, text: str, limit: int) -> Sequence[Variant]:
        """Each word within the name or the SKU, as the database compares them."""
        words = text.replace("%", " ").split()[:_MOST_WORDS]
        if not words:
            return ()
        either = [[Where(field, "like", f"%{word}%") for field in ("name", "sku")] for word in words]
        kinds = Where("type_id", "in", ",".join(sorted(SELLABLE)))
        query = criteria(kinds, either=either, sort=("sku",), size=limit, fields=FIELDS)
        rows, _ = self._transport.page("products.search", "products", query)
        return [variant(one) for row in rows if (one := product(row))][:limit]

    def present(self, refs: Iterable[str]) -> dict[str, Product]:
        """Of these references the products that exist now, with the same id and SKU: Magento takes an order for any
        SKU and then moves no stock (reference 7). Raises Refused for a reference that is none."""
        wanted = {ref: split_ref(ref)[1] for ref in refs}
        for ref, sku in wanted.items():
            if not sku:
                words = say("{ref} does not name a product of Magento's", ref=repr(ref[:60]))
                raise Refused("not a product", words)
        now = self._clock()
        seen = {ref: kept for ref, kept in list(self._seen.items()) if kept[0] > now}
        self._seen = dict(seen)
        present = {ref: seen[ref][1] for ref in wanted if ref in seen}
        stale = [sku for ref, sku in wanted.items() if ref not in present]
        # What was just read is taken from the answer, not from what is kept: other threads change that.
        for one in (one for found in self._read(stale).values() for one in found):
            present[one.ref] = one
        return {ref: present[ref] for ref in wanted if ref in present}

    def _read(self, skus: Iterable[str]) -> dict[str, list[Product]]:
        """Sellable products by folded SKU. A SKU with a comma can't be part of a list and is asked for alone."""
        wanted = list({_folded(sku): sku for sku in skus if sku and len(sku) <= _LONGEST}.values())
        alone = [[sku] for sku in wanted if "," in sku]
        together = batches((sku for sku in wanted if "," not in sku), _BATCH, _URL_ROOM)
        found: dict[str, list[Product]] = {}
        for group in [*together, *alone]:
            where = Where("sku", "in" if len(group) > 1 else "eq", ",".join(group))
            rows, _ = self._transport.page("products.search", "products", criteria(where, size=_BATCH, fields=FIELDS))
            for row in rows:
                one = product(row)
                if one and one.type_id in SELLABLE:
                    found.setdefault(_folded(one.sku), []).append(one)
                    self._seen[one.ref] = (self._clock() + _FRESH, one)
        return found


def _folded(sku: str) -> str:
    return sku.strip().casefold()
