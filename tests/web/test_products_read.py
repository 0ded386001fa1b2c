"""The Products page after a reading: what the next orders would be blocked by, what is matched, search in the store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.sync.running import carry
from tests.sync.world import World, forget
from tests.web import factory
from tests.web.test_products import blocked, get, page_of, post
from tokbridge.core.errors import Retry
from tokbridge.records.models import Link, Listing, Run, User
from tokbridge.sync import runs


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(monkeypatch)
    made.store.skus = {"CUP", "LID", "POT", "MUG-X"}
    made.store.titles = {"MUG-X": "Enamel mug", "CUP": "Cup <b>"}
    return made


@pytest.fixture
def logged_in(client: Client, world: World) -> Client:
    client.force_login(factory.user())
    return client


def read(world: World) -> Run:
    return carry(world, runs.start_products(by=None))


def test_before_the_first_reading_it_says_so(logged_in: Client) -> None:
    html = get(logged_in)
    assert "Not read yet" in html and "Read products to see" in html


def test_the_button_begins_one_reading_and_shows_how_far_it_is(logged_in: Client, world: World) -> None:
    world.tiktok.sell("CUP")
    first = logged_in.post("/products/read/")
    assert first["Location"] == logged_in.post("/products/read/")["Location"] == f"/runs/{Run.objects.get().pk}/"
    html = get(logged_in)
    assert 'class="button active-run"' in html and "products/read" not in html
    carry(world, Run.objects.get())
    html = get(logged_in, first["Location"])
    assert "Read products" in html and "2 of 2 read" in html and "Finished" in html
    assert "Result of each order" not in html.split("hidden")[0]
    assert '<a href="/products/?kind=matched"><span>Found by SKU</span><b>1</b></a>' in html
    assert "Read products" in get(logged_in, "/activity/")
    html = get(logged_in)
    assert "Both sides were read" in html and "products/read" in html
    logged_in.force_login(factory.user("max", may_act=False))
    assert logged_in.post("/products/read/").status_code == 403
    assert "products/read" not in get(logged_in)


def test_what_blocks_orders_comes_first_then_what_would(logged_in: Client, world: World) -> None:
    blocked(world)
    world.store.twins = {"POT": 2}
    world.tiktok.sell("MUG-0", "s0")
    for sku in ("NEXT", "CUP", "POT"):
        world.tiktok.sell(sku)
    world.tiktok.sell("ASLEEP", status="DRAFT")
    world.tiktok.sell("", "99", title="Nameless")
    world.tiktok.sell("LINKED")
    read(world)
    post(logged_in, page_of(world, "s-LINKED"), sku="LID", quantity="1")
    html = get(logged_in)
    order = ["1 order<", "since", "The NEXT", 'id="h-matched"', "The CUP", 'id="h-links"', "LID"]
    assert [html.index(text) for text in order] == sorted(html.index(text) for text in order)
    assert html.count('<span class="code">MUG-0</span>') == 1, "it is not told a second time among those on sale"
    assert ">3</span> <small>and 1 above</small>" in html
    assert "no product in the store has this SKU" in html and "Nothing has this SKU" in html
    assert "In the store several have it:" in html and "v-POTx" in html and "?find=POT" in html
    assert "It has no seller SKU on TikTok" in html
    assert "Cup &lt;b&gt;" in html and "<b>Cup <b>" not in html
    assert "ASLEEP" not in html
    assert "ASLEEP" in get(logged_in, kind="resting")
    for kind, n in (("unmatched", 4), ("matched", 1), ("links", 1), ("resting", 1)):
        assert f">{n}</span>" in html.split(f"?kind={kind}")[1].split("</a>")[0]


def test_a_list_whose_only_sku_stands_above_does_not_say_that_all_is_found(logged_in: Client, world: World) -> None:
    blocked(world)
    world.tiktok.sell("MUG-0", "s0")
    read(world)
    for html in (get(logged_in), get(logged_in, q="MUG")):
        assert "None besides those above." in html
        assert "whatever can be ordered now is found" not in html
    assert "MUG-0" in get(logged_in, kind="unmatched"), "where nothing stands above it is listed"


def test_lists_are_searched_and_paged_by_key(logged_in: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokbridge.web.product_lists.PAGE", 2)
    monkeypatch.setattr("tokbridge.web.product_lists.GLANCE", 1)
    for n in range(5):
        world.tiktok.sell(f"NEW-{n}", title=f"Größe {n}")
    read(world)
    glance = get(logged_in)
    assert "NEW-4" in glance and "NEW-3" not in glance and "Show all" in glance
    first = get(logged_in, kind="unmatched")
    assert "NEW-4" in first and "NEW-3" in first and "NEW-2" not in first
    before = str(Listing.objects.get(seller_sku="NEW-3").pk)
    assert f"before={before}" in first
    second = get(logged_in, kind="unmatched", before=before)
    assert "NEW-2" in second and "NEW-1" in second and "NEW-3" not in second
    for term in ("grosse 1", "new-1", "s-NEW-1"):
        html = get(logged_in, q=term.replace("grosse", "größe"))
        assert "NEW-1" in html and "NEW-2" not in html
    assert "No SKU fits." in get(logged_in, q="zzz")
    for odd in ({"kind": "nonsense"}, {"before": "x"}, {"q": "\0%_"}, {"before": "9" * 30}):
        get(logged_in, **odd)


def test_a_search_in_the_store_offers_products_and_one_click_links(logged_in: Client, world: World) -> None:
    order_id = blocked(world)
    html = get(logged_in, page_of(world), find="mug")
    assert "Enamel mug" in html and 'value="v-MUG-X"' in html and "Find it in Store" in html
    assert "no product in the store has this SKU" in html
    html = post(logged_in, page_of(world), sku="MUG-X", quantity="1", ref="v-MUG-X")
    assert "1 SKU is linked. 1 order is tried again." in html
    world.carry(order_id)
    assert world.problems(order_id) == []


def test_offers_become_a_bundle_without_a_script(logged_in: Client, world: World) -> None:
    factory.listed(world.store_row, "s0")
    html = get(logged_in, page_of(world), find="mug")
    address = html.split("Begin a bundle")[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    html = logged_in.get(page_of(world) + address).content.decode()
    assert 'name="sku" value="MUG-X"' in html and 'name="part" value="1|v-MUG-X|MUG-X"' in html
    html = get(logged_in, page_of(world), find="lid", part="2|v-MUG-X|MUG-X")
    address = html.split("Add to the bundle")[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    html = logged_in.get(page_of(world) + address).content.decode()
    assert 'name="sku" value="MUG-X"' in html and 'name="sku" value="LID"' in html
    assert 'name="quantity" value="2"' in html
    for odd in ("", "1|2", "|||", "x|y|", "1|r|" + "S" * 500):
        get(logged_in, page_of(world), part=odd)


def test_a_search_that_finds_nothing_or_reaches_nobody_says_so(logged_in: Client, world: World) -> None:
    factory.listed(world.store_row, "s0")
    asked = len(world.store_wire.sent)
    assert "Nothing there has these words" in get(logged_in, page_of(world), find="zebra")
    assert len(world.store_wire.sent) == asked + 1
    get(logged_in, page_of(world), find="z")
    get(logged_in, page_of(world))
    assert len(world.store_wire.sent) == asked + 1, "one letter asks nobody"
    world.store.errors["find_variants"] = Retry("http 503", "<maintenance>")
    html = get(logged_in, page_of(world), find="mug")
    assert "the store did not answer (http 503: &lt;maintenance&gt;)" in html
    User.objects.update(may_act=False)
    assert "Find it in" not in get(logged_in, page_of(world), find="mug")


def test_a_product_without_sku_in_the_store_cannot_be_chosen(
    logged_in: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tokbridge.stores.nouns import Variant

    factory.listed(world.store_row, "s0")
    monkeypatch.setattr(world.store, "find_variants", lambda text, limit: [Variant("v9", "", "Mug", "", "p")])
    html = get(logged_in, page_of(world), find="mug")
    assert "It has no SKU in the store; give it one first." in html and 'value="v9"' not in html


def test_what_a_reading_could_not_read_stays_on_the_page(logged_in: Client, world: World) -> None:
    world.tiktok.answers["products.search"] = {"code": 105005, "message": "access scopes", "data": None}
    read(world)
    assert "the app may not read products" in get(logged_in)
    del world.tiktok.answers["products.search"]
    read(world)
    assert "the app may not read products" not in get(logged_in)


def test_a_listing_that_blocks_nothing_yet_is_linked_too(logged_in: Client, world: World) -> None:
    world.tiktok.sell("NEXT", title="Next year's mug")
    read(world)
    assert "Next year" in get(logged_in, page_of(world, "s-NEXT"))
    assert "1 SKU is linked." in post(logged_in, page_of(world, "s-NEXT"), sku="CUP", quantity="1")
    assert Link.objects.get().product_name == "Next year's mug"
    html = get(logged_in)
    assert "None: whatever can be ordered now is found." in html
