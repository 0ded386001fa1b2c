"""One running sandbox and its adapter behind a real HTTP client, and what staff and the network do to them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from tests.conformance.subjects import Json, Subject
from tokbridge.core import money
from tokbridge.core.errors import Retry, Unknown
from tokbridge.core.plan import Plan
from tokbridge.core.wire import Request, Response
from tokbridge.sandbox.server import Running
from tokbridge.stores.base import Store
from tokbridge.stores.nouns import Change, Parcel, StoreOrder, Variant
from tokbridge.stores.registry import PLATFORMS
from tokbridge.sync.deadline import Pool

PATIENCE = 12  # tries for what comes about after a few


class Clock:
    """Our clock: the machine's, moved on where one would wait."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self._ahead

    def sleep(self, seconds: float) -> None:
        self._ahead += seconds


@dataclass
class Wire:
    """The adapter's `Http`: the real client, remembering what was sent."""

    pool: Pool
    sent: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.sent.append(request)
        return self.pool.send(request)

    def since(self, mark: int) -> list[Request]:
        return self.sent[mark:]

    def writes(self, mark: int) -> list[str]:
        return [request.operation for request in self.since(mark) if request.write]


@dataclass
class Notes:
    """Implements `Journal`: what one creation wrote down, kept over its tries."""

    kept: dict[str, str] = field(default_factory=dict)

    def save(self, key: str, value: str) -> None:
        self.kept[key] = value

    def get(self, key: str) -> str | None:
        return self.kept.get(key)


class World:
    """A fresh sandbox of one platform, and the store that speaks to it."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.clock = Clock()
        self._running = Running(subject.site)
        self._pools: list[Pool] = []
        self._markers = itertools.count(576461413038785752)

    def __enter__(self) -> World:
        self._running.__enter__()
        self.url = self._running.urls[self.subject.name]
        self._control = httpx2.Client(base_url=f"{self.url}/_sandbox/", timeout=30, verify=False)
        if self.subject.settings:
            self.control("PUT", "settings", self.subject.settings)
        self.texts: dict[str, Json] = self.control("GET", "credentials")
        self._pools.append(Pool(4))
        self.wire = Wire(self._pools[-1])
        self.store = self.open("connect")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pool in self._pools:
            pool.close()
        self._control.close()
        self._running.__exit__(kind, error, trace)

    def needs(self, case: str) -> None:
        """Skip what this platform cannot do, with its reason."""
        if case in self.subject.cannot:
            pytest.skip(f"{self.subject.name}: {self.subject.cannot[case]}")

    # --- the adapter

    def hurry(self, deadline: float) -> None:
        """From now on a call may take so many seconds in all."""
        self._pools.append(Pool(4, deadline))
        self.wire.pool = self._pools[-1]

    def open(self, credential: str) -> Store:
        """The adapter with one of the credentials that the sandbox tells."""
        told = {name: value for name, value in self.texts[credential].items() if name != "missing"}
        return PLATFORMS[self.subject.name].open(self.wire, {**told, **self.subject.texts}, self.clock, None)

    def prepare(self) -> None:
        """What sync does before the first order."""
        self.store.prepare(None)

    def marker(self) -> str:
        return str(next(self._markers))

    def carry(self, plan: Plan, journal: Notes, store: Store | None = None) -> StoreOrder:
        """What sync does until the order is there: look; only when nothing is found, and after a doubt only when the
        settle time is over, create with the same journal."""
        store = store or self.store
        for _ in range(PATIENCE):
            try:
                found = store.find_order(plan.marker)
                if found is not None:
                    return found
                return store.create_order(plan, journal)
            except (Retry, Unknown):
                self.clock.sleep(store.settle)
        raise AssertionError(f"{plan.marker} was not carried in {PATIENCE} tries")

    def create(self, plan: Plan) -> StoreOrder:
        with self.silent(made=1):
            return self.carry(plan, Notes()) if self.subject.doubts else self.store.create_order(plan, Notes())

    def changes(self, cursor: str = "", store: Store | None = None) -> tuple[list[Change], str]:
        """Every page from a cursor on, and where to go on from."""
        store = store or self.store
        found: list[Change] = []
        while True:
            page = store.changes_since(cursor)
            found += page.changes
            cursor = page.cursor
            if not page.more:
                return found, cursor

    def change_of(self, ref: str, cursor: str = "") -> Change:
        """What the last change of this order says."""
        return [change for change in self.changes(cursor)[0] if change.ref == ref][-1]

    def parcels(self, ref: str) -> list[Parcel]:
        """The living parcels of an order, both as asked for and, where the feed carries them, as changed."""
        asked = [parcel for parcel in self.store.parcels_of([ref]) if not parcel.cancelled]
        if not self.store.poll_parcels:
            carried = self.change_of(ref).parcels
            if carried is not None:
                assert [parcel for parcel in carried if not parcel.cancelled] == asked
        return asked

    # --- staff and network

    def control(self, method: str, path: str, body: Json | None = None) -> Any:
        response = self._control.request(method, path, json=body or {})
        assert response.status_code == 200, f"{method} {path}: {response.text}"
        return response.json()

    def staff(self, order: StoreOrder, deed: str, **body: Any) -> Any:
        return self.control("POST", f"orders/{quote(order.number, safe='')}/{deed}", body)

    def products(self, *given: Json) -> list[Variant]:
        """Products in the sandbox, as the adapter finds them; each SKU must be found once."""
        filled = [{"title": f"Cup {one['sku']}", "price": "10.00", "stock": 10, **one} for one in given]
        self.control("POST", "products", {"products": filled})
        skus = [one["sku"] for one in given]
        found = self.store.find_products(skus)
        assert all(len(found[sku]) == 1 for sku in skus), {sku: len(found[sku]) for sku in skus}
        return [found[sku][0] for sku in skus]

    def product(self, sku: str, **given: Any) -> Variant:
        return self.products({"sku": sku, **given})[0]

    def remedy(self) -> None:
        """Have the merchant's stock remedy run, where the platform reserves nothing for our orders by itself."""
        if self.subject.remedy:
            self.control("POST", self.subject.remedy)

    def fault(self, **given: Any) -> None:
        self.control("POST", "faults", {"operation": "*", **given})

    def peace(self) -> int:
        """End all faults; gives how often they struck."""
        hits = sum(int(one["hit_count"]) for one in self.control("GET", "faults")["faults"])
        self.control("DELETE", "faults")
        return hits

    @contextmanager
    def struck(self, **given: Any) -> Iterator[None]:
        """A fault during the block, which must have struck."""
        self.fault(**given)
        yield
        assert self.peace(), f"the fault struck nothing: {given}"

    def writes_at(self, deed: Callable[[], object]) -> list[int]:
        """For each write of this deed, which is done to learn it: how many calls come before it."""
        mark = len(self.wire.sent)
        deed()
        places = [place for place, request in enumerate(self.wire.since(mark)) if request.write]
        assert places, "the deed writes nothing"
        return places

    # --- the sandbox's own book

    def book(self) -> Json:
        found: Json = self.control("GET", "book")
        return found

    def booked(self, marker: str) -> list[Json]:
        """The orders with this marker."""
        wanted = self.subject.stored(marker)
        return [order for order in self.book()["orders"] if order["source_identifier"] == wanted]

    def the_order(self, marker: str) -> Json:
        """The only order with this marker."""
        found = self.booked(marker)
        assert len(found) == 1, f"{len(found)} orders with the marker {marker}"
        return found[0]

    def stock_of(self, sku: str) -> Mapping[str, Any]:
        (level,) = self.book()["stock"][sku]
        taken: Mapping[str, Any] = level
        return taken

    @contextmanager
    def silent(self, made: int = 0) -> Iterator[None]:
        """What we do in this block mails nobody, but for the mails that the platform sends at each of `made` creations.
        A platform that has no mails at all keeps no count."""
        before = int(self.book().get("mails", 0))
        yield
        sent = int(self.book().get("mails", 0)) - before
        assert sent == made * self.subject.creation_mails, f"{sent} mails"

    def shipments(self, marker: str) -> list[Json]:
        """The living shipments of an order."""
        return [one for one in self.the_order(marker)["fulfillments"] if one["status"] == "SUCCESS"]


def minor(text: str, currency: str) -> int:
    """The book's decimal text in minor units; decimals beyond must be zeros."""
    return money.parse(format(Decimal(text), "f"), currency)


def units(parcels: Sequence[Parcel]) -> dict[str, int]:
    """Units per SKU over these parcels."""
    found: dict[str, int] = {}
    for parcel in parcels:
        for item in parcel.items:
            found[item.sku] = found.get(item.sku, 0) + item.quantity
    return found
