"""Which actions are offered where: on the list, in an order's menu, on a buyer's request."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.web import factory
from tests.web.asking import post
from tokbridge.records.models import Account, Cancellation, Order
from tokbridge.sync import offers
from tokbridge.tiktok.cancel_requests import RejectReason
from tokbridge.web.acting import ACTIONS

pytestmark = pytest.mark.usefixtures("nobody_works")


def test_the_list_offers_actions_on_what_it_shows(desk: Client, shop: Account) -> None:
    order = factory.order(shop)
    html = desk.get("/", {"tab": "awaiting_shipment", "q": "579"}).content.decode()
    assert f'name="order" form="bulk" value="{order.pk}"' in html
    assert 'name="filter" value="?tab=awaiting_shipment&amp;q=579"' in html
    for verb in ACTIONS:
        assert f'formaction="/act/{verb}/"' in html


def test_the_menu_offers_what_makes_sense(desk: Client, shop: Account) -> None:
    order = factory.order(shop, "CANCELLED")
    html = desk.get(f"/orders/{order.pk}/actions/").content.decode()
    assert f"/act/archive/?order={order.pk}" in html
    assert "/act/reject/" not in html and "/act/restore/" not in html and "/act/ship/" not in html
    Order.objects.update(archived_at=1)
    html = desk.get(f"/orders/{order.pk}/actions/").content.decode()
    assert "/act/restore/" in html and "/act/archive/" not in html


def buyer_asks(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(buyer_requests_cancel=True)
    Cancellation.objects.create(
        account=order.account,
        tiktok_id="4035",
        order_tiktok_id=order.tiktok_id,
        type="BUYER_CANCEL",
        status="CANCELLATION_REQUEST_PENDING",
        role="BUYER",
        reason="x",
        reason_text="Ordered by mistake",
        answer_by=1_700_000_000,
        update_time=1,
    )


def test_a_buyers_request_shows_its_deadline_and_both_answers(desk: Client, shop: Account) -> None:
    order = factory.order(shop)
    assert "asks to cancel" not in desk.get(f"/orders/{order.pk}/").content.decode()
    buyer_asks(order)
    html = desk.get(f"/orders/{order.pk}/").content.decode()
    assert "The buyer asks to cancel this order" in html
    assert "Ordered by mistake" in html and "14 November 2023, 23:13:20 CET" in html
    assert f"/act/accept/?order={order.pk}" in html and f"/act/decline/?order={order.pk}" in html
    assert "answer before" in desk.get(f"/act/accept/?order={order.pk}").content.decode()


def test_declining_offers_tiktoks_reasons(desk: Client, shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    order = factory.order(shop)
    buyer_asks(order)
    asked: list[int] = []

    def reasons(order_id: int) -> tuple[RejectReason, ...]:
        asked.append(order_id)
        return (RejectReason("seller_reject_shipped", "It was shipped"),)

    monkeypatch.setattr(offers, "decline_reasons", reasons)
    html = desk.get(f"/act/decline/?order={order.pk}").content.decode()
    assert 'value="seller_reject_shipped"' in html and "It was shipped" in html
    assert asked == [order.pk]
    run = post(desk, "/act/decline/", orders=str(order.pk), reason="seller_reject_shipped")
    assert run.args == {"reason": "seller_reject_shipped"}
