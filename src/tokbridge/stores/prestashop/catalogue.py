"""Products by SKU, and their stock (reference prestashop-webservice.md 8, 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tokbridge.core.errors import Actor, Refused
from tokbridge.core.matching import has_words, normal
from tokbridge.core.saying import say
from tokbridge.stores.nouns import Stock, Variant
from tokbridge.stores.prestashop import pricing
from tokbridge.stores.prestashop.config import PrestaShopConfig
from tokbridge.stores.prestashop.shopfacts import ShopFacts
from tokbridge.stores.prestashop.transport import Row, Transport

_COMBINATION, _PRODUCT = "[id,id_product,reference]", "[id,reference,name]"
_LOOKED_AT = 100  # rows of each kind that a search reads at most
_OPERATORS = frozenset("[]|,%!<>")  # signs with a meaning inside a filter's brackets (reference 4)


class Catalogue:
    def __init__(self, transport: Transport, facts: ShopFacts, config: PrestaShopConfig) -> None:
        self._transport = transport
        self._facts = facts
        self._config = config

    def find(self, skus: Sequence[str]) -> Mapping[str, list[Variant]]:
        """Combinations first, then products; a reference may stand on many (reference 9). A product that has
        combinations can't be sold itself: its reference then means each of them."""
        wanted = {normal(sku) for sku in skus if normal(sku)}
        combinations = self._by_reference("combinations", _COMBINATION, skus, wanted)
        products = self._by_reference("products", _PRODUCT, skus, wanted)
        split = self._combinations_of(products)
        names = {str(row["id"]): row for row in products} | self._names(combinations, products)
        found: dict[str, dict[str, Variant]] = {}
        for row in combinations:
            self._take(found, row, str(row["id_product"]), str(row["id"]), names)
        for row in products:
            own = [other for other in split if str(other.get("id_product")) == str(row["id"])]
            for other in own or [{"id": "0"}]:
                self._take(found, row, str(row["id"]), str(other["id"]), names)
        return {sku: list(found.get(normal(sku), {}).values()) for sku in skus}

    def search(self, text: str, limit: int) -> Sequence[Variant]:
        """The shop is asked for the longest word, in names and in references; the others are looked for in what comes."""
        words = "".join(" " if sign in _OPERATORS else sign for sign in text).split()
        if not words:
            return ()
        part = f"%[{max(words, key=len)}]%"
        some = f"0,{_LOOKED_AT}"
        language = {"language": self._facts.language}
        products = self._transport.read("products", display=_PRODUCT, f_name=part, limit=some, **language)
        products += self._transport.read("products", display=_PRODUCT, f_reference=part, limit=some, **language)
        combinations = self._transport.read("combinations", display=_COMBINATION, f_reference=part, limit=some)
        products += self._names(combinations, products).values()
        combinations = self._combinations_of(products)
        split = {str(row["id_product"]) for row in combinations}
        names = {str(row["id"]): row for row in products}
        found = [self._variant(_own(row, names), str(row["id_product"]), str(row["id"]), names) for row in combinations]
        found += [self._variant(row, key, "0", names) for key, row in names.items() if key not in split]
        fitting = {one.ref: one for one in found if has_words(" ".join(words), one.title, one.sku)}
        return list(fitting.values())[:limit]

    def _combinations_of(self, products: Sequence[Row]) -> list[Row]:
        ids = (str(row["id"]) for row in products)
        return self._transport.read_many("combinations", "id_product", ids, display=_COMBINATION)

    def _take(
        self, found: dict[str, dict[str, Variant]], row: Row, product: str, attribute: str, names: Mapping[str, Row]
    ) -> None:
        one = self._variant(row, product, attribute, names)
        found.setdefault(normal(one.sku), {})[one.ref] = one

    def _variant(self, row: Row, product: str, attribute: str, names: Mapping[str, Row]) -> Variant:
        return Variant(
            ref=f"{product}-{attribute}",
            sku=str(row.get("reference") or "").strip(),
            title=self._facts.localised(names.get(product, {}).get("name")),
            variant_title="",  # its words need two more resources, and the shop writes them into the order itself
            product_ref=product,
        )

    def _names(self, combinations: Sequence[Row], known: Sequence[Row]) -> dict[str, Row]:
        missing = {str(row["id_product"]) for row in combinations} - {str(row["id"]) for row in known}
        rows = self._transport.read_many("products", "id", missing, display=_PRODUCT, language=self._facts.language)
        return {str(row["id"]): row for row in rows}

    def _by_reference(self, resource: str, display: str, skus: Sequence[str], wanted: set[str]) -> list[Row]:
        """Rows whose reference is wanted. One with a sign that a list of filters can't hold is asked for alone."""
        spelt = sorted({sku.strip() for sku in skus if sku.strip()})
        plain = [sku for sku in spelt if not _OPERATORS & set(sku)]
        language = {"language": self._facts.language} if resource == "products" else {}
        rows = self._transport.read_many(resource, "reference", plain, display=display, **language)
        for sku in spelt:
            if sku not in plain:
                rows += self._transport.read(resource, display=display, f_reference=sku, **language)
        unique = {str(row["id"]): row for row in rows if normal(str(row.get("reference") or "")) in wanted}
        return list(unique.values())

    def stock(self, variants: Sequence[str]) -> dict[str, Stock]:
        """PrestaShop keeps one figure: what may be sold. The row without combination is the sum of a product that has
        some, and not a variant then."""
        keys = {ref: key for ref in variants if (key := pricing.variant(ref)) is not None}
        rows = self.levels({product for product, _ in keys.values()})
        skus = self._skus(set(keys.values()) & set(rows))
        found = {}
        for ref, key in keys.items():
            row = rows.get(key)
            if row is None or _is_sum(key, rows):
                continue
            quantity = int(row.get("quantity") or 0)
            found[ref] = Stock(variant=ref, sku=skus.get(key, ""), available=quantity, on_hand=quantity)
        return found

    def set_stock(self, variant: str, on_hand: int) -> None:
        """Absolute, and racing with a sale that happens in between (reference 8)."""
        if on_hand < 0:
            raise Refused("below zero", say("{n} units cannot lie on a shelf", n=on_hand), Actor.OPERATOR)
        key = pricing.variant(variant)
        rows = self.levels({key[0]}) if key else {}
        if key is None or key not in rows:
            raise Refused(
                "no such variant", say("PrestaShop keeps no stock of {variant}", variant=variant), Actor.OPERATOR
            )
        if _is_sum(key, rows):
            words = say("product {product} has combinations: their stock is set, PrestaShop adds it up", product=key[0])
            raise Refused("not counted", words, Actor.OPERATOR)
        if str(rows[key].get("quantity")) != str(on_hand):
            self._transport.change("stock_availables", str(rows[key]["id"]), {"quantity": str(on_hand)})

    def levels(self, products: set[str]) -> dict[pricing.Variant, Row]:
        """Stock rows by product and combination; with several shops the row of ours wins."""
        found: dict[pricing.Variant, Row] = {}
        for row in self._transport.read_many("stock_availables", "id_product", products):
            key = (str(row.get("id_product")), str(row.get("id_product_attribute") or "0"))
            if key not in found or str(row.get("id_shop")) == self._config.shop_id:
                found[key] = row
        return found

    def _skus(self, keys: set[pricing.Variant]) -> dict[pricing.Variant, str]:
        split = {attribute for _, attribute in keys if attribute != "0"}
        whole = {product for product, attribute in keys if attribute == "0"}
        rows = {
            (str(row["id_product"]), str(row["id"])): row
            for row in self._transport.read_many("combinations", "id", split, display="[id,id_product,reference]")
        }
        for row in self._transport.read_many("products", "id", whole, display="[id,reference]"):
            rows[str(row["id"]), "0"] = row
        return {key: str(row.get("reference") or "") for key, row in rows.items()}


def _own(row: Row, names: Mapping[str, Row]) -> Row:
    """A combination with its product's reference where it has none of its own: that is how `find` finds it."""
    return row if str(row.get("reference") or "").strip() else names.get(str(row["id_product"]), {})


def _is_sum(key: pricing.Variant, rows: Mapping[pricing.Variant, Row]) -> bool:
    return key[1] == "0" and any(product == key[0] and attribute != "0" for product, attribute in rows)
