"""What must exist in the store: the definition of the order id field, and the webhooks.

Repeated daily: a merchant may delete the first, and Shopify deletes a subscription after eight failed deliveries
(reference shopify-admin-api.md 2.4, 4.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tokbridge.core.saying import say
from tokbridge.stores.nouns import Finding, Prepared
from tokbridge.stores.shopify import documents, mutations, queries
from tokbridge.stores.shopify.answers import user_errors
from tokbridge.stores.shopify.transport import Transport
from tokbridge.stores.shopify.webhooks import TOPICS

FIELD = f"{documents.NAMESPACE}.{documents.KEY}"
_OWNER = "ORDER"
_TYPE = "id"  # its values are unique by the type itself


def prepare(transport: Transport, webhook_url: str | None) -> Prepared:
    """Without an address only the definition is looked after."""
    existing: list[str] = []
    made: list[str] = []
    findings: list[Finding] = []
    found = definition_type(transport)
    if found is not None:
        existing.append(f"metafield {FIELD}")
        findings.append(definition_finding(found))
    else:
        _make_definition(transport, existing, made, findings)
    if webhook_url is not None:
        _make_webhooks(transport, webhook_url, existing, made, findings)
    return Prepared(tuple(existing), tuple(made), tuple(f for f in findings if not f.ok))


def definition_type(transport: Transport) -> str | None:
    """The type of the order id field's definition, None when there is none."""
    field = {"namespace": documents.NAMESPACE, "key": documents.KEY}
    nodes = transport.call(queries.DEFINITION, field)["metafieldDefinitions"]["nodes"]
    return nodes[0]["type"]["name"] if nodes else None


def definition_finding(found: str | None) -> Finding:
    if found == _TYPE:
        return Finding(say("order id field"), True, say("{field} is defined", field=FIELD))
    if found is None:
        return Finding(
            say("order id field"),
            False,
            say("{field} is not defined", field=FIELD),
            "It is made when the connection is prepared.",
        )
    remedy = f"Delete the metafield definition {FIELD} of orders in Shopify's settings; it is then made anew."
    return Finding(
        say("order id field"),
        False,
        say("{field} has the type {found} instead of {wanted}", field=FIELD, found=found, wanted=_TYPE),
        remedy,
    )


def subscriptions(transport: Transport) -> Sequence[dict[str, Any]]:
    """This app's webhook subscriptions: {id, topic, uri}."""
    nodes: list[dict[str, Any]] = transport.call(queries.WEBHOOKS, {})["webhookSubscriptions"]["nodes"]
    return nodes


def _make_definition(transport: Transport, existing: list[str], made: list[str], findings: list[Finding]) -> None:
    definition = {
        "name": "TikTok order id",
        "namespace": documents.NAMESPACE,
        "key": documents.KEY,
        "type": _TYPE,
        "ownerType": _OWNER,
        "description": "Written by Tokbridge. It ties this order to its TikTok Shop order.",
    }
    errors = user_errors(transport.mutate(mutations.DEFINITION_CREATE, {"definition": definition}))
    if not errors:
        made.append(f"metafield {FIELD}")
    elif any(code == "TAKEN" for code, _ in errors):
        existing.append(f"metafield {FIELD}")
    else:
        findings.append(Finding(say("order id field"), False, "; ".join(words for _, words in errors)))


def _make_webhooks(
    transport: Transport, url: str, existing: list[str], made: list[str], findings: list[Finding]
) -> None:
    """A topic that goes elsewhere is turned to `url`: the app's subscriptions are all Tokbridge's."""
    present = subscriptions(transport)
    for name, (topic, _) in TOPICS.items():
        same = [node for node in present if node["topic"] == topic]
        if any(node["uri"] == url for node in same):
            existing.append(f"webhook {name}")
            continue
        subscription = {"uri": url, "format": "JSON"}
        if same:
            variables = {"id": same[0]["id"], "subscription": subscription}
            errors = user_errors(transport.mutate(mutations.WEBHOOK_UPDATE, variables))
        else:
            variables = {"topic": topic, "subscription": subscription}
            errors = user_errors(transport.mutate(mutations.WEBHOOK_CREATE, variables))
        words = "; ".join(text for _, text in errors)
        if not errors:
            made.append(f"webhook {name}")
        elif "already been taken" in words:
            existing.append(f"webhook {name}")
        else:
            findings.append(
                Finding(
                    say("webhook {topics}", topics=name),
                    False,
                    words,
                    "Without it changes are noticed by polling only.",
                )
            )
