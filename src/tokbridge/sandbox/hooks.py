"""The webhook sender: queue, retry plan, faults by topic, and a log of every delivery."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import aiohttp

from tokbridge.sandbox.wire import Json, Reject

SENDERS = 16
LOG_LENGTH = 50_000
KINDS = frozenset({"drop", "twice", "late", "shuffle"})


@dataclass
class Delivery:
    """One message to one address. `headers` already carry the signature over exactly `body`."""

    id: int
    topic: str
    subject: str
    url: str
    body: bytes
    headers: Mapping[str, str]
    tried: Callable[[bool], None] | None = None
    state: str = "waiting"
    fault: str = ""
    attempts: list[Json] = field(default_factory=list)

    def show(self) -> Json:
        """The log entry."""
        return {
            "id": self.id,
            "topic": self.topic,
            "subject": self.subject,
            "url": self.url,
            "state": self.state,
            "fault": self.fault,
            "attempts": self.attempts,
            "body": self.body.decode("utf-8", "replace"),
        }


@dataclass
class HookFault:
    """What goes wrong with the next `times` deliveries of a topic (None = all).

    late: `seconds` later. shuffle: `times` deliveries are held and leave in reverse, at the latest after `seconds`.
    """

    id: str
    topic: str
    kind: str
    times: int | None = 1
    seconds: float = 5.0
    hits: int = 0
    held: list[Delivery] = field(default_factory=list)


class Hooks:
    """Sends without ever making the API wait. Settings read: webhook_timeout_s, webhook_retry_s, webhook_only_200."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._settings = settings
        self._queue: asyncio.Queue[Delivery] = asyncio.Queue()
        self._log: deque[Delivery] = deque(maxlen=LOG_LENGTH)
        self._faults: list[HookFault] = []
        self._next = 1

    def send(
        self,
        topic: str,
        subject: str,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        tried: Callable[[bool], None] | None = None,
    ) -> None:
        """Have one message delivered (or lost, doubled, delayed, if a fault says so).

        `tried` hears of every attempt whether it was accepted (a platform may drop a subscription that keeps failing).
        """
        delivery = Delivery(self._next, topic, subject, url, body, headers, tried)
        self._next += 1
        self._log.append(delivery)
        fault = self._strike(topic)
        if fault is None:
            self._queue.put_nowait(delivery)
            return
        delivery.fault = fault.kind
        if fault.kind == "drop":
            delivery.state = "dropped"
        elif fault.kind == "twice":
            self._queue.put_nowait(delivery)
            self._queue.put_nowait(delivery)
        elif fault.kind == "late":
            asyncio.get_running_loop().call_later(fault.seconds, self._queue.put_nowait, delivery)
        else:
            self._hold(fault, delivery)

    def add_fault(self, wanted: Json) -> str:
        """Set a delivery fault from its JSON form; returns its id."""
        if wanted.get("kind") not in KINDS:
            raise Reject(f"kind must be one of {sorted(KINDS)}")
        try:
            fault = HookFault(**{"topic": "*", **wanted, "id": f"h{len(self._faults) + 1}", "hits": 0, "held": []})
        except TypeError as error:
            raise Reject(f"unknown field: {error}") from error
        self._faults.append(fault)
        return fault.id

    def faults(self) -> list[Json]:
        """All delivery faults with their hits."""
        return [vars(fault) | {"held": len(fault.held)} for fault in self._faults]

    def clear_faults(self) -> None:
        """Peace; held messages leave now."""
        for fault in self._faults:
            self._release(fault)
        self._faults.clear()

    def log(self) -> list[Json]:
        """Every delivery since the last reset, oldest first."""
        return [delivery.show() for delivery in self._log]

    def clear_log(self) -> None:
        """Forget past deliveries."""
        self._log.clear()

    async def run(self) -> None:
        """Deliver until cancelled."""
        # A fresh connection per message would exhaust ports in a long run; idle ones are dropped early so that a
        # receiver that restarts is not met with a dead connection.
        connector = aiohttp.TCPConnector(limit=SENDERS, keepalive_timeout=5)
        async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
            for _ in range(SENDERS):
                group.create_task(self._sender(session))

    async def _sender(self, session: aiohttp.ClientSession) -> None:
        while True:
            delivery = await self._queue.get()
            started = time.time()
            status, error = await self._post(session, delivery)
            taken = round((time.time() - started) * 1000, 1)
            delivery.attempts.append({"at": started, "status": status, "error": error, "ms": taken})
            accepted = self._accepted(status)
            if delivery.tried is not None:
                delivery.tried(accepted)
            if accepted:
                delivery.state = "delivered"
            elif delivery.state != "delivered":
                self._again(delivery)

    def _accepted(self, status: int | None) -> bool:
        if status is None or self._settings["webhook_only_200"]:
            return status == 200
        return 200 <= status < 300

    async def _post(self, session: aiohttp.ClientSession, delivery: Delivery) -> tuple[int | None, str]:
        timeout = aiohttp.ClientTimeout(total=float(str(self._settings["webhook_timeout_s"])))
        headers = {"Content-Type": "application/json", **delivery.headers}
        try:
            async with session.post(
                delivery.url, data=delivery.body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                return response.status, ""
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return None, type(error).__name__

    def _again(self, delivery: Delivery) -> None:
        plan = self._settings["webhook_retry_s"]
        failed = len(delivery.attempts)
        if not isinstance(plan, list) or failed > len(plan):
            delivery.state = "given up"
            return
        delivery.state = "waiting"
        asyncio.get_running_loop().call_later(float(plan[failed - 1]), self._queue.put_nowait, delivery)

    def _strike(self, topic: str) -> HookFault | None:
        for fault in self._faults:
            if fnmatchcase(topic, fault.topic) and (fault.times is None or fault.hits < fault.times):
                fault.hits += 1
                return fault
        return None

    def _hold(self, fault: HookFault, delivery: Delivery) -> None:
        if not fault.held:
            asyncio.get_running_loop().call_later(fault.seconds, self._release, fault)
        fault.held.append(delivery)
        if len(fault.held) == fault.times:
            self._release(fault)

    def _release(self, fault: HookFault) -> None:
        for delivery in reversed(fault.held):
            self._queue.put_nowait(delivery)
        fault.held.clear()
