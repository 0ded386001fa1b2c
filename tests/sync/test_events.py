"""Webhooks of both sides: from whom they claim to be, kept once, followed, never trusted."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client as Browser
from django.test import RequestFactory

from tests.sync.world import KEY, SECRET, SHOP_ID, World
from tokbridge.records.models import Event, Problem
from tokbridge.sync import queue
from tokbridge.sync.events import follow
from tokbridge.tiktok.signing import sign_webhook
from tokbridge.web import hooks


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> list[int]:
    """Ids of the events to follow; the pages' whole stack of middleware stands in front of the webhooks."""
    settings.STATIC_ROOT = tmp_path
    ids: list[int] = []
    monkeypatch.setattr(queue, "take_event", ids.append)
    return ids


def body(order_id: str, number: int = 1, **more: Any) -> bytes:
    told = {
        "type": number,
        "tts_notification_id": "n-1",
        "shop_id": SHOP_ID,
        "timestamp": 1,
        "data": {"order_id": order_id},
    }
    return json.dumps(told | more).encode()


def post(raw: bytes, signature: str | None = None) -> Any:
    signed = sign_webhook(KEY, SECRET, raw) if signature is None else signature
    return Browser().post("/hooks/tiktok/", raw, content_type="application/json", headers={"Authorization": signed})


def test_kept_once_and_followed(world: World, taken: list[int]) -> None:
    order_id = world.order()
    assert [post(body(order_id)).status_code for _ in range(3)] == [200, 200, 200]
    (event,) = Event.objects.all()
    assert (event.state, event.times, event.refs, event.body) == ("new", 3, [order_id], "")
    assert taken == [event.pk]
    follow(event.pk)
    assert len(world.store_orders(order_id)) == 1
    event.refresh_from_db()
    assert event.state == "done"
    sent = len(world.tiktok_wire.sent)
    follow(event.pk)
    assert len(world.tiktok_wire.sent) == sent


def test_new_ones_of_a_source_are_followed_in_one_call(world: World, taken: list[int]) -> None:
    ids = [world.order() for _ in range(3)]
    for order_id in ids:
        post(body(order_id, tts_notification_id=order_id))
    sent = len(world.tiktok_wire.sent)
    follow(taken[-1])
    assert len(world.tiktok_wire.sent) == sent + 1
    assert set(Event.objects.values_list("state", flat=True)) == {"done"}


def test_one_that_is_refused_holds_up_no_other(world: World, taken: list[int]) -> None:
    order_id = world.order()
    post(body("not an id!", tts_notification_id="bad"))
    post(body(order_id, tts_notification_id="good"))
    for event_id in taken:
        follow(event_id)
    assert dict(Event.objects.values_list("event_id", "state")) == {"bad": "new", "good": "done"}
    assert len(world.store_orders(order_id)) == 1


def test_on_trouble_it_stays_to_be_followed(world: World, taken: list[int]) -> None:
    order_id = world.order()
    post(body(order_id))
    world.tiktok_wire.faults = lambda _request: "down"
    follow(taken[0])
    assert Event.objects.get().state == "new"
    world.tiktok_wire.faults = lambda _request: ""
    follow(taken[0])
    assert Event.objects.get().state == "done"
    assert len(world.store_orders(order_id)) == 1


@pytest.mark.parametrize("signature", ["", "wrong", "é"])
def test_a_wrong_signature_changes_nothing(world: World, taken: list[int], signature: str) -> None:
    raw = body(world.order())
    request = RequestFactory().post("/hooks/tiktok/", raw, content_type="application/json")
    request.META["HTTP_AUTHORIZATION"] = signature
    assert hooks.tiktok(request).status_code == 401
    assert not Event.objects.exists()
    assert taken == []


@pytest.mark.parametrize("raw", [b"", b"[]", b"{not json", b'{"type": "1"}', b'{"type": 1, "data": []}'])
def test_what_nobody_can_read_is_kept(world: World, taken: list[int], raw: bytes) -> None:
    assert post(raw).status_code == 200
    event = Event.objects.get()
    assert (event.state, event.body) == ("malformed", raw.decode())
    assert taken == []


def test_an_unknown_type_is_kept_with_its_body(world: World, taken: list[int]) -> None:
    assert post(body("1", number=99)).status_code == 200
    event = Event.objects.get()
    assert (event.state, event.topic) == ("unknown", "type 99")
    assert '"type": 99' in event.body
    assert taken == []


def test_a_shop_that_is_not_ours(world: World, taken: list[int]) -> None:
    assert post(body("1", shop_id="12")).status_code == 200
    assert taken == []


def test_the_end_of_an_authorisation_is_one_problem(world: World, taken: list[int]) -> None:
    for at in range(2):
        post(body("", number=6, tts_notification_id=f"n-{at}", data={"message": "the seller removed the app"}))
    (problem,) = Problem.objects.all()
    assert (problem.code, problem.words) == ("reauthorise", "the seller removed the app")


def test_five_megabytes_are_refused(world: World, taken: list[int]) -> None:
    assert post(b"x" * 5_000_000).status_code == 413
    assert not Event.objects.exists()


@pytest.mark.parametrize(("length", "status"), [("10", 413), ("nonsense", 400), ("-5", 400), ("", 413)])
def test_a_length_that_lies(world: World, taken: list[int], length: str, status: int) -> None:
    request = RequestFactory().post("/hooks/tiktok/", b"", content_type="application/json")
    request.META["CONTENT_LENGTH"] = length
    request._stream = io.BytesIO(b"x" * 2_000_000)  # a server that hands over more than was said
    assert hooks.tiktok(request).status_code == status
    assert not Event.objects.exists()


def test_a_stores_webhook(world: World, taken: list[int]) -> None:
    order_id = world.order()
    made = world.bring(order_id)
    world.store.staff_ship(made, world.units(order_id), "RM 1")
    raw = json.dumps({"topic": "fulfilments", "id": "e1", "refs": [made.ref]}).encode()
    url = f"/hooks/store/{world.store_row.pk}/"
    browser = Browser()
    wrong = browser.post(url, raw, content_type="application/json", headers={"X-Sign": "wrong"})
    nobody = browser.post("/hooks/store/99999/", raw, content_type="application/json", headers={"X-Sign": "right"})
    assert (wrong.status_code, nobody.status_code, Event.objects.count()) == (401, 401, 0)
    for _ in range(2):
        assert browser.post(url, raw, content_type="application/json", headers={"X-Sign": "right"}).status_code == 200
    assert len(taken) == 1
    follow(taken[0])
    world.carry(order_id)
    assert {line["tracking_number"] for line in world.tiktok.orders[order_id]["line_items"]} == {"RM 1"}
    assert browser.post(url, b"{", content_type="application/json", headers={"X-Sign": "right"}).status_code == 200
    assert Event.objects.filter(state="malformed").count() == 1
