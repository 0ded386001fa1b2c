"""What one GraphQL request carries along, and how resolvers are written down."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from graphql import GraphQLResolveInfo

from tokbridge.sandbox.shopify.access import Token
from tokbridge.sandbox.shopify.refuse import Refused
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

Mutation = Callable[..., Doc]
"""(context, info, **arguments) → payload without its user errors"""

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


def payload(errors: str = "userErrors") -> Callable[[Mutation], Mutation]:
    """Add a mutation's user errors to its payload: none, or those it was refused with. `errors` names a list of its own."""

    def wrap(inner: Mutation) -> Mutation:
        @wraps(inner)
        def run(context: Context, info: Info, **args: Any) -> Doc:
            try:
                return {"userErrors": [], errors: [], **inner(context, info, **args)}
            except Refused as refused:
                return {"userErrors": [], errors: refused.errors}

        return run

    return wrap
