"""Credentials that end, are taken away and given back: one banner, no order to blame, everything caught up."""

from __future__ import annotations

import pytest

from tests.faults.cases import MIX
from tests.faults.world import World

pytestmark = pytest.mark.slow


def test_expired_token(world: World) -> None:
    """TikTok calls the token expired long before its time: it is renewed at once, nobody notices."""
    placed = world.place(MIX)
    world.stage.tiktok.post("tokens/expire")
    world.carry(placed)
    assert world.banners() == []


def test_expired_token_and_refresh_fails(world: World) -> None:
    world.stage.tiktok.post("faults", {"operation": "token.refresh", "kind": "http", "times": 2})
    world.stage.tiktok.post("tokens/expire")
    world.carry(world.place(MIX))
    assert world.banners() == []
    assert world.stage.tiktok.get("faults")["faults"][0]["hit_count"] == 2


def test_seller_takes_the_authorisation_away_and_gives_it_back(world: World) -> None:
    placed = world.place(MIX)
    world.stage.tiktok.post("tokens/revoke")
    world.until(lambda: world.banners() == ["reauthorise"], "one banner")
    late = world.place(("plain", "plain"))
    code = world.stage.tiktok.post("auth_codes")["code"]
    ran = world.run("authorise", code)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("connected:") == 2
    world.carry(placed + late)
    world.until(lambda: world.banners() == [], "no banner")


def test_store_takes_the_app_away_and_gives_it_back(world: World) -> None:
    store = world.store
    world.carry(world.place(("plain",)))  # so that the token is in use
    store.put("settings", {"app_installed": False})
    for token in store.get("tokens")["tokens"]:
        store.delete(f"tokens/{token['token']}")
    placed = world.place(("plain", "plain", "plain"))
    world.until(lambda: world.banners() == ["credential"], "one banner")
    known = "SELECT count(*) FROM records_order WHERE problem_code IS NOT NULL AND tiktok_id = ?"
    assert [world.ask(known, one.id)[0][0] for one in placed] == [0, 0, 0], "orders are not to blame"
    store.put("settings", {"app_installed": True})
    ran = world.run("check")  # what a person does then: it asks at once
    assert ran.returncode == 0, ran.stdout
    world.until(lambda: all(world.ask("SELECT 1 FROM records_order WHERE tiktok_id = ?", one.id) for one in placed), "")
    ran = world.run("sync", *[one.id for one in placed])
    assert ran.returncode == 0, ran.stderr
    world.carry(placed)
    world.until(lambda: world.banners() == [], "no banner")


def test_permission_missing_and_too_many_creations(world: World) -> None:
    """Two refusals after which a minute must pass: a small store takes five orders a minute, and `data` null beside
    ACCESS_DENIED stops the connection, which is asked again by itself."""
    for code in ("Too many attempts", "ACCESS_DENIED"):
        world.store.post("faults", {"operation": "orderCreate", "kind": "error", "code": code})
    world.carry(world.place(("plain", "plain", "two parcels")))
    assert [one["hit_count"] for one in world.store.get("faults")["faults"]] == [1, 1]
    world.until(lambda: world.banners() == [], "no banner")


def test_store_refuses_one_order(world: World) -> None:
    """The platform's own words stand at the order; whoever has changed the cause tries it again with one command."""
    fault = {"operation": "orderCreate", "kind": "error", "code": "userErrors", "message": "The moon is too bright"}
    world.store.post("faults", fault)
    placed = world.place(("plain", "plain", "plain"))
    words = (
        "SELECT o.tiktok_id, p.words FROM records_problem p JOIN records_order o ON o.id = p.order_id"
        " WHERE p.closed_at IS NULL AND p.step = 'create'"
        f" AND o.tiktok_id IN ({', '.join(repr(one.id) for one in placed)})"
    )
    world.until(lambda: len(world.ask(words)) == 1, "one problem")
    [(order_id, told)] = world.ask(words)
    assert "The moon is too bright" in told
    ran = world.run("create", order_id)
    assert ran.returncode == 0, ran.stderr
    world.carry(placed)
