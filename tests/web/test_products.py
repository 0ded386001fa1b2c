"""The Products page: what is unmatched comes first, one field links it, bundles and tables, who and when."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.sync.world import World, forget
from tests.web import factory
from tokbridge.records.models import Link
from tokbridge.stores.nouns import Variant


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(monkeypatch)
    made.store.skus = {"CUP", "LID"}
    factory.listed(made.store_row, "s0", "sku-zero", "sku-one", "sku-two")
    return made


@pytest.fixture
def logged_in(client: Client, world: World) -> Client:
    client.force_login(factory.user())
    return client


def blocked(world: World, units: int = 2) -> str:
    order_id = world.order(units)
    world.read(order_id)
    world.carry(order_id)
    return order_id


def get(client: Client, address: str = "/products/", **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def page_of(world: World, sku_id: str = "s0") -> str:
    return f"/products/{world.store_row.pk}/{sku_id}/"


def post(client: Client, address: str, **fields: object) -> str:
    return client.post(address, fields, follow=True).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["", "1/s0/", "links.csv", "import/", "read/", "links/1/end/"])
def test_only_for_people_who_are_logged_in(client: Client, address: str) -> None:
    assert client.get(f"/products/{address}").status_code == 302
    assert client.post(f"/products/{address}").status_code == 302


def test_without_links_and_problems_it_says_so(logged_in: Client) -> None:
    html = get(logged_in)
    assert "Every SKU of every order is found" in html and "None yet." in html


def test_the_unmatched_come_first_and_one_field_links_them(logged_in: Client, world: World) -> None:
    first, second = blocked(world), blocked(world)
    html = get(logged_in)
    assert html.index("Not found in the store") < html.index(">Links<")
    assert "MUG-0" in html and "2 orders" in html and "Mugs → Store" in html
    assert "problem=unmatched_sku&amp;account=" in html
    html = post(logged_in, page_of(world), sku="CUP", quantity="1")
    assert "1 SKU is linked. 2 orders are tried again." in html
    assert "Every SKU of every order is found" in html and "dora" in html
    for order_id in (first, second):
        world.carry(order_id)
        assert world.problems(order_id) == []


def test_a_bundle_is_written_row_by_row_and_shown(logged_in: Client, world: World) -> None:
    blocked(world)
    post(logged_in, page_of(world), sku=["CUP", "LID", ""], quantity=["2", "1", "1"], ref=["", "", ""])
    assert [(one["sku"], one["quantity"]) for one in Link.objects.get().parts] == [("CUP", 2), ("LID", 1)]
    html = get(logged_in, page_of(world))
    assert 'name="sku" value="CUP"' in html and 'name="quantity" value="2"' in html
    assert html.count('name="sku"') == 4
    assert "History" in html


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"sku": "GONE", "quantity": "1"}, "Not linked: no product in the store has SKU GONE."),
        ({"sku": "CUP", "quantity": "two"}, "1 to 100 units"),
        ({"sku": " ", "quantity": "1"}, "at least one"),
        ({}, "at least one"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_written_stays(
    logged_in: Client, world: World, fields: dict[str, str], words: str
) -> None:
    html = post(logged_in, page_of(world), **fields)
    assert words in html
    assert f'name="sku" value="{fields.get("sku", "").strip()}"' in html
    assert not Link.objects.exists()


def test_of_twins_one_is_chosen(logged_in: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    twins = [Variant("v1", "CUP", "Cup", "Red", "p"), Variant("v2", "CUP", "Cup", "<Blue>", "p")]
    monkeypatch.setattr(world.store, "find_products", lambda skus: dict.fromkeys(skus, twins))
    html = post(logged_in, page_of(world), sku="CUP", quantity="1", ref="")
    assert "2 products in the store have SKU CUP" in html
    assert '<option value="v2">Cup, &lt;Blue&gt; (v2)</option>' in html
    assert "1 SKU is linked." in post(logged_in, page_of(world), sku="CUP", quantity="1", ref="v2")
    assert Link.objects.get().parts[0]["variant"] == "v2"


def test_a_link_is_removed_and_stays_in_the_history(logged_in: Client, world: World) -> None:
    post(logged_in, page_of(world), sku="CUP", quantity="1")
    made = Link.objects.get()
    assert "The link was removed" in post(logged_in, f"/products/links/{made.pk}/end/")
    assert "None yet." in get(logged_in)
    assert "History" in get(logged_in, page_of(world))
    assert logged_in.post("/products/links/999/end/").status_code == 404


def test_links_are_searched_and_paged(logged_in: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokbridge.web.product_lists.PAGE", 2)
    for sku_id in ("sku-zero", "sku-one", "sku-two"):  # longer than what a token may hold by chance
        post(logged_in, page_of(world, sku_id), sku="CUP", quantity="1")
    Link.objects.filter(sku_id="sku-one").update(seller_sku="BLUE-9", product_name="Blue mug")
    first = get(logged_in)
    assert "sku-two" in first and "BLUE-9" in first and "sku-zero" not in first
    before = str(Link.objects.get(sku_id="sku-one").pk)
    assert f"before={before}" in first
    assert "sku-zero" in get(logged_in, before=before)
    for term in ("blue-", "sku-one", "e MUG"):
        html = get(logged_in, q=term)
        assert "BLUE-9" in html and "sku-two" not in html
    assert "No link fits." in get(logged_in, q="zzz")


def test_the_table_goes_out_and_in(logged_in: Client, world: World) -> None:
    order_id = blocked(world)
    sent = f"store,tiktok_sku_id,store_sku,quantity\n{world.store_row.address},s0,CUP,2\n".encode()
    html = post(logged_in, "/products/import/", table=SimpleUploadedFile("links.csv", sent))
    assert "1 SKU is linked. 1 order is tried again." in html
    world.carry(order_id)
    answer = logged_in.get("/products/links.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert b"ada.example,s0,MUG-0,Mug,Blue,CUP,2,v-CUP" in b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert "Choose a CSV file first." in post(logged_in, "/products/import/")
    wrong = SimpleUploadedFile("links.csv", sent.replace(b"CUP", b"GONE"))
    assert "Nothing was linked: row 2: no product in the store has SKU GONE." in post(
        logged_in, "/products/import/", table=wrong
    )


def test_unknown_stores_and_ids_are_not_found(logged_in: Client, world: World) -> None:
    assert logged_in.get("/products/999/s0/").status_code == 404
    assert logged_in.get(f"/products/{world.store_row.pk}/s 0/").status_code == 404
    assert logged_in.get(f"/products/{world.store_row.pk}/doesnotexist/").status_code == 404
    assert logged_in.post(f"/products/{world.store_row.pk}/doesnotexist/", {"sku": "CUP"}).status_code == 404
