"""The limit of a connection, shared by all who call through it."""

from __future__ import annotations

import time

import pytest

from tests.sync.world import World, together
from tokbridge.core.errors import Retry
from tokbridge.core.wire import Request, Response
from tokbridge.records.models import Connection
from tokbridge.sync.limits import Outside

RATE, BURST = 40.0, 5.0


class Recorder:
    def __init__(self) -> None:
        self.at: list[float] = []

    def send(self, request: Request) -> Response:
        self.at.append(time.time())
        return Response(200, {}, b"")


def limited(world: World, **columns: float) -> int:
    row: int = world.store_row.connection_id
    Connection.objects.filter(pk=row).update(**columns)
    return row


def test_never_more_than_the_burst_and_the_rate_in_any_window(world: World) -> None:
    world.monkeypatch.undo()
    row = limited(world, rate=RATE, burst=BURST, tat=0)
    http = Recorder()
    workers = [Outside(http, row) for _ in range(3)]

    def job(outside: Outside) -> None:
        for _ in range(12):
            outside.send(Request("test", "GET", "http://127.0.0.1/"))

    assert together(*(lambda worker=worker: job(worker) for worker in workers)) == []
    assert len(http.at) == 36
    sent = sorted(http.at)
    # a place is reserved in time; a thread may use it late, so windows count what was sent against the start
    assert all(len([at for at in sent if at <= sent[0] + t]) <= BURST + RATE * t + 1 for t in (0.1, 0.25, 0.5))
    assert sent[-1] - sent[0] >= (36 - BURST - 1) / RATE


def test_in_turned_time_every_window_holds(world: World) -> None:
    """One after the other, with a clock that only moves by waiting: exactly the rate, the burst once."""
    row = limited(world, rate=2, burst=4, tat=0)
    http = Recorder()
    outside = Outside(http, row)
    for _ in range(40):
        outside.send(Request("test", "GET", "http://127.0.0.1/"))
    for start in http.at:
        for t in (0.0, 1.0, 3.0, 10.0):
            assert len([at for at in http.at if start <= at <= start + t]) <= 4 + 2 * t + 1e-6 + 0.5 * (t > 0)


def test_a_long_wait_goes_back_to_the_row_and_takes_no_place(world: World) -> None:
    row = limited(world, rate=1, burst=1, tat=world.clock() + 20)
    http = Recorder()
    before = Connection.objects.values_list("tat", flat=True).get(pk=row)
    with pytest.raises(Retry) as caught:
        Outside(http, row).send(Request("test", "GET", "http://127.0.0.1/"))
    assert caught.value.limited
    assert http.at == []
    assert Connection.objects.values_list("tat", flat=True).get(pk=row) == before
    assert Connection.objects.values_list("failures", flat=True).get(pk=row) == 0


def test_the_platforms_own_bucket_is_followed(world: World) -> None:
    row = limited(world, rate=1000, burst=1000)
    http = Recorder()
    outside = Outside(http, row)
    outside.observe(available=0, maximum=100, restore_rate=50)
    began = world.clock()
    outside.send(Request("test", "GET", "http://127.0.0.1/", cost=50))
    assert world.clock() - began == pytest.approx(1.0, abs=0.05)


def test_the_breaker_counts_server_errors_in_a_row_only(world: World) -> None:
    row = limited(world, failures=0)
    status = [500]

    class Http:
        def send(self, request: Request) -> Response:
            return Response(status[0], {}, b"")

    outside = Outside(Http(), row)
    request = Request("test", "GET", "http://127.0.0.1/")
    for _ in range(7):
        outside.send(request)
    status[0] = 200
    outside.send(request)
    assert Connection.objects.values_list("failures", "state").get(pk=row) == (0, "healthy")
    status[0] = 503
    for _ in range(8):
        outside.send(request)
    assert Connection.objects.values_list("state", flat=True).get(pk=row) == "broken"
    with pytest.raises(Retry):
        outside.send(request)
    world.clock.sleep(16)
    status[0] = 200
    outside.send(request)
    assert Connection.objects.values_list("failures", "state").get(pk=row) == (0, "healthy")
