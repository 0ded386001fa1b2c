"""The connection test, and what is made in the store."""

from __future__ import annotations

from tests.conformance.world import World
from tokbridge.stores.registry import PLATFORMS


def test_everything_is_permitted(world: World) -> None:
    health = world.store.check()
    assert health.ok, [finding for finding in health.findings if not finding.ok]
    assert health.platform == world.store.platform == world.subject.name
    assert health.currency == world.control("GET", "settings")["currency"]
    assert health.version
    assert world.store.settle >= 0


def test_missing_permissions_are_named(world: World) -> None:
    missing = world.texts["partial"]["missing"]
    assert missing
    health = world.open("partial").check()
    assert not health.ok
    told = [f"{finding.name} {finding.detail}" for finding in health.findings if not finding.ok]
    for name in missing:
        assert any(name in words for words in told), f"{name} is not named: {told}"
    assert all(finding.remedy for finding in health.findings if not finding.ok)


def test_a_wrong_credential_is_a_finding(world: World) -> None:
    health = world.open("wrong").check()
    assert not health.ok
    assert any(not finding.ok and finding.remedy for finding in health.findings)


def test_settings_are_declared(world: World) -> None:
    """Whatever a connection needs can be filled in, and something of what opens the store is treated as a secret."""
    declared = {setting.name: setting for setting in PLATFORMS[world.subject.name].settings}
    assert all(setting.words.strip() for setting in declared.values())
    assert {*world.texts["connect"], *world.subject.texts, "shop"} <= set(declared)
    opening = {name for name, text in world.texts["connect"].items() if text != world.texts["wrong"].get(name)}
    assert any(declared[name].secret for name in opening), f"none of {sorted(opening)} is a secret"


def test_preparing_again_makes_nothing(world: World) -> None:
    again = world.store.prepare(None)
    assert again.made == ()
    assert all(finding.ok for finding in again.findings), again.findings


def test_names_to_choose_from(world: World) -> None:
    codes = [status.code for status in world.store.statuses()]
    assert codes
    assert len(codes) == len(set(codes))
    assert all(status.name.strip() for status in world.store.statuses())
    names = [carrier.name for carrier in world.store.carriers()]
    assert all(name.strip() for name in names)
