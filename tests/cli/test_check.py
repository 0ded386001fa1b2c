"""`check`: each part that is not right is found, named, and told what to do about it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.sync.world import SHOP_ID, World
from tokbridge.core.errors import CredentialRefused, Refused, Retry
from tokbridge.records.models import Account, Authorisation, Channel, Connection, Watermark
from tokbridge.stores.nouns import Finding
from tokbridge.tiktok.webhooks import EVENT_TYPES

pytestmark = pytest.mark.django_db(transaction=True)

SHOP = f"TikTok shop Mugs ({SHOP_ID})"
APP = "TikTok app 68xu9ks5p4i8"
STORE = "shopify ada.example"


@pytest.fixture
def world(world: World) -> World:
    """Everything in order: webhooks registered, feed read a moment ago."""
    from django.conf import settings

    address = f"{settings.PUBLIC_URL}/hooks/tiktok/"
    world.tiktok.answers["webhooks.list"] = {
        "webhooks": [{"event_type": one, "address": address} for one in EVENT_TYPES]
    }
    Watermark.objects.create(account=world.account, feed="orders", value=int(time.time()))
    return world


def wrong(run: Run) -> dict[tuple[str, str], dict[str, Any]]:
    """What `check` finds wrong, by where and name; its exit code must fit."""
    ran = run("check", "--json")
    found = {(one["where"], one["name"]): one for one in ran.json["findings"] if one["grade"] == "wrong"}
    assert (ran.code, ran.json["ok"]) == (1 if found else 0, not found)
    assert all(one["detail"] and one["remedy"] for one in found.values())
    return found


def test_nothing_is_wrong(world: World, run: Run) -> None:
    assert wrong(run) == {}
    text = run("check").out
    assert (
        "Nothing is wrong" in text
        and "89 days left" in text
        and "2 carriers" in text
        and re.search("SQLite|PostgreSQL", text)
    )


def test_a_refused_token(world: World, run: Run) -> None:
    world.tiktok.answers["authorization.shops"] = CredentialRefused("105002", "expired")
    found = wrong(run)
    assert list(found) == [(APP, "authorisation")]
    assert "tokbridge authorise" in found[APP, "authorisation"]["remedy"]


def test_an_authorisation_that_ends_soon(world: World, run: Run) -> None:
    Authorisation.objects.update(refresh_expires=int(time.time()) + 20 * 86400 + 60)
    assert "20 days left" in wrong(run)[APP, "authorisation"]["detail"]


def test_never_authorised(world: World, run: Run) -> None:
    Authorisation.objects.update(access_token="")
    assert "never authorised" in wrong(run)[APP, "authorisation"]["detail"]


@pytest.mark.parametrize(("ahead", "is_wrong"), [(45, True), (-45, True), (20, False)])
def test_the_clock(world: World, run: Run, ahead: int, is_wrong: bool) -> None:
    world.tiktok.offset = ahead
    assert ((APP, "clock") in wrong(run)) is is_wrong


def test_a_shop_that_was_taken_away(world: World, run: Run) -> None:
    Account.objects.filter(pk=world.account.pk).update(shop_id="7")
    assert ("TikTok shop Mugs (7)", "shop") in wrong(run)


def test_carriers_that_cannot_be_read(world: World, run: Run) -> None:
    world.tiktok.answers["providers.list"] = Refused("105005", "no scope")
    assert "no scope" in wrong(run)[SHOP, "carriers"]["detail"]
    world.tiktok.answers["providers.list"] = {"shipping_providers": []}
    assert "names no carrier" in wrong(run)[SHOP, "carriers"]["remedy"]
    world.tiktok.answers["warehouses.list"] = {}
    assert "0 warehouses" in wrong(run)[SHOP, "carriers"]["detail"]


def test_webhooks_at_another_address(world: World, run: Run) -> None:
    world.tiktok.answers["webhooks.list"]["webhooks"][0]["address"] = "https://old.example.invalid/"
    found = wrong(run)[SHOP, "webhooks"]
    assert EVENT_TYPES[0] in found["detail"] and EVENT_TYPES[1] not in found["detail"]


def test_a_feed_that_stands_still(world: World, run: Run) -> None:
    Watermark.objects.update(value=int(time.time()) - 3600)
    assert re.search(r"3[67]\d\d s ago", wrong(run)[SHOP, "orders feed"]["detail"])  # 3600, and what the test took
    Watermark.objects.all().delete()
    assert "nothing was read" in wrong(run)[SHOP, "orders feed"]["detail"]


def test_an_account_without_a_channel(world: World, run: Run) -> None:
    Channel.objects.all().delete()
    assert list(wrong(run)) == [(SHOP, "channel")]


def test_findings_of_the_store_by_name(world: World, run: Run) -> None:
    world.store.findings = (
        Finding("scope read_orders", False, "missing", "grant it"),
        Finding("currency", True, "GBP"),
    )
    assert wrong(run)[STORE, "scope read_orders"]["remedy"] == "grant it"


def test_advice_of_a_store_that_works_is_not_wrong(world: World, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    health = replace(world.store.check(), findings=(Finding("old orders", False, "60 days only", "ask for more"),))
    monkeypatch.setattr(world.store, "check", lambda: health)
    assert wrong(run) == {}
    assert "ask for more" in run("check").out


def test_a_store_that_does_not_answer(world: World, run: Run) -> None:
    world.store.errors["check"] = Retry("not reached", "ConnectError")
    assert "ConnectError" in wrong(run)[STORE, "connection"]["detail"]


def test_a_broken_connection_is_tried_at_once(world: World, run: Run) -> None:
    Connection.objects.update(state="broken", code="http 503", words="busy", retry_at=time.time() + 600)
    assert wrong(run) == {}
    assert Connection.objects.get(name="TikTok Shop").state == "healthy"


def test_an_installation_without_connections_says_which_settings_to_set(run: Run) -> None:
    found = wrong(run)
    assert set(found) == {("TikTok Shop", "connection"), ("web store", "connection")}
    for name in ("TOKBRIDGE_TIKTOK_APP_KEY", "TOKBRIDGE_TIKTOK_APP_SECRET", "TOKBRIDGE_TIKTOK_SERVICE_ID"):
        assert name in found["TikTok Shop", "connection"]["remedy"]
    assert "TOKBRIDGE_SHOPIFY_SHOP" in found["web store", "connection"]["remedy"]


def program(tmp_path: Path, *args: str, **settings: str) -> subprocess.CompletedProcess[str]:
    mine = {key: value for key, value in os.environ.items() if not key.startswith("TOKBRIDGE_")}
    values = {**mine, "TOKBRIDGE_DATA_DIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path), **settings}
    command = [sys.executable, "-m", "tokbridge.cli.main", *args]
    return subprocess.run(command, env=values, capture_output=True, text=True, check=False)


def test_the_program_on_an_empty_folder(tmp_path: Path) -> None:
    ran = program(tmp_path, "check", "--json")
    assert (ran.returncode, ran.stderr) == (1, "")
    names = {(one["where"], one["name"]) for one in json.loads(ran.stdout)["findings"] if one["grade"] == "wrong"}
    assert names == {("database", "tables"), ("TikTok Shop", "connection"), ("web store", "connection")}


def test_log_lines_go_to_standard_error(tmp_path: Path) -> None:
    """The app cannot be reached, which is logged while the tables are made; the list is still one line of JSON."""
    ran = program(
        tmp_path,
        "orders",
        "--json",
        TOKBRIDGE_TIKTOK_APP_KEY="k",
        TOKBRIDGE_TIKTOK_APP_SECRET="s",
        TOKBRIDGE_TIKTOK_AUTH_CODE="c",
        TOKBRIDGE_TIKTOK_AUTH_URL="http://127.0.0.1:9",
    )
    assert (ran.returncode, ran.stdout) == (0, "[]\n")
    assert "a connection could not be made" in ran.stderr
