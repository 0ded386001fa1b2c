"""Every question finds what reading all rows one by one would find, in the same order, whichever way it walks."""

from __future__ import annotations

import contextlib
import io
import itertools
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import connection
from django.db.models import Count

from tests.web import factory
from tokbridge.records import conditions, sizes
from tokbridge.records.choice import Choice, Sort, Tab
from tokbridge.records.facets import compact, parse, tallies
from tokbridge.records.folding import fold
from tokbridge.records.models import Account, Article, Line, Order, Tally
from tokbridge.records.search_schema import complete
from tokbridge.records.selection import Selection

pytestmark = pytest.mark.django_db

NAMES = ["Lucía Fernández", "Ada Byron", "Łukasz Groß", "Li Wei", "LUCIA O'Neil", "Óscar Núñez", "Eva 100%_x"]
GOODS = ["Crème brûlée set", "Enamel mug", "Wool cap"]


@pytest.fixture
def shop(db: None) -> Account:
    return factory.account()


def fill(account: Account, count: int, seed: int = 3) -> list[Order]:
    rng = random.Random(seed)
    channel = account.channels.get().pk
    made = Order.objects.bulk_create(
        Order(
            account=account,
            channel_id=rng.choice([channel, None]),
            tiktok_id=f"5790000000{n:05}{rng.randrange(100):02}",
            status=rng.choice(["ON_HOLD", "COMPLETED", "COMPLETED", "CANCELLED"]),
            tokbridge_status=rng.choice(["waiting", "finished", "blocked"]),
            problem_code=rng.choice([None, None, "unmatched_sku", "bug"]),
            store_number=rng.choice([None, f"TTS-{n}"]),
            fulfilment_type=rng.choice(["merchant", "tiktok"]),
            logistic_mode=rng.choice(["seller", "platform"]),
            customer=rng.choice(NAMES),
            placed_at=1_700_000_000 + rng.randrange(40),
            ship_by=rng.choice([None, 1_700_000_000 + rng.randrange(9)]),
            imported_at=1,
            updated_at=1,
            created_at=rng.choice([None, 1_700_000_100.0 + n]),
        )
        for n in range(count)
    )
    Line.objects.bulk_create(
        Line(
            order=order,
            tiktok_id=f"l{order.pk}",
            position=0,
            product_id=str(kind),
            sku_id=f"sku{kind}",
            seller_sku=f"CODE-{kind}",
            product_name=GOODS[kind],
            sku_name="",
            image="",
            sale_price=1,
            is_gift=False,
            cancelled=False,
            package_id="",
            tracking_number=f"RM{order.pk:06}GB",
            provider_name="",
        )
        for order in made
        for kind in [rng.randrange(3)]
    )
    return made


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


def brute(orders: list[Order], choice: Choice, tab: Tab, placed: tuple[int | None, int | None]) -> list[Order]:
    begin, end = placed
    return [
        order
        for order in orders
        if choice.fits(parse(order.facet))
        and tab.fits(parse(order.facet))
        and (begin is None or order.placed_at >= begin)
        and (end is None or order.placed_at < end)
    ]


@pytest.mark.parametrize(("few", "walk"), [(0, 5), (4000, 10_000)], ids=["many", "few"])
@pytest.mark.parametrize("descending", [True, False])
def test_every_filter_pages_through_exactly_its_orders(
    shop: Account, monkeypatch: pytest.MonkeyPatch, few: int, walk: int, descending: bool
) -> None:
    """`many`: as if all selections were too large to be read at once."""
    for name, value in {"FEW": few, "WALK": walk, "DENSE_WALK": walk}.items():
        monkeypatch.setattr(sizes, name, value)
    fill(shop, 100)
    orders = list(Order.objects.all())
    channel = shop.channels.get().pk
    choices = [
        Choice(),
        Choice(account=shop.pk),
        Choice(account=shop.pk + 1),
        Choice(channels=frozenset([channel])),
        Choice(mode="seller", fulfilment="tiktok"),
        Choice(problem="bug", created=False),
        Choice(standing="blocked", account=shop.pk),
    ]
    tabs = [Tab(), Tab(("ON_HOLD",)), Tab(("COMPLETED", "CANCELLED")), Tab(errors=True)]
    dates = [(None, None), (1_700_000_010, 1_700_000_025)]
    texts: list[tuple[tuple[conditions.Condition, ...], Any]] = [
        ((), lambda order: True),
        ((conditions.customer("lucia"),), lambda order: "luc" in fold(order.customer)),
        ((conditions.customer("lucia"), conditions.product_id("1")), None),
        ((conditions.search("wei li", by_buyer=True),), lambda order: order.customer == "Li Wei"),
        ((conditions.created_between(1_700_000_120, 1_700_000_190),), None),
    ]
    goods = {line.order_id: line.product_id for line in Line.objects.all()}
    questions = list(itertools.product(choices, tabs, dates, texts))
    for choice, tab, placed, (asked, fits) in random.Random(few).sample(questions, 90):
        told = brute(orders, choice, tab, placed)
        if len(asked) == 2:
            told = [order for order in told if "luc" in fold(order.customer) and goods[order.pk] == "1"]
        elif fits is None:
            told = [one for one in told if one.created_at and 1_700_000_120 <= one.created_at < 1_700_000_190]
        else:
            told = [order for order in told if fits(order)]
        wanted = sorted(((one.placed_at, one.pk) for one in told), reverse=descending)
        found: list[tuple[float, int]] = []
        question = Selection(choice, placed, asked)
        while page := question.page(tab, Sort(descending=descending), found[-1] if found else None, 20):
            found += page
        assert found == wanted, (choice, tab, placed, asked)
        if len(wanted) > 25:
            back = question.page(tab, Sort(descending=descending), wanted[25], 10, backwards=True)
            assert back == wanted[24:14:-1]
        n, more = question.count([tab])[0]
        assert n == len(wanted) or (more and n <= len(wanted)), (choice, tab, placed, asked)


@pytest.mark.parametrize(
    ("term", "buyer", "n"),
    [
        ("lucia", True, "Luc"),
        ("LUCÍA fern", True, "Fern"),
        ("lucia", False, None),
        ("lukasz gross", True, "Łukasz"),
        ("li", True, "Li Wei"),
        ("100%_", True, "100%_x"),
        ("%", True, None),
        ('"', True, None),
        ("o'neil", True, "O'Neil"),
    ],
)
@pytest.mark.parametrize("few", [0, 4000])
def test_names_are_found_without_accents_and_only_by_those_who_may_see_them(
    shop: Account, monkeypatch: pytest.MonkeyPatch, term: str, buyer: bool, n: str | None, few: int
) -> None:
    monkeypatch.setattr(sizes, "FEW", few)
    fill(shop, 80)
    wanted = {order.pk for order in Order.objects.all() if n and n.lower() in order.customer.lower()}
    if term == "lucia" and n:
        wanted = {order.pk for order in Order.objects.all() if "lucia" in fold(order.customer)}
    if term == "li":
        wanted = {order.pk for order in Order.objects.all() if order.customer.startswith("Li")}
    found = Selection(conditions=(conditions.search(term, by_buyer=buyer),)).ids(Tab())
    assert set(itertools.chain.from_iterable(found)) == wanted


def test_ids_articles_and_tracking_numbers_are_found(shop: Account) -> None:
    made = fill(shop, 40)

    def found(term: str) -> set[int]:
        asked = Selection(conditions=(conditions.search(term, by_buyer=False),))
        return set(itertools.chain.from_iterable(asked.ids(Tab())))

    one = made[7]
    assert found(one.tiktok_id) == {one.pk}
    assert found(f"#{one.pk}") == {one.pk}
    assert one.pk in found(one.tiktok_id[5:14])
    assert found(f"rm{one.pk:06}gb") == found(f"RM {one.pk:06} GB") == {one.pk}
    assert found(f"rm{one.pk:06}") == {one.pk}
    creme = set(Line.objects.filter(product_id="0").values_list("order_id", flat=True))
    assert found("creme brulee") == found("code-0") == found("BRÛL sku0") == creme
    assert found("no such thing") == set()


def test_an_article_is_found_by_every_name_it_ever_had(shop: Account) -> None:
    order = fill(shop, 1)[0]
    old = Line.objects.get(order=order).product_name
    Line.objects.filter(order=order).update(product_name="Renamed thing")
    assert Article.objects.count() == 2
    for name in (old, "renamed"):
        asked = Selection(conditions=(conditions.product(name),))
        assert [key[1] for key in asked.page(Tab(), Sort(), None, 9)] == [order.pk]


def test_small_selections_can_be_sorted_by_anything(shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(shop, 60)
    sort = Sort("coalesce(o.ship_by, 99999999999)", descending=False)
    wanted = sorted((one.ship_by or 99999999999, one.pk) for one in Order.objects.filter(status="ON_HOLD"))
    tab, asked = Tab(("ON_HOLD",)), Selection()
    first = asked.page(tab, sort, None, 5)
    assert first + asked.page(tab, sort, first[-1], 500) == wanted
    monkeypatch.setattr(sizes, "SORTABLE", 3)
    assert not asked.sortable(tab)
    with pytest.raises(ValueError, match="too many"):
        asked.page(tab, sort, None, 5)


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


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has its own")
def test_without_pg_trgm_beginnings_are_found(shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokbridge.records.conditions.has_trigrams", lambda _connection: False)
    fill(shop, 40)
    asked = Selection(conditions=(conditions.search("lucia fern", by_buyer=True),))
    wanted = {order.pk for order in Order.objects.filter(customer="Lucía Fernández")}
    assert wanted
    assert set(itertools.chain.from_iterable(asked.ids(Tab()))) == wanted
