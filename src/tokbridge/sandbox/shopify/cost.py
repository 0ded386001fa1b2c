"""Query cost and the leaky bucket (reference 6.1). The model is fitted to recordings, not published."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

from tokbridge.sandbox.shopify.read_shop import PLANS
from tokbridge.sandbox.shopify.values import Doc

FREE = frozenset({"MoneyBag", "MoneyV2", "Attribute", "PageInfo"})
MUTATION_COST = {"refundCreate": 20, "fulfillmentTrackingInfoUpdate": 50}
MOST = 1000

Composite = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True)
class Part:
    """A selected field as the model sees it. size: first/last as number or variable name, None for no connection."""

    key: str
    own: int
    connection: bool
    size: int | str | None
    inner: tuple["Part", ...]


class Pricer:
    """Compiles an operation once; prices it by its variables before, by its answer after."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        root = schema.get_root_type(operation.operation)
        assert root is not None  # noqa: S101 - the schema has both roots
        mutation = operation.operation.value == "mutation"
        self._parts = self._compile(operation.selection_set, root, mutation=mutation)

    def requested(self, variables: Mapping[str, Any]) -> int:
        """What the query asks for at most."""
        return sum(_requested(part, variables) for part in self._parts)

    def actual(self, data: object) -> int:
        """What the answer turned out to hold."""
        return sum(_actual(part, data) for part in self._parts)

    def _compile(
        self, selections: SelectionSetNode | None, parent: Composite, *, mutation: bool = False, free: bool = False
    ) -> tuple[Part, ...]:
        parts: list[Part] = []
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                parts += self._field(node, parent, mutation=mutation, free=free)
            else:
                inner, name = self._fragment(node)
                kind = self._schema.type_map.get(name) if name else parent
                if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
                    parts += self._compile(inner, kind, mutation=mutation, free=free)
        return tuple(parts)

    def _fragment(self, node: object) -> tuple[SelectionSetNode | None, str | None]:
        if isinstance(node, FragmentSpreadNode):
            found = self._fragments[node.name.value]
            return found.selection_set, found.type_condition.name.value
        if isinstance(node, InlineFragmentNode):
            return node.selection_set, node.type_condition.name.value if node.type_condition else None
        return None, None

    def _field(self, node: FieldNode, parent: Composite, *, mutation: bool, free: bool) -> list[Part]:
        name = node.name.value
        key = node.alias.value if node.alias else name
        definition = parent.fields.get(name)
        kind = get_named_type(definition.type) if definition else None
        if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            return []
        if mutation:
            inner = self._compile(node.selection_set, kind, free=True)
            return [Part(key, MUTATION_COST.get(name, 10), False, None, inner)]
        if kind.name == "Count":
            return [Part(key, 10, False, None, ())]
        inner = self._compile(node.selection_set, kind)
        if kind.name.endswith("Connection"):
            return [Part(key, 2, True, _size(node), inner)]
        if kind.name in FREE or kind.name.endswith("Edge") or free:
            return [Part(key, 0, False, None, inner)]
        return [Part(key, 1, False, None, inner)]


def _size(node: FieldNode) -> int | str | None:
    for argument in node.arguments or ():
        if argument.name.value in ("first", "last"):
            if isinstance(argument.value, IntValueNode):
                return int(argument.value.value)
            if isinstance(argument.value, VariableNode):
                return argument.value.name.value
    return None


def _times(count: int) -> int:
    return max(1, math.floor(2 * math.log(count))) if count > 0 else 0


def _requested(part: Part, variables: Mapping[str, Any]) -> int:
    inner = sum(_requested(one, variables) for one in part.inner)
    if not part.connection:
        return part.own + inner
    size = variables.get(part.size) if isinstance(part.size, str) else part.size
    return part.own + _times(size if isinstance(size, int) else 0) * inner


def _actual(part: Part, data: object) -> int:
    value = data.get(part.key) if isinstance(data, dict) else None
    if isinstance(value, list):
        value = next((one for one in value if one), None)
    if value is None:
        return part.own if part.own >= 10 else 0
    inner = sum(_actual(one, value) for one in part.inner)
    if not part.connection:
        return part.own + inner
    count = next((len(rows) for rows in value.values() if isinstance(rows, list)), 0) if isinstance(value, dict) else 0
    return part.own + _times(count) * inner


class Bucket:
    """Restores by the plan's rate, holds 20 times as much; admission by requested, charge by actual cost."""

    def __init__(self, settings: Doc, now: Callable[[], float]) -> None:
        self._settings = settings
        self._now = now
        self._level = float(self._limit())
        self._at = now()

    def _limit(self) -> int:
        return PLANS[self._settings["plan"]][0] * 20

    def _settle(self) -> float:
        now = self._now()
        rate = PLANS[self._settings["plan"]][0]
        self._level = min(float(self._limit()), self._level + max(0.0, now - self._at) * rate)
        self._at = now
        return self._level

    def admits(self, requested: int) -> bool:
        """Whether a query of this cost may run now."""
        return not self._settings["throttle"] or requested <= self._settle()

    def charge(self, actual: int) -> None:
        """Take what was used."""
        self._settle()
        if self._settings["throttle"]:
            self._level -= actual

    def empty(self) -> None:
        """Leave nothing, as after a burst of somebody else's calls with the same app."""
        self._settle()
        self._level = 0.0

    def status(self, requested: int, actual: int | None) -> Doc:
        """extensions.cost"""
        return {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": {
                "maximumAvailable": float(self._limit()),
                "currentlyAvailable": int(self._settle()),
                "restoreRate": float(PLANS[self._settings["plan"]][0]),
            },
        }
