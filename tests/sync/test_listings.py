"""Reading both sides' products: what is on sale, what the store has for it, and what a reading leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.running import carry, die_at, lease_runs_out
from tests.sync.world import Crash, World
from tokbridge.core.errors import CredentialRefused, Refused, Retry
from tokbridge.records.models import Account, Channel, Link, Listing, Run, Store
from tokbridge.sync import listings, runs
from tokbridge.sync.channels import forget_channels
from tokbridge.sync.links import Chosen, end_link, search, set_links
from tokbridge.sync.run_products import NO_SCOPE
from tokbridge.sync.run_work import advance
from tokbridge.sync.unmatched import unmatched

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(monkeypatch)
    made.store.skus = {"CUP", "LID", "POT"}
    return made


def read(world: World) -> Run:
    return carry(world, runs.start_products(by=None))


def kinds() -> dict[str, str]:
    return {one.seller_sku or one.sku_id: one.kind for one in Listing.objects.all()}


def listing(seller_sku: str) -> Listing:
    return Listing.objects.get(seller_sku=seller_sku)


def test_every_sku_is_where_it_belongs(world: World) -> None:
    world.store.twins = {"POT": 2}
    for sku in ("CUP", "cup ", "GONE", "POT"):
        world.tiktok.sell(sku)
    world.tiktok.sell("", "77")
    world.tiktok.sell("DRAFTED", status="DRAFT")
    world.tiktok.sell("DELETED", status="DELETED")
    world.tiktok.sell("LID")["skus"][0]["status_info"] = {"status": "DEACTIVATED", "deactivation_source": "SELLER"}
    run = read(world)
    assert run.state == "finished"
    assert kinds() == {
        "CUP": "matched",
        "cup ": "unmatched",  # the fake store compares as it likes; adapters fold
        "GONE": "unmatched",
        "POT": "unmatched",
        "77": "unmatched",
        "DRAFTED": "resting",
        "LID": "resting",
    }
    assert [(one.seller_sku, one.found) for one in Listing.objects.order_by("pk")][2:5] == [
        ("GONE", "none"),
        ("POT", "several"),
        ("", "no sku"),
    ]
    assert listing("CUP").variants == [{"variant": "v-CUP", "sku": "CUP", "title": "CUP", "variant_title": ""}]
    assert [one["variant"] for one in listing("POT").variants] == ["v-POT", "v-POTx"]
    assert (listing("LID").status, listing("DRAFTED").status) == ("DEACTIVATED", "DRAFT")
    assert run.progress["kinds"] == {"matched": 1, "unmatched": 4, "resting": 2}
    assert not Link.objects.exists(), "nothing is linked by a reading"


def test_all_pages_are_read_and_the_next_reading_finds_what_changed(world: World) -> None:
    world.tiktok.products_on_page = 3
    for n in range(8):
        world.tiktok.sell(f"SKU-{n}")
    read(world)
    first = {one.sku_id: one.pk for one in Listing.objects.all()}
    assert len(first) == 8
    assert set(kinds().values()) == {"unmatched"}
    world.store.skus = {"SKU-1", "SKU-2"}
    del world.tiktok.products[0]
    world.tiktok.products[0]["title"] = "Renamed"
    world.tiktok.products[1]["status"] = "FREEZE"
    read(world)
    assert {one.sku_id: one.pk for one in Listing.objects.all()} == first
    assert (listing("SKU-0").gone, listing("SKU-0").kind) == (True, "resting")
    assert (listing("SKU-1").product_name, listing("SKU-1").kind) == ("Renamed", "matched")
    assert listing("SKU-2").kind == "resting"
    world.tiktok.sell("SKU-0")
    read(world)
    assert (listing("SKU-0").gone, listing("SKU-0").kind) == (False, "unmatched")


def test_what_did_not_come_whole_takes_nothing_away(world: World) -> None:
    """Products move while they are read: as long as some are missing, none is called gone."""
    for n in range(3):
        world.tiktok.sell(f"SKU-{n}")
    read(world)
    page = {"products": world.tiktok.products[:2], "total_count": 3, "next_page_token": ""}
    world.tiktok.answers["products.search"] = page
    asked = len(world.tiktok_wire.sent)
    run = read(world)
    assert not Listing.objects.filter(gone=True).exists()
    assert world.tiktok_wire.sent[asked:].count("products.search") == listings.PASSES
    assert run.progress["accounts"][0]["note"] == 1


def test_an_unreadable_product_is_counted_and_is_not_missing(world: World) -> None:
    world.tiktok.sell("CUP")
    world.tiktok.sell("LID")["skus"] = "none"
    run = read(world)
    assert (kinds(), run.progress["unreadable"]) == ({"CUP": "matched"}, 1)
    assert world.tiktok_wire.sent.count("products.search") == 1


def test_a_link_made_or_ended_moves_the_listing(world: World) -> None:
    world.tiktok.sell("MUG", "s9", title="Blue mug")
    read(world)
    assert set_links({(world.store_row.pk, "s9"): [Chosen("CUP", 1)]}, None) == 0
    made = Link.objects.get()
    assert (made.account, made.seller_sku, made.product_name) == (world.account, "MUG", "Blue mug")
    assert kinds() == {"MUG": "linked"}
    read(world)
    assert kinds() == {"MUG": "linked"}, "a reading keeps it"
    world.tiktok.products.clear()
    world.tiktok.sell("CUP")
    read(world)
    assert (listing("MUG").kind, listing("MUG").gone) == ("linked", True)
    assert end_link(made.pk, None) is True
    assert end_link(made.pk, None) is False
    assert kinds() == {"MUG": "resting", "CUP": "matched"}


def test_one_reading_at_a_time(world: World) -> None:
    world.tiktok.sell("CUP")
    first = runs.start_products(by=None)
    assert runs.start_products(by=None) == first
    again = runs._create("products", {}, [], token="another", by=None, chosen="", again_of=None)
    assert again == first, "the database itself refuses a second one"
    carry(world, first)
    assert runs.start_products(by=None) != first


def test_a_reading_survives_the_death_of_its_worker(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.tiktok.products_on_page = 2
    for n in range(5):
        world.tiktok.sell(f"SKU-{n}")
    run = runs.start_products(by=None)
    with monkeypatch.context() as dying:
        die_at(dying, 4)
        with pytest.raises(Crash):
            advance(run.pk)
    lease_runs_out(world)
    assert carry(world, run).state == "finished"
    assert Listing.objects.count() == 5
    assert set(kinds().values()) == {"unmatched"}


def test_stopping_ends_it_and_keeps_what_was_read(world: World) -> None:
    world.tiktok.sell("CUP")
    run = runs.start_products(by=None)
    runs.stop(run)
    assert carry(world, run).state == "stopped"
    assert runs.open_products() is None


def test_without_the_scope_it_says_what_to_do_and_orders_still_tell(world: World) -> None:
    order_id = world.order()
    world.read(order_id)
    world.carry(order_id)
    world.tiktok.answers["products.search"] = {"code": 105005, "message": "Access denied. access scopes", "data": None}
    run = read(world)
    account, store = run.progress["accounts"]
    assert (account["words"], store["words"]) == (NO_SCOPE, "")
    assert run.state == "finished"
    assert [one.seller_sku for one in unmatched()] == ["MUG-0"]
    connection = world.authorisation.connection
    connection.refresh_from_db()
    assert connection.state == "healthy", "a missing permission for products stops no orders"


def test_a_store_that_does_not_answer_is_told_and_the_rest_stands(world: World) -> None:
    world.tiktok.sell("CUP")
    world.store.errors["find_products"] = Refused("403", "the scope read_products is missing")
    run = read(world)
    assert run.progress["accounts"][1]["words"] == "403: the scope read_products is missing"
    assert kinds() == {"CUP": "unread"}
    world.store.errors.clear()
    assert read(world).progress["accounts"][1]["words"] == ""
    assert kinds() == {"CUP": "matched"}


def test_what_passes_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit is waited for on the spot; anything else that passes, by the run."""
    world.tiktok.sell("CUP")
    real, left = listings.products.search, [Retry("36009002", "too many", limited=True)] * 2 + [Retry("503", "busy")]

    def search_(*args: Any, **more: Any) -> Any:
        if left:
            raise left.pop(0)
        return real(*args, **more)

    monkeypatch.setattr(listings.products, "search", search_)
    run = runs.start_products(by=None)
    advance(run.pk)
    run.refresh_from_db()
    assert run.words == "503: busy"
    assert carry(world, run).progress["accounts"][0]["words"] == ""
    assert kinds() == {"CUP": "matched"}


def test_a_sku_is_asked_for_where_its_orders_would_go(world: World) -> None:
    Channel.objects.all().delete()
    other = Store.objects.create(
        connection=Account.objects.get().authorisation.connection.__class__.objects.create(name="Caps"),
        platform="shopify",
        address="caps.example",
        credentials="{}",
    )
    for prefix, store in (("CUP", world.store_row), ("cap-", other)):
        Channel.objects.create(account=world.account, store=store, rule="sku_prefix", value=prefix, start=0)
    forget_channels()
    for sku in ("CUP", "CAP-1", "HAT"):
        world.tiktok.sell(sku)
    listings.read_account(world.account.pk, world.clock(), lambda done, total: None)
    assert {(one.seller_sku, one.store_id) for one in Listing.objects.all()} == {
        ("CUP", world.store_row.pk),
        ("CAP-1", other.pk),
    }


def test_variations_are_named_as_orders_name_them(world: World) -> None:
    order_id = world.order()
    world.read(order_id)
    world.tiktok.sell("MUG-0", "s0")
    world.tiktok.sell("CUP")
    read(world)
    assert (listing("MUG-0").sku_name, listing("CUP").sku_name) == ("Blue", "")


def test_nobody_is_connected(world: World) -> None:
    world.authorisation.access_token = ""
    world.authorisation.save()
    run = read(world)
    assert run.state == "failed"
    assert "No TikTok shop is connected" in run.progress["words"]


def test_a_search_in_the_store(world: World) -> None:
    world.store.titles = {"CUP": "Enamel mug", "LID": "Lid of a mug"}
    assert [one.sku for one in search(world.store_row.pk, "MUG", 10)] == ["CUP", "LID"]
    assert [one.sku for one in search(world.store_row.pk, "mug", 1)] == ["CUP"]
    world.store.errors["find_variants"] = CredentialRefused("401", "Invalid API key")
    with pytest.raises(Exception, match="did not answer \\(401: Invalid API key\\)"):
        search(world.store_row.pk, "mug", 10)
