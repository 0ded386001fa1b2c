"""What triggers write, facets, tallies and words, follows the tables, through a backup, a dump and a lost trigger too."""

from __future__ import annotations

import contextlib
import io
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import connection
from django.db.models import Count

from tests.records.orders import fill
from tests.web import factory
from tokbridge.records.facets import compact, parse, tallies
from tokbridge.records.folding import fold
from tokbridge.records.models import Account, Article, Line, Order, Tally
from tokbridge.records.search_schema import complete

pytestmark = pytest.mark.django_db


def test_facets_and_tallies_follow_whatever_happens(shop: Account) -> None:
    made = fill(shop, 60)
    rng = random.Random(1)
    for order in made:
        change: dict[str, Any] = rng.choice(
            [{"status": "CANCELLED"}, {"problem_code": None}, {"store_number": "x"}, {"channel": None}, {"reason": "y"}]
        )
        Order.objects.filter(pk=order.pk).update(**change)
    Line.objects.filter(order__in=made[:9]).delete()
    Order.objects.filter(pk__in=[order.pk for order in made[:9]]).delete()
    counted: dict[str, int] = {}
    for order in Order.objects.all():
        facet = parse(order.facet)
        assert (facet.account, facet.channel, facet.status) == (order.account_id, order.channel_id, order.status)
        assert (facet.standing, facet.problem) == (order.tokbridge_status, order.problem_code or "")
        assert facet.created == (order.store_number is not None)
        assert (facet.fulfilment, facet.mode) == (order.fulfilment_type, order.logistic_mode)
        counted[order.facet] = counted.get(order.facet, 0) + 1
    assert {facet.text: n for facet, n in tallies().items()} == counted


def test_adding_up_the_tallies_changes_no_sum(shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokbridge.records.facets.COMPACT_AT", 1)
    fill(shop, 30)
    Order.objects.update(status="CANCELLED")
    before = tallies()
    went = compact()
    assert tallies() == before
    assert (went > 0) == (connection.vendor == "postgresql")
    if connection.vendor == "postgresql":
        assert Tally.objects.count() == len(before)


@pytest.mark.parametrize("text", ["Lucía", "ŁUKASZ GROß", "İstanbul Çelik", "naïve Œuvre", "plain", "ÆØ", "Đặng", ""])
def test_the_database_folds_as_python_does(db: None, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tokbridge_fold(%s)", [text])
        assert cursor.fetchone()[0] == fold(text)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is backed up by pg_dump")
@pytest.mark.django_db(transaction=True)
def test_a_backup_needs_none_of_our_functions(tmp_path: Path) -> None:
    """As docs/operations.md makes it: by a bare sqlite3."""
    fill(factory.account(), 5)
    backup = tmp_path / "backup.sqlite3"
    with contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"])) as bare:
        bare.execute("VACUUM INTO ?", [str(backup)])
    with contextlib.closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = copy.execute(
            "SELECT rowid FROM records_order_words WHERE records_order_words MATCH '\"579\"'"
        ).fetchall()
        assert len(found) == 5


@pytest.mark.django_db(transaction=True)
def test_what_a_lost_trigger_missed_is_made_good_after_the_next_migration() -> None:
    account = factory.account()
    with connection.cursor() as cursor:
        table = " ON records_order" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER tokbridge_order_moved{table}")
    fill(account, 9)
    Order.objects.update(status="CANCELLED")
    complete(connection)
    assert sum(n for facet, n in tallies().items() if facet.status == "CANCELLED") == 9
    Order.objects.update(status="COMPLETED")
    assert sum(n for facet, n in tallies().items() if facet.status == "COMPLETED") == 9
    assert {facet.text: n for facet, n in tallies().items()} == {
        told["facet"]: told["n"] for told in Order.objects.values("facet").annotate(n=Count("pk"))
    }


@pytest.mark.django_db(transaction=True)
def test_a_dump_without_what_triggers_write_is_loaded_once() -> None:
    """From SQLite to PostgreSQL, as docs/operations.md says."""
    fill(factory.account(), 7)
    before = tallies()
    text = io.StringIO()
    left_out = ["contenttypes", "auth.permission", "sessions", "axes", "records.tally", "records.article"]
    call_command("dumpdata", natural_foreign=True, exclude=left_out, stdout=text)
    assert '"facet"' not in text.getvalue()
    call_command("flush", interactive=False, verbosity=0)
    assert tallies() == {}
    for one in serializers.deserialize("json", text.getvalue()):
        one.save()
    assert tallies() == before
    assert Article.objects.count() == len({line.product_id for line in Line.objects.all()})


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite's have changed since")
def test_a_trigger_of_an_older_version_is_replaced_and_old_names_stay() -> None:
    account = factory.account()
    fill(account, 1)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER tokbridge_line_new")
        cursor.execute("CREATE TRIGGER tokbridge_line_new AFTER INSERT ON records_line BEGIN SELECT 1; END")
    Article.objects.create(product_id="p", sku_id="s", words="a name it had")
    complete(connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'tokbridge_line_new'")
        assert "records_article" in cursor.fetchone()[0]
    assert Article.objects.filter(words="a name it had").exists()
