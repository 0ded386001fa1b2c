"""Who may only look: the pages say so once and show no button that would be refused; what is sent all the same is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from scripts.pages import pages
from tests.browser.installation import whole
from tests.web import factory
from tokbridge.records.models import Proof
from tokbridge.sync import queue

SAID = "You may look at everything here and change nothing"
HARMLESS = {"/logout/"}  # what anybody may send


@pytest.fixture
def made(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(queue, "wake", lambda ids, why: None)
    return whole(monkeypatch)


def forms(client: Client, address: str) -> tuple[str, set[str]]:
    """The page, and where its forms send to."""
    answer = client.get(address)
    assert answer.status_code == 200
    html = answer.content.decode()
    sent = re.findall(r'<form[^>]*method="post"[^>]*>', html)
    found = {(re.search(r'action="([^"]*)"', form) or [form, address])[1] for form in sent}
    return html, found - HARMLESS


@pytest.mark.parametrize("name", ["problems", "problem-group", "carriers", "products", "product"])
def test_no_button_that_would_be_refused(client: Client, made: dict[str, Any], name: str) -> None:
    address = pages()[name].format_map(made)
    client.force_login(made["user"])
    html, offered = forms(client, address)
    assert offered and SAID not in html
    client.force_login(factory.user("max", may_act=False))
    html, _shown = forms(client, address)
    assert html.count(SAID) == 1
    main = html.split("<main", 1)[1].split("</main>", 1)[0]
    buttons = [one for one in re.findall(r"<button[^>]*>.*?</button>", main, re.DOTALL) if "Show" not in one]
    assert buttons == []
    for refused in offered:
        assert client.post(refused, {}).status_code == 403


def test_the_proof_offers_no_fetching_to_who_may_only_look(client: Client, made: dict[str, Any]) -> None:
    client.force_login(made["user"])
    fetch = re.findall(r'href="(/fetch/[^"]*)"', client.get("/overview/").content.decode())
    assert fetch == [f"/fetch/?shop={Proof.objects.first().account.shop_id}&amp;what=ids&amp;ids=579000000000999999"]
    client.force_login(factory.user("max", may_act=False))
    html = client.get("/overview/").content.decode()
    assert "/fetch/" not in html and "1 is missing" in html
