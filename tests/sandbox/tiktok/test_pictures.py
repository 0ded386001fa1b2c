"""The sandbox draws the pictures of its products itself."""

from __future__ import annotations

from tests.sandbox.tiktok.client import Shop
from tokbridge.sandbox.tiktok.pictures import draw


def test_every_line_names_a_picture_of_this_machine_that_is_one(shop: Shop) -> None:
    order_id = shop.place(units=[{"sku": "A-1", "quantity": 2}, {"sku": "B/2 ü"}])
    (order,) = shop.search({})["orders"]
    assert order["id"] == order_id
    urls = [line["sku_image"] for line in order["line_items"]]
    assert urls[0] == urls[1] != urls[2]
    assert all(url.startswith(str(shop.http.base_url)) for url in urls)
    for url in urls:
        answer = shop.http.get(url)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
        assert answer.content.startswith(b"\x89PNG\r\n\x1a\n")


def test_a_sku_keeps_its_picture_and_others_have_others() -> None:
    assert draw("A") == draw("A")
    assert len({draw(f"SKU-{n}") for n in range(20)}) == 20


def test_other_paths_beside_it_are_no_pictures(shop: Shop) -> None:
    assert shop.http.get("/pictures/A.svg").status_code == 404
    assert shop.http.post("/pictures/A.png").status_code == 404
