"""The prepared statements do what the querysets do, on whichever database the tests run."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tokbridge.records import direct
from tokbridge.records.models import (
    Account,
    Attempt,
    Authorisation,
    Binding,
    Channel,
    Connection,
    Order,
    Outcome,
    Store,
)

pytestmark = pytest.mark.django_db

ORDERS = direct.Upsert(Order, unique=("account_id", "tiktok_id"), update=("status", "is_cod"))


@pytest.fixture
def account() -> Account:
    connection = Connection.objects.create(name="TikTok Shop")
    authorisation = Authorisation.objects.create(connection=connection, app_key="k", app_secret="s")
    return Account.objects.create(authorisation=authorisation, shop_id="7", name="n", region="US", cipher="c")


def columns(account: Account, tiktok_id: str, **more: Any) -> dict[str, Any]:
    return {"account_id": account.pk, "tiktok_id": tiktok_id, "imported_at": 1.0, "updated_at": 1.0, **more}


def test_an_upsert_fills_in_defaults_and_writes_only_its_own_columns_over(account: Account) -> None:
    ORDERS.run([columns(account, "1", status="UNPAID", is_cod=True), columns(account, "2", paid_at=5)])
    Order.objects.update(reason="kept")
    ORDERS.run([columns(account, "1", status="CANCELLED", reason="lost")])
    first, second = Order.objects.order_by("tiktok_id")
    assert (first.status, first.is_cod, first.reason, first.tokbridge_status) == ("CANCELLED", False, "kept", "waiting")
    assert (second.status, second.paid_at, second.lease_token, second.problem_code) == ("", 5, "", None)


def test_an_upsert_of_a_column_that_is_none_is_refused_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="Order has no columns nonsense"):
        direct.Upsert(Order, unique=("account_id", "tiktok_id"), update=("nonsense",))


def test_rows_read_directly_equal_those_of_a_queryset(account: Account) -> None:
    ORDERS.run([columns(account, "1", is_cod=True, seller_total=12)])
    order = Order.objects.get()
    (read,) = direct.read(Order, "SELECT o.*, 40 + 2 AS answer FROM records_order o WHERE o.id = %s", [order.pk])
    assert {name: getattr(read, name) for name in vars(order) if name != "_state"} == {
        name: value for name, value in vars(order).items() if name != "_state"
    }
    assert read.is_cod is True
    assert vars(read)["answer"] == 42


def test_a_created_row_knows_its_id_and_keeps_its_json(account: Account) -> None:
    ORDERS.run([columns(account, "1")])
    store = Store.objects.create(connection=Connection.objects.create(name="s"), platform="shopify", address="a")
    Channel.objects.create(account=account, store=store, start=0)
    order = Order.objects.get()
    binding = Binding(order=order, store=store, marker="1", number="TTS-1", view="v", expected_total=3, intended_at=1.0)
    direct.create(binding)
    assert direct.update(Binding, {"id": binding.pk}, {"rows": [{"ref": "é"}], "faults": ["total_differs"]}) == 1
    (read,) = direct.read(Binding, "SELECT * FROM records_binding WHERE order_id = %s", [order.pk])
    assert (read.pk, read.rows, read.faults, read.journal) == (binding.pk, [{"ref": "é"}], ["total_differs"], {})
    with pytest.raises(IntegrityError), transaction.atomic():
        direct.create(
            Binding(order=order, store=store, marker="2", number="2", view="v", expected_total=3, intended_at=1)
        )


def test_an_update_touches_only_rows_that_meet_every_test(account: Account) -> None:
    ORDERS.run([columns(account, "1")])
    order = Order.objects.get()
    about = {"order_id": order.pk, "step": "create", "why": "w", "worker": "x", "began_at": 1.0}
    attempt = direct.insert(Attempt, about)
    assert direct.update(Attempt, {"id": attempt, "outcome": Outcome.DONE}, {"answer": "no"}) == 0
    assert direct.update(Attempt, {"id": attempt, "outcome": Outcome.OPEN}, {"outcome": Outcome.DONE}) == 1
    assert Attempt.objects.get().outcome == "done"
    assert direct.row_of("SELECT answer FROM records_attempt WHERE id = %s", [attempt]) == ("",)
    assert direct.row_of("SELECT 1 FROM records_attempt WHERE id = %s", [attempt + 1]) is None
