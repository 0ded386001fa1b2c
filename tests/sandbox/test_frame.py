"""The frame: faults strike as named and say what they hit, state survives, the clock moves."""

import os
import subprocess
import sys
import time
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx2
import pytest

from tests.sandbox.counter import CounterSite, n_of
from tokbridge.sandbox.server import Running


def fault(client: httpx2.Client, **wanted: object) -> str:
    answer = client.post("/_sandbox/faults", json=wanted)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


@pytest.mark.parametrize(("kind", "applied"), [("drop_before", 0), ("drop_after", 1)])
def test_drop(counter: httpx2.Client, kind: str, applied: int) -> None:
    fault(counter, operation="n.post", kind=kind)
    with pytest.raises(httpx2.TransportError):
        counter.post("/n")
    assert n_of(counter) == applied
    assert counter.post("/n").json() == {"n": applied + 1}


@pytest.mark.parametrize(("kind", "applied"), [("timeout_before", 0), ("timeout_after", 1)])
def test_timeout_holds_then_cuts(counter: httpx2.Client, kind: str, applied: int) -> None:
    fault(counter, operation="n.post", kind=kind, seconds=0.05)
    with pytest.raises(httpx2.RemoteProtocolError):
        counter.post("/n")
    assert n_of(counter) == applied


def test_drip_sends_the_whole_answer_in_single_bytes(counter: httpx2.Client) -> None:
    fault(counter, operation="n.post", kind="drip", interval=0.001)
    answer = counter.post("/n")
    assert (answer.status_code, answer.json()) == (200, {"n": 1})


def test_http_answers_nothing_applied_and_http_after_applied(counter: httpx2.Client) -> None:
    fault(counter, operation="n.*", kind="http", status=429, body="<h1>slow</h1>", headers={"Retry-After": "7"})
    fault(counter, operation="n.*", kind="http_after", status=500, skip=1)
    first = counter.post("/n")
    assert (first.status_code, first.headers["retry-after"], first.headers["content-type"]) == (429, "7", "text/html")
    assert n_of(counter) == 0
    assert counter.post("/n").status_code == 500
    assert n_of(counter) == 1


def test_error_speaks_the_platforms_language(counter: httpx2.Client) -> None:
    fault(counter, operation="n.post", kind="error", code=7, message="no", http=418)
    answer = counter.post("/n")
    assert (answer.status_code, answer.json()) == (418, {"code": 7, "message": "no"})
    assert n_of(counter) == 0


@pytest.mark.parametrize("kind", ["kill_after_write", "kill_after_answer"])
def test_kill_ends_the_named_process_after_the_call_was_applied(
    counter: httpx2.Client, kind: str, tmp_path: Path
) -> None:
    victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    (tmp_path / "pid").write_text(str(victim.pid))
    fault(counter, operation="n.post", kind=kind, pid_file=str(tmp_path / "pid"))
    if kind == "kill_after_answer":
        assert counter.post("/n").json() == {"n": 1}
    else:
        with pytest.raises(httpx2.TransportError):
            counter.post("/n")
    assert victim.wait(10) == -9
    assert n_of(counter) == 1
    assert os.getpid() != victim.pid


def test_faults_count_their_hits_skip_and_choose_by_subject(counter: httpx2.Client) -> None:
    fault(counter, operation="n.post", kind="error", subject="b", times=2, skip=1)
    for about in ("a", "b", "b", "a", "b", "b"):
        counter.post("/n", params={"about": about})
    assert n_of(counter) == 4
    (listed,) = counter.get("/_sandbox/faults").json()["faults"]
    assert [(hit["operation"], hit["subject"]) for hit in listed["hits"]] == [("n.post", "b")] * 2
    assert listed["hit_count"] == 2
    counter.delete("/_sandbox/faults")
    assert counter.get("/_sandbox/faults").json() == {"faults": []}


def test_unknown_fault_kinds_fields_and_settings_are_refused(counter: httpx2.Client) -> None:
    assert counter.post("/_sandbox/faults", json={"kind": "nonsense"}).status_code == 400
    assert counter.post("/_sandbox/faults", json={"kind": "error", "tims": 3}).status_code == 400
    assert counter.put("/_sandbox/settings", json={"read_dealy_ms": 1}).status_code == 400
    assert counter.get("/_sandbox/nothing").status_code == 404


def test_calls_are_counted_in_total_and_since_reset(counter: httpx2.Client) -> None:
    counter.get("/n")
    counter.delete("/_sandbox/calls")
    counter.post("/n")
    assert counter.get("/_sandbox/calls").json() == {
        "total": {"n.get": 1, "n.post": 1},
        "since_reset": {"n.post": 1},
    }


def test_the_clock_and_its_date_header_move_together(counter: httpx2.Client) -> None:
    assert abs(parsedate_to_datetime(counter.get("/n").headers["date"]).timestamp() - time.time()) < 30
    counter.put("/_sandbox/settings", json={"clock_skew_s": -7200})
    moved = parsedate_to_datetime(counter.get("/n").headers["date"]).timestamp()
    assert abs(moved - (time.time() - 7200)) < 30


def test_a_second_start_continues(tmp_path: Path) -> None:
    data = tmp_path / "sandbox.sqlite3"
    with Running(CounterSite, data=data) as running, httpx2.Client(base_url=running.urls["counter"]) as client:
        client.post("/n")
        client.post("/n")
        client.put("/_sandbox/settings", json={"read_delay_ms": 1})
        client.post("/_sandbox/expected", json={"1": {"end": "shipped"}})
        client.put("/_sandbox/expected", json={"1": {"lines": 2}})
    with Running(CounterSite, data=data) as running, httpx2.Client(base_url=running.urls["counter"]) as client:
        assert n_of(client) == 2
        assert client.get("/_sandbox/settings").json()["read_delay_ms"] == 1
        book = client.get("/_sandbox/book").json()
        assert (book["n"], book["expected"]) == (2, {"1": {"end": "shipped", "lines": 2}})
