"""The sandbox answers as the recorded shop did, with the recorded figures and with others."""

import json
from collections.abc import Iterator

import httpx2
import pytest

from tests.recorded.prestashop.replay import KEYS, Json, Replay, compare_bodies, read
from tests.recorded.prestashop.varied import RECORDED, VARIED, Reckoning, blur, change, lines
from tokbridge.sandbox.prestashop.site import PrestaShopSite
from tokbridge.sandbox.server import Running

DIFFERENT: frozenset[int] = frozenset()
"""Lines known to be answered otherwise."""


@pytest.fixture
def replay() -> Iterator[Replay]:
    with Running(PrestaShopSite) as running:
        one = Replay(running.urls["prestashop"])
        yield one
        one.http.close()


def test_the_recording_comes_out_alike(replay: Replay) -> None:
    outcomes = list(replay.run(read()))
    different = {one.n: one.difference for one in outcomes if one.difference}
    assert set(different) == DIFFERENT, different
    assert len(outcomes) == 380
    assert len(outcomes) - len(different) >= 0.95 * len(outcomes)


def test_the_comparison_sees_a_difference() -> None:
    xml = "<?xml version='1.0'?><prestashop><order><id>{}</id><reference>{}</reference></order></prestashop>"
    assert compare_bodies(xml.format(5, "ABCDEFGHK"), xml.format(5, "ZBCDEFGHI")) == ""
    assert compare_bodies(xml.format(5, "ABCDEFGHK"), xml.format(6, "ABCDEFGHK"))
    assert compare_bodies(xml.format(5, "ABCDEFGHK"), xml.format(5, ""))
    assert compare_bodies(xml.format(5, "XKBKNABJK"), xml.format(5, "ABCDEFGHK"))
    assert compare_bodies('{"order":{"id":5}}', '{"order":{"id":"5"}}')
    assert compare_bodies('{"order":{"id":5}}', '{"order":{"id":5,"note":""}}')
    assert compare_bodies('{"at":"2026-11-22 01:00:00"}', '{"at":"2027-01-01 02:00:00"}') == ""
    assert compare_bodies('{"at":"2026-11-22 01:00:00"}', '{"at":"0000-00-00 00:00:00"}')


def test_the_reckoning_is_right_about_the_recorded_shop() -> None:
    reckoning, compared = Reckoning(RECORDED), 0
    for line in lines():
        request, response = line["request"], line["response"]
        assert reckoning.check(request["path"], response["body"]) == "", line["n"]
        compared += "total_paid" in response["body"]
        reckoning.follow(
            request["method"], request["path"], request["body"] or "", response["status"], response["body"]
        )
    assert len(reckoning.orders) == 17
    assert compared > 20


def test_other_references_quantities_and_prices(replay: Replay) -> None:
    _rename(replay)
    recorded, varied = Reckoning(RECORDED), Reckoning(VARIED)
    wrong: dict[int, str] = {}
    for line in lines():
        changed = change(line, VARIED, recorded, varied)
        if wait := line.get("wait_before_s"):
            replay.skew += wait
            replay.settings(clock_skew_s=replay.skew)
        response = replay.send(changed["request"])
        wrong[line["n"]] = (
            _status(line, response)
            or compare_bodies(blur(line["response"]["body"], VARIED), blur(response.text, VARIED))
            or replay.compare_mails(line)
            or varied.check(line["request"]["path"], response.text)
        )
        replay.take(line, response)
        sent = response.request.content.decode()
        varied.follow(line["request"]["method"], line["request"]["path"], sent, response.status_code, response.text)
        request, answer = line["request"], line["response"]
        recorded.follow(request["method"], request["path"], request["body"] or "", answer["status"], answer["body"])
    wrong = {n: text for n, text in wrong.items() if text}
    assert wrong == {}
    assert {key: (one.state, one.total) for key, one in varied.orders.items()} != {
        key: (one.state, one.total) for key, one in recorded.orders.items()
    }
    assert {key: one.state for key, one in varied.orders.items()} == {
        key: one.state for key, one in recorded.orders.items()
    }


def _status(line: Json, response: httpx2.Response) -> str:
    want = line["response"]["status"]
    return (
        "" if response.status_code == want else f"status {response.status_code}, recorded {want}: {response.text[:200]}"
    )


def _rename(replay: Replay) -> None:
    """Give the shop's own products other references and prices, through the webservice."""
    auth, headers = (KEYS["FULL"], ""), {"Host": "shop.example"}
    found = replay.http.get("/api/products?display=[id,reference]&output_format=JSON", auth=auth, headers=headers)
    for one in json.loads(found.text)["products"]:
        price, name = VARIED.catalogue.get(str(one["id"])), VARIED.names.get(one["reference"])
        if price is None or name is None:
            continue
        body = f"<p><product><id>{one['id']}</id><reference>{name}</reference><price>{price}</price></product></p>"
        answer = replay.http.patch(f"/api/products/{one['id']}", content=body.encode(), auth=auth, headers=headers)
        assert answer.status_code == 200, answer.text
    for key in range(1, 9):
        body = f"<p><combination><id>{key}</id><reference>{VARIED.names['demo_1']}</reference></combination></p>"
        answer = replay.http.patch(f"/api/combinations/{key}", content=body.encode(), auth=auth, headers=headers)
        assert answer.status_code == 200, answer.text
