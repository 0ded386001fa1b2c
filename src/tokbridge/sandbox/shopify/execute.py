"""Runs a GraphQL request: parse, validate, price, execute, and the error shapes of reference 6.3."""

import re
import sys
import traceback
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSyntaxError,
    Node,
    OperationDefinitionNode,
    execute_sync,
    parse,
    validate,
)

from tokbridge.sandbox.shopify.context import Context
from tokbridge.sandbox.shopify.cost import MOST, Bucket, Pricer
from tokbridge.sandbox.shopify.schema import make_schema
from tokbridge.sandbox.shopify.values import Doc

DOCS = "https://shopify.dev/api/usage/rate-limits"
KEPT_DOCUMENTS = 500


@dataclass
class Prepared:
    """A document once parsed and validated; errors are ready to be sent."""

    document: DocumentNode | None
    operation: OperationDefinitionNode | None
    pricer: Pricer | None
    errors: list[Doc]

    def roots(self) -> list[FieldNode]:
        """The root fields asked for (fragments at the root are not followed)."""
        chosen = self.operation.selection_set.selections if self.operation else ()
        return [node for node in chosen if isinstance(node, FieldNode)]

    @property
    def writes(self) -> bool:
        """Whether it is a mutation."""
        return self.operation is not None and self.operation.operation.value == "mutation"


class Executor:
    """One schema, and the documents seen so far."""

    def __init__(self, bucket: Bucket) -> None:
        self.schema = make_schema()
        self.bucket = bucket
        self._prepared: OrderedDict[tuple[str, str | None], Prepared] = OrderedDict()

    def prepare(self, text: str, name: str | None) -> Prepared:
        """Parse and validate, once per text."""
        key = (text, name)
        if key not in self._prepared:
            self._prepared[key] = self._prepare(text, name)
            if len(self._prepared) > KEPT_DOCUMENTS:
                self._prepared.popitem(last=False)
        return self._prepared[key]

    def run(self, prepared: Prepared, variables: Doc, context: Context) -> Doc:
        """The answer's JSON; always goes out as HTTP 200."""
        if prepared.errors or prepared.document is None or prepared.operation is None or prepared.pricer is None:
            return {"errors": prepared.errors}
        requested = prepared.pricer.requested(variables)
        if requested > MOST:
            return {"errors": [_too_big(requested)]}
        if not self.bucket.admits(requested):
            return self.throttled(requested)
        name = prepared.operation.name.value if prepared.operation.name else None
        result = execute_sync(
            self.schema, prepared.document, {}, context, variables, operation_name=name, check_sync=False
        )
        if not isinstance(result, ExecutionResult):
            raise TypeError("the schema has no asynchronous resolvers")
        if result.data is None and result.errors and all(error.path is None for error in result.errors):
            return {"errors": [_variable_error(error, variables) for error in result.errors]}
        actual = prepared.pricer.actual(result.data)
        self.bucket.charge(actual)
        answer: Doc = {"data": result.data}
        if result.errors:
            answer["errors"] = [_resolver_error(error) for error in result.errors]
        answer["extensions"] = {"cost": self.bucket.status(requested, actual)}
        if context.search_notes:
            answer["extensions"]["search"] = context.search_notes
        return answer

    def throttled(self, requested: int) -> Doc:
        """THROTTLED: HTTP 200, no data, no Retry-After (reference 6.1)."""
        error = {"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": DOCS}}
        return {"errors": [error], "extensions": {"cost": self.bucket.status(requested, None)}}

    def _prepare(self, text: str, name: str | None) -> Prepared:
        try:
            document = parse(text)
        except GraphQLSyntaxError as error:
            places = [{"line": place.line, "column": place.column} for place in error.locations or []]
            shown = {"message": error.message, "locations": places, "extensions": {"code": "PARSE_ERROR"}}
            return Prepared(None, None, None, [shown])
        operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
        chosen = [one for one in operations if name is None or (one.name and one.name.value == name)]
        if len(chosen) != 1:
            text = f'No operation named "{name}"' if name else "An operation name is required"
            return Prepared(None, None, None, [{"message": text, "locations": [], "path": []}])
        errors = [_validation_error(error, document) for error in validate(self.schema, document)]
        pricer = None if errors else Pricer(self.schema, document, chosen[0])
        return Prepared(document, chosen[0], pricer, errors)


def internal_error() -> Doc:
    """INTERNAL_SERVER_ERROR; whether a mutation was applied stays unknown to the client."""
    request = str(uuid.uuid4())
    text = (
        "Internal error. Looks like something went wrong on our end.\n"
        f"Request ID: {request} (include this in support requests)."
    )
    return {"message": text, "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": request}}


def _too_big(requested: int) -> Doc:
    text = f"Query cost is {requested}, which exceeds the single query max cost limit ({MOST})."
    extensions = {"code": "MAX_COST_EXCEEDED", "cost": requested, "maxCost": MOST, "documentation": DOCS}
    return {"message": text, "extensions": extensions}


def _resolver_error(error: GraphQLError) -> Doc:
    shown: Doc = {"message": error.message, "extensions": error.extensions}
    if "code" not in (error.extensions or {}):
        # Not a refusal but a mistake of this sandbox: it must not pass for the platform's weather unseen.
        traceback.print_exception(error.original_error or error, file=sys.stderr)
        shown = internal_error()
    places = [{"line": place.line, "column": place.column} for place in error.locations or []]
    return {"message": shown["message"], "locations": places, "path": error.path, "extensions": shown["extensions"]}


_AT = re.compile(r"Variable '\$(?P<name>\w+)' has invalid value(?: at (?P<path>\S+))?: (?P<why>.*)", re.S)
_REQUIRED = re.compile(r"to include required field '(\w+)'")
_UNKNOWN = re.compile(r"not to include unknown field '(\w+)'")


def _variable_error(error: GraphQLError, variables: Doc) -> Doc:
    found = _AT.match(error.message)
    places = [{"line": place.line, "column": place.column} for place in error.locations or []]
    if found is None:
        return {"message": error.message, "locations": places, "extensions": {"code": "INVALID_VARIABLE"}}
    name, why = found["name"], found["why"]
    steps = re.findall(r"\w+", found["path"] or "")
    path: list[str | int] = [int(step) if step.isdigit() else step for step in steps]
    if missing := _REQUIRED.search(why):
        path.append(missing[1])
    if unknown := _UNKNOWN.search(why):
        path.append(unknown[1])
        why = "Field is not defined on the input object"
    elif missing or "non-null type" in why:
        why = "Expected value to not be null"
    spot = ".".join(str(step) for step in path)
    text = f"Variable ${name} was provided invalid value" + (f" for {spot} ({why})" if spot else f" ({why})")
    extensions = {
        "code": "INVALID_VARIABLE",
        "value": variables.get(name),
        "problems": [{"path": path, "explanation": why}],
    }
    return {"message": text, "locations": places, "extensions": extensions}


_RULES: list[tuple[re.Pattern[str], str, str]] = [
    (re.compile(r"Cannot query field '(\w+)' on type '(\w+)'"), "undefinedField",
     "Field '{0}' doesn't exist on type '{1}'"),
    (re.compile(r"Argument '\w+\.(\w+)\((\w+):\)' of type '\S+' is required"), "missingRequiredArguments",
     "Field '{0}' is missing required arguments: {1}"),
    (re.compile(r"Unknown argument '(\w+)' on field '(?:\w+\.)?(\w+)'"), "argumentNotAccepted",
     "Field '{1}' doesn't accept argument '{0}'"),
    (re.compile(r"Expected value of type '(\w+)!?' not to include unknown field '(\w+)'"), "argumentNotAccepted",
     "InputObject '{0}' doesn't accept argument '{1}'"),
    (re.compile(r"Expected value of type '(\w+)!?' to include required field '(\w+)'"),
     "missingRequiredInputObjectAttribute", "Argument '{1}' on InputObject '{0}' is required."),
    (re.compile(r"Field '(\w+)' of type '(\S+)' must have a selection of subfields"), "selectionMismatch",
     "Field must have selections (field '{0}' returns {1} but has no selections. Did you mean '{0} {{ ... }}'?)"),
    (re.compile(r"Field '(\w+)' must not have a selection since type '(\S+)' has no subfields"), "selectionMismatch",
     "Selections can't be made on scalars (field '{0}' returns {1} but has selections)"),
    (re.compile(r"Variable '\$(\w+)' is never used(?: in operation '(\w+)')?"), "variableNotUsed",
     "Variable ${0} is declared by {1} but not used"),
    (re.compile(r"Unknown directive '@(\w+)'"), "undefinedDirective", "Directive @{0} is not defined"),
]  # fmt: skip


def _validation_error(error: GraphQLError, document: DocumentNode) -> Doc:
    text, code = error.message, "argumentLiteralsIncompatible"
    for pattern, name, shown in _RULES:
        if found := pattern.search(error.message):
            text, code = shown.format(*(part or "anonymous" for part in found.groups())), name
            break
    places = [{"line": place.line, "column": place.column} for place in error.locations or []]
    path = _path_to(document, error.nodes[0]) if error.nodes else []
    return {"message": text, "locations": places, "path": path, "extensions": {"code": code}}


def _path_to(document: DocumentNode, wanted: Node) -> list[str]:
    """Operation and field names down to a node, as Shopify's validation errors show it."""

    def walk(node: Any, trail: list[str]) -> list[str] | None:
        if isinstance(node, OperationDefinitionNode):
            trail = [f"{node.operation.value} {node.name.value}" if node.name else node.operation.value]
        elif isinstance(node, FieldNode):
            trail = [*trail, node.alias.value if node.alias else node.name.value]
        if node is wanted:
            return trail
        for key in getattr(node, "keys", ()):
            value = getattr(node, key, None)
            for inner in value if isinstance(value, list | tuple) else (value,):
                if isinstance(inner, Node) and (found := walk(inner, trail)) is not None:
                    return found
        return None

    return walk(document, []) or []
