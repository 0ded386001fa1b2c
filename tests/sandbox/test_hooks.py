"""The webhook sender: retry plan, loss, doubles, delay, disorder; never in the way of the API."""

import httpx2

from tests.sandbox.receiver import receiving, wait_for


def states(client: httpx2.Client) -> list[str]:
    return [entry["state"] for entry in client.get("/_sandbox/webhooks/log").json()["deliveries"]]


def test_a_message_arrives_with_its_headers_and_exact_body(counter: httpx2.Client) -> None:
    with receiving() as receiver:
        counter.put("/_sandbox/settings", json={"hook_url": receiver.url})
        counter.post("/n")
        ((headers, body),) = receiver.wait(1)
        assert (headers["x-n"], body) == ("1", b'{"n":1}')
        wait_for(lambda: states(counter) == ["delivered"])


def test_failures_follow_the_plan_and_end_in_giving_up(counter: httpx2.Client) -> None:
    with receiving() as receiver:
        receiver.statuses = [500, 503, 200, 500, 500, 500]
        counter.put("/_sandbox/settings", json={"hook_url": receiver.url, "webhook_retry_s": [0.01, 0.02]})
        counter.post("/n")
        wait_for(lambda: states(counter) == ["delivered"])
        counter.post("/n")
        wait_for(lambda: states(counter) == ["delivered", "given up"])
        assert len(receiver.got) == 6
        log = counter.get("/_sandbox/webhooks/log").json()["deliveries"]
        assert [attempt["status"] for attempt in log[0]["attempts"]] == [500, 503, 200]


def test_an_address_that_refuses_does_not_hold_up_the_api(counter: httpx2.Client) -> None:
    counter.put("/_sandbox/settings", json={"hook_url": "http://127.0.0.1:9/", "webhook_retry_s": []})
    assert counter.post("/n").json() == {"n": 1}
    wait_for(lambda: states(counter) == ["given up"])


def test_drop_twice_late_and_shuffle(counter: httpx2.Client) -> None:
    with receiving() as receiver:
        counter.put("/_sandbox/settings", json={"hook_url": receiver.url})
        for wanted in (
            {"topic": "n/1", "kind": "drop"},
            {"topic": "n/0", "kind": "twice"},
            {"topic": "*", "kind": "shuffle", "times": 3, "seconds": 30},
            {"topic": "*", "kind": "late", "seconds": 0.05},
        ):
            assert counter.post("/_sandbox/webhooks/faults", json=wanted).status_code == 200
        for _ in range(2):
            counter.post("/n")
        assert [body for _, body in receiver.wait(2)] == [b'{"n":2}'] * 2
        for _ in range(3):
            counter.post("/n")
        assert {body for _, body in receiver.wait(5)[2:]} == {b'{"n":3}', b'{"n":4}', b'{"n":5}'}
        counter.post("/n")
        assert receiver.wait(6)[-1][1] == b'{"n":6}'
        assert states(counter)[0] == "dropped"
        assert [entry["hits"] for entry in counter.get("/_sandbox/webhooks/faults").json()["faults"]] == [1, 1, 3, 1]
        assert counter.post("/_sandbox/webhooks/faults", json={"kind": "burn"}).status_code == 400
