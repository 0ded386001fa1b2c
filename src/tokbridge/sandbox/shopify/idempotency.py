"""The @idempotent directive: the same key answers the same thing for a day (reference 3.4)."""

import hashlib
from typing import Any

from graphql import StringValueNode, VariableNode

from tokbridge.sandbox.shopify.context import Context, Info
from tokbridge.sandbox.shopify.refuse import bad_request, refuse
from tokbridge.sandbox.shopify.values import Doc
from tokbridge.sandbox.wire import dump

KEY_SECONDS = 86400


def recall(context: Context, info: Info, name: str, given: Doc) -> Doc:
    """The record of this @idempotent key, `answer` only on a repeat; mandatory from 2026-04 (reference 3.4)."""
    node = next((one for one in info.field_nodes[0].directives or () if one.name.value == "idempotent"), None)
    if node is None:
        if context.version >= "2026-04":
            raise bad_request("The @idempotent directive is required for this mutation but was not provided.")
        return {}
    value = (node.arguments or ())[0].value
    key = ""
    if isinstance(value, StringValueNode):
        key = value.value
    elif isinstance(value, VariableNode):
        key = str(_variables(info).get(value.name.value) or "")
    if not key.strip():
        raise bad_request("The idempotency key can't be blank.")
    mark = hashlib.sha256(name.encode() + dump(given)).hexdigest()
    record = context.shop.keys.get(key)
    if record is None or record["at"] < context.shop.now() - KEY_SECONDS:
        record = {"key": key, "mark": mark, "at": context.shop.now()}
    elif record["mark"] != mark:
        text = "The request with this idempotency key has different parameters than the original request."
        raise refuse(None, text, "IDEMPOTENCY_KEY_PARAMETER_MISMATCH")
    return record


def remember(context: Context, record: Doc, answer: Doc) -> None:
    """Keep the answer for repeats; nothing where there was no key ({})."""
    if record:
        kept = {**record, "answer": answer}
        context.shop.keys[record["key"]] = kept
        context.shop.keep("key", record["key"], kept)


def _variables(info: Info) -> Doc:
    """The coerced variables of the request."""
    found: Any = info.variable_values
    coerced = getattr(found, "coerced", found)
    return dict(coerced)
