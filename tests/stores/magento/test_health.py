"""The connection test, and statuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stores.magento.fake import (
    DENIED,
    OAUTH,
    VIEW,
    FakeHttp,
    config_with,
    denied,
    fail,
    missing,
    ok,
    order,
    raw,
    rows,
    store_with,
)
from tokbridge.core.errors import Refused, Retry
from tokbridge.core.wire import Request, Response
from tokbridge.stores.base import HookRefused
from tokbridge.stores.magento import MagentoStore
from tokbridge.stores.magento.health import INVENTORY_PROBES, NO_ORDER, PROBES
from tokbridge.stores.nouns import Finding, Health

RIGHTS = {probe.right for probe in (*PROBES, *INVENTORY_PROBES)}


class Shop:
    """Answers by path, and refuses what needs a missing right."""

    def __init__(self, *lacking: str, **answers: Response) -> None:
        self.lacking = set(lacking)
        self.answers = answers
        self.http = FakeHttp([])

    def send(self, request: Request) -> Response:
        self.http.requests.append(request)
        path = self.http.path()
        for probe in (*PROBES, *INVENTORY_PROBES):
            if (probe.method, probe.path.partition("?")[0]) == (request.method, path) and probe.right in self.lacking:
                return denied(probe.right)
        if path == "store/storeConfigs":
            return self.answers.get("views", ok([VIEW]))
        if request.method == "GET":
            return self.answers.get("rows", rows())
        if str(NO_ORDER) in path:
            return missing()
        return fail(400, '"%fieldName" is required. Enter and try again.', {"fieldName": "entity"})


def checked(shop: Shop, **settings: Any) -> Health:
    return MagentoStore(shop, config_with(**settings), lambda: 0.0).check()


def by_name(health: Health) -> dict[str, Finding]:
    return {finding.name: finding for finding in health.findings}


def test_all_is_well_and_nothing_was_written() -> None:
    shop = Shop()
    health = checked(shop)
    assert health.ok, [finding for finding in health.findings if not finding.ok]
    assert (health.platform, health.version, health.currency) == ("magento", "unknown", "USD")
    assert {f"right {right}" for right in RIGHTS} <= set(by_name(health))
    for request in shop.http.requests:
        assert not request.write
        assert request.method == "GET" or request.body == b"{}"


def test_probes_touch_no_order() -> None:
    """A write that names an order names one that can't exist, and carries nothing."""
    for probe in (*PROBES, *INVENTORY_PROBES):
        if probe.method != "GET":
            assert probe.body == {}
            assert str(NO_ORDER) in probe.path or probe.path in {"orders/create", "inventory/source-items"}


@pytest.mark.parametrize("right", sorted(RIGHTS))
def test_a_missing_right_is_named(right: str) -> None:
    health = checked(Shop(right))
    assert not health.ok
    missing_ones = {
        finding.detail for finding in health.findings if finding.name.startswith("right ") and not finding.ok
    }
    assert missing_ones
    assert all(right in detail for detail in missing_ones)
    assert all("Reauthorize" in finding.remedy for finding in health.findings if finding.detail in missing_ones)


def test_a_token_that_may_only_read() -> None:
    writing = {probe.right for probe in (*PROBES, *INVENTORY_PROBES) if probe.method != "GET"}
    health = checked(Shop(*writing))
    assert not health.ok
    named = " ".join(finding.detail for finding in health.findings if not finding.ok)
    assert all(right in named for right in writing)
    assert by_name(health)["credentials"].ok


def test_refused_credentials_have_one_finding_with_all_causes() -> None:
    health = checked(Shop(*RIGHTS))
    (finding,) = health.findings
    assert not health.ok
    assert "wrong or revoked" in finding.detail
    assert "standalone" in finding.remedy
    signed = checked(Shop(*RIGHTS), **OAUTH)
    assert "secrets" in signed.findings[0].detail


@pytest.mark.parametrize(
    "answer", [fail(401, "The signature is invalid. Verify and try again."), fail(401, DENIED), fail(401, "x", ["Y"])]
)
def test_a_401_without_a_right_speaks_of_the_credentials(answer: Response) -> None:
    store, _ = store_with(answer, answer)
    health = store.check()
    assert [finding.name for finding in health.findings] == ["credentials"]


@pytest.mark.parametrize("answer", [raw(503, b"<html>"), raw(502, b""), raw(429, b"")])
def test_a_shop_that_cannot_be_asked_now(answer: Response) -> None:
    store, _ = store_with(answer)
    with pytest.raises(Retry):
        store.check()


@pytest.mark.parametrize(
    ("answer", "name", "words"),
    [
        (raw(301, b"", {"location": "https://www.shop.example/"}), "address", "www.shop.example"),
        (raw(404, b"<html>"), "address", "no REST API"),
        (raw(403, b"<html>"), "address", "firewall"),
        (fail(400, "Specified request cannot be processed."), "store view", "'default'"),
        (ok([VIEW | {"code": "fr"}]), "store view", "only: fr"),
    ],
)
def test_a_wrong_address_is_told_before_any_right(answer: Response, name: str, words: str) -> None:
    store, _ = store_with(answer)
    (finding,) = store.check().findings
    assert (finding.name, finding.ok) == (name, False)
    assert words in finding.detail


@pytest.mark.parametrize(("remedy", "ok_"), [("", False), ("none", True), ("compensations", True), ("module", True)])
def test_the_stock_remedy_must_be_chosen(remedy: str, ok_: bool) -> None:
    health = checked(Shop(), stock_remedy=remedy)
    assert health.ok is ok_
    assert by_name(health)["stock remedy"].ok is ok_


def test_orders_without_status_crash_the_remedy() -> None:
    broken = Shop(rows=rows({"entity_id": 1}, total=3))
    health = checked(broken)
    assert health.ok
    assert "3 orders have no status" in by_name(health)["orders without status"].detail
    assert "orders without status" not in by_name(checked(broken, stock_remedy="module"))


def test_another_display_currency_is_told() -> None:
    health = checked(Shop(views=ok([VIEW | {"default_display_currency_code": "EUR"}])))
    assert health.currency == "USD"
    assert "shows EUR" in by_name(health)["currency"].detail


def test_what_the_shop_tells_is_asked_anew() -> None:
    shop = Shop()
    store = MagentoStore(shop, config_with(), lambda: 0.0)
    assert store.check().currency == "USD"
    shop.answers["views"] = ok([VIEW | {"base_currency_code": "EUR"}])
    assert store.check().currency == "EUR"


def test_store_configs_of_another_shape() -> None:
    with pytest.raises(Retry):
        checked(Shop(views=ok([{"code": "default"}])))
    with pytest.raises(Retry):
        checked(Shop(views=ok({"id": 1})))


def test_preparing_tells_what_is_wrong() -> None:
    store = MagentoStore(Shop("Magento_Sales::ship"), config_with(), lambda: 0.0)
    prepared = store.prepare("https://hooks.example")
    assert [finding.name for finding in prepared.findings] == ["right Magento_Sales::ship"]
    assert (prepared.made, prepared.existing) == ((), ())


def test_there_are_no_webhooks() -> None:
    store, _ = store_with()
    with pytest.raises(HookRefused):
        store.hints({}, b"{}")


def test_the_statuses_that_can_be_given() -> None:
    store, _ = store_with(statuses=(("packed", "Packed"), ("processing", "In work")))
    found = {status.code: status.name for status in store.statuses()}
    assert found["pending"] == "Pending"
    assert (found["packed"], found["processing"]) == ("Packed", "In work")


def test_a_status_is_given_by_a_comment() -> None:
    store, http = store_with(ok(order()), ok(True), statuses=(("packed", "Packed"),))
    store.set_status("9", "packed")
    assert http.written("order.comment") == {
        "statusHistory": {
            "comment": "Status set by Tokbridge",
            "status": "packed",
            "is_customer_notified": 0,
            "is_visible_on_front": 0,
        }
    }


def test_a_status_that_it_has_already() -> None:
    store, http = store_with(ok(order()))
    store.set_status("9", "pending")
    assert http.writes == []


@pytest.mark.parametrize("status", ["complete", "canceled", "holded", "fraud"])
def test_a_status_that_would_lie(status: str) -> None:
    """Up to 2.4.6 Magento would set it without a word."""
    store, http = store_with(ok(order()))
    with pytest.raises(Refused) as caught:
        store.set_status("9", status)
    assert caught.value.code == "status_of_other_state"
    assert http.writes == []


def test_a_default_status_that_the_merchant_moved() -> None:
    store, http = store_with(ok(order()), ok(True), statuses=(("processing", "In work"),))
    store.set_status("9", "processing")
    assert len(http.writes) == 1


def test_a_status_that_magento_refuses() -> None:
    words = 'Unable to add comment: The status "%1" is not part of the order\n                 status history.'
    store, _ = store_with(ok(order()), fail(400, words, ["packed"]), statuses=(("packed", "Packed"),))
    with pytest.raises(Refused, match='"packed" is not part of the order status history'):
        store.set_status("9", "packed")


def test_an_early_invoice_beside_the_compensating_command_is_advised_against() -> None:
    health = checked(Shop(), stock_remedy="compensations", invoice="creation")
    assert health.ok
    assert not by_name(health)["invoice and stock"].ok
    assert "invoice and stock" not in by_name(checked(Shop(), stock_remedy="compensations"))
