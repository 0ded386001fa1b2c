"""Variants by SKU (reference shopify-admin-api.md 3.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tokbridge.core.matching import has_words
from tokbridge.stores.nouns import Variant
from tokbridge.stores.shopify import queries
from tokbridge.stores.shopify.search import beginnings, quoted
from tokbridge.stores.shopify.transport import Transport

_BATCH = 50  # SKUs in one query


class Catalogue:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def find(self, skus: Sequence[str]) -> Mapping[str, Sequence[Variant]]:
        """For each wanted SKU, as it was given, the variants that have it: compared after trim and case-fold, since
        Shopify's search finds parts of words as well. A blank SKU has none."""
        wanted = list({_folded(sku): sku.strip() for sku in skus if sku.strip()}.values())
        found: dict[str, list[Variant]] = {}
        for start in range(0, len(wanted), _BATCH):
            query = " OR ".join(f"sku:{quoted(sku)}" for sku in wanted[start : start + _BATCH])
            for node in self._pages(query):
                found.setdefault(_folded(node.get("sku") or ""), []).append(_variant(node))
        return {sku: tuple(found.get(_folded(sku), ())) if sku.strip() else () for sku in skus}

    def search(self, text: str, limit: int) -> Sequence[Variant]:
        """Among variants, which know their SKU, and products, which know their title. Both find the words in other
        fields as well (a vendor, a tag): what has them in neither title nor SKU is left out."""
        query = beginnings(text)
        if not query:
            return ()
        data = self._transport.call(queries.SEARCH, {"query": query})
        groups = [data["productVariants"], *(product["variants"] for product in data["products"]["nodes"])]
        found = {node["id"]: _variant(node) for group in groups for node in group["nodes"]}
        named = [one for one in found.values() if has_words(_spaced(query), one.title, one.variant_title, one.sku)]
        return named[:limit]

    def _pages(self, query: str) -> Sequence[Mapping[str, Any]]:
        nodes: list[Mapping[str, Any]] = []
        after = None
        while True:
            page = self._transport.call(queries.VARIANTS, {"query": query, "after": after})["productVariants"]
            nodes.extend(page["nodes"])
            if not page["pageInfo"]["hasNextPage"]:
                return nodes
            after = page["pageInfo"]["endCursor"]


def _folded(sku: str) -> str:
    return sku.strip().casefold()


def _spaced(query: str) -> str:
    return query.replace("*", "")


def _variant(node: Mapping[str, Any]) -> Variant:
    item, product = node["inventoryItem"], node["product"]
    return Variant(
        ref=node["id"],
        sku=node.get("sku") or "",
        title=product["title"],
        variant_title=node["title"],
        product_ref=product["id"],
        requires_shipping=item["requiresShipping"],
        available=node.get("inventoryQuantity") if item["tracked"] else None,
    )
