"""Stock of variants: reading it over all locations, setting it at one (reference shopify-admin-api.md 3.2, 3.3)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from tokbridge.core.errors import Refused, Retry, Unknown
from tokbridge.core.saying import say
from tokbridge.stores.nouns import Stock
from tokbridge.stores.shopify import mutations, queries
from tokbridge.stores.shopify.answers import one_verb_only, refused, user_errors
from tokbridge.stores.shopify.transport import Transport

Node = Mapping[str, Any]

# The cost model counts a list of nodes once; should Shopify count each, 25 of them still stay under 1,000 points.
_BATCH = 25
_AGAIN = frozenset({"CHANGE_FROM_QUANTITY_STALE", "IDEMPOTENCY_CONCURRENT_REQUEST"})
_KIND = "gid://shopify/ProductVariant/"


class StockLevels:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read(self, variants: Sequence[str]) -> Mapping[str, Stock]:
        """Units over all locations that stock the variant; those that Shopify does not know are absent."""
        return {node["id"]: _stock(node) for node in self._nodes(list(dict.fromkeys(variants)))}

    def put(self, variant: str, on_hand: int) -> None:
        """Compare-and-set at the one location that holds the units. Raises Refused where that is not one, Retry when
        the figure moved between look and write."""
        if on_hand < 0:
            raise Refused("negative stock", say("{n} units can't lie on a shelf", n=on_hand))
        node = next(iter(self._nodes([variant])), None)
        if node is None:
            raise Refused("no such variant", say("Shopify has no variant {variant}", variant=variant))
        item = node["inventoryItem"]
        if not item["tracked"]:
            words = say("Shopify does not count the stock of {sku}", sku=node["sku"] or variant)
            raise Refused("not counted", words)
        levels = _levels(node)
        if levels and on_hand == sum(_quantity(level, "on_hand") for level in levels):
            return
        level = _only(levels, node["sku"] or variant)
        entry = {
            "inventoryItemId": item["id"],
            "locationId": level["location"]["id"],
            "quantity": on_hand,
            "changeFromQuantity": _quantity(level, "on_hand"),
        }
        # A fresh key each time: with a repeated one Shopify might give back an old answer instead of setting anything.
        variables = {
            "input": {"name": "on_hand", "reason": "correction", "quantities": [entry]},
            "key": str(uuid.uuid4()),
        }
        with one_verb_only():
            payload = self._transport.mutate(mutations.STOCK_SET, variables)
        errors = user_errors(payload)
        again = next((error for error in errors if error[0] in _AGAIN), None)
        if again:
            raise Retry(*again)
        if errors:
            raise refused(errors)
        if not payload.get("inventoryAdjustmentGroup"):
            raise Unknown("no stock change", "inventorySetQuantities answered neither a change nor an error")

    def _nodes(self, variants: Sequence[str]) -> list[Node]:
        """The known ones among them. A text that is no id of a variant names nothing."""
        ids = [one for one in variants if one.startswith(_KIND) and one.removeprefix(_KIND).isdigit()]
        found: list[Node] = []
        for start in range(0, len(ids), _BATCH):
            with one_verb_only():
                nodes = self._transport.call(queries.STOCK, {"ids": ids[start : start + _BATCH]})["nodes"]
            found.extend(node for node in nodes if node and node.get("inventoryItem"))
        return found


def _stock(node: Node) -> Stock:
    if not node["inventoryItem"]["tracked"]:
        return Stock(variant=node["id"], sku=node["sku"] or "", available=None, on_hand=None)
    levels = _levels(node)
    return Stock(
        variant=node["id"],
        sku=node["sku"] or "",
        available=sum(_quantity(level, "available") for level in levels),
        on_hand=sum(_quantity(level, "on_hand") for level in levels),
    )


def _levels(node: Node) -> list[Node]:
    page = node["inventoryItem"]["inventoryLevels"]
    if page["pageInfo"]["hasNextPage"]:
        words = say("{sku} is stocked at more than 250 locations", sku=node["sku"] or node["id"])
        raise Refused("many locations", words)
    return list(page["nodes"])


def _quantity(level: Node, name: str) -> int:
    return next((int(one["quantity"]) for one in level["quantities"] if one["name"] == name), 0)


def _only(levels: Sequence[Node], name: str) -> Node:
    """The one location where the change can be made: the only one, or the only one with units on its shelf."""
    if not levels:
        words = say("no location of the store stocks {sku}; stock it at one in Shopify first", sku=name)
        raise Refused("no location", words)
    holding = [level for level in levels if _quantity(level, "on_hand")]
    if len(levels) == 1 or len(holding) == 1:
        return (holding or levels)[0]
    places = ", ".join(f"{level['location']['name']} {_quantity(level, 'on_hand')}" for level in levels)
    words = say("{sku} lies at several locations ({places}); set it in Shopify", sku=name, places=places)
    raise Refused("several locations", words)
