"""Links: set, changed, ended; what they unblock; bundles through creation, parcels and cancellations; tables."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.world import World
from tests.web import factory
from tokbridge.core.errors import Retry
from tokbridge.records.models import Instruction, Link, Listing, Order, Run
from tokbridge.stores.nouns import Variant
from tokbridge.sync import link_table
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.links import Ambiguous, Chosen, end_link, set_links
from tokbridge.sync.run_work import advance
from tokbridge.sync.unmatched import unmatched

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(monkeypatch)
    made.store.skus = {"CUP", "LID"}
    factory.listed(made.store_row, "s0", "s1", "s9")
    return made


def blocked(world: World, **changes: Any) -> str:
    order_id = world.order(**changes)
    world.read(order_id)
    world.carry(order_id)
    assert world.problems(order_id) == ["unmatched_sku"]
    return order_id


def link(world: World, *parts: Chosen, sku_id: str = "s0") -> int:
    return set_links({(world.store_row.pk, sku_id): parts}, None)


def table(*rows: str) -> bytes:
    return "\n".join(("store,tiktok_sku_id,store_sku,quantity", *rows)).encode()


def test_what_blocks_orders_is_listed_with_how_many(world: World) -> None:
    first, second = blocked(world), blocked(world, units=4)
    (mug, other) = unmatched()
    assert (mug.seller_sku, mug.sku_id, mug.store_id) == ("MUG-0", "s0", world.store_row.pk)
    assert (
        mug.orders == tuple(sorted((world.row(first).pk, world.row(second).pk), reverse=True)) or len(mug.orders) == 2
    )
    assert (other.seller_sku, other.orders) == ("MUG-1", (world.row(second).pk,))


def test_a_link_unblocks_exactly_the_orders_that_waited_for_it(world: World) -> None:
    first, second = blocked(world), blocked(world, units=4)
    ada = factory.user()
    assert set_links({(world.store_row.pk, "s1"): [Chosen("LID", 1)]}, ada) == 1
    advance(Run.objects.get().pk)
    asked = Instruction.objects.get(verb="replay")
    assert (asked.order_id, asked.by) == (world.row(second).pk, ada)
    due_at = world.row(second).due_at
    assert due_at is not None and due_at <= world.clock()
    made = Link.objects.get()
    assert (made.by, made.seller_sku, made.account, made.parts[0]["variant"]) == (ada, "MUG-1", world.account, "v-LID")
    world.carry(second)
    assert [one.sku_id for one in unmatched()] == ["s0"]
    assert link(world, Chosen(" CUP ", 1)) == 2
    for order_id in (first, second):
        world.carry(order_id)
        (order,) = world.store_orders(order_id)
        assert world.problems(order_id) == []
    assert {row.variant for row in order.plan.lines} == {"v-CUP", "v-LID"}


def test_another_link_takes_the_place_of_the_first_and_both_are_remembered(world: World) -> None:
    Listing.objects.all().delete()  # TikTok's products were never read
    blocked(world)
    ada, bob = factory.user("ada"), factory.user("bob")
    key = (world.store_row.pk, "s0")
    set_links({key: [Chosen("CUP", 1)]}, ada)
    set_links({key: [Chosen("LID", 2)]}, bob)
    old, new = Link.objects.order_by("pk")
    assert (old.by, old.ended_by, old.ended_at is not None, new.by, new.ended_at) == (ada, bob, True, bob, None)
    assert new.seller_sku == "MUG-0"
    assert end_link(new.pk, ada) and not end_link(new.pk, bob)
    new.refresh_from_db()
    assert new.ended_by == ada


def test_without_its_link_the_sku_is_matched_by_name_again(world: World) -> None:
    world.store.skus = None
    link(world, Chosen("CUP", 1))
    end_link(Link.objects.get().pk, None)
    assert [row.variant for row in world.bring(world.order()).plan.lines] == ["v-MUG-0"]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([], "at least one"),
        ([Chosen("  ", 1)], "at least one"),
        ([Chosen("CUP", 0)], "1 to 100 units"),
        ([Chosen("CUP", 60), Chosen("LID", 41)], "1 to 100 units"),
        ([Chosen("CUP", 1), Chosen("GONE", 1)], "no product in the store has SKU GONE"),
    ],
)
def test_what_cannot_be_is_refused(world: World, parts: list[Chosen], words: str) -> None:
    with pytest.raises(NotPossible, match=words):
        link(world, *parts)
    assert not Link.objects.exists()


def test_a_store_that_does_not_answer_says_so(world: World) -> None:
    world.store.errors["find_products"] = Retry("http 503", "busy")
    with pytest.raises(NotPossible, match="http 503: busy"):
        link(world, Chosen("CUP", 1))


def test_of_several_with_one_sku_one_is_chosen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    twins = [Variant("v1", "CUP", "Cup", "Red", "p"), Variant("v2", "CUP", "Cup", "Blue", "p")]
    monkeypatch.setattr(world.store, "find_products", lambda skus: dict.fromkeys(skus, twins))
    with pytest.raises(Ambiguous) as refused:
        link(world, Chosen("CUP", 1))
    assert [one.ref for one in refused.value.candidates] == ["v1", "v2"]
    link(world, Chosen("CUP", 1, "v2"))
    assert Link.objects.get().parts[0]["variant_title"] == "Blue"


def test_a_bundle_is_created_shipped_and_read_back_as_one_tiktok_unit(world: World) -> None:
    link(world, Chosen("CUP", 2), Chosen("LID", 1))
    order_id = world.order(units=1)
    made = world.bring(order_id)
    assert [(row.variant, row.quantity, row.unit_price) for row in made.plan.lines] == [
        ("v-CUP", 1, 334),
        ("v-CUP", 1, 333),
        ("v-LID", 1, 333),
    ]
    assert made.plan.total == 1200
    (unit,) = world.units(order_id)
    names = [name for row in world.binding(order_id).rows for name in row["line_ids"]]
    assert names == [unit, f"{unit}+2", f"{unit}+3"]
    world.store.staff_ship(made, names[:1], "RM 1", "Royal Mail")
    world.watch()
    world.carry(order_id)
    assert [one.line_ids for one in world.parcels(order_id)] == [[unit]]
    assert world.tiktok.orders[order_id]["line_items"][0]["tracking_number"] == "RM 1"
    world.store.staff_ship(made, names[1:], "RM 2", "Royal Mail")  # the rest of the bundle goes apart
    world.watch()
    world.carry(order_id)
    assert [one.line_ids for one in world.parcels(order_id)] == [[unit], []]
    assert world.problems(order_id) == []


def test_a_bundle_shipped_on_tiktok_is_told_to_the_store_with_all_its_pieces(world: World) -> None:
    link(world, Chosen("CUP", 2), Chosen("LID", 1))
    order_id = world.order(units=1)
    made = world.bring(order_id)
    world.tiktok.ship(order_id, world.units(order_id), "RM 1")
    world.read(order_id)
    world.carry(order_id)
    (parcel,) = made.parcels
    assert sum(item.quantity for item in parcel.items) == 3


def test_a_cancelled_bundle_takes_all_its_pieces_off_the_store_order_once(world: World) -> None:
    link(world, Chosen("CUP", 3))
    order_id = world.order(units=2)
    made = world.bring(order_id)
    gone = world.units(order_id)[0]
    world.tiktok.cancel(order_id, [gone])
    world.read(order_id)
    world.carry(order_id)
    (taken,) = made.off.values()
    assert sorted(taken) == [gone, f"{gone}+2", f"{gone}+3"]
    assert world.binding(order_id).cancelled_lines == [gone]
    assert world.problems(order_id) == []


def test_a_table_goes_out_and_in_again(world: World) -> None:
    link(world, Chosen("CUP", 2), Chosen("LID", 1))
    Link.objects.update(product_name="=HYPERLINK(1)")
    out = "".join(link_table.export())
    assert out.startswith("\ufeffstore,"), "else Excel does not read it as UTF-8"
    assert out.splitlines()[1] == "ada.example,s0,,'=HYPERLINK(1),,CUP,2,v-CUP"
    assert len(out.splitlines()) == 3
    before = Link.objects.get()
    assert link_table.take_in(out.encode(), None) == (1, 0)
    after = Link.objects.get(ended_at=None)
    assert after.pk != before.pk and after.parts == before.parts


def test_a_table_unblocks_orders_and_takes_semicolons(world: World) -> None:
    order_id = blocked(world)
    sent = table("ada.example,s0,CUP,", "", "ada.example,s9,LID,3").replace(b",", b";")
    assert link_table.take_in(sent, None) == (2, 1)
    advance(Run.objects.get().pk)
    assert Instruction.objects.get(verb="replay").order_id == world.row(order_id).pk
    assert Link.objects.get(sku_id="s9").parts[0]["quantity"] == 3


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (b"", "the first row must name"),
        (b"store,sku\n", "missing: store_sku, tiktok_sku_id"),
        (b"\xff\xfe", "not UTF-8"),
        (table(), "has no rows"),
        (table("b.example,s0,CUP,1"), "row 2: there is no store 'b.example'"),
        (table("ada.example,s0,CUP,1", "ada.example,s 1,CUP,1"), "row 3: 's 1' is not a TikTok SKU id"),
        (table("ada.example,s0,CUP,-1"), "row 2: '-1' is not a quantity"),
        (table("", "ada.example,s0"), "^row 3: name at least one"),
        (table("ada.example,s0,CUP,1", "ada.example,s1,CUP,200"), "^row 3: a TikTok unit is 1 to 100 units"),
        (table("ada.example,s0,CUP,60", "ada.example,s0,LID,60"), "^row 2: a TikTok unit is 1 to 100 units"),
        (table("ada.example,s0,CUP,1", "ada.example,s1,GONE,1"), "^row 3: no product in the store has SKU GONE$"),
        (table("ada.example,99999999999999,CUP,1"), "^row 2: no order and no product .* SKU id 99999999999999; read"),
        (table("ada.example,s0,GONE,1", "ada.example,s1,,1"), "^row 3: name at least one [^;]*$"),
        (table(*["b.example,s0,CUP,1"] * 12), "row 11: there is no store 'b.example'; and 2 more$"),
        (b"x" * (link_table.MOST_BYTES + 1), "larger than 2 MB"),
        (b"x" * 150_000, "line 1 cannot be read: a cell is longer than 131,072 characters"),
        (table('ada.example,s0,"CUP,1', "ada.example,s1,LID,1"), "line 2 cannot be read: a quotation mark"),
        (table("", "ada.example,s 1,CUP,1"), "row 3: 's 1' is not a TikTok SKU id"),
    ],
)
def test_a_wrong_table_sets_nothing(world: World, sent: bytes, words: str) -> None:
    with pytest.raises(NotPossible, match=words):
        link_table.take_in(sent, None)
    assert not Link.objects.exists()


def test_archived_orders_and_orders_without_channel_are_not_listed(world: World) -> None:
    blocked(world)
    Order.objects.update(archived_at=1)
    assert unmatched() == []
    Order.objects.update(archived_at=None, channel=None)
    assert unmatched() == []


def test_only_the_newest_blocked_orders_are_looked_at_for_the_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked(world), blocked(world)
    monkeypatch.setattr("tokbridge.sync.unmatched.LOOKED_AT", 1)
    assert len(unmatched()[0].orders) == 1
    assert len(unmatched(every=True)[0].orders) == 2
