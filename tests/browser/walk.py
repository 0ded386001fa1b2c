"""The stage on which the merchants' documents are walked: Tokbridge's own web process and worker against the sandboxes
(a person at its pages: `desk`). TikTok's hour and its 14 days last as long as in life: only `days_pass` moves TikTok's clock.

Each module lists the statements of its document; `says` stands beside the step that shows one to be true.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.faults.world import PATIENCE, World
from tokbridge.cli.demo.control import Control
from tokbridge.cli.demo.marks import marker_of
from tokbridge.cli.demo.ways import Way

Json = dict[str, Any]
SKU, OTHER_SKU, UNKNOWN_SKU = "SKU-1", "SKU-2", "NOT-IN-STORE"
AS_IN_LIFE = {"hold_seconds": 3600, "scan_seconds": None, "deliver_seconds": None, "complete_seconds": 14 * 86_400}
INSTALLATION = {"TOKBRIDGE_POLL_S": "1", "TOKBRIDGE_HOUR_S": "0"}
PEOPLE = "from tokbridge.records.models import Channel, User; User.objects.create_user('dora', password='{password}')"
USER, PASSWORD = "dora", "correct horse battery"


class Statements:
    """What a document says, a few words of each statement. `says(words)` takes part of exactly one of them."""

    def __init__(self, module: str, statements: Sequence[str]) -> None:
        self._module = module
        self._statements = statements

    def __call__(self, words: str) -> None:
        self._place(words)

    def _place(self, words: str) -> int:
        places = [place for place, statement in enumerate(self._statements) if words in statement]
        assert len(places) == 1, f"{words!r} is in {len(places)} statements of the document"
        return places[0]

    def left_out(self) -> list[str]:
        """Statements that no step quotes. Read from the module, so that it holds however its tests are spread; one
        that is quoted twice fails here."""
        calls = [node for node in ast.walk(ast.parse(Path(self._module).read_text())) if isinstance(node, ast.Call)]
        quoted = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "says"]
        places = [self._place(str(one.value)) for one in quoted if isinstance(one, ast.Constant)]
        assert len(places) == len(quoted) == len(set(places)), "a statement is quoted twice, or not as it is written"
        return [statement for place, statement in enumerate(self._statements) if place not in places]


class Walk(World):
    """One installation and the people around it: buyers, TikTok's carriers, the shop's staff."""

    @property
    def tiktok(self) -> Control:
        return self.stage.tiktok

    @property
    def address(self) -> str:
        return self.stage.address

    @property
    def shop(self) -> Control:
        """The staff of the first store."""
        return next(iter(self.stage.stores.values()))

    def way(self, *, on_hold: bool) -> Way:
        """The first shop with TikTok's hour, or without."""
        return next(way for way in self.stage.ways if way.on_hold is on_hold)

    def places(self, **template: Any) -> str:
        """A buyer orders: paid, and past TikTok's hour unless the template names a status. Returns TikTok's id."""
        order = {"status": "AWAITING_SHIPMENT", "units": [{"sku": SKU}], **template}
        return str(self.tiktok.post("orders", {"order": order})["ids"][0])

    def happens(self, order: str, deed: str, **how: Any) -> None:
        """On TikTok: pay, release, ship, scan, deliver, cancel …"""
        self.tiktok.post(f"orders/{order}/{deed}", how)

    def staff(self, order: str, deed: str, **how: Any) -> None:
        """In the store that has it: ship, cancel, status …"""
        shops = self.stage.stores.values()
        here = next(shop for shop in shops if any(marker_of(one) == order for one in _orders(shop)))
        here.post(f"orders/{order}/{deed}", how)

    def on_tiktok(self, order: str) -> Json:
        """The order in TikTok's book, whatever Tokbridge believes."""
        found: Json = self.tiktok.get("book")["orders"][order]
        return found

    def is_on_tiktok(self, order: str, status: str) -> None:
        """TikTok comes to have it in this status."""
        self.until(lambda: bool(self.on_tiktok(order)["status"] == status), f"order {order} {status} on TikTok")

    def cancelled_for(self, order: str) -> list[str]:
        """The names of the reasons for which TikTok has it cancelled."""
        cancellations = self.tiktok.get("book")["cancellations"].values()
        return [one["cancel_reason"] for one in cancellations if one["order_id"] == order]

    def tracking(self, order: str) -> set[str]:
        """Tracking numbers that TikTok knows for it."""
        return {line["tracking_number"] for line in self.on_tiktok(order)["lines"] if line.get("tracking_number")}

    def in_store(self, order: str) -> Json | None:
        """The order in the stores' books; more than one would be a double."""
        found = [one for shop in self.stage.stores.values() for one in _orders(shop) if marker_of(one) == order]
        assert len(found) <= 1, f"{order} stands in the store {len(found)} times"
        return found[0] if found else None

    def created(self, order: str) -> Json:
        """The order in the store, as soon as it is there."""
        self.until(lambda: self.in_store(order) is not None, f"order {order} in the store")
        made = self.in_store(order)
        assert made is not None
        return made

    def stands(self, order: str, status: str) -> None:
        """The order comes to have this status in the store."""
        self.until(lambda: self.created(order)["status"] == status, f"order {order} {status} in the store")

    def numbers(self, order: str) -> set[str]:
        """Tracking numbers that the store has for it."""
        return {track["number"] for parcel in self.created(order)["fulfillments"] for track in parcel["tracking"]}

    def shell(self, typed: str) -> None:
        """What an administrator types in the shell that docs/operations.md shows, since there is no page for it yet."""
        command = [sys.executable, "-m", "django", "shell", "--no-imports", "-c", typed]
        environment = {**self.stage.environment(), "DJANGO_SETTINGS_MODULE": "tokbridge.project.settings"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, done.stderr

    def days_pass(self, seconds: float) -> None:
        self.tiktok.post("clock", {"advance_s": seconds})

    @contextmanager
    def silence(self, *, polls: bool = False) -> Iterator[None]:
        """TikTok's news do not reach us; `polls`: nor is it heard of which orders have changed, only of one asked for."""
        self.tiktok.post("webhooks/faults", {"topic": "*", "kind": "drop", "times": None})
        if polls:
            self.tiktok.post("faults", {"operation": "orders.search", "kind": "timeout_before", "times": None})
        yield
        self.tiktok.delete("faults")
        self.tiktok.delete("webhooks/faults")


@contextmanager
def staged(
    data: Path,
    platforms: Sequence[str],
    settings: Mapping[str, Json] | None = None,
    installation: Mapping[str, str] | None = None,
    setup: str = "",
) -> Iterator[Walk]:
    """Everything started and connected. `setup`: typed in the shell."""
    told = {**(settings or {}), "tiktok": {**AS_IN_LIFE, **(settings or {}).get("tiktok", {})}}
    settle = {"TOKBRIDGE_SHOPIFY_SETTLE_S": "3" if "shopify" in platforms else ""}  # one that is set asks for a Shopify
    with Walk(data, told, {**INSTALLATION, **settle, **(installation or {})}, platforms) as walk:
        walk.start()
        walk.shell(f"{PEOPLE.format(password=PASSWORD)}\n{setup}")
        yield walk


def _orders(shop: Control) -> list[Json]:
    found: list[Json] = shop.get("book")["orders"]
    return found
