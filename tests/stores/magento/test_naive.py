"""What a naive client gets wrong: the 23 items of reference magento-rest.md 17, by number."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.stores.magento.fake import (
    COUNTRY,
    MASKED,
    OAUTH,
    ORDER,
    VIEW,
    NoJournal,
    denied,
    fail,
    item,
    missing,
    ok,
    order,
    processing,
    product_row,
    rows,
    shipment,
    store_with,
    track,
)
from tests.stores.plans import MAGENTO, MARKER
from tokbridge.core.errors import CredentialRefused, Refused, Retry, Unknown
from tokbridge.core.plan import PlanFee, PlanTax
from tokbridge.core.wire import Response
from tokbridge.stores.magento import MagentoStore
from tokbridge.stores.magento.oauth import signed_url
from tokbridge.stores.nouns import ParcelItem

line, plan = MAGENTO.line, MAGENTO.plan

UNIT = ParcelItem("12", "TT-A", 1)
BEFORE_CREATE = (ok([VIEW]), ok(COUNTRY), rows(product_row()))


def created(*after: Response | Exception, **settings: Any) -> tuple[MagentoStore, Any]:
    return store_with(*BEFORE_CREATE, *after, **settings)


def entity(http: Any) -> dict[str, Any]:
    found: dict[str, Any] = http.written("orders.create")["entity"]
    return found


def test_naive_magento_01_a_401_has_three_causes() -> None:
    """The bearer setting, the token, the missing right: Magento answers alike, so all are told, and the right by name."""
    store, _ = store_with(denied("Magento_Sales::ship"))
    with pytest.raises(CredentialRefused) as caught:
        store.read_order(ORDER)
    assert "Magento_Sales::ship" in caught.value.words
    assert "standalone Bearer" in caught.value.words
    assert "wrong" in caught.value.words
    signed, _ = store_with(denied(), **OAUTH)
    with pytest.raises(CredentialRefused) as caught:
        signed.read_order(ORDER)
    assert "Bearer" not in caught.value.words


def test_naive_magento_02_oauth_without_port_and_blanks_as_percent_20() -> None:
    store, http = store_with(rows(), shop="http://127.0.0.1:8081/sub", **OAUTH)
    store.find_products(["TT/C 1+2"])
    url = http.requests[0].url
    assert "TT%2FC%201%2B2" in url
    assert "+" not in url
    assert signed_url(url).startswith("http://127.0.0.1/sub/rest/default/V1/products?")
    header = http.requests[0].headers["Authorization"]
    assert 'oauth_signature_method="HMAC-SHA256"' in header


def test_naive_magento_03_orders_are_put_to_orders_create() -> None:
    store, http = created(ok(order()), ok(order()))
    store.create_order(plan(), NoJournal())
    assert http.writes == ["PUT orders/create"]


def test_naive_magento_04_a_500_is_looked_up_and_not_sent_again() -> None:
    store, http = created(fail(500, MASKED))
    with pytest.raises(Unknown, match="Internal Error"):
        store.create_order(plan(), NoJournal())
    assert len(http.writes) == 1
    reading, _ = store_with(fail(500, MASKED))
    with pytest.raises(Retry):
        reading.read_order(ORDER)


def test_naive_magento_05_the_store_id_is_always_sent() -> None:
    store, http = created(ok(order()), ok(order()))
    store.create_order(plan(), NoJournal())
    assert entity(http)["store_id"] == 1
    assert [row["store_id"] for row in entity(http)["items"]] == [1]


@pytest.mark.parametrize("field", ["number", "marker"])
def test_naive_magento_06_ids_are_refused_and_not_cut(field: str) -> None:
    store, http = store_with(*BEFORE_CREATE)
    with pytest.raises(Refused, match="32 characters"):
        store.create_order(plan(**{field: "9" * 33}), NoJournal())
    assert http.writes == []


def test_naive_magento_07_state_and_status_are_sent() -> None:
    store, http = created(ok(order()), ok(order()))
    store.create_order(plan(), NoJournal())
    assert (entity(http)["state"], entity(http)["status"]) == ("new", "pending")


def test_naive_magento_08_paid_orders_begin_as_new_and_are_invoiced() -> None:
    """Not as processing with total_paid: such an order never completes."""
    store, http = created(ok(order()), ok(order()), ok("17"), ok(processing(item(invoiced=2))), invoice="creation")
    assert store.create_order(plan(), NoJournal()).status == "processing"
    assert entity(http)["state"] == "new"
    assert "total_paid" not in entity(http)
    assert http.writes == ["PUT orders/create", "POST order/9/invoice"]
    assert http.written("order.invoice")["items"] == [{"order_item_id": 12, "qty": 2}]


def test_naive_magento_09_false_is_not_cancelled() -> None:
    store, _ = store_with(ok(order()), ok(False), ok(order(state="payment_review", status="payment_review")))
    with pytest.raises(Refused) as caught:
        store.cancel_order(ORDER, "", restock=True)
    assert caught.value.code == "cancel_refused"
    already, http = store_with(ok(order(item(canceled=2), state="canceled", status="canceled")))
    assert already.cancel_order(ORDER, "", restock=True) is True
    assert http.writes == []


def test_naive_magento_10_shipments_are_asked_for_beside_updated_at() -> None:
    """A middle shipment and a late track leave the order's updated_at alone."""
    store, http = store_with(rows(), rows({"entity_id": 5, "order_id": 9, "created_at": "2026-09-21 14:05:00"}))
    first = store.changes_since("")
    assert (first.changes, first.more) == ((), True)
    http.script += [rows(processing()), rows(shipment(5, track(1)))]
    second = store.changes_since(first.cursor)
    assert [(change.ref, len(change.parcels or ())) for change in second.changes] == [(ORDER, 1)]
    assert not second.more
    assert store.poll_parcels


def test_naive_magento_11_a_comment_carries_the_status() -> None:
    store, http = store_with(
        ok(processing(item(invoiced=2))), ok(True), ok("3"), ok(processing(item(invoiced=2, refunded=1)))
    )
    store.cancel_lines(ORDER, [UNIT], restock=False, key="k1")
    history = http.written("order.comment")["statusHistory"]
    assert history["status"] == "processing"
    assert history["is_customer_notified"] == 0


def test_naive_magento_12_a_too_large_shipment_is_refused_here() -> None:
    store, http = store_with(rows(), ok(processing(item(shipped=1))))
    with pytest.raises(Refused, match="1 open of 2"):
        store.add_parcel(ORDER, "UPS", "1Z1", [ParcelItem("12", "TT-A", 2)])
    assert http.writes == []


def test_naive_magento_13_a_direct_order_reserves_no_stock() -> None:
    """So the merchant must have said what reserves it, and where something does, it is proven."""
    undecided, http = store_with(stock_remedy="")
    with pytest.raises(Refused) as caught:
        undecided.create_order(plan(), NoJournal())
    assert caught.value.code == "stock_remedy"
    assert http.requests == []
    proven = {
        remedy: store_with(stock_remedy=remedy)[0].stock_to_prove for remedy in ("compensations", "module", "none")
    }
    assert proven == {"compensations": True, "module": True, "none": False}


def test_naive_magento_14_no_source_is_lowered_for_an_order() -> None:
    store, http = created(ok(order()), ok(order()))
    store.create_order(plan(), NoJournal())
    assert not any("inventory" in request.url for request in http.requests)


def test_naive_magento_15_header_totals_are_the_sum_of_the_rows() -> None:
    store, http = created(ok(order()), ok(order()))
    made = plan(
        lines=(line(quantity=3, unit_price=333, taxes=(PlanTax("Tax", "", 80, True),)), line(unit_price=1)),
        fees=(PlanFee("handling_fee", "Handling fee", 99),),
    )
    store.create_order(made, NoJournal())
    sent = entity(http)
    net = sum(row["row_total"] for row in sent["items"])
    assert sent["subtotal"] == pytest.approx(net)
    total = net + sent["shipping_amount"] + sent["tax_amount"] + sent["discount_amount"]
    assert sent["grand_total"] == pytest.approx(total)
    assert "Handling fee 0.99 USD" in sent["shipping_description"]
    wrong, unsent = store_with(*BEFORE_CREATE)
    with pytest.raises(Refused, match=r"would make 20\.00 USD, the order's total is 19\.99"):
        wrong.create_order(plan(total=1999), NoJournal())
    assert unsent.writes == []


def test_naive_magento_16_row_totals_are_sent() -> None:
    store, http = created(ok(order()), ok(order()))
    store.create_order(plan(lines=(line(quantity=2),)), NoJournal())
    row = entity(http)["items"][0]
    assert (row["row_total"], row["base_row_total"], row["row_total_incl_tax"]) == (30, 30, 30)


def test_naive_magento_17_tax_rows_name_their_row() -> None:
    store, http = created(ok(order()), ok(order()))
    taxed = line(taxes=(PlanTax("Sales tax", "0.08", 120, True),))
    store.create_order(plan(lines=(line(unit_price=1), taxed)), NoJournal())
    sent = entity(http)
    ids = [row["quote_item_id"] for row in sent["items"]]
    assert len(set(ids)) == 2
    attributes = sent["extension_attributes"]
    assert attributes["converting_from_quote"] is True
    assert [tax["item_id"] for tax in attributes["item_applied_taxes"]] == [ids[1]]


def test_naive_magento_18_unknown_skus_are_refused_here() -> None:
    """Magento would take the order and move no stock. Nor must the SKU have got another id meanwhile."""
    for answer in (rows(), rows(product_row(number=77))):
        store, http = store_with(ok([VIEW]), ok(COUNTRY), answer)
        with pytest.raises(Refused, match="no longer has TT-A"):
            store.create_order(plan(), NoJournal())
        assert http.writes == []


def test_naive_magento_19_emoji_are_replaced_before_sending() -> None:
    store, http = created(ok(order()), ok(order()))
    store.create_order(plan(lines=(line(title="Shirt 👨‍👩‍👧❤️ 𠮷"),), note="Thanks 🙏🏽!"), NoJournal())
    body = http.requests[-2].body.decode()
    assert not re.search("[\U00010000-\U0010ffff]", json.dumps(json.loads(body), ensure_ascii=False))
    assert entity(http)["items"][0]["name"] == "Shirt ?❤️ ?"
    assert entity(http)["status_histories"][-1]["comment"] == "Thanks ?!"


def test_naive_magento_20_absent_fields_are_nulls() -> None:
    bare = {"entity_id": 9, "increment_id": "1", "order_currency_code": "USD", "items": [{"item_id": 1}]}
    store, _ = store_with(ok(bare))
    found = store.read_order(ORDER)
    assert found is not None
    assert (found.marker, found.status, found.total, found.cancelled) == ("", "", 0, False)
    assert found.lines[0].variant == ""


def test_naive_magento_21_paging_ends_by_the_count() -> None:
    """Past the end comes an empty list, null, or in some versions the last page again: no page is asked for there."""
    many = [shipment(number) for number in range(1, 151)]
    store, http = store_with(rows(*many[:100], total=150), rows(*many[100:], total=150))
    assert len(store.parcels_of([ORDER])) == 150
    assert [http.asked(index)["searchCriteria[currentPage]"] for index in range(2)] == ["1", "2"]
    nothing, _ = store_with(ok({"items": None, "total_count": 0}))
    assert nothing.parcels_of([ORDER]) == []


def test_naive_magento_22_the_first_invoice_takes_the_shipping() -> None:
    """So units that stay are invoiced as rows, once, before the rest is cancelled; the shipping stays with them."""
    before = order(item(12, ordered=2), item(13, "TT-B", 1))
    after = processing(item(12, ordered=2, invoiced=1, canceled=1), item(13, "TT-B", 1, invoiced=1))
    store, http = store_with(ok(before), ok(True), ok("3"), ok(True), ok(after))
    store.cancel_lines(ORDER, [UNIT], restock=False, key="k1")
    assert http.writes == ["POST orders/9/comments", "POST order/9/invoice", "POST orders/9/cancel"]
    invoiced = http.written("order.invoice")["items"]
    assert invoiced == [{"order_item_id": 12, "qty": 1}, {"order_item_id": 13, "qty": 1}]


def test_naive_magento_23_a_refund_of_units_leaves_the_shipping() -> None:
    store, http = store_with(
        ok(processing(item(invoiced=2))), ok(True), ok("3"), ok(processing(item(invoiced=2, refunded=1)))
    )
    store.cancel_lines(ORDER, [UNIT], restock=True, key="k1")
    refund = http.written("order.refund")
    assert refund["arguments"]["shipping_amount"] == 0
    assert refund["items"] == [{"order_item_id": 12, "qty": 1}]
    # The whole order takes its shipping with it: then no amount is named, and Magento refunds what is left.
    whole, sent = store_with(
        ok(processing(item(invoiced=2))),
        ok("4"),
        ok(order(item(invoiced=2, refunded=2), state="closed", status="closed")),
    )
    assert whole.cancel_order(ORDER, "", restock=False) is True
    assert "arguments" not in sent.written("order.refund")


def test_the_fake_speaks_as_the_recorded_exchanges_do() -> None:
    """Guards of the script itself: paths below /V1/, and answers that the readers take."""
    store, http = store_with(ok(order()), missing())
    found = store.read_order(ORDER)
    assert found is not None
    assert (found.marker, found.total) == (MARKER, 4388)
    assert store.read_order("10") is None
    assert urlsplit(http.requests[0].url).path == "/rest/default/V1/orders/9"
