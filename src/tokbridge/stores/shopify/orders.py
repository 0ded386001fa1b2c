"""Finding, reading, creating and changing store orders (reference shopify-admin-api.md 2, 5)."""

from __future__ import annotations

from tokbridge.core.errors import Actor, Refused, Retry, Unknown
from tokbridge.core.plan import Plan, PlanAddress
from tokbridge.core.saying import say
from tokbridge.stores.nouns import StoreOrder
from tokbridge.stores.shopify import documents, mapping, mutations, queries
from tokbridge.stores.shopify.answers import Json, refused, user_errors
from tokbridge.stores.shopify.readback import store_order
from tokbridge.stores.shopify.search import quoted
from tokbridge.stores.shopify.transport import Transport

_CREATE_PAUSE = 60.0  # seconds; five creations a minute on development and trial stores (reference 2.2)
_NO_DEFINITION = frozenset({"NOT_FOUND"})


class Orders:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._currency = ""  # the shop's, from its last answer; a mutation cannot ask for it

    def find(self, marker: str) -> StoreOrder | None:
        """By the id metafield, which is right at once, and by the search for the source identifier, which lags.

        Without the metafield's definition the first says NOT_FOUND as an error; the search then stands alone, and the
        settle time covers its lag. Raises Refused when two orders carry the marker.
        """
        variables = {
            "identifier": {
                "customId": {"namespace": documents.NAMESPACE, "key": documents.KEY, "value": marker},
            },
            "query": f"source_identifier:{quoted(marker)}",
        }
        data = self._transport.call(queries.FIND, variables, accept=_NO_DEFINITION)
        self._note(data)
        nodes = [data["orderByIdentifier"]] if data.get("orderByIdentifier") else []
        nodes += [node for node in data["orders"]["nodes"] if node.get("sourceIdentifier") == marker]
        names = {node["id"]: node["name"] for node in nodes}
        if len(names) > 1:
            both = ", ".join(f"{name} ({ref})" for ref, name in names.items())
            words = say("several Shopify orders carry the TikTok order {order}: {orders}", order=marker, orders=both)
            raise Refused("doubled", words, Actor.OPERATOR)
        return self.read(next(iter(names))) if names else None

    def read(self, ref: str) -> StoreOrder | None:
        variables = {"id": ref, "rows": documents.MAX_LIST}
        data = self._transport.call(queries.ORDER, variables, rows=documents.MAX_LIST)
        self._note(data)
        return self._order(data["order"]) if data["order"] else None

    def create(self, plan: Plan, now: float) -> StoreOrder:
        """Once. The returned order is what the same answer tells."""
        order = mapping.order_input(plan, now)
        rows = max(1, len(plan.lines))
        variables = {"order": order, "options": mapping.options_input(plan), "rows": rows}
        payload = self._transport.mutate(mutations.ORDER_CREATE, variables, rows=rows)
        errors = user_errors(payload)
        if errors:
            raise _creation_error(errors)
        if not payload.get("order"):
            raise Unknown("no order", "orderCreate answered neither an order nor an error")
        return self._order(payload["order"])

    def update_address(self, ref: str, address: PlanAddress) -> None:
        variables = {"input": {"id": ref, "shippingAddress": mapping.address_input(address)}}
        errors = user_errors(self._transport.mutate(mutations.ORDER_UPDATE, variables))
        if errors:
            raise refused(errors)

    def _order(self, node: Json) -> StoreOrder:
        if node["lineItems"]["pageInfo"]["hasNextPage"]:
            words = say("order {order} has more than {most} rows", order=node["name"], most=documents.MAX_LIST)
            raise Refused("too many rows", words)
        return store_order(node, self._currency)

    def _note(self, data: Json) -> None:
        self._currency = (data.get("shop") or {}).get("currencyCode") or self._currency


def _creation_error(errors: list[tuple[str, str]]) -> Exception:
    words = " ".join(text for _, text in errors).casefold()
    if "too many attempts" in words:
        return Retry("Too many attempts", errors[0][1], after=_CREATE_PAUSE, limited=True)
    if "metafield" in words and ("unique" in words or "taken" in words or "already" in words):
        # What Shopify says about a second order with the same id value is not recorded (reference 2.4); whatever the
        # words, an order with this marker exists.
        return Unknown("duplicate marker", errors[0][1])
    return refused(errors)
