"""Logging in again after a session ended: where one comes back to, what one is told, and that it leads nowhere else."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from tests.web import factory
from tokbridge.records.models import Note, User
from tokbridge.web.urls import urlpatterns

HERE = "http://testserver"
SAID = "what you sent was not done"
MACHINES = {"healthz", "login", "logout", None}  # need no log-in


def led_to(answer: Any) -> dict[str, list[str]]:
    """What the log-in page is asked for, which the answer leads to."""
    address = urlsplit(answer.headers.get("HX-Redirect") or answer.headers["Location"])
    assert (address.scheme, address.netloc, address.path) == ("", "", "/login/")
    return parse_qs(address.query, keep_blank_values=True)


def filled(one: URLPattern) -> str:
    values = {"verb": "sync", "key": "k", "sku_id": "s"}
    return reverse(str(one.name), kwargs={name: values.get(name, 1) for name in one.pattern.converters})


@pytest.mark.django_db
def test_whatever_is_sent_leads_back_to_the_page_it_was_sent_from(client: Client) -> None:
    for one in urlpatterns:
        if one.name not in MACHINES:
            answer = client.post(filled(one), headers={"Referer": f"{HERE}/orders/7/?tab=all&q=a%26b"})
            assert led_to(answer) == {"next": ["/orders/7/?tab=all&q=a%26b"], "undone": ["1"]}, one.name


@pytest.mark.django_db
@pytest.mark.parametrize(
    "referer",
    [
        "",
        "https://evil.example/orders/7/",
        "http://testserver.evil.example/",
        "http://testserver@evil.example/",
        "http://testserver//evil.example/",
        "http://testserver/\\evil.example",
        "javascript:alert(1)",
        "//evil.example/",
        "http://[",
    ],
)
def test_no_other_place_is_led_to(client: Client, referer: str) -> None:
    for headers in ({"Referer": referer}, {"HX-Request": "true", "HX-Current-URL": referer}):
        assert led_to(client.post("/orders/7/notes/", headers=headers))["next"] == ["/"]


@pytest.mark.django_db
def test_a_part_of_a_page_leads_the_whole_page_to_the_log_in(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": f"{HERE}/orders/7/"}
    for address in ("/orders/7/", "/orders/live/", "/overview/live/", "/act/ship/?order=7"):
        answer = client.get(address, headers=headers)
        assert (answer.status_code, answer.content) == (200, b"")
        assert led_to(answer) == {"next": ["/orders/7/"]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "said"), [("", SAID), ("en", SAID), ("de", "was Sie gesendet haben, wurde nicht ausgeführt")]
)
def test_a_note_lost_with_the_session_is_told_on_the_page_it_was_written_on(
    client: Client, language: str, said: str
) -> None:
    dora = factory.user(password=factory.PASSWORD)
    order = factory.order(factory.account())
    page = f"/orders/{order.pk}/"
    User.objects.filter(pk=dora.pk).update(language=language)
    asked = client.post(f"{page}notes/", {"text": "Ask for a box"}, headers={"Referer": f"{HERE}{page}"})
    assert SAID in client.get(asked.headers["Location"]).content.decode()
    assert not Note.objects.exists()
    wrong = client.post(asked.headers["Location"], {"username": "dora", "password": "wrong"})
    assert SAID in wrong.content.decode()
    known = {"username": "dora", "password": factory.PASSWORD, "next": page}
    answer = client.post(asked.headers["Location"], known)
    assert answer.headers["Location"] == page
    html = client.get(page).content.decode()
    assert html.count('class="message m-error"') == 1
    assert said in html
    assert "m-error" not in client.get(page).content.decode()


@pytest.mark.django_db
def test_who_comes_without_having_sent_anything_is_told_nothing(client: Client) -> None:
    factory.user(password=factory.PASSWORD)
    answer = client.get("/problems/")
    assert led_to(answer) == {"next": ["/problems/"]}
    assert SAID not in client.get(answer.headers["Location"]).content.decode()
    known = {"username": "dora", "password": factory.PASSWORD, "next": "/problems/"}
    assert "m-error" not in client.post(answer.headers["Location"], known, follow=True).content.decode()


@pytest.mark.parametrize(
    "address", ["/act/sync/?order=1", "/act/ship/", "/fetch/", "/profile/", "/carriers/", "/products/"]
)
def test_the_pages_with_forms_tell_it(client: Client, db: None, address: str) -> None:
    factory.user(password=factory.PASSWORD)
    asked = client.post(address, headers={"Referer": f"{HERE}{address}"})
    known = {"username": "dora", "password": factory.PASSWORD, "next": address}
    html = client.post(asked.headers.get("Location", "/login/?undone=1"), known, follow=True).content.decode()
    assert SAID in html


@pytest.mark.django_db
def test_who_logged_out_elsewhere_logs_out_all_the_same(client: Client) -> None:
    assert client.post("/logout/").headers["Location"] == "/login/"


ONLY_SENT = [
    "/products/import/",
    "/problems/dismiss/",
    "/logout/",
    "/orders/1/notes/",
    "/carriers/1/",
    "/orders/views/",
]


@pytest.mark.parametrize("address", ONLY_SENT)
def test_what_can_only_be_sent_says_so_when_it_is_opened(desk: Client, address: str) -> None:
    answer = desk.get(address)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "it is no page that one can open" in answer.content.decode()
    assert desk.head(address).status_code == 405
