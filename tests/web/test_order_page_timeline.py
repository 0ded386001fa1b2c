"""What was tried and what people asked; trying again from the page; who may see what was sent and answered."""

from __future__ import annotations

import re
import time

import pytest
from django.test import Client

from tests.web import factory
from tokbridge.records.models import Account, Attempt, Instruction, Order, Problem, User
from tokbridge.sync import queue
from tokbridge.web.timeline import timeline_of


@pytest.fixture(autouse=True)
def _asleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "wake", lambda *_args: None)


@pytest.fixture
def order(shop: Account, dora: User) -> Order:
    """Shipped by Dora's word; TikTok refused it first, with the buyer's street in its words."""
    made = factory.order(shop)
    now = time.time() + 10
    common = {"order": made, "worker": "carrier-1", "step": "ship", "why": "a person ships it"}
    Instruction.objects.create(
        order=made, verb="ship", by=dora, at=now, done_at=now, result="parcel 7",
        args={"carrier": "Royal Mail", "number": "RM1", "line_ids": ["1", "2"]},
    )  # fmt: skip
    Attempt.objects.create(
        **common, request="Royal Mail as X, 2 units", answer="21: no courier to 1 Mill Lane", outcome="refused",
        began_at=now + 1, ended_at=now + 1.25,
    )  # fmt: skip
    Attempt.objects.create(**common, request="Royal Mail as Y, 2 units", outcome="open", began_at=now + 2)
    return made


def get(client: Client, order: Order) -> str:
    html = client.get(f"/orders/{order.pk}/").content.decode()
    return html[html.index('id="h-time"') : html.index('id="h-raw"')]


def test_it_is_told_newest_first_with_whoever_asked(order: Order) -> None:
    events = timeline_of(order, sees_traffic=True).events
    assert [(event.title, event.tone) for event in events] == [
        ("Tell TikTok of a parcel", "open"),
        ("Tell TikTok of a parcel", "refused"),
        ("dora asked: Ship", "done"),
        ("Imported from TikTok", ""),
        ("Paid", ""),
        ("Placed", ""),
    ]
    assert events[1].seconds == pytest.approx(0.25)
    assert events[2].request == "carrier: Royal Mail, tracking number: RM1, units: 2"


def test_what_was_sent_and_answered_is_for_users_who_see_buyers(desk: Client, order: Order) -> None:
    html = get(desk, order)
    for text in (
        "Royal Mail as X, 2 units",
        "no courier to 1 Mill Lane",
        "parcel 7",
        "tracking number: RM1",
        "after 0.25 s",
    ):
        assert text in html


def test_others_see_step_outcome_time_and_why(client: Client, order: Order) -> None:
    client.force_login(factory.user("max", sees_buyers=False))
    html = get(client, order)
    for text in ("Tell TikTok of a parcel", "Refused", "a person ships it", "carrier-1", "is hidden"):
        assert text in html
    assert "Mill Lane" not in html
    assert "Royal Mail" not in html
    assert "RM1" not in html
    assert "<dt>Request</dt>" not in html


@pytest.mark.parametrize(
    ("columns", "tone", "outcome"),
    [
        ({"done_at": None}, "open", "Not done yet"),
        ({"done_at": 1.0, "refused": True}, "refused", "Refused"),
        ({"done_at": 1.0}, "done", "Done"),
    ],
)
def test_what_came_of_an_instruction(
    shop: Account, columns: dict[str, float | bool | None], tone: str, outcome: str
) -> None:
    order = factory.order(shop)
    Instruction.objects.create(order=order, verb="cancel", at=time.time() + 9, **columns)
    first = timeline_of(order, sees_traffic=True).events[0]
    assert (first.title, first.tone, first.outcome) == ("Command line asked: Cancel", tone, outcome)


def test_a_blocked_order_is_tried_again_and_led_to_the_page_that_fixes_it(desk: Client, shop: Account) -> None:
    order = factory.blocked(shop)
    page = desk.get(f"/orders/{order.pk}/").content.decode()
    assert 'href="/products/">Fix the cause' in page
    answer = desk.post(f"/orders/{order.pk}/again/", follow=True)
    assert "The order is tried again now." in answer.content.decode()
    assert Problem.objects.get().next_at is None
    order.refresh_from_db()
    assert order.due_at is not None and order.due_at <= time.time()
    assert "dora asked: Try again" in get(desk, order)


def test_an_archived_order_is_not_tried_again_and_the_page_says_so(desk: Client, shop: Account) -> None:
    order = factory.blocked(shop, row={"archived_at": 1.0})
    answer = desk.post(f"/orders/{order.pk}/again/", follow=True)
    assert "Restore it first" in answer.content.decode()
    assert not Instruction.objects.exists()


def test_who_may_only_look_has_no_button_and_is_refused(client: Client, shop: Account) -> None:
    order = factory.blocked(shop)
    client.force_login(factory.user("max", may_act=False))
    html = client.get(f"/orders/{order.pk}/").content.decode()
    assert not re.search("Try again now|Fix the cause|note-form|act-ship", html)
    assert client.post(f"/orders/{order.pk}/again/").status_code == 403
    assert client.get(f"/orders/{order.pk}/again/").status_code == 405
