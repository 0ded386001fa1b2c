"""The executable schema: our SDL, its scalars, and the resolvers with the scope check in front of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from graphql import GraphQLError, GraphQLObjectType, GraphQLScalarType, build_schema, get_named_type
from graphql.type import GraphQLSchema

from tokbridge.sandbox.shopify import access
from tokbridge.sandbox.shopify.context import Context, Field, Info, Mutation, merge
from tokbridge.sandbox.shopify.queries import QUERIES
from tokbridge.sandbox.shopify.read_order import ORDER
from tokbridge.sandbox.shopify.read_ship import SHIP
from tokbridge.sandbox.shopify.read_shop import SHOP
from tokbridge.sandbox.shopify.refuse import access_denied, top_error
from tokbridge.sandbox.shopify.values import Doc
from tokbridge.sandbox.shopify.write_order import ORDER_MUTATIONS
from tokbridge.sandbox.shopify.write_ship import SHIP_MUTATIONS
from tokbridge.sandbox.shopify.write_shop import SHOP_MUTATIONS

FOLDER = Path(__file__).parent / "schema"
LONGEST_LIST = 250


def sdl() -> str:
    """The SDL, all files."""
    return "\n".join(path.read_text("utf-8") for path in sorted(FOLDER.glob("*.graphql")))


@cache
def make_schema() -> GraphQLSchema:
    """Build it, once per process: it holds no state."""
    schema = build_schema(sdl())
    for name, parse in (("Money", _money), ("Decimal", _money), ("DateTime", _date), ("URL", _url)):
        scalar = schema.type_map[name]
        if isinstance(scalar, GraphQLScalarType):
            scalar.coerce_input_value = parse
            scalar.coerce_input_literal = _literal(parse)
    for name, kind in schema.type_map.items():
        # graphql-core shares the __ types between all schemas and resolves them itself.
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            for field_name, field in kind.fields.items():
                field.resolve = _resolver(name, field_name, get_named_type(field.type).name)
    for field_name, run in _MUTATIONS.items():
        schema.mutation_type.fields[field_name].resolve = _mutation(field_name, run)  # type: ignore[union-attr]
    long = schema.type_map["UnsignedInt64"]
    if isinstance(long, GraphQLScalarType):
        long.coerce_output_value = _text
    return schema


_TABLE = merge([QUERIES, ORDER, SHIP, SHOP])
_MUTATIONS = {**ORDER_MUTATIONS, **SHIP_MUTATIONS, **SHOP_MUTATIONS}


def _resolver(kind: str, name: str, gives: str) -> Callable[..., Any] | None:
    """The table's function behind the scope check; None leaves the field to graphql-core's own look-up by name."""
    inner: Field | None = _TABLE.get(kind, {}).get(name)
    scopes = access.TYPE_SCOPES.get(gives) or access.TYPE_SCOPES.get(gives.removesuffix("Connection"))
    if inner is None and scopes is None:
        return None
    if inner is None:
        inner = lambda document, context, **args: document.get(name)  # noqa: E731 - the one default
    if scopes is None or kind.endswith(("Connection", "Edge")):
        return lambda document, info, **args: inner(document, info.context, **args)
    return _guarded(inner, name, scopes)


def _guarded(inner: Field, name: str, scopes: tuple[str, ...]) -> Callable[..., Any]:
    def resolve(document: Doc, info: Info, **args: Any) -> Any:
        context: Context = info.context
        if not access.allowed(context.token, scopes):
            raise access_denied(name, access.words(scopes))
        return inner(document, context, **args)

    return resolve


def _mutation(name: str, run: Mutation) -> Callable[..., Any]:
    scopes = access.MUTATION_SCOPES.get(name)

    def resolve(document: Doc | None, info: Info, **args: Any) -> Doc:
        context: Context = info.context
        if scopes and not access.allowed(context.token, scopes):
            raise access_denied(name, access.words(scopes))
        _check_lists(args)
        return run(context, info, **args)

    return resolve


def _check_lists(value: object) -> None:
    """Every list in an input is capped (reference 2.1)."""
    if isinstance(value, list) and len(value) > LONGEST_LIST:
        text = f"The input array size of {len(value)} is greater than the maximum allowed of {LONGEST_LIST}."
        raise top_error("MAX_INPUT_SIZE_EXCEEDED", text)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        _check_lists(one)


def _literal(parse: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda node: parse(getattr(node, "value", None))


def _text(value: Any) -> str:
    return str(value)


def _money(value: Any) -> str:
    try:
        return str(Decimal(str(value))) if not isinstance(value, bool) else str(Decimal("x"))
    except InvalidOperation as error:
        raise GraphQLError(f"invalid decimal '{value}'") from error


def _date(value: Any) -> str:
    try:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError as error:
        raise GraphQLError(f"invalid DateTime '{value}'") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def _url(value: Any) -> str:
    parts = urlsplit(str(value))
    if not parts.scheme or not parts.netloc:
        raise GraphQLError(f"invalid URL '{value}'")
    return str(value)
