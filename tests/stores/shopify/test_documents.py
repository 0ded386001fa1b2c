"""Every document against Shopify's own schema: fields, variables, costs, scopes."""

from __future__ import annotations

import math
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values
from graphql.type import get_nullable_type

from tests.stores.plans import SHOPIFY
from tests.stores.shopify.schema import VERSIONS, schema, scopes
from tokbridge.stores import shopify
from tokbridge.stores.shopify import health, mapping, mutations, queries
from tokbridge.stores.shopify.documents import Document

ADDRESS, line, plan = SHOPIFY.address, SHOPIFY.line, SHOPIFY.plan

GID = "gid://shopify/Order/1"
FULL_PLAN = plan(lines=(line(), line(variant=""), line(quantity=2, line_ids=("1", "2"))))
REFUND_ITEM = {"lineItemId": "gid://shopify/LineItem/1", "quantity": 1, "restockType": "CANCEL"}

SAMPLES: dict[str, dict[str, Any]] = {
    "SHOP": {},
    "DEFINITION": {"namespace": "tokbridge", "key": "order_id"},
    "DEFINITION_CREATE": {
        "definition": {
            "name": "n",
            "namespace": "tokbridge",
            "key": "order_id",
            "type": "id",
            "ownerType": "ORDER",
            "description": "d",
        }
    },
    "WEBHOOKS": {},
    "WEBHOOK_CREATE": {
        "topic": "FULFILLMENTS_CREATE",
        "subscription": {"uri": "https://example.com/hook", "format": "JSON"},
    },
    "WEBHOOK_UPDATE": {
        "id": "gid://shopify/WebhookSubscription/1",
        "subscription": {"uri": "https://example.com/hook", "format": "JSON"},
    },
    "VARIANTS": {"query": 'sku:"A"', "after": None},
    "SEARCH": {"query": "mug* blue*"},
    "FIND": {
        "identifier": {"customId": {"namespace": "tokbridge", "key": "order_id", "value": "1"}},
        "query": 'source_identifier:"1"',
    },
    "ORDER": {"id": GID, "rows": 250},
    "ORDER_CREATE": {
        "order": mapping.order_input(FULL_PLAN, 1_790_000_000),
        "options": mapping.options_input(FULL_PLAN),
        "rows": 3,
    },
    "CHANGES": {"query": "tag:tokbridge", "after": None},
    "PARCELS": {"id": GID},
    "FULFILMENT_ORDERS": {"id": GID, "after": None},
    "FULFILMENT_CREATE": {
        "fulfillment": {
            "lineItemsByFulfillmentOrder": [
                {
                    "fulfillmentOrderId": "gid://shopify/FulfillmentOrder/1",
                    "fulfillmentOrderLineItems": [{"id": "gid://shopify/FulfillmentOrderLineItem/1", "quantity": 1}],
                }
            ],
            "notifyCustomer": False,
            "trackingInfo": {"company": "UPS", "number": "1Z"},
        }
    },
    "CANCELLED": {"id": GID},
    "ORDER_CANCEL": {
        "id": GID,
        "reason": "OTHER",
        "restock": True,
        "note": "n",
        "refund": {"originalPaymentMethodsRefund": True},
    },
    "REMOVED": {"id": GID},
    "SUGGESTED_REFUND": {"id": GID, "items": [REFUND_ITEM]},
    "REFUND_CREATE": {
        "input": {
            "orderId": GID,
            "note": "n",
            "notify": False,
            "refundLineItems": [REFUND_ITEM],
            "transactions": [
                {
                    "orderId": GID,
                    "parentId": "gid://shopify/OrderTransaction/1",
                    "gateway": "TikTok Shop",
                    "kind": "REFUND",
                    "amount": "1.00",
                }
            ],
        },
        "key": "k",
    },
    "STATUS": {"id": GID},
    "ORDER_OPEN": {"id": GID},
    "ORDER_CLOSE": {"id": GID},
    "ORDER_MARK_PAID": {"id": GID},
    "TAGS_ADD": {"id": GID, "tags": ["late"]},
    "FULFILMENT_EVENT": {"event": {"fulfillmentId": "gid://shopify/Fulfillment/1", "status": "IN_TRANSIT"}},
    "STOCK": {"ids": ["gid://shopify/ProductVariant/1"]},
    "STOCK_SET": {
        "input": {
            "name": "on_hand",
            "reason": "correction",
            "quantities": [
                {
                    "inventoryItemId": "gid://shopify/InventoryItem/1",
                    "locationId": "gid://shopify/Location/1",
                    "quantity": 3,
                    "changeFromQuantity": 2,
                }
            ],
        },
        "key": "k",
    },
    "ORDER_UPDATE": {"input": {"id": GID, "shippingAddress": mapping.address_input(ADDRESS)}},
}


def _documents(module: ModuleType) -> dict[str, Document]:
    return {name: value for name, value in vars(module).items() if isinstance(value, Document)}


NAMED = _documents(queries) | _documents(mutations)


def _operation(document: Document) -> OperationDefinitionNode:
    node = parse(document.text).definitions[0]
    assert isinstance(node, OperationDefinitionNode)
    return node


def test_every_document_of_the_adapter_has_a_sample() -> None:
    modules = [import_module(f"{shopify.__name__}.{found.name}") for found in iter_modules(shopify.__path__)]
    assert set(SAMPLES) == set(NAMED) == {name for module in modules for name in _documents(module)}


def test_queries_read_and_mutations_write() -> None:
    assert not any(document.write for document in _documents(queries).values())
    assert all(document.write for document in _documents(mutations).values())


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", NAMED)
def test_document_and_variables_are_valid(name: str, version: str) -> None:
    real, document = schema(version), NAMED[name]
    assert [error.message for error in validate(real, parse(document.text))] == []
    operation = _operation(document)
    values = get_variable_values(real, list(operation.variable_definitions or ()), SAMPLES[name])
    assert not isinstance(values, list), [error.message for error in values]
    assert document.write == (operation.operation.value == "mutation")
    assert document.root in {field.name.value for field in operation.selection_set.selections}


def test_the_schema_refuses_what_is_wrong() -> None:
    """The control: the same check fails for an unknown field, and for `code` on a plain UserError."""
    wrong = mutations.ORDER_UPDATE.text.replace("field message", "field message code")
    assert validate(schema("2026-07"), parse(wrong))
    assert validate(schema("2026-07"), parse("{ shop { colour } }"))


# The model of reference 6.1.
FREE = {"MoneyBag", "MoneyV2", "Attribute", "PageInfo"}
MUTATIONS = {"refundCreate": 20}


def _inside(field: FieldNode, named: Any) -> tuple[list[FieldNode], Any]:
    """The fields below one, and the type they belong to: that of its fragment, where it has one."""
    assert field.selection_set is not None
    chosen = field.selection_set.selections
    if chosen and isinstance(chosen[0], InlineFragmentNode):
        (fragment,) = chosen
        assert isinstance(fragment, InlineFragmentNode)
        assert fragment.type_condition is not None
        named = schema("2026-07").type_map[fragment.type_condition.name.value]
        chosen = fragment.selection_set.selections
    return [node for node in chosen if isinstance(node, FieldNode)], named


def _cost(field: FieldNode, parent: Any, rows: int, *, free: bool = False) -> int:
    definition: GraphQLField = parent.fields[field.name.value]
    named = get_named_type(definition.type)
    if is_leaf_type(named) or field.selection_set is None:
        return 0
    inside, named = _inside(field, named)
    if named.name.endswith("Connection"):
        nodes = [node for node in inside if node.name.value == "nodes"]
        size = next(argument.value for argument in field.arguments if argument.name.value == "first")
        count = rows if isinstance(size, VariableNode) else int(size.value) if isinstance(size, IntValueNode) else 0
        assert count > 0
        return 2 + max(1, math.floor(2 * math.log(count))) * sum(_cost(node, named, rows) for node in nodes)
    own = 0 if free or named.name in FREE else 1
    assert is_object_type(named) or isinstance(named, GraphQLInterfaceType)
    return own + sum(_cost(node, named, rows) for node in inside)


def _model(document: Document, rows: int) -> int:
    operation = _operation(document)
    real = schema("2026-07")
    roots = [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]
    if operation.operation.value == "query":
        return sum(_cost(root, real.query_type, rows) for root in roots)
    total = 0
    for root in roots:
        mutation = real.mutation_type
        assert isinstance(mutation, GraphQLObjectType)
        payload = get_named_type(mutation.fields[root.name.value].type)
        assert root.selection_set is not None
        for node in root.selection_set.selections:
            assert isinstance(node, FieldNode)
            if node.name.value.endswith(("userErrors", "UserErrors")):
                continue
            total += _cost(node, payload, rows, free=True)
        total += MUTATIONS.get(root.name.value, 10)
    return total


@pytest.mark.parametrize("name", NAMED)
def test_requested_cost_follows_the_model(name: str) -> None:
    document = NAMED[name]
    for rows in (1, 3, 250) if document.per_page else (0,):
        assert document.requested(rows) == _model(document, rows), rows
        assert document.requested(rows) <= 1000


def _required_scopes(document: Document) -> set[frozenset[str]]:
    """What the schema package says the fields need: each set is "any of these"."""
    real = schema("2026-07")
    by_field = scopes("2026-07")
    found: set[frozenset[str]] = set()

    def walk(field: FieldNode, parent: Any) -> None:
        named = get_named_type(parent.fields[field.name.value].type)
        found.add(by_field.get((parent.name, field.name.value), frozenset()))
        found.add(by_field.get((named.name, None), frozenset()))
        if field.selection_set is None:
            return
        inside, named = _inside(field, named)
        found.add(by_field.get((named.name, None), frozenset()))
        for node in inside:
            walk(node, named)

    operation = _operation(document)
    root = real.query_type if operation.operation.value == "query" else real.mutation_type
    for node in operation.selection_set.selections:
        assert isinstance(node, FieldNode)
        walk(node, root)
    return {any_of for any_of in found if any_of}


# Scopes that no field needs by the rows, or that the rows offer as one of several, and why they are asked for.
EXPLAINED = {
    "read_fulfillments": "fulfilment webhooks (reference 1.3); webhook topics have no row",
    "read_third_party_fulfillment_orders": "each missing one silently hides a subset (reference 1.3)",
    "write_third_party_fulfillment_orders": "must match who owns the location (reference 1.3)",
    "write_merchant_managed_fulfillment_orders": "must match who owns the location (reference 1.3)",
    "read_merchant_managed_fulfillment_orders": "each missing one silently hides a subset (reference 1.3)",
}


def test_scopes_asked_for_are_those_the_fields_need() -> None:
    carrying = {scope for scope, _ in health.SCOPES}
    advised = {scope for scope, _ in health.ADVISED}
    assert not carrying & advised
    asked = carrying | advised
    needed = set().union(*(_required_scopes(document) for document in NAMED.values()))
    unmet = {any_of for any_of in needed if not any_of & asked}
    assert unmet == set()
    beside = {queries.STOCK, mutations.STOCK_SET, mutations.FULFILMENT_EVENT}
    needed_to_carry = set().union(*(_required_scopes(one) for one in NAMED.values() if one not in beside))
    assert {any_of for any_of in needed_to_carry if not any_of & carrying} == set()
    indispensable = {scope for scope in asked if any(any_of & asked == {scope} for any_of in needed)}
    assert asked - indispensable == set(EXPLAINED)


def test_lists_count_once_and_leaves_nothing() -> None:
    """The control of the cost model itself, by figures the reference gives (9): a slim order creation."""
    assert is_list_type(get_nullable_type(schema("2026-07").type_map["Order"].fields["fulfillments"].type))
    slim = Document(
        "orderCreate", "mutation($o: OrderCreateOrderInput!) { orderCreate(order: $o) { order { id } } }", 10
    )
    assert _model(slim, 0) == 10
