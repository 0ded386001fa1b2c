"""Tokens: refreshed once, kept whole, ended with one problem; and secrets unreadable in the database."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.db import connection

from tests.sync.world import SECRET, World, together
from tokbridge.core.errors import CredentialRefused, Retry
from tokbridge.records.models import Authorisation, Problem
from tokbridge.records.secrets import Unreadable
from tokbridge.sync.tokens import RowTokens


def expire(world: World, seconds: float) -> None:
    Authorisation.objects.update(access_expires=int(world.clock() + seconds))


def tokens(world: World) -> RowTokens:
    return RowTokens(world.authorisation.pk, world.tiktok_wire)


def test_refreshed_before_it_ends_and_kept_as_a_pair(world: World) -> None:
    expire(world, 600)
    assert tokens(world).current() == "access-2"
    row = Authorisation.objects.get()
    assert (row.access_token, row.refresh_token) == ("access-2", "refresh-2")
    assert row.lease_token == ""
    assert tokens(world).current() == "access-2"
    assert world.tiktok.refreshes == 1


def test_two_workers_refresh_once(world: World) -> None:
    world.monkeypatch.undo()  # real clocks and real sleep
    Authorisation.objects.update(access_expires=0)
    told: list[str] = []
    workers = [tokens(world) for _ in range(3)]
    jobs = [lambda worker=worker: told.append(worker.renew("access-1")) for worker in workers]
    assert together(*jobs) == []
    assert told == ["access-2"] * 3
    assert world.tiktok.refreshes == 1


@pytest.mark.parametrize("fault", ["before", "down"])
def test_a_refresh_that_fails_leaves_the_token_in_use_while_it_lasts(world: World, fault: str) -> None:
    expire(world, 600)
    world.tiktok_wire.faults = lambda _request: fault
    assert tokens(world).current() == "access-1"
    expire(world, -1)
    with pytest.raises(Retry):
        tokens(world).current()
    world.tiktok_wire.faults = lambda _request: ""
    assert tokens(world).current() == "access-2"


def test_an_authorisation_that_ended_is_one_problem_and_closes_with_the_next_pair(world: World) -> None:
    expire(world, -1)
    world.tiktok.ended = True
    for _ in range(3):
        with pytest.raises(CredentialRefused):
            tokens(world).current()
    (problem,) = Problem.objects.all()
    assert (problem.code, problem.tries, problem.actor) == ("reauthorise", 3, "shop owner")
    world.tiktok.ended = False
    tokens(world).current()
    assert not Problem.objects.filter(closed_at__isnull=True).exists()


def _columns() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_secret, access_token, refresh_token FROM records_authorisation")
        return " ".join(cursor.fetchone())


def test_secrets_are_encrypted_at_rest_and_survive_a_change_of_key(world: World, settings: LazySettings) -> None:
    assert not {SECRET, "access-1", "refresh-1"} & set(_columns().split())
    assert SECRET not in _columns()
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 40, [old]
    row = Authorisation.objects.get()
    assert (row.app_secret, row.access_token) == (SECRET, "access-1")
    row.save()
    settings.SECRET_KEY_FALLBACKS = []
    assert Authorisation.objects.get().refresh_token == "refresh-1"
    settings.SECRET_KEY = "o" * 40
    with pytest.raises(Unreadable, match="TOKBRIDGE_SECRET_KEYS"):
        Authorisation.objects.get()
