"""Who gets in, what anybody may ask, and what an error says."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from tests.web import factory
from tokbridge.records.models import Account
from tokbridge.web.security import POLICY


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/orders/live/", "/orders/1/", "/act/sync/", "/act/ship/", "/fetch/", "/runs/1/", "/activity/"]
)
def test_nobody_sees_orders_without_logging_in(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/login/?next={address}"


@pytest.mark.django_db
def test_log_in_leads_to_the_page_that_was_wanted_and_log_out_needs_a_post(client: Client) -> None:
    factory.user(password=factory.PASSWORD)
    answer = client.post("/login/", {"username": "dora", "password": factory.PASSWORD, "next": "/orders/7/"})
    assert answer.headers["Location"] == "/orders/7/"
    assert client.get("/logout/").status_code == 405
    assert client.get("/").status_code == 200
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert client.get("/").status_code == 302


@pytest.mark.django_db
def test_a_wrong_password_says_so_and_too_many_lock_with_a_clear_page(client: Client, settings: Any) -> None:
    settings.AXES_FAILURE_LIMIT = 2
    factory.user()
    wrong = {"username": "dora", "password": "wrong"}
    assert "do not fit" in client.post("/login/", wrong).content.decode()
    locked = client.post("/login/", wrong)
    assert locked.status_code == 429
    assert "Too many attempts" in locked.content.decode()
    assert "quarter of an hour" in locked.content.decode()


@pytest.mark.django_db
def test_health_needs_no_log_in_and_tells_when_the_database_is_gone(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok"})

    def gone() -> None:
        raise OperationalError("cannot connect to secret-host")

    monkeypatch.setattr(connection, "cursor", gone)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"database": "unreachable"})


@pytest.mark.parametrize("address", ["/", "/login/", "/healthz", "/nothing/"])
def test_every_answer_carries_the_policy(desk: Client, address: str) -> None:
    assert desk.get(address).headers["Content-Security-Policy"] == POLICY


ADDRESSES = ["/", "/login/", "/nothing/", "/orders/{order}/", "/orders/{order}/actions/", "/act/reject/?order={order}"]


@pytest.mark.parametrize("address", [*ADDRESSES, "/act/ship/?order={order}", "/fetch/", "/activity/"])
def test_no_page_has_style_or_script_inline(desk: Client, shop: Account, address: str) -> None:
    address = address.format(order=factory.blocked(shop).pk)
    html = desk.get(address).content.decode()
    assert " style=" not in html
    assert "<style" not in html
    assert "<script>" not in html
    assert " onclick=" not in html


def test_an_unknown_page_tells_what_to_do(desk: Client) -> None:
    answer = desk.get("/orders/999999/")
    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()
    assert desk.get("/orders/99999999999999999999999/").status_code == 404


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (ValueError("Ada Byron, 1 Mill Lane"), 500, "Something went wrong here"),
        (SuspiciousOperation("Ada Byron, 1 Mill Lane"), 400, "cannot be understood"),
        (PermissionError("Ada Byron, 1 Mill Lane"), 500, "Something went wrong here"),
    ],
)
def test_an_error_tells_what_to_do_and_nothing_of_the_data(
    desk: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, title: str
) -> None:
    def fails(*_args: object, **_kw: object) -> None:
        raise error

    monkeypatch.setattr("tokbridge.web.desk.page", fails)
    desk.raise_request_exception = False
    logging.disable()
    try:
        answer = desk.get("/")
    finally:
        logging.disable(logging.NOTSET)
    assert answer.status_code == status
    assert title in answer.content.decode()
    assert "Ada" not in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_with_a_clear_page() -> None:
    answer = Client(enforce_csrf_checks=True).post("/login/", {"username": "dora"})
    assert answer.status_code == 403
    assert "no longer valid" in answer.content.decode()


def test_a_zone_nobody_knows_is_utc(client: Client, shop: Account) -> None:
    client.force_login(factory.user("max", time_zone="Nowhere/Land"))
    factory.order(shop, create_time=1_700_000_000)
    assert "22:13:20 UTC" in client.get("/").content.decode()
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize(
    "address",
    [
        "/problems/replay/",
        "/problems/dismiss/",
        "/problems/recall/",
        "/problems/connection/1/try/",
        "/carriers/1/",
        "/carriers/refresh/",
        "/products/import/",
        "/products/links/1/end/",
        "/products/1/17/",
    ],
)
def test_who_may_only_look_changes_nothing_on_the_pages_beside_the_list(client: Client, db: None, address: str) -> None:
    client.force_login(factory.user("max", may_act=False))
    assert client.post(address, {}).status_code == 403
