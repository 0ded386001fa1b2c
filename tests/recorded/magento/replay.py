"""Sends the recorded calls to a running sandbox in order and compares every answer.

A `Rewriting` may change SKUs, names, quantities and prices of all calls; the recorded answers are rewritten alike, so
that a sandbox which only knew the recording would be found out.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx2

from tests.recorded.magento.compare import STAMP, Pairs, differences
from tests.recorded.magento.rewrite import Rewriter, Rewriting
from tokbridge.sandbox.magento.site import MagentoSite
from tokbridge.sandbox.server import Running

HERE = Path(__file__).parent
RECORDINGS = {"2.4.4": "recorded-exchanges-2.4.4.jsonl", "2.4.7": "recorded-exchanges-2.4.7-p3.jsonl"}
PRODUCTS = [
    {"sku": "TT-A", "title": "Shirt A", "price": 20.00, "stock": 100},
    {"sku": "TT-B", "title": "Mug B", "price": 15.00, "stock": 50},
    {"sku": "TT/C 1+2", "title": "Odd sku", "price": 9.99, "stock": 10},
    {"sku": "TT-OOS", "title": "Out of stock", "price": 5.00, "stock": 0},
    {"sku": "TT-DIS", "title": "Disabled", "price": 5.00, "stock": 5, "status": 2},
    {"sku": "TT-VIRT", "title": "Virtual", "price": 3.00, "stock": 10, "type": "virtual"},
]
FLAT_RATE = 5
PATH_IDS = {"orders": "order", "order": "order", "shipment": "shipment", "guest-carts": "masked"}

Json = Any
Rewrite = Callable[[Json], Json]


@dataclass
class Result:
    """How one pair came out: `wrong` lists the differences."""

    number: int
    scenario: str
    name: str
    wrong: list[str]

    @property
    def guest_cart(self) -> bool:
        return self.scenario.startswith("guest cart")


def exchanges(version: str) -> list[Json]:
    """The recorded pairs of a version."""
    return [json.loads(line) for line in (HERE / RECORDINGS[version]).read_text().splitlines()]


@contextmanager
def replaying(version: str, rewriting: Rewriting | None = None) -> Iterator["Replay"]:
    """A fresh sandbox of this version with the six products, ready for the calls."""
    with Running(MagentoSite) as running, httpx2.Client(base_url=running.urls["magento"], timeout=10) as client:
        yield Replay(client, version, rewriting or Rewriting())


class Replay:
    """One run through the calls."""

    def __init__(self, client: httpx2.Client, version: str, rewriting: Rewriting) -> None:
        self._client = client
        self._rewrite = Rewriter(rewriting)
        self._pairs = Pairs()
        self._moments: dict[str, tuple[str, str]] = {}
        self._latest = ""
        settings = {"version": version, "integration_as_bearer": True, "flat_rate": str(FLAT_RATE * rewriting.prices)}
        self._control("PUT", "settings", settings)
        self._control("POST", "products", {"products": [self._rewrite.product(one) for one in PRODUCTS]})
        made = self._control("POST", "integrations", {"name": "recorder", "rights": None})
        self._token = made["access_token"]
        self._calls = 0

    def run(self, pairs: list[Json]) -> list[Result]:
        """All pairs in order."""
        return [self._pair(pair) for pair in pairs]

    def rewritten(self, pair: Json) -> Json:
        """A call as it will be sent, but for the ids."""
        request = pair["request"]
        body = request["body"]
        changed = body if body is None or isinstance(body, str) else self._rewrite.request(body)
        return {**request, "path": self._rewrite.path(request["path"]), "body": changed}

    def _control(self, method: str, name: str, body: Json) -> Json:
        answer = self._client.request(method, f"/_sandbox/{name}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _pair(self, pair: Json) -> Result:
        # One second a call, so that whatever moves updated_at is seen to move it.
        self._calls += 1
        self._control("PUT", "settings", {"clock_skew_s": self._calls})
        request, recorded = pair["request"], pair["response"]
        answer = self._send(request)
        wrong = [] if answer.status_code == recorded["status"] else [f"{recorded['status']}, not {answer.status_code}"]
        try:
            got = answer.json()
        except ValueError:
            got = answer.text
        expected = self._rewrite.answer(request["path"], recorded["body"])
        wrong += self._compared(request, expected, got)
        return Result(pair["n"], pair["scenario"], pair["name"], wrong)

    def _send(self, request: Json) -> httpx2.Response:
        path = self._path(self._rewrite.path(request["path"]))
        headers = {**(request.get("headers") or {})}
        if request["auth"] == "integration":
            headers["Authorization"] = f"Bearer {self._token}"
        body = request["body"]
        content = None
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
            content = body if isinstance(body, str) else json.dumps(self._ids(self._rewrite.request(body)))
        return self._client.request(request["method"], path, content=content, headers=headers)

    def _path(self, path: str) -> str:
        bare, question, query = path.partition("?")
        parts = bare.split("/")
        for place, part in enumerate(parts[:-1]):
            if part in PATH_IDS and parts[place + 1] not in ("create", "track"):
                parts[place + 1] = self._pairs.mine(PATH_IDS[part], parts[place + 1])

        def order_id(found: re.Match[str]) -> str:
            return found[1] + self._pairs.mine("order", found[2])

        query = re.sub(r"(\[field\]=(?:order_id|entity_id)&[^&]*\[value\]=)(\d+)", order_id, query)
        return "/".join(parts) + question + query

    def _ids(self, body: Json, key: str = "", within: str = "") -> Json:
        """Recorded ids of a request as ours."""
        if isinstance(body, dict):
            return {name: self._ids(value, name, key) for name, value in body.items()}
        if isinstance(body, list):
            return [self._ids(one, key, within) for one in body]
        kinds = {"order_item_id": "item", "order_id": "order", "return_to_stock_items": "item", "quote_id": "masked"}
        if key == "entity_id" and within == "entity":
            kinds["entity_id"] = "order"
        if key == "parent_id":
            kinds["parent_id"] = "shipment"
        if key == "item_id" and within == "items":
            kinds["item_id"] = "item"
        if key in kinds:
            return type(body)(self._pairs.mine(kinds[key], str(body)))
        return body

    def _compared(self, request: Json, recorded: Json, got: Json) -> list[str]:
        path = request["path"].partition("?")[0]
        number = _answered_id(request["method"], path)
        if number and isinstance(recorded, str | int) and not isinstance(recorded, bool):
            return [] if self._pairs.meet(number, recorded, got) else [f"{number} {recorded!r} is not {got!r}"]
        document = _document(path)
        wrong = differences(recorded, got, document, self._pairs)
        return wrong + (self._moved(recorded, got) if document == "orders" else [])

    def _moved(self, recorded: Json, got: Json) -> list[str]:
        """Whether an order's updated_at moved since it was last seen, where the recording can tell."""
        wrong = []
        for left, right in _orders(recorded, got):
            number = left.get("entity_id")
            self._latest = max([self._latest, *STAMP.findall(json.dumps(left))])
            if number is None or "updated_at" not in left or "updated_at" not in right:
                continue
            before = self._moments.get(str(number))
            self._moments[str(number)] = (left["updated_at"], right["updated_at"])
            if before is None:
                continue
            moved, ours = left["updated_at"] != before[0], right["updated_at"] != before[1]
            # Not to move says something only when the recording's clock is known to have gone on meanwhile.
            if (moved and not ours) or (ours and not moved and self._latest > left["updated_at"]):
                wrong.append(f"updated_at {'moved' if moved else 'did not move'}, ours did {'' if ours else 'not'}")
        return wrong


def _orders(recorded: Json, got: Json) -> Iterator[tuple[Json, Json]]:
    if isinstance(recorded, dict) and isinstance(got, dict):
        if isinstance(recorded.get("items"), list) and "total_count" in recorded:
            yield from zip(recorded["items"], got.get("items") or [], strict=False)
        else:
            yield recorded, got


def _answered_id(method: str, path: str) -> str | None:
    """What a bare answer of an action is the id of."""
    if method != "POST":
        return None
    for ending, kind in (
        ("/ship", "shipment"),
        ("/invoice", "invoice"),
        ("/refund", "creditmemo"),
        ("/guest-carts", "masked"),
        ("/payment-information", "order"),
    ):
        if path.endswith(ending):
            return kind
    return None


def _document(path: str) -> str:
    path = unquote(path)
    for part, document in (
        ("/guest-carts", "cart"),
        ("/comments", "history"),
        ("/shipment/track", "track"),
        ("/shipment", "shipments"),
        ("/invoices", "invoices"),
        ("/creditmemos", "creditmemos"),
        ("/orders", "orders"),
    ):
        if part in path:
            return document
    return "products"
