"""What one GraphQL request carries along, and how resolvers are written down."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLResolveInfo

from tokbridge.sandbox.shopify.access import Token
from tokbridge.sandbox.shopify.shop import Shop
from tokbridge.sandbox.shopify.subscriptions import Subscriptions
from tokbridge.sandbox.shopify.values import Doc


@dataclass
class Context:
    """One request: the shop, who asks, the served version, and the notes for extensions.search."""

    shop: Shop
    token: Token
    version: str
    subscriptions: Subscriptions
    search_notes: list[Doc] = field(default_factory=list)


Info = GraphQLResolveInfo[Any]

Field = Callable[..., Any]
"""(document, context, **arguments) → value"""

Fields = dict[str, Field]
Types = dict[str, Fields]


def picks(*names: str) -> Fields:
    """Fields that stand in the document under their own name."""
    return {name: _pick(name) for name in names}


def _pick(name: str) -> Field:
    return lambda doc, context: doc[name]


def merge(tables: Iterable[Types]) -> Types:
    """One table of resolvers out of several."""
    merged: Types = {}
    for table in tables:
        for name, fields in table.items():
            merged.setdefault(name, {}).update(fields)
    return merged
