"""Is everything there that Tokbridge needs? Every part is asked, every finding says what, where and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from tokbridge.core.errors import OutsideError
from tokbridge.core.problems import kind
from tokbridge.records.models import Account, Authorisation, Channel, Connection, Store
from tokbridge.records.search_schema import NO_TRIGRAMS, has_trigrams
from tokbridge.stores.nouns import Finding
from tokbridge.stores.registry import PLATFORMS
from tokbridge.sync.checkup_tiktok import tiktok_findings
from tokbridge.sync.connections import web_store
from tokbridge.sync.limits import ConnectionDown
from tokbridge.sync.queue import huey

OLDEST_POSTGRESQL = 150000  # server_version_num of 15.0
START = "start `tokbridge serve` (or a worker) with these settings"


class Grade(StrEnum):
    OK = "ok"
    ADVICE = "advice"  # works, and could be better
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Looked:
    """One finding. `where`: the part of the installation, or the connection's name."""

    where: str
    name: str
    grade: Grade
    detail: str
    remedy: str = ""


def checkup() -> Iterator[Looked]:
    """Every finding as it is made; asks the platforms, changes nothing there."""
    yield _database()
    migrations = _migrations()
    yield migrations
    yield _engine()
    if migrations.grade is not Grade.OK:
        yield from _missing(authorised=False, store=False)
        return
    yield _search()
    yield from _missing(authorised=Authorisation.objects.exists(), store=Store.objects.exists())
    Connection.objects.update(retry_at=0)  # a person wants to know now: whatever is refused or broken is tried
    for authorisation in Authorisation.objects.select_related("connection"):
        where = f"TikTok app {authorisation.app_key}"
        yield from _asked(where, authorisation.connection_id, partial(tiktok_findings, authorisation))
    for account in Account.objects.order_by("name"):
        yield _channel(account)
    for store in Store.objects.select_related("connection"):
        yield from _asked(f"{store.platform} {store.address}", store.connection_id, partial(_store, store))


def _search() -> Looked:
    if has_trigrams(connection):
        return Looked("database", "search", Grade.OK, "names and ids are found by any part of them")
    return Looked("database", "search", Grade.ADVICE, "pg_trgm is missing", NO_TRIGRAMS)


def _database() -> Looked:
    where, name = "database", "version"
    if connection.vendor == "sqlite":
        return Looked(where, name, Grade.OK, f"SQLite {sqlite3.sqlite_version}, {connection.settings_dict['NAME']}")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            number = int(cursor.fetchone()[0])
    except DatabaseError as error:
        remedy = "start the server, or correct TOKBRIDGE_DATABASE_URL"
        return Looked(where, name, Grade.WRONG, f"PostgreSQL does not answer ({type(error).__name__})", remedy)
    version = f"PostgreSQL {number // 10000}.{number % 10000}"
    if number < OLDEST_POSTGRESQL:
        return Looked(where, name, Grade.WRONG, version, "Tokbridge needs PostgreSQL 15 or newer")
    return Looked(where, name, Grade.OK, version)


def _migrations() -> Looked:
    where, name = "database", "tables"
    try:
        executor = MigrationExecutor(connection)
        missing = [str(one) for one, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    except DatabaseError as error:
        remedy = "see the finding about the version"
        return Looked(where, name, Grade.WRONG, f"cannot be read ({type(error).__name__})", remedy)
    if not missing:
        return Looked(where, name, Grade.OK, "up to date")
    return Looked(where, name, Grade.WRONG, f"{len(missing)} changes of the tables are not applied", START)


def _engine() -> Looked:
    what = "Redis" if settings.REDIS_URL else "SQLite file"
    try:
        waiting = huey.pending_count()
    except Exception as error:  # noqa: BLE001 - every engine has errors of its own, and all mean the same here
        remedy = (
            "correct TOKBRIDGE_REDIS_URL, or start Redis" if settings.REDIS_URL else "make TOKBRIDGE_DATA_DIR writable"
        )
        return Looked("task engine", what, Grade.WRONG, f"not reached ({type(error).__name__})", remedy)
    return Looked("task engine", what, Grade.OK, f"reached, {waiting} waiting")


def _missing(*, authorised: bool, store: bool) -> Iterator[Looked]:
    """Which settings a new installation still needs (docs/settings.md)."""
    if not authorised:
        remedy = "set TOKBRIDGE_TIKTOK_APP_KEY, TOKBRIDGE_TIKTOK_APP_SECRET and TOKBRIDGE_TIKTOK_SERVICE_ID"
        if settings.TIKTOK["app_key"]:
            remedy = START
        yield Looked("TikTok Shop", "connection", Grade.WRONG, "there is none", f"{remedy} (docs/settings.md)")
    if not store:
        shops = " or ".join(f"TOKBRIDGE_{platform.upper()}_SHOP" for platform in PLATFORMS)
        remedy = f"set {shops}, and that platform's credentials"
        if any(texts.get("shop") for texts in settings.STORES.values()):
            remedy = START
        yield Looked("web store", "connection", Grade.WRONG, "there is none", f"{remedy} (docs/settings.md)")


def _channel(account: Account) -> Looked:
    where = f"TikTok shop {account.name} ({account.shop_id})"
    stores = Channel.objects.filter(account=account).values_list("store__platform", "store__address")
    if not stores:
        return Looked(where, "channel", Grade.WRONG, kind("no_channel").explanation, kind("no_channel").fix)
    return Looked(
        where, "channel", Grade.OK, "to " + ", ".join(f"{platform} {address}" for platform, address in stores)
    )


def _store(row: Store) -> Iterator[tuple[str, Finding, bool]]:
    """What the adapter's own test finds; when it says that the store works, what is not right is advice."""
    try:
        health = web_store(row.pk).store.check()
    except (ValueError, KeyError) as error:
        remedy = "correct the store's settings (docs/settings.md)"
        yield "", Finding("settings", False, str(error), remedy), True
        return
    yield "", Finding("shop", True, f"{health.shop_name}, {health.currency}, version {health.version}"), True
    for finding in health.findings:
        yield "", finding, not health.ok


def _asked(
    where: str, connection_id: int, findings: Callable[[], Iterator[tuple[str, Finding, bool]]]
) -> Iterator[Looked]:
    """The findings of one connection; its trouble is a finding, not an end."""
    try:
        for part, finding, needed in findings():
            grade = Grade.OK if finding.ok else Grade.WRONG if needed else Grade.ADVICE
            yield Looked(part or where, finding.name, grade, finding.detail, "" if finding.ok else finding.remedy)
    except ConnectionDown:
        row = Connection.objects.get(pk=connection_id)
        yield Looked(where, "connection", Grade.WRONG, f"{row.state}: {row.code} {row.words}", kind("credential").fix)
    except OutsideError as error:
        yield Looked(where, "connection", Grade.WRONG, f"{error.code}: {error.words}", remedy_of(error))


def remedy_of(error: OutsideError) -> str:
    """What to do about an error that no finding explains better."""
    return f"for the {error.actor}: {kind('refused').fix}" if error.actor != "nobody" else kind("retry").fix
