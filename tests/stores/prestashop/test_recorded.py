"""Answers as a running PrestaShop 8.2.4 gave them (tests/recorded/prestashop; invented buyers; reference prestashop README,
`n` is the line there), read by the adapter."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.stores.plans import MARKER, PRESTASHOP
from tests.stores.prestashop.given import Notes
from tests.stores.prestashop.shop import KEY
from tokbridge.core.errors import CredentialRefused, OutsideError, Refused, Unknown
from tokbridge.core.wire import Request, Response
from tokbridge.stores.prestashop import PrestaShopConfig, PrestaShopStore, answers
from tokbridge.stores.prestashop.health import NEEDS

line, plan = PRESTASHOP.line, PRESTASHOP.plan

_FILE = Path(__file__).parents[2] / "recorded" / "prestashop" / "recorded-exchanges-8.2.4.jsonl"
EXCHANGES: dict[int, dict[str, Any]] = {
    (one := json.loads(text))["n"]: one for text in _FILE.read_text(encoding="utf-8").splitlines()
}
READS = {
    "order_states": 39,
    "countries": 29,
    "currencies": 34,
    "carriers": 36,
    "products": 46,
    "tax_rules": 41,
    "taxes": 42,
    "combinations": 48,
    "customers": 121,
    "addresses": 121,
    "carts": 184,
    "order_payments": 202,
    "order_carriers": 204,
    "order_invoices": 205,
    "order_histories": 203,
}
CREATED = {"customers": 140, "addresses": 164, "carts": 267, "specific_prices": 289}
CHANGED = {"orders": 212, "order_payments": 321, "order_invoices": 323, "order_carriers": 299}


def recorded(n: int, **replaced: str) -> Response:
    one = EXCHANGES[n]["response"]
    body = one["body"]
    for old, new in replaced.items():
        body = body.replace(old.replace("_", ":"), new)
    return Response(one["status"], {name.lower(): value for name, value in one["headers"].items()}, body.encode())


@dataclass
class Replay:
    """Answers each call with a recorded one of the same resource and verb."""

    ordered: bool = False
    requests: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        parts = urlsplit(request.url)
        resource = parts.path.removeprefix("/api/").partition("/")[0]
        query = dict(parse_qsl(parts.query))
        if not resource:
            return recorded(1)
        if request.method == "POST":
            if resource != "orders":
                return recorded(CREATED[resource])
            self.ordered = True
            answer = recorded(218)
            return Response(answer.status, answer.headers, answer.body.replace(b'"id":7,', b'"id":6,', 1))
        if request.method == "PATCH":
            return recorded(CHANGED[resource])
        if resource == "configurations":
            return recorded(27 if "PS_OS" in query["filter[name]"] else 28)
        if resource == "orders":
            return recorded(199, mp_1001=f"tts:{MARKER}") if self.ordered else recorded(183)
        return recorded(READS[resource])


def store(http: Replay) -> PrestaShopStore:
    config = PrestaShopConfig(shop="http://shop.example", key=KEY, payment_module="ps_wirepayment", carrier="1")
    return PrestaShopStore(http, config, lambda: 1_795_310_133.0)


def test_an_order_from_the_first_look_to_the_last_write() -> None:
    http = Replay()
    order = store(http).create_order(plan(lines=(line(unit_price=999),)), Notes())
    assert (order.ref, order.number, order.marker) == ("6", "OGIMRWWAI", MARKER)
    assert (order.total, order.currency, order.status) == (1839, "EUR", "Remote payment accepted")
    (row,) = order.lines
    assert (row.ref, row.sku, row.variant, row.quantity) == ("8", "demo_11", "6-0", 1)
    assert order.updated_at == 1_795_310_133.0  # 02:15:33 in Paris
    prices = next(request for request in http.requests if request.operation == "specific_prices.create")
    assert b"<price>8.325000</price>" in prices.body and b"<id_shop>1</id_shop>" in prices.body


def test_the_resource_list_of_a_full_key() -> None:
    health = store(Replay()).check()
    assert health.ok and all(finding.ok for finding in health.findings)
    assert (health.version, health.currency, health.shop_name) == ("8.2.4", "EUR", "SandboxShop")


def test_the_resource_list_of_a_small_key() -> None:
    @dataclass
    class Small(Replay):
        def send(self, request: Request) -> Response:
            return recorded(2)

    health = store(Small()).check()
    granted = {finding.name for finding in health.findings if finding.ok and ": " in finding.name}
    assert granted == {"orders: GET", "order_states: GET"}
    assert sum(": " in finding.name for finding in health.findings) == sum(len(need.verbs) for need in NEEDS)


@pytest.mark.parametrize(
    ("n", "kind", "code"),
    [
        (4, CredentialRefused, "http 401"),
        (5, CredentialRefused, "18"),
        (6, CredentialRefused, "20"),
        (7, CredentialRefused, "20"),
        (11, Refused, "wrong address"),
        (18, CredentialRefused, "26"),
        (19, CredentialRefused, "25"),
        (22, CredentialRefused, "25"),
        (129, Refused, "127"),
        (136, Unknown, "140"),
        (139, Refused, "85"),
        (209, Unknown, "http 500"),
        (282, Unknown, "http 500"),
        (379, CredentialRefused, "22"),
    ],
)
def test_refusals(n: int, kind: type[OutsideError], code: str) -> None:
    failed = answers.failure(recorded(n), write=True)
    assert type(failed) is kind
    assert failed.code == code
    assert "<" not in failed.words


def test_parcels_and_states() -> None:
    http = Replay(ordered=True)
    shop = store(http)
    assert shop.parcels_of(["6"]) == []
    assert ("11", "Remote payment accepted") in [(status.code, status.name) for status in shop.statuses()]
    assert [(carrier.code, carrier.name) for carrier in shop.carriers()] == [
        ("1", "Click and collect"),
        ("2", "My carrier"),
    ]
