"""A fresh installation: every page says what to do next, with the words that one types."""

from __future__ import annotations

import re

import pytest
import typer
from django.test import Client

from scripts.pages import pages
from tests.web import factory
from tokbridge.cli import authorise, check, processes
from tokbridge.project.environment import NAMES
from tokbridge.records.models import Account, Authorisation, Channel, Store, User
from tokbridge.web.connected import steps

EMPTY = sorted(name for name, address in pages().items() if "{" not in address and name not in {"login", "profile"})


def main_of(client: Client, name: str) -> str:
    answer = client.get(pages()[name])
    assert answer.status_code == 200
    return answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]


@pytest.mark.parametrize("name", [name for name in EMPTY if name != "overview"])
def test_every_page_leads_to_what_is_still_to_do(desk: Client, name: str) -> None:
    html = main_of(desk, name)
    assert "See the 4 steps that are left" in html
    assert 'href="/overview/"' in html
    factory.account()
    assert "are left" not in main_of(desk, name)


def test_the_overview_lists_the_steps_and_ticks_what_is_done(desk: Client, dora: User) -> None:
    def open_steps() -> list[str]:
        return re.findall(r"<li><span class=\"tick\".*?<b>([^<]*)</b>", main_of(desk, "overview"), re.DOTALL)

    html = main_of(desk, "overview")
    for typed in ("TOKBRIDGE_TIKTOK_APP_KEY", "TOKBRIDGE_SHOPIFY_SHOP", "tokbridge serve", "tokbridge authorise"):
        assert f">{typed}</code>" in html
    assert len(open_steps()) == 4
    shop = factory.account()
    assert "Still to do" not in main_of(desk, "overview")
    Channel.objects.all().delete()
    assert open_steps() == ["Lead the shop to the store"]
    shop.delete()
    assert open_steps() == ["Let Tokbridge into your TikTok shop", "Lead the shop to the store"]
    assert Authorisation.objects.exists() and Store.objects.exists() and not Account.objects.exists()


def test_what_is_typed_is_what_there_is(db: None) -> None:
    """The settings and commands that the steps name are the ones that the program takes."""
    app = typer.Typer()
    for module in (processes, check, authorise):
        module.add_commands(app)
    commands = {one.name or getattr(one.callback, "__name__", "") for one in app.registered_commands}
    for step in steps():
        assert step.command.removeprefix("tokbridge ") in commands
        assert set(step.settings) <= NAMES
