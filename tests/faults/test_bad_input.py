"""What nobody should send: each gets a clear answer or a clear problem, and nothing is dropped."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import urllib.error
import urllib.request
from dataclasses import replace

import pytest

from tests.faults.world import BY_NAME, World
from tokbridge.cli.demo.cases import Case, Json

pytestmark = pytest.mark.slow

MEGABYTE = 1024 * 1024


def send(world: World, path: str, body: bytes | None, headers: dict[str, str], method: str = "POST") -> int:
    """The status of the real web process's answer."""
    request = urllib.request.Request(f"{world.stage.address}{path}", data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def tiktok(world: World, body: bytes, *, signed: bool = True) -> int:
    key, secret = next(iter(world.stage.tiktok.get("credentials")["apps"].items()))
    signature = hmac.new(secret.encode(), key.encode() + body, hashlib.sha256).hexdigest()
    return send(world, "/hooks/tiktok/", body, {"Authorization": signature if signed else "0" * 64})


def shopify(world: World, body: bytes, *, signed: bool = True, store: int = 1, topic: str = "orders/updated") -> int:
    settings = world.store.get("settings")
    digest = hmac.new(settings["client_secret"].encode(), body, hashlib.sha256).digest()
    headers = {
        "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode() if signed else "AAAA",
        "X-Shopify-Shop-Domain": settings["shop_domain"],
        "X-Shopify-Topic": topic,
        "X-Shopify-Webhook-Id": hashlib.sha256(body).hexdigest(),
    }
    return send(world, f"/hooks/store/{store}/", body, headers)


def kept(world: World, state: str) -> int:
    return int(world.ask("SELECT count(*) FROM records_event WHERE state = ?", state)[0][0])


@pytest.mark.parametrize("body", [b"{not json", b"[]", b'{"type":"one"}', b'{"type":1,"data":[]}', b"\xff\xfe"])
def test_malformed_webhook_is_kept(world: World, body: bytes) -> None:
    before = kept(world, "malformed")
    assert tiktok(world, body) == 200
    assert kept(world, "malformed") == before + 1


def test_malformed_store_webhook_is_kept(world: World) -> None:
    before = kept(world, "malformed")
    assert shopify(world, b"<xml/>") == 200
    assert kept(world, "malformed") == before + 1


def test_wrong_signature(world: World) -> None:
    before = world.ask("SELECT count(*) FROM records_event WHERE topic = 'forged' OR body LIKE '%forged%'")
    body = b'{"type":1,"shop_id":"1","data":{"order_id":"forged"}}'
    assert tiktok(world, body, signed=False) == 401
    assert shopify(world, b'{"id":1,"note":"forged"}', signed=False) == 401
    assert world.ask("SELECT count(*) FROM records_event WHERE topic = 'forged' OR body LIKE '%forged%'") == before


def test_body_too_large(world: World) -> None:
    body = json.dumps({"type": 1, "data": {"note": "x" * 5 * MEGABYTE}}).encode()
    assert tiktok(world, body) == 413
    assert shopify(world, body) == 413


def test_unknown_type_is_kept(world: World) -> None:
    before = kept(world, "unknown")
    body = json.dumps({"type": 424242, "tts_notification_id": "7424242", "shop_id": "1", "data": {"a": 1}}).encode()
    assert tiktok(world, body) == 200
    assert kept(world, "unknown") == before + 1


@pytest.mark.parametrize("path", ["/hooks/tiktok/", "/hooks/store/1/"])
def test_get_is_refused(world: World, path: str) -> None:
    assert send(world, path, None, {}, method="GET") == 405


def test_store_that_does_not_exist(world: World) -> None:
    assert shopify(world, b'{"id":1}', store=999) == 401


def bad(name: str, code: str, **template: object) -> Case:
    """An order as usual, but for this."""
    whole: Json = {"units": [{"sku": "SKU-1", "price": "10.00"}], "shipping_fee": "1.00", **template}
    return replace(BY_NAME["SKU not in the store"], name=name, code=code, template=lambda _rng: whole, tiktok_status="")


BAD = (
    bad("a field is missing", "unreadable", raw={"line_items": None}),
    bad("the update time is missing", "unreadable", raw={"update_time": None}),
    bad("a status nobody knows", "unreadable", raw={"status": "FLYING"}),
    bad("a currency nobody knows", "unreadable", raw={"payment": {"currency": "XTS"}}),
    bad("two currencies in one order", "unreadable", raw={"payment": {"currency": "GBP"}}),
    bad("the amounts do not add up", "does_not_add_up", payment={"total_amount": "123.45"}),
    bad("an amount is negative", "does_not_add_up", payment={"shipping_fee": "-1.00"}),
)


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_order_that_cannot_be_right(world: World, case: Case) -> None:
    """It is a row with a problem that says why, and it makes no store order."""
    placed = world.place_cases([case])
    world.carry(placed)
    order = json.loads(world.run("order", placed[0].id, "--json").stdout)
    assert [problem["code"] for problem in order["problems"]] == [case.code]
    assert order["problems"][0]["words"]


def test_order_with_a_new_field(world: World) -> None:
    """TikTok adds fields without telling; an order is carried all the same."""
    new = {"raw": {"brand_new_field": {"deep": [1, 2, 3]}}, "units": [{"sku": "SKU-1", "price": "10.00"}]}
    case = replace(BY_NAME["plain"], template=lambda _rng: new)
    world.carry(world.place_cases([case]))
