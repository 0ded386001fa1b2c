"""Rate limit, breaker and refusal of a connection, shared by all workers through its row.

The limit is GCRA: `tat`, the theoretical arrival time of the next unit, moves forward by cost/rate with every call and
may run ahead of now by burst/rate. One UPDATE reserves the place, so any number of workers together keep the rate.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection as database
from django.db.models import F

from tokbridge.core.errors import CredentialRefused, OutsideError, Refused, Retry
from tokbridge.core.wire import Http, Request, Response
from tokbridge.records.models import Connection, ConnectionState
from tokbridge.sync.journal import close_connection_problem, connection_problem_is_open, note_connection_problem

LONGEST_WAIT = 5.0  # seconds a worker waits in place for the limit; longer waits go back to the order's row
BREAKER_FAILURES = 8  # in a row
BREAKER_PAUSE = 15.0
REFUSED_PAUSE = 60.0  # a refused connection is tried this often, by one call
PROBE = 5.0  # seconds after which, without any outcome of the one call, the next may look
STATE_KEPT = 1.0  # seconds a process trusts its copy of the row's state


class Guard(threading.local):
    """What must still hold right before a write is sent: the lease of the order at work, if there is one."""

    check: Callable[[], None] | None = None


guard = Guard()


class ConnectionDown(Retry):
    """This connection is refused or broken; its one problem tells people. Orders wait without problems of their own."""


class Outside:
    """An `Http` for one connection: waits for the limit, refuses while the breaker is open, checks the lease.
    `at_once`: calls that this process may have under way at the same time; 0 = any number."""

    def __init__(self, http: Http, connection_id: int, at_once: int = 0) -> None:
        self._http = http
        self._id = connection_id
        self._places = threading.BoundedSemaphore(at_once) if at_once else None
        self._lock = threading.Lock()
        self._seen_at = 0.0
        self._state = ConnectionState.HEALTHY.value
        self._retry_at = 0.0
        self._in_flight = 0
        self._failing = False

    def send(self, request: Request) -> Response:
        self._refuse_if_down()
        if self._places is None:
            return self._send(request)
        if not self._places.acquire(timeout=LONGEST_WAIT):
            raise Retry("busy", "as many calls as this platform bears are under way", after=1, limited=True)
        try:
            return self._send(request)
        finally:
            self._places.release()

    def _send(self, request: Request) -> Response:
        if settings.LIMITS:
            self._wait(request.cost)
        if request.write and guard.check is not None:
            guard.check()
        with self._lock:
            self._in_flight += request.cost
        try:
            response = self._http.send(request)
        except OutsideError as error:
            self.failed(error)
            raise
        finally:
            with self._lock:
                self._in_flight -= request.cost
        if response.status >= 500 and response.status != 501:
            self.failed(Retry(f"http {response.status}", "server error"))
        elif response.status < 300 and (self._failing or self._state != ConnectionState.HEALTHY):
            self.worked()
        return response

    def observe(self, available: float, maximum: float, restore_rate: float) -> None:
        """The platform told its true bucket: follow it, keeping what is in flight."""
        if not settings.LIMITS or restore_rate <= 0:
            return
        tat = time.time() + (maximum - available + self._in_flight) / restore_rate
        Connection.objects.filter(pk=self._id).update(tat=tat, rate=restore_rate, burst=maximum)

    def failed(self, error: OutsideError) -> None:
        """Counts towards the breaker; opens it after enough failures in a row."""
        if isinstance(error, Retry) and error.limited:
            return
        self._failing = True
        row = Connection.objects.filter(pk=self._id)
        row.update(failures=F("failures") + 1)
        opened = row.filter(failures__gte=BREAKER_FAILURES, state=ConnectionState.HEALTHY).update(
            state=ConnectionState.BROKEN, code=error.code[:60], words=error.words, since=time.time()
        )
        if opened or self._state == ConnectionState.BROKEN:
            row.update(retry_at=time.time() + BREAKER_PAUSE)
        self._seen_at = 0

    def worked(self) -> None:
        """A call came through: the connection is healthy again."""
        Connection.objects.filter(pk=self._id).exclude(state=ConnectionState.HEALTHY, failures=0).update(
            state=ConnectionState.HEALTHY, failures=0, code="", words="", since=time.time(), retry_at=0
        )
        self._failing = False
        self._seen_at = 0

    def refuse(self, error: Refused) -> None:
        """The platform refuses this connection as a whole: one banner; one call a minute looks whether that has changed."""
        if not connection_problem_is_open(self._id, "reauthorise"):  # which says the same, and better
            note_connection_problem(self._id, "credential", error)
        Connection.objects.filter(pk=self._id).update(
            state=ConnectionState.REFUSED,
            code=error.code[:60],
            words=error.words,
            since=time.time(),
            retry_at=time.time() + REFUSED_PAUSE,
        )
        self._seen_at = 0

    def accepted(self) -> None:
        """The platform answered a whole question as asked; unlike a mere status 200, that ends a refusal."""
        Connection.objects.filter(pk=self._id).update(answered_at=time.time())
        close_connection_problem(self._id, "credential")

    def _refuse_if_down(self) -> None:
        now = time.time()
        if now - self._seen_at > STATE_KEPT:
            row = Connection.objects.values_list("state", "retry_at").get(pk=self._id)
            self._state, self._retry_at = row
            self._seen_at = now
        if self._state not in {ConnectionState.REFUSED, ConnectionState.BROKEN} or now >= self._retry_at:
            if self._retry_at and self._state in {ConnectionState.REFUSED, ConnectionState.BROKEN}:
                self._probe(now)
            return
        raise ConnectionDown(self._state, "the connection is down", after=self._retry_at - now + random.uniform(0, 2))  # noqa: S311

    def _probe(self, now: float) -> None:
        """One call goes through to see whether it works again; the others wait for its outcome, which says how long."""
        mine = Connection.objects.filter(pk=self._id, retry_at__lte=now).update(retry_at=now + PROBE)
        self._seen_at = 0
        if not mine:
            raise ConnectionDown(self._state, "the connection is down", after=PROBE)

    def _wait(self, cost: int) -> None:
        now = time.time()
        greatest = "MAX" if database.vendor == "sqlite" else "GREATEST"
        with database.cursor() as cursor:
            cursor.execute(
                f"UPDATE records_connection SET tat = {greatest}(tat, %s) + %s / rate"  # noqa: S608 - a constant
                f" WHERE id = %s AND {greatest}(tat, %s) + %s / rate - burst / rate - %s <= %s"
                " RETURNING tat - burst / rate",
                [now, float(cost), self._id, now, float(cost), now, LONGEST_WAIT],
            )
            row = cursor.fetchone()
        if row is None:
            raise Retry("limit", "the connection's own limit is used up", after=LONGEST_WAIT, limited=True)
        if row[0] > now:
            time.sleep(row[0] - now)


def note_credential(outside: Outside, error: OutsideError) -> None:
    """A credential refusal stops the whole connection."""
    if isinstance(error, CredentialRefused):
        outside.refuse(error)
