"""The units of one order: their pictures, and what each parcel holds."""

from __future__ import annotations

import re
import time

import pytest
from django.test import Client

from tests.web import factory
from tokbridge.core.matching import pieces
from tokbridge.records.models import Account, Line, Order, Parcel, Picture
from tokbridge.sandbox.tiktok.pictures import draw
from tokbridge.web.order_units import Held, parcels

BLUE = "https://p16.example.com/blue.png"
PNG = draw("mug")


def get(client: Client, order: Order) -> str:
    answer = client.get(f"/orders/{order.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def here(url: str = BLUE, kind: str = "image/png", body: bytes = PNG) -> str:
    """The picture of this address, as if it had been fetched; its key."""
    key = Picture.key_of(url)
    defaults = {"url": url, "kind": kind, "size": len(body), "body": body, "used_at": time.time(), "next_at": None}
    Picture.objects.update_or_create(key=key, defaults=defaults)
    return key


def test_a_picture_that_is_here_is_shown_from_our_own_address(desk: Client, shop: Account) -> None:
    order = factory.order(shop, line_items=[factory.unit(sku_image=BLUE), factory.unit("CAP", "Cap")])
    key = here()
    html = get(desk, order)
    (shown,) = re.findall(r"<img [^>]*>", html)
    assert f'src="/pictures/{key}"' in shown
    assert 'alt="Picture of Enamel mug"' in shown
    assert 'width="48" height="48"' in shown
    assert html.count('<span class="picture">') == 1
    assert not re.search(r'(src|href)="https://p16', html)


def test_a_page_asks_for_what_is_missing_and_waits_for_nothing(desk: Client, shop: Account) -> None:
    order = factory.order(shop, line_items=[factory.unit(sku_image=BLUE)])
    assert "<img" not in get(desk, order)
    row = Picture.objects.get()
    assert (row.url, row.kind) == (BLUE, "")
    assert row.next_at is not None
    get(desk, order)
    assert Picture.objects.count() == 1


def test_a_picture_is_sent_as_what_it_is_and_as_nothing_else(desk: Client, shop: Account) -> None:
    answer = desk.get(f"/pictures/{here()}")
    assert answer.content == PNG
    told = {name: answer.headers[name] for name in ("Content-Type", "X-Content-Type-Options", "Cache-Control")}
    assert told == {
        "Content-Type": "image/png",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=31536000, immutable",
    }
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_picture_needs_a_log_in_and_must_exist(client: Client, desk: Client, shop: Account) -> None:
    Picture.objects.create(key="a" * 64, url=BLUE, used_at=0)
    assert desk.get(f"/pictures/{'a' * 64}").status_code == 404  # not fetched yet
    assert desk.get(f"/pictures/{'b' * 64}").status_code == 404
    key = here()
    client.logout()
    assert client.get(f"/pictures/{key}").status_code == 302


@pytest.fixture
def split(shop: Account) -> Order:
    """Three mugs and a cap, of which two mugs are in a parcel of their own."""
    order = factory.order(shop, line_items=[*(factory.unit() for _ in range(3)), factory.unit("CAP", "Cap")])
    ids = units(order)
    Parcel.objects.create(order=order, origin="desk", number="A1", carrier="DPD", line_ids=ids[:2], seen_at=1)
    return order


def units(order: Order) -> list[str]:
    return list(order.lines.order_by("position").values_list("tiktok_id", flat=True))


def test_each_parcel_names_its_units_and_the_rest_is_told(desk: Client, split: Order) -> None:
    html = re.sub("<[^>]+>", "", get(desk, split))
    assert "Enamel mug, Blue × 2" in html
    assert "In no parcel yet: Enamel mug, Blue × 1; Cap, Blue × 1" in html


def test_a_cancelled_parcel_holds_nothing_back(split: Order) -> None:
    Parcel.objects.update(cancelled=True)
    assert parcels(split)[1] == (Held("Enamel mug, Blue", 3), Held("Cap, Blue", 1))


def test_cancelled_units_and_units_with_a_number_are_not_missing(split: Order) -> None:
    ids = units(split)
    Line.objects.filter(tiktok_id=ids[2]).update(cancelled=True)
    Line.objects.filter(tiktok_id=ids[3]).update(tracking_number="A2")
    assert parcels(split)[1] == ()


def test_a_combined_parcel_tells_of_other_orders_units_and_pieces_of_bundles_do_not_count(split: Order) -> None:
    Parcel.objects.update(line_ids=[*units(split)[:1], "5999", "5998", pieces(units(split)[1], 2)[1]])
    (shown,), _ = parcels(split)
    assert shown.units == (Held("Enamel mug, Blue", 1),)
    assert shown.others == 2


def test_the_script_gets_only_what_changes_by_itself(desk: Client, split: Order) -> None:
    html = desk.get(f"/orders/{split.pk}/", headers={"HX-Request": "true"}).content.decode()
    parts = ["actions", "problems", "state", "goods", "parcels", "timeline", "customer", "store", "facts", "to-ship"]
    assert re.findall(r'^<(?:div|section) (?:class="[a-z ]+" )?id="([a-z-]+)"', html, re.MULTILINE) == [*parts, "ship"]
    page = desk.get(f"/orders/{split.pk}/").content.decode()
    assert [part for part in parts if page.count(f'id="{part}"') != 1] == []
    assert "recipient_address" not in html


def test_a_parcel_that_tiktok_was_not_told_of_can_be_corrected(desk: Client, split: Order) -> None:
    link = f'href="/act/ship/?order={split.pk}&amp;number=A1"'
    assert link in get(desk, split)
    Parcel.objects.update(tiktok_number="A1")
    assert link not in get(desk, split)


def test_the_ship_form_stands_there_while_something_is_left_or_to_be_corrected(desk: Client, split: Order) -> None:
    parcel = Parcel.objects.get()
    assert 'id="ship"' in get(desk, split)
    Parcel.objects.update(line_ids=units(split))
    assert 'id="ship"' in get(desk, split)  # to correct the parcel
    Parcel.objects.filter(pk=parcel.pk).update(tiktok_number="A1")
    assert 'id="ship"' not in get(desk, split)
