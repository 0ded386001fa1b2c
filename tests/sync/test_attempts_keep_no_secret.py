"""What is written down of the calls for an order holds none of our secrets, also when the other side repeats them."""

from __future__ import annotations

import pytest

from tests.sync.world import KEY, SECRET, World
from tokbridge.records.models import Attempt, Instruction, Problem
from tokbridge.sync.shipping import ship

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_secret_and_no_buyer_stands_in_an_attempt(world: World) -> None:
    order_id = world.order()
    world.bring(order_id)
    row = world.row(order_id)
    raw = world.tiktok.orders[order_id]
    echo = f"sign wrong for app {KEY} with {SECRET}, token access-1"
    world.tiktok.answers["orders.mark_shipped"] = {"code": 106001, "message": echo, "data": None}
    ship(row.pk, "DPD", "D-000001")
    world.look(order_id)
    told = [f"{one.request} {one.answer} {one.why} {one.subject}" for one in Attempt.objects.all()]
    told += [f"{one.result} {one.args}" for one in Instruction.objects.all()]
    told += [one.words for one in Problem.objects.all()]
    assert any("sign wrong" in text for text in told), "TikTok's words are kept"
    address = raw["recipient_address"]
    hidden = (SECRET, "access-1", "refresh-1", address["name"], address["phone_number"])
    assert [text for text in told for secret in hidden if secret in text] == []
