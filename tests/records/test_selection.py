"""Every question finds what reading all rows one by one would find, in the same order, whichever way it walks."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from tests.records.orders import archive, fill
from tokbridge.records import clocks, conditions, sizes
from tokbridge.records.choice import Choice, Sort, Tab
from tokbridge.records.facets import parse
from tokbridge.records.folding import fold
from tokbridge.records.models import Account, Article, Binding, Line, Order
from tokbridge.records.selection import Selection

pytestmark = pytest.mark.django_db


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
@pytest.mark.parametrize("archived", [False, True], ids=["none archived", "some archived"])
@pytest.mark.parametrize("descending", [True, False])
def test_every_filter_pages_through_exactly_its_orders(
    shop: Account, monkeypatch: pytest.MonkeyPatch, few: int, walk: int, descending: bool, archived: bool
) -> None:
    """`many`: as if all selections were too large to be read at once."""
    for name, value in {"FEW": few, "WALK": walk, "DENSE_WALK": walk}.items():
        monkeypatch.setattr(sizes, name, value)
    made = fill(shop, 100)
    if archived:
        archive(made[::4])
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
        Choice(standing="archived"),
        Choice(standing="any"),
        Choice(standing="any", account=shop.pk),
        Choice(currency="EUR"),
        Choice(to_ship=True),
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


def test_archived_orders_are_in_no_list_but_their_own(shop: Account) -> None:
    made = fill(shop, 60)
    away = made[::3]
    archive(away)
    gone, here = {order.pk for order in away}, {order.pk for order in made} - {order.pk for order in away}
    search = (conditions.search("579", by_buyer=True),)
    for asked in (Selection(), Selection(Choice(account=shop.pk)), Selection(conditions=search)):
        assert set(itertools.chain.from_iterable(asked.ids(Tab()))) == here
        assert asked.count([Tab()]) == [(len(here), False)]
        assert asked.left_out(Tab()) == len(gone)
    theirs = Selection(Choice(standing="archived"))
    assert set(itertools.chain.from_iterable(theirs.ids(Tab()))) == gone
    assert theirs.left_out(Tab()) == 0
    every = Selection(Choice(standing="any"))
    assert set(itertools.chain.from_iterable(every.ids(Tab()))) == gone | here
    assert every.left_out(Tab()) == 0
    on_hold = Tab(("ON_HOLD",))
    assert Selection().left_out(on_hold) == sum(order.status == "ON_HOLD" for order in away)
    assert Selection(Choice(account=shop.pk + 1)).left_out(Tab()) == 0


def late_for(now: float, limit: float) -> Callable[[Order], bool]:
    def late(one: Order) -> bool:
        if one.ready_at is None:
            return False
        if one.created_at is not None:
            return one.created_at > one.ready_at + limit
        return one.ready_at + limit < now and one.tokbridge_status not in clocks.NOT_CARRIED

    return late


@pytest.mark.parametrize(("few", "walk"), [(0, 5), (4000, 10_000)], ids=["many", "few"])
def test_the_clocks_find_what_reading_one_by_one_finds(
    shop: Account, monkeypatch: pytest.MonkeyPatch, few: int, walk: int
) -> None:
    for name, value in {"FEW": few, "WALK": walk, "DENSE_WALK": walk}.items():
        monkeypatch.setattr(sizes, name, value)
    fill(shop, 200)
    # the created ones of `fill` took 40 seconds; these take longer
    Order.objects.filter(pk__in=Order.objects.values("pk")[:90], created_at__isnull=False).update(
        created_at=F("created_at") + 500
    )
    orders = list(Order.objects.order_by("pk"))
    now = 1_700_000_150
    questions: list[tuple[conditions.Condition, Choice, Callable[[Order], bool]]] = [
        (clocks.carried_late(60, now), Choice(), late_for(now, 60)),
        (clocks.carried_late(520, now), Choice(currency="EUR"), late_for(now, 520)),
        (
            clocks.ship_by(1_700_000_002, 1_700_000_006),
            Choice(to_ship=True),
            lambda one: one.ship_by is not None and 1_700_000_002 <= one.ship_by < 1_700_000_006,
        ),
    ]
    for condition, choice, fits in questions:
        wanted = [one.pk for one in orders if fits(one) and choice.fits(parse(one.facet))]
        asked = Selection(choice, conditions=(condition,))
        assert wanted
        assert sorted(itertools.chain.from_iterable(asked.ids(Tab()))) == wanted


def test_to_ship_is_neither_tiktoks_nor_archived_nor_somebody_elses(shop: Account) -> None:
    made = fill(shop, 6)
    Order.objects.update(status="AWAITING_SHIPMENT", fulfilment_type="merchant", tokbridge_status="created")
    kept, *others = made
    for one, column in zip(
        others,
        (
            {"status": "AWAITING_COLLECTION"},
            {"fulfilment_type": "tiktok"},
            {"tokbridge_status": "archived"},
            {"tokbridge_status": "not ours"},
            {"status": "ON_HOLD"},
        ),
        strict=True,
    ):
        Order.objects.filter(pk=one.pk).update(**column)
    asked = Selection(Choice(to_ship=True))
    assert [key[1] for key in asked.page(Tab(), Sort(), None, 9)] == [kept.pk]
    assert asked.count([Tab()]) == [(1, False)]


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
        ("lucia o", True, "LUCIA O"),  # the index knows no words of one letter, so what it finds is looked at again
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
    asked = Selection(conditions=(conditions.search(term, by_buyer=buyer),))
    assert set(itertools.chain.from_iterable(asked.ids(Tab()))) == wanted
    assert {key[1] for key in asked.page(Tab(), Sort(), None, sizes.PAGE)} == wanted


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


def test_a_number_is_our_own_id_and_the_stores(shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    made = fill(shop, 40)
    one, other, store = made[7], made[8], shop.channels.get().store
    bound = {"marker": other.tiktok_id, "number": "N", "view": "buyer", "expected_total": 1, "intended_at": 0.0}

    def found(term: str, *refs: str) -> set[int]:
        asked = Selection(conditions=(conditions.search(term, by_buyer=False, refs=refs),))
        return set(itertools.chain.from_iterable(asked.ids(Tab())))

    Binding.objects.create(order=other, store=store, ref=str(one.pk), **bound)
    with_it = {order.pk for order in made if order.tiktok_id.startswith(str(one.pk))}
    assert found(str(one.pk)) == with_it | {one.pk}
    assert found(str(one.pk), str(one.pk)) == with_it | {one.pk, other.pk}
    Binding.objects.update(ref="gid://shopify/Order/777")
    assert found("777", "777", "gid://shopify/Order/777") == {other.pk}
    Binding.objects.update(ref="579")
    assert found("579", "579") == {order.pk for order in made}, "of few all are shown: every TikTok id begins so"
    monkeypatch.setattr(sizes, "AMONG", 20)
    assert found("579", "579") == {other.pk}, "among many nobody would see it"
    assert found("5790") == {order.pk for order in made}


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


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has its own")
def test_without_pg_trgm_beginnings_are_found(shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokbridge.records.conditions.has_trigrams", lambda _connection: False)
    fill(shop, 40)
    asked = Selection(conditions=(conditions.search("lucia fern", by_buyer=True),))
    wanted = {order.pk for order in Order.objects.filter(customer="Lucía Fernández")}
    assert wanted
    assert set(itertools.chain.from_iterable(asked.ids(Tab()))) == wanted
