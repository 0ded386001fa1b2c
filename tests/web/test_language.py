"""Which language and time zone a page has: as the browser asks, as the user chose, and how that is chosen."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tokbridge.records.models import User


def test_the_log_in_page_speaks_as_the_browser_asks(client: Client, db: None) -> None:
    asked = {
        "de-AT,de;q=0.9,en;q=0.5": ("de", "Anmelden"),
        "en-GB,de;q=0.5": ("en", "Log in"),
        "fr-FR": ("en", "Log in"),
        "": ("en", "Log in"),
    }
    for header, (language, words) in asked.items():
        answer = client.get("/login/", headers={"accept-language": header})
        html = answer.content.decode()
        assert f'<html lang="{language}">' in html, header
        assert words in html
        assert answer.headers["Content-Language"] == language
        assert "Accept-Language" in answer.headers["Vary"]


def test_the_users_choice_counts_more_than_the_browsers(client: Client, dora: User) -> None:
    client.force_login(dora)
    assert '<html lang="de">' in client.get("/", headers={"accept-language": "de"}).content.decode()
    User.objects.filter(pk=dora.pk).update(language="en")
    assert '<html lang="en">' in client.get("/", headers={"accept-language": "de"}).content.decode()
    User.objects.filter(pk=dora.pk).update(language="tlh")  # of an older installation that had it
    assert '<html lang="de">' in client.get("/", headers={"accept-language": "de"}).content.decode()


def test_you_choose_language_and_time_zone(desk: Client, dora: User) -> None:
    answer = desk.post("/profile/", {"language": "de", "time_zone": "Asia/Tokyo"}, follow=True)
    dora.refresh_from_db()
    assert (dora.language, dora.time_zone) == ("de", "Asia/Tokyo")
    html = answer.content.decode()
    assert "Ihre Sprache und Zeitzone wurden gespeichert." in html
    assert '<option value="de" lang="de" selected>Deutsch</option>' in html
    assert "<option selected>Asia/Tokyo</option>" in html
    assert "JST</" not in html
    assert " JST" in html  # now, exactly, on hover
    desk.post("/profile/", {"language": "", "time_zone": "UTC"})
    dora.refresh_from_db()
    assert (dora.language, dora.time_zone) == ("", "UTC")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"language": "xx", "time_zone": "UTC"}, "There is no language “xx” here"),
        ({"language": "de", "time_zone": "Mars/Base"}, "There is no time zone “Mars/Base”"),
        ({"language": "de", "time_zone": "../etc/passwd"}, "There is no time zone “../etc/passwd”"),
        ({"language": "de"}, "Choose a time zone."),
        ({"language": "<b>", "time_zone": "\0"}, "There is no language “&lt;b&gt;” here"),
    ],
)
def test_what_cannot_be_chosen_is_said_and_nothing_is_saved(
    desk: Client, dora: User, sent: dict[str, str], said: str
) -> None:
    html = desk.post("/profile/", sent).content.decode()
    assert said in html
    assert 'role="alert"' in html
    assert 'aria-invalid="true"' in html
    dora.refresh_from_db()
    assert (dora.language, dora.time_zone) == ("", "Europe/Berlin")


def test_an_old_zone_of_the_user_stays_choosable(desk: Client, dora: User) -> None:
    User.objects.filter(pk=dora.pk).update(time_zone="CET")
    assert "<option selected>CET</option>" in desk.get("/profile/").content.decode()
    assert desk.post("/profile/", {"language": "", "time_zone": "CET"}).status_code == 302


def test_the_profile_needs_a_log_in_and_is_reached_from_the_name(client: Client, desk: Client) -> None:
    assert re.search(
        r'href="/profile/"[^>]*>.*?<span class="name">dora</span>', desk.get("/").content.decode(), re.DOTALL
    )
    assert Client().get("/profile/").headers["Location"] == "/login/?next=/profile/"
