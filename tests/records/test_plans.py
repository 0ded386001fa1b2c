"""No question reads a whole table: what the databases say of how they would find the rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.records.orders import archive, fill
from tests.web import factory
from tokbridge.records import clocks, conditions, sizes
from tokbridge.records.choice import Choice, Sort, Tab
from tokbridge.records.facets import parse
from tokbridge.records.models import Account, Binding, Order
from tokbridge.records.selection import Selection

pytestmark = pytest.mark.django_db

WHOLE = {
    "sqlite": ("SCAN o", "SCAN records_order", "SCAN records_line", "SCAN l"),
    "postgresql": ("Seq Scan on records_",),
}
SMALL = ("records_article", "records_tally")  # read whole on purpose: they do not grow with the orders


@pytest.fixture
def shop(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """A desk that believes all its selections to be large; PostgreSQL takes indexes although the tables are small."""
    for name, value in {"FEW": 20, "SORTABLE": 10}.items():
        monkeypatch.setattr(sizes, name, value)
    account = factory.account()
    fill(account, 200)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off")
    yield account
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET enable_seqscan = on")


def plans(asked: Selection, tab: Tab) -> str:
    """The plans of all queries that a page and its counts take."""
    with CaptureQueriesContext(connection) as seen:
        first = asked.page(tab, Sort(), None, 10)
        asked.page(tab, Sort(), first[-1] if first else (1_700_000_020, 5), 10)
        asked.count([Tab(), tab])
    told = []
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    for query in seen.captured_queries:
        sql = query["sql"]
        if any(f"FROM {table}" in sql and "records_order" not in sql for table in SMALL) or "to_regclass" in sql:
            continue
        with connection.cursor() as cursor:
            cursor.execute(explain + sql.replace("%", "%%") if connection.vendor == "postgresql" else explain + sql)
            told.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
    return "\n".join(told)


def whole_tables(plan: str) -> list[str]:
    """Lines that read a table without an index. SQLite calls by the same name the rows that a subquery has already
    brought by its index, at most `WALK`: one such line for each subquery is none."""
    lines = [line.strip() for line in plan.splitlines()]
    brought = lines.count("CO-ROUTINE o")
    found = [
        line
        for line in lines
        if any(word in line for word in WHOLE[connection.vendor])
        and not any(word in line for word in ("USING", "VIRTUAL TABLE"))
        and not any(table in line for table in SMALL)
    ]
    for _ in range(min(brought, found.count("SCAN o"))):
        found.remove("SCAN o")
    return found


QUESTIONS: dict[str, tuple[dict[str, Any], Tab]] = {
    "all": ({}, Tab()),
    "tab": ({}, Tab(("COMPLETED",))),
    "tab, archived too": ({"choice": {"standing": "any"}}, Tab(("COMPLETED",))),
    "errors": ({}, Tab(errors=True)),
    "account": ({"choice": {"account": 0}}, Tab()),
    "mode": ({"choice": {"mode": "seller"}}, Tab()),
    "not created, on a tab": ({"choice": {"created": False, "fulfilment": "tiktok"}}, Tab(("ON_HOLD",))),
    "problem": ({"choice": {"problem": "bug"}}, Tab(errors=True)),
    "currency": ({"choice": {"currency": "GBP"}}, Tab()),
    "to ship": ({"choice": {"to_ship": True}}, Tab(("AWAITING_SHIPMENT", "PARTIALLY_SHIPPING"))),
    "month": ({"placed": (1_700_000_005, 1_700_000_030)}, Tab()),
    "mode and month": ({"choice": {"mode": "seller"}, "placed": (1_700_000_005, 1_700_000_030)}, Tab(("COMPLETED",))),
}


@pytest.mark.parametrize("archived", [False, True], ids=["none archived", "some archived"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_facets_and_dates_walk_an_index(shop: Account, name: str, archived: bool) -> None:
    if archived:
        archive(list(Order.objects.all()[::4]))
    asked, tab = QUESTIONS[name]
    choice = {**asked.get("choice", {})}
    if choice.get("account") == 0:
        choice["account"] = shop.pk
    plan = plans(Selection(Choice(**choice), asked.get("placed", (None, None))), tab)
    assert plan
    assert whole_tables(plan) == [], plan


def test_many_archived_orders_are_not_walked_past(shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where they fill the newest pages, what is shown is found through its own facets."""
    monkeypatch.setattr(sizes, "DENSE_WALK", 10)
    archive(list(Order.objects.order_by("-placed_at")[:150]))
    plan = plans(Selection(), Tab(("COMPLETED",)))
    assert "order_facet_placed" in plan
    assert whole_tables(plan) == [], plan


@pytest.mark.parametrize(
    "term",
    ["Óscar", "zzyzx", "li", "12345", "RM000001GB", "creme brulee", "tts-1", "579000000000001"],
)
def test_searches_walk_an_index(shop: Account, term: str) -> None:
    plan = plans(Selection(conditions=(conditions.search(term, by_buyer=True),)), Tab())
    assert whole_tables(plan) == [], plan


def test_a_number_that_stores_may_know_walks_an_index(shop: Account) -> None:
    store = shop.channels.get().store
    Binding.objects.bulk_create(
        Binding(
            order=order,
            store=store,
            state="released",
            marker=f"m{order.pk}-{n}",
            view="seller",
            expected_total=1,
            intended_at=1,
            ref=f"r{order.pk}-{n}",
        )
        for order in Order.objects.filter(account=shop)
        for n in range(20)  # fewer would be read whole, which is right
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    refs = ("777", "gid://shopify/Order/777")
    with CaptureQueriesContext(connection) as seen:
        conditions.search("777", by_buyer=True, refs=refs)
    [query] = [query["sql"] for query in seen.captured_queries if "records_binding" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + query)
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert "one_binding_per_store_order" in plan, plan
    assert "SCAN" not in plan and "Seq Scan" not in plan, plan


def test_products_and_times_of_creation_walk_an_index(shop: Account) -> None:
    for condition in (
        conditions.product_id("1"),
        conditions.product("code-2"),
        conditions.created_between(1_700_000_110, 1_700_000_130),
        conditions.customer("byron"),
    ):
        plan = plans(Selection(conditions=(condition,)), Tab(("COMPLETED",)))
        assert whole_tables(plan) == [], plan


def test_what_only_old_orders_have_is_read_by_its_own_index(shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by walking past all newer ones; whoever wants all orders goes on walking, and reads no hit twice."""
    monkeypatch.setattr(sizes, "WALK", 10)
    asked = Selection(conditions=(conditions.product_id("1"),))
    plan = plans(asked, Tab(("COMPLETED",)))
    assert whole_tables(plan) == [], plan
    assert "line_product" in plan, plan
    with CaptureQueriesContext(connection) as seen:
        paged = [asked.page(Tab(), Sort(), None, 50)]
        while len(paged[-1]) == 50:
            paged.append(asked.page(Tab(), Sort(), paged[-1][-1], 50))
    assert any("DISTINCT" in query["sql"] for query in seen.captured_queries)
    with CaptureQueriesContext(connection) as seen:
        every = [order_id for some in asked.ids(Tab()) for order_id in some]
    assert not any("DISTINCT" in query["sql"] for query in seen.captured_queries)
    assert [key[1] for keys in paged for key in keys] == every


def test_what_is_late_is_found_in_its_own_index(shop: Account) -> None:
    """Both questions of the clocks: by the few that they are, and among the rows of the list."""
    for condition, index in (
        (clocks.ship_by(0, 1_700_000_005), "order_ship_by"),
        (clocks.carried_late(300, 1_700_000_500), "order_slow"),
    ):
        for tab in (Tab(), Tab(("AWAITING_SHIPMENT", "PARTIALLY_SHIPPING"))):
            plan = plans(Selection(Choice(to_ship=index == "order_ship_by"), conditions=(condition,)), tab)
            assert whole_tables(plan) == [], plan
            assert index in plan, plan


def test_a_facet_alone_is_found_in_its_index(shop: Account) -> None:
    facet = parse(Order.objects.all()[0].facet)
    choice = Choice(account=facet.account, standing=facet.standing, mode=facet.mode, created=facet.created)
    assert "order_facet_placed" in plans(Selection(choice), Tab((facet.status,)))
