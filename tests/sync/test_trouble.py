"""Problems by cause: grouped, tried again together, put aside until the cause happens anew."""

from __future__ import annotations

import time

import pytest

from tests.web import factory
from tokbridge.core.errors import Refused
from tokbridge.records.models import Account, Channel, Connection, Order, Problem, Run, Store
from tokbridge.sync import journal, trouble
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.trouble import Cause

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Account:
    return factory.account()


def cause(shop: Account, code: str = "unmatched_sku") -> Cause:
    return Cause(code, shop.pk, shop.channels.get().store_id)


def test_groups_are_by_code_account_and_store_the_largest_first(shop: Account) -> None:
    other = factory.account("Cap Shop DE")
    for words in ("A: none", "B: none", "A: none"):
        factory.blocked(shop, words=words)
    factory.blocked(shop, "currency", "the order is in USD")
    factory.blocked(other)
    lost = factory.blocked(other, "no_channel", "none")
    Order.objects.filter(pk=lost.pk).update(channel=None)
    found = trouble.groups()
    assert [(group.cause, group.orders) for group in found] == [
        (cause(shop), 3),
        (cause(shop, "currency"), 1),
        (Cause("no_channel", other.pk, None), 1),
        (cause(other), 1),
    ]
    assert found[0].words == (("A: none", 2), ("B: none", 1))
    assert found[0].actor == "operator"
    assert found[0].since == min(trouble.problems_of(cause(shop)).values_list("first_at", flat=True))


def test_two_problems_of_one_order_count_as_one_order(shop: Account) -> None:
    order = factory.blocked(shop, "parcel_refused")
    first = Problem.objects.get(order=order)
    Problem.objects.filter(pk=first.pk).update(step="ship", subject="1")
    first.pk, first.step, first.subject = None, "ship", "2"
    first.save()
    assert [group.orders for group in trouble.groups()] == [1]


def test_closed_problems_and_those_of_connections_are_in_no_group(shop: Account) -> None:
    factory.blocked(shop)
    Problem.objects.update(closed_at=1)
    journal.note_connection_problem(Connection.objects.all()[0].pk, "credential", Refused("401", "no"))
    assert trouble.groups() == []


def test_the_runs_that_try_a_group_again_are_known_by_it(shop: Account) -> None:
    factory.blocked(shop)
    factory.blocked(shop, "currency")
    run = trouble.replay_group(cause(shop), None, "form 1")
    assert (run.verb, run.total, run.args["cause"]) == ("replay", 1, "tried again with all of unmatched_sku")
    assert trouble.replays() == {cause(shop): run}
    assert trouble.replay_group(cause(shop), None, "form 2") == run  # of another window
    Run.objects.update(ended_at=1)
    assert trouble.replays() == {}
    assert trouble.replay_group(cause(shop), None, "form 2") != run


def test_a_group_that_is_solved_is_not_tried_again(shop: Account) -> None:
    with pytest.raises(NotPossible, match="no order"):
        trouble.replay_group(cause(shop), None, "form")
    assert not Run.objects.exists()


def test_put_aside_until_it_happens_anew(shop: Account) -> None:
    order = factory.blocked(shop)
    assert trouble.dismiss(cause(shop), "new range arrives on Monday", None, time.time()) == 1
    assert trouble.groups() == []
    (aside,) = trouble.groups(dismissed=True)
    assert aside.cause.dismissal_id is not None
    assert trouble.problems_of(aside.cause).get().dismissal.note == "new range arrives on Monday"  # type: ignore[union-attr]

    journal.note_problem(order.pk, "create", "", "unmatched_sku", Refused("unmatched_sku", "still"))
    assert trouble.groups() == []  # the same cause, tried once more

    factory.blocked(shop)
    assert [group.orders for group in trouble.groups()] == [1]

    journal.note_problem(order.pk, "create", "", "currency", Refused("currency", "USD"))
    assert {group.cause.code for group in trouble.groups()} == {"unmatched_sku", "currency"}
    assert trouble.groups(dismissed=True) == []


def test_what_happened_after_the_page_was_shown_is_not_put_aside(shop: Account) -> None:
    factory.blocked(shop)
    assert trouble.dismiss(cause(shop), "old", None, time.time() - 3600) == 0
    assert len(trouble.groups()) == 1


def test_recalled_it_is_shown_again(shop: Account) -> None:
    factory.blocked(shop)
    trouble.dismiss(cause(shop), "wait", None, time.time())
    (aside,) = trouble.groups(dismissed=True)
    assert trouble.recall(aside.cause) == 1
    assert [group.cause for group in trouble.groups()] == [cause(shop)]


def test_a_refused_connection_is_tried_at_once_and_a_healthy_one_is_left_alone(shop: Account) -> None:
    sick, well = Connection.objects.all()[:2]
    Connection.objects.filter(pk=sick.pk).update(state="refused", retry_at=time.time() + 60)
    trouble.try_connection(sick.pk)
    trouble.try_connection(well.pk)
    assert Connection.objects.get(pk=sick.pk).retry_at <= time.time()
    assert Connection.objects.get(pk=well.pk).retry_at == 0


def test_two_stores_of_one_account_are_two_groups(shop: Account) -> None:
    first = factory.blocked(shop)
    second = Store.objects.create(
        connection=Connection.objects.create(name="Second"), platform="shopify", address="b.example", credentials="{}"
    )
    channel = Channel.objects.create(account=shop, store=second, rule="sku_prefix", value="B", start=0)
    moved = factory.blocked(shop)
    Order.objects.filter(pk=moved.pk).update(channel=channel)
    assert {group.cause.store_id for group in trouble.groups()} == {first.channel.store_id, second.pk}  # type: ignore[union-attr]
