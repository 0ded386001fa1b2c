"""What a naive client gets wrong: the 28 items of reference shopify-admin-api.md 11, by number."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.stores.plans import MARKER, SHOPIFY
from tests.stores.shopify.fake import (
    NOW,
    ORDER,
    SHOP,
    NoJournal,
    answer,
    fulfilment,
    fulfilment_order,
    open_page,
    order_node,
    raw,
    row,
    store_with,
)
from tests.stores.shopify.test_health import GRANTED, TOPICS, URL, by_name, definition, done, shop, webhooks
from tokbridge.core.errors import Actor, CredentialRefused, Refused, Retry, Unknown
from tokbridge.core.plan import PlanShipping, PlanTax
from tokbridge.core.wire import Response
from tokbridge.stores.base import HookRefused
from tokbridge.stores.nouns import ParcelItem
from tokbridge.stores.shopify import mutations, queries
from tokbridge.stores.shopify.documents import Document
from tokbridge.stores.shopify.mapping import options_input, order_input
from tokbridge.stores.shopify.webhooks import sign

line, plan = SHOPIFY.line, SHOPIFY.plan

UNIT = ParcelItem("gid://shopify/LineItem/1", "A", 1)
SENT = [one for one in (*vars(queries).values(), *vars(mutations).values()) if isinstance(one, Document)]


def created(order: Any = None, *messages: str) -> Response:
    errors = [{"field": ["order"], "message": message, "code": None} for message in messages]
    return answer({"orderCreate": {"order": order, "userErrors": errors}})


def nothing_found(*nodes: dict[str, Any]) -> Response:
    return answer({"orderByIdentifier": None, "orders": {"nodes": list(nodes)}})


def test_naive_shopify_01_errors_beside_data_are_read() -> None:
    denied = {
        "message": "Access denied for fulfillments field.",
        "path": ["order", "fulfillments"],
        "extensions": {"code": "ACCESS_DENIED", "requiredAccess": "`read_fulfillments` access scope."},
    }
    store, _ = store_with(answer({"order": {"id": ORDER, "fulfillments": None}}, errors=[denied]))
    with pytest.raises(CredentialRefused, match="read_fulfillments"):
        store.parcels_of([ORDER])


def test_naive_shopify_02_user_errors_are_no_success() -> None:
    store, _ = store_with(created(None, "Line items must have at least one line item"))
    with pytest.raises(Refused, match="at least one line item"):
        store.create_order(plan(), NoJournal())


def test_naive_shopify_03_throttling_comes_with_http_200() -> None:
    cost = {
        "requestedQueryCost": 108,
        "actualQueryCost": None,
        "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 40, "restoreRate": 100.0},
    }
    throttled = answer(
        errors=[{"message": "Throttled", "extensions": {"code": "THROTTLED"}}], extensions={"cost": cost}
    )
    assert throttled.status == 200
    store, _ = store_with(throttled)
    with pytest.raises(Retry) as caught:
        store.create_order(plan(), NoJournal())
    assert caught.value.limited
    assert caught.value.after == pytest.approx(0.68)


def test_naive_shopify_04_retry_after_is_a_decimal() -> None:
    store, _ = store_with(raw(429, b"", {"retry-after": "4.5"}))
    with pytest.raises(Retry) as caught:
        store.read_order(ORDER)
    assert caught.value.after == 4.5


def test_naive_shopify_05_one_empty_search_is_no_proof() -> None:
    """The adapter says how long absence must last, tells doubt as doubt, and never creates again by itself."""
    store, http = store_with(Unknown("timeout", "cut"), nothing_found())
    with pytest.raises(Unknown):
        store.create_order(plan(), NoJournal())
    assert store.find_order(MARKER) is None
    assert store.settle >= 120
    assert [request.write for request in http.requests] == [True, False]


def test_naive_shopify_06_the_order_name_is_no_key() -> None:
    same_name = {"id": "gid://shopify/Order/5", "name": f"TTS-{MARKER}", "sourceIdentifier": "another"}
    store, http = store_with(nothing_found(same_name))
    assert store.find_order(MARKER) is None
    assert "name:" not in json.dumps(http.variables())


def test_naive_shopify_07_looked_up_by_source_identifier() -> None:
    store, http = store_with(nothing_found())
    store.find_order(MARKER)
    assert http.variables()["query"] == f'source_identifier:"{MARKER}"'
    assert order_input(plan(), NOW)["sourceIdentifier"] == MARKER


def test_naive_shopify_08_prices_are_always_sent() -> None:
    lines = (line(), line(unit_price=0), line(variant=""))
    prices = [entry["priceSet"]["shopMoney"]["amount"] for entry in order_input(plan(lines=lines), NOW)["lineItems"]]
    assert prices == ["15.00", "0.00", "15.00"]


@pytest.mark.parametrize("needed", [True, False])
def test_naive_shopify_09_requires_shipping_is_explicit(needed: bool) -> None:
    (entry,) = order_input(plan(lines=(line(requires_shipping=needed),)), NOW)["lineItems"]
    assert entry["requiresShipping"] is needed


@pytest.mark.parametrize("choice", ["decrement_ignoring_policy", "decrement_obeying_policy", "bypass"])
def test_naive_shopify_10_inventory_behaviour_is_explicit(choice: str) -> None:
    assert options_input(plan(inventory=choice))["inventoryBehaviour"] == choice.upper()


def test_naive_shopify_11_unpaid_is_said() -> None:
    unpaid = order_input(plan(paid=False, transactions=()), NOW)
    assert (unpaid["financialStatus"], unpaid["transactions"]) == ("PENDING", [])
    paid = order_input(plan(), NOW)
    assert [(t["kind"], t["status"]) for t in paid["transactions"]] == [("SALE", "SUCCESS")]


def test_naive_shopify_12_taxes_stand_on_rows_only() -> None:
    tax = PlanTax("VAT", "0.19", 100, collected_by_channel=True)
    order = order_input(plan(lines=(line(taxes=(tax,)),), shipping=PlanShipping("S", "", 500, (tax,))), NOW)
    assert "taxLines" not in order
    assert len(order["lineItems"][0]["taxLines"]) == len(order["shippingLines"][0]["taxLines"]) == 1


def test_naive_shopify_13_skus_are_compared_exactly() -> None:
    def node(number: int, sku: str) -> dict[str, Any]:
        return {
            "id": str(number),
            "sku": sku,
            "title": "",
            "inventoryQuantity": 0,
            "inventoryItem": {"tracked": True, "requiresShipping": True},
            "product": {"id": "1", "title": ""},
        }

    page = {"nodes": [node(1, "ABC"), node(2, "ABC-1"), node(3, "ABC-1-RED")], "pageInfo": {"hasNextPage": False}}
    store, _ = store_with(answer({"productVariants": page}))
    assert [variant.ref for variant in store.find_products(["abc-1"])["abc-1"]] == ["2"]


def test_naive_shopify_14_dates_are_quoted_and_warnings_are_heeded() -> None:
    page = {"nodes": [order_node()], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    warning = {
        "path": ["orders"],
        "query": "x",
        "warnings": [{"field": "updatd_at", "message": "Invalid search field"}],
    }
    store, http = store_with(answer({"orders": page}), answer({"orders": page}, extensions={"search": [warning]}))
    store.changes_since("")
    assert re.search(r"updated_at:>='[^']+Z'$", http.variables()["query"])
    with pytest.raises(Refused, match="Invalid search field") as caught:
        store.changes_since("")
    assert caught.value.actor is Actor.DEVELOPER


def test_naive_shopify_15_a_wrong_variant_is_not_silent() -> None:
    """A matched row goes without a title, so that Shopify refuses it; and a row without variant is reported."""
    (entry,) = order_input(plan(), NOW)["lineItems"]
    assert not {"title", "variantTitle", "sku"} & set(entry)
    refused = created(None, "Order Line items is invalid", "Line items Title can't be blank")
    lost = created(order_node(row(1, "GONE", ids=("577086512123755123",), variant=None)))
    store, _ = store_with(refused, lost)
    with pytest.raises(Refused, match="Title can't be blank"):
        store.create_order(plan(), NoJournal())
    assert store.create_order(plan(), NoJournal()).unlinked == ("GONE",)


def test_naive_shopify_16_money_has_the_shape_that_is_wanted() -> None:
    """Bags with currency on creation, and amounts compared as numbers. test_documents checks the same by schema."""
    order = order_input(plan(), NOW)
    for bag in (order["lineItems"][0]["priceSet"], order["transactions"][0]["amountSet"]):
        assert bag["shopMoney"]["currencyCode"] == "EUR"
        assert isinstance(bag["shopMoney"]["amount"], str)
    totals = []
    for amount in ("20.0", "20.00", "20"):
        node = order_node(currentTotalPriceSet={"shopMoney": {"amount": amount, "currencyCode": "EUR"}})
        store, _ = store_with(created(node))
        totals.append(store.create_order(plan(), NoJournal()).total)
    assert totals == [2000, 2000, 2000]


def test_naive_shopify_17_no_customer_is_shared() -> None:
    order = order_input(plan(), NOW)
    assert not {"customer", "customerId"} & set(order)
    assert order["email"] == "7494740000000000001@tiktok.com"


def test_naive_shopify_18_fulfilment_orders_are_queried_anew() -> None:
    store, http = store_with(
        open_page(fulfilment_order(1, (11, 1, 2))),
        answer({"fulfillmentCreate": {"fulfillment": fulfilment(8, (row(1), 1)), "userErrors": []}}),
        open_page(fulfilment_order(1, (11, 1, 1), status="CLOSED"), fulfilment_order(2, (21, 1, 1))),
        answer({"fulfillmentCreate": {"fulfillment": fulfilment(9, (row(1), 1)), "userErrors": []}}),
    )
    store.add_parcel(ORDER, "X", "1", [UNIT])
    store.add_parcel(ORDER, "X", "2", [UNIT])
    groups = [http.variables(n)["fulfillment"]["lineItemsByFulfillmentOrder"] for n in (1, 3)]
    assert [group["fulfillmentOrderId"][-2:] for (group,) in groups] == ["/1", "/2"]


def test_naive_shopify_19_fulfilment_order_lines_are_named() -> None:
    store, http = store_with(
        open_page(fulfilment_order(1, (11, 1, 1))),
        answer({"fulfillmentCreate": {"fulfillment": fulfilment(8, (row(1), 1)), "userErrors": []}}),
    )
    store.add_parcel(ORDER, "X", "1", [UNIT])
    (group,) = http.variables()["fulfillment"]["lineItemsByFulfillmentOrder"]
    assert group["fulfillmentOrderLineItems"] == [{"id": "gid://shopify/FulfillmentOrderLineItem/11", "quantity": 1}]


def test_naive_shopify_20_nobody_s_hold_is_released() -> None:
    assert not any("ReleaseHold" in document.text for document in SENT)
    store, http = store_with(open_page(fulfilment_order(1, (11, 1, 1), status="ON_HOLD")))
    with pytest.raises(Refused, match="ON_HOLD"):
        store.add_parcel(ORDER, "X", "1", [UNIT])
    assert not any(request.write for request in http.requests)


def test_naive_shopify_21_code_is_selected_only_where_it_exists() -> None:
    with_code = {document.root for document in SENT if re.search(r"rrors \{ field message code \}", document.text)}
    assert with_code == {"orderCreate", "orderCancel", "metafieldDefinitionCreate", "inventorySetQuantities"}


def test_naive_shopify_22_nulls_stay_in_the_body() -> None:
    """The adapter sets no stock; the serialiser that would is this one."""
    page = {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    store, http = store_with(answer({"orders": page}))
    store.changes_since("")
    assert b'"after": null' in http.requests[0].body


def test_naive_shopify_23_the_raw_body_is_what_is_signed() -> None:
    store, _ = store_with(client_id="id", client_secret="s", token="")
    body = '{"id": 5,  "note": "café"}'.encode()
    headers = {"X-Shopify-Topic": "orders/updated", "X-Shopify-Shop-Domain": SHOP}
    assert store.hints(headers | {"X-Shopify-Hmac-Sha256": sign("s", body)}, body).order_refs == (
        "gid://shopify/Order/5",
    )
    again = json.dumps(json.loads(body)).encode()
    with pytest.raises(HookRefused):
        store.hints(headers | {"X-Shopify-Hmac-Sha256": sign("s", again)}, body)


def test_naive_shopify_24_deleted_subscriptions_are_noticed_and_made_again() -> None:
    store, _ = store_with(
        shop(*GRANTED),
        definition(),
        webhooks(*TOPICS[1:]),
        definition(),
        webhooks(*TOPICS[1:]),
        done("webhookSubscriptionCreate"),
    )
    assert "fulfillments/create" in by_name(store.check())["webhooks"].detail
    assert store.prepare(URL).made == ("webhook fulfillments/create",)


def test_naive_shopify_25_polls_have_a_sort_key() -> None:
    assert "sortKey: UPDATED_AT" in queries.CHANGES.text
    assert "sortKey: ID" in queries.VARIANTS.text


def test_naive_shopify_26_an_accepted_cancellation_is_not_done() -> None:
    def state(at: str | None) -> Response:
        return answer({"order": {"id": ORDER, "cancelledAt": at}})

    job = {"job": {"id": "gid://shopify/Job/1", "done": False}, "orderCancelUserErrors": []}
    store, _ = store_with(state(None), answer({"orderCancel": job}), state("2026-09-21T14:00:00Z"))
    assert [store.cancel_order(ORDER, "", True), store.cancel_order(ORDER, "", True)] == [False, True]


def test_naive_shopify_27_the_served_version_is_compared() -> None:
    store, _ = store_with(shop(*GRANTED, version="2026-10"), definition(), webhooks(*TOPICS))
    health = store.check()
    finding = by_name(health)["version"]
    assert not finding.ok
    assert finding.detail == "asked for 2026-07, served by 2026-10"
    assert health.version == "2026-10"
    assert health.ok  # the flow goes on: the answers are right


def test_naive_shopify_28_silence_about_old_orders_is_told() -> None:
    store, _ = store_with(shop(*GRANTED), definition(), webhooks(*TOPICS))
    finding = by_name(store.check())["scope read_all_orders"]
    assert not finding.ok
    assert "absence proves nothing" in finding.detail
