"""Finding, creating, invoicing and correcting orders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.stores.magento.fake import (
    COUNTRY,
    MASKED,
    VIEW,
    NoJournal,
    fail,
    item,
    missing,
    ok,
    order,
    processing,
    product_row,
    raw,
    rows,
    store_with,
)
from tests.stores.plans import MAGENTO, MARKER
from tokbridge.core.errors import CredentialRefused, Refused, Retry, Unknown
from tokbridge.core.wire import Response
from tokbridge.stores.magento.mapping import UNPAID

ADDRESS, line, plan = MAGENTO.address, MAGENTO.line, MAGENTO.plan

READY = (ok([VIEW]), ok(COUNTRY), rows(product_row()))
UNIQUE = fail(400, "Unique constraint violation found")


def test_an_order_as_read() -> None:
    first = item(12, ordered=3, canceled=1, ext_order_item_id="u1,u2,u3")
    long = item(13, "TT-B", 1, product_id=None, additional_data="tiktok_line_ids:u4", ext_order_item_id=None)
    child = item(14, "CHILD", 1, parent_item_id=12)
    store, _ = store_with(ok(order(first, long, child, total_canceled=10.5, total_refunded="3.38")))
    found = store.read_order("9")
    assert found is not None
    assert (found.ref, found.number, found.marker) == ("9", f"TTS-{MARKER}", MARKER)
    assert (found.total, found.currency, found.status) == (3000, "USD", "pending")
    assert found.updated_at == 1_789_999_200.0
    assert [(row.ref, row.variant, row.quantity, row.current_quantity, row.line_ids) for row in found.lines] == [
        ("12", "1:TT-A", 3, 2, ("u1", "u2", "u3")),
        ("13", "", 1, 1, ("u4",)),
    ]


@pytest.mark.parametrize(
    ("found", "cancelled"),
    [
        (order(item(canceled=2), state="canceled"), True),
        (order(item(invoiced=2, refunded=2), state="closed"), True),
        (order(item(invoiced=2, refunded=2, shipped=2), state="closed"), False),  # a return
        (order(item(canceled=1, invoiced=1, refunded=1), state="processing"), True),
        (order(item(canceled=1), state="processing"), False),
        (order(), False),
    ],
)
def test_what_counts_as_cancelled(found: dict[str, object], cancelled: bool) -> None:
    store, _ = store_with(ok(found))
    read = store.read_order("9")
    assert read is not None
    assert read.cancelled is cancelled


def test_finding_by_the_tiktok_id() -> None:
    store, http = store_with(rows(order()))
    found = store.find_order(MARKER)
    assert found is not None
    assert found.ref == "9"
    assert http.filters() == [("ext_order_id", "eq", MARKER)]
    assert store.settle == 0
    absent, _ = store_with(ok({"items": None, "total_count": 0}))
    assert absent.find_order(MARKER) is None
    loose, _ = store_with(rows(order(ext_order_id=MARKER + "-2")))
    assert loose.find_order(MARKER) is None


def test_two_orders_of_one_marker_are_told() -> None:
    """ext_order_id has no unique key: another tool may have made a second one."""
    store, _ = store_with(rows(order(), order(entity_id=10, increment_id="000000010")))
    with pytest.raises(Refused, match=r"000000010 \(10\)") as caught:
        store.find_order(MARKER)
    assert caught.value.code == "doubled"


def test_the_total_returned_is_the_shops() -> None:
    """The create answer repeats what was sent; only a read tells what was kept."""
    store, http = store_with(*READY, ok(order(grand_total=20)), ok(order(grand_total=19.99)))
    assert store.create_order(plan(), NoJournal()).total == 1999
    assert http.operations[-2:] == ["orders.create", "orders.get"]


def test_what_is_known_of_the_shop_is_asked_once() -> None:
    now = [0.0]
    store, http = store_with(
        *READY, ok(order()), ok(order()), ok(order()), ok(order()), clock=lambda: 1_790_000_000.0 + now[0]
    )
    store.create_order(plan(), NoJournal())
    store.create_order(plan(), NoJournal())
    assert len(http.requests) == 7
    now[0] = 121
    http.script += [rows(product_row()), ok(order()), ok(order())]
    store.create_order(plan(), NoJournal())
    now[0] = 601
    http.script += [*READY, ok(order()), ok(order())]
    store.create_order(plan(), NoJournal())
    assert http.script == []


@pytest.mark.parametrize(
    "answer", [fail(500, MASKED), raw(200, b"<html>"), raw(503, b""), Unknown("t", ""), ok([]), ok({})]
)
def test_a_creation_in_doubt(answer: Response | Exception) -> None:
    store, http = store_with(*READY, answer)
    with pytest.raises(Unknown):
        store.create_order(plan(), NoJournal())
    assert len(http.writes) == 1


@pytest.mark.parametrize("answer", [raw(503, b""), missing(), fail(401, "Specified token does not exist"), ok([])])
def test_a_read_back_that_fails_is_doubt_and_no_refusal(answer: Response) -> None:
    store, _ = store_with(*READY, ok(order()), answer)
    with pytest.raises(Unknown, match="was created"):
        store.create_order(plan(), NoJournal())


def test_a_refused_creation() -> None:
    words = fail(400, "We can't save the address:\n%1", ['"Zip code" is required. Enter and try again.'])
    store, _ = store_with(*READY, words)
    with pytest.raises(Refused, match="Zip code"):
        store.create_order(plan(), NoJournal())
    gone, _ = store_with(
        *READY, fail(404, "The store that was requested wasn't found. Verify the store and try again.")
    )
    with pytest.raises(Refused, match="store that was requested"):
        gone.create_order(plan(), NoJournal())


def test_nothing_is_sent_while_the_shop_cannot_be_asked() -> None:
    store, http = store_with(raw(503, b""))
    with pytest.raises(Retry):
        store.create_order(plan(), NoJournal())
    assert http.writes == []


def test_the_unique_key_means_done_when_the_order_is_ours() -> None:
    store, http = store_with(*READY, UNIQUE, rows(order()), ok(order()))
    assert store.create_order(plan(), NoJournal()).ref == "9"
    assert http.filters(-2) == [("increment_id", "eq", f"TTS-{MARKER}"), ("store_id", "eq", "1")]


def test_the_unique_key_with_a_stranger_is_a_clash() -> None:
    store, _ = store_with(*READY, UNIQUE, rows(order(ext_order_id="another")))
    with pytest.raises(Refused) as caught:
        store.create_order(plan(), NoJournal())
    assert caught.value.code == "number_taken"
    nobody, _ = store_with(*READY, UNIQUE, rows())
    with pytest.raises(Refused, match="Unique constraint"):
        nobody.create_order(plan(), NoJournal())
    unread, _ = store_with(*READY, UNIQUE, raw(503, b""))
    with pytest.raises(Unknown):
        unread.create_order(plan(), NoJournal())


def test_invoicing_at_creation() -> None:
    store, http = store_with(
        *READY, ok(order()), ok(order()), ok("1"), ok(processing(item(invoiced=2))), invoice="creation"
    )
    assert store.create_order(plan(), NoJournal()).status == "processing"
    assert http.written("order.invoice") == {
        "capture": True,
        "notify": False,
        "appendComment": False,
        "items": [{"order_item_id": 12, "qty": 2}],
    }


@pytest.mark.parametrize("answer", [Unknown("timeout", ""), fail(400, "no"), fail(500, "x")])
def test_a_failed_invoice_makes_no_creation_doubtful(answer: Response | Exception) -> None:
    store, _ = store_with(*READY, ok(order()), ok(order()), answer, invoice="creation")
    assert store.create_order(plan(), NoJournal()).ref == "9"


def test_cash_on_delivery_is_not_invoiced_at_creation() -> None:
    unpaid = order(payment={"additional_information": [UNPAID]})
    store, http = store_with(*READY, ok(unpaid), ok(unpaid), invoice="creation")
    store.create_order(plan(paid=False), NoJournal())
    assert http.writes == ["PUT orders/create"]


def test_a_paid_virtual_row_is_due_at_once() -> None:
    """It is never shipped, so it would never be invoiced."""
    found = order(item(12), item(13, "V", 1, product_type="virtual"))
    store, http = store_with(*READY, ok(found), ok(found), ok("1"), ok(found))
    store.create_order(plan(), NoJournal())
    assert http.written("order.invoice")["items"] == [{"order_item_id": 13, "qty": 1}]


@pytest.mark.parametrize(
    ("found", "invoiced"),
    [
        (processing(item(shipped=2)), [(12, 2)]),
        (processing(item(ordered=3, shipped=2, invoiced=1)), [(12, 1)]),
        (processing(item(shipped=2, invoiced=2)), None),
        (order(), None),
        (order(item(shipped=1), state="holded"), None),
        (processing(item(shipped=2), payment={"additional_information": [UNPAID]}), [(12, 2)]),
        (processing(item(12, shipped=2), item(13, "B", 1), item(14, "C", 1, shipped=1)), [(12, 2), (14, 1)]),
        (order(item(canceled=2), state="canceled"), None),
    ],
)
def test_what_is_shipped_is_invoiced_once(found: dict[str, object], invoiced: list[tuple[int, int]] | None) -> None:
    store, http = store_with(ok(found), *([ok("3")] if invoiced else []))
    store.book_shipped("9")
    if invoiced is None:
        assert http.writes == []
    else:
        sent = http.written("order.invoice")["items"]
        assert sent == [{"order_item_id": row, "qty": quantity} for row, quantity in invoiced]


def test_an_invoice_in_doubt_is_read_before_it_is_repeated() -> None:
    store, http = store_with(ok(processing(item(shipped=2))), Unknown("timeout", ""))
    with pytest.raises(Unknown):
        store.book_shipped("9")
    http.script.append(ok(processing(item(shipped=2, invoiced=2))))
    store.book_shipped("9")
    assert len(http.writes) == 1


def test_an_address_is_corrected_in_both_places() -> None:
    store, http = store_with(ok(order()), ok(COUNTRY), ok([VIEW]), ok({}), ok({}))
    store.update_address("9", ADDRESS)
    assert http.writes == ["PUT orders/9", "PUT orders/9"]
    bodies = [http.body(index)["entity"] for index in (3, 4)]
    assert [(one["address_type"], one["entity_id"], one["parent_id"]) for one in bodies] == [
        ("shipping", 32, 9),
        ("billing", 31, 9),
    ]
    assert {one["email"] for one in bodies} == {"buyer@tiktok.com"}
    assert {one["region_id"] for one in bodies} == {57}


def test_an_address_that_is_right_is_left_alone() -> None:
    store, http = store_with(ok(order()), ok(COUNTRY), ok([VIEW]), ok({}), ok({}))
    store.update_address("9", ADDRESS)
    shipping, billing = (http.body(index)["entity"] for index in (3, 4))
    now_right = order(billing_address=billing)
    now_right["extension_attributes"]["shipping_assignments"][0]["shipping"]["address"] = shipping
    http.script += [ok(now_right), ok(now_right), ok({}), ok({})]
    store.update_address("9", ADDRESS)
    assert len(http.writes) == 2
    store.update_address("9", replace(ADDRESS, city="Dallas"))
    assert len(http.writes) == 4


def test_a_linked_reference_that_is_none() -> None:
    store, _ = store_with(ok([VIEW]), ok(COUNTRY))
    with pytest.raises(Refused, match="does not name a product"):
        store.create_order(plan(lines=(line(variant="gid://x"),)), NoJournal())


def test_a_store_view_that_is_gone() -> None:
    store, _ = store_with(ok([VIEW]), store_view="fr")
    with pytest.raises(CredentialRefused, match="only: default"):
        store.create_order(plan(), NoJournal())
