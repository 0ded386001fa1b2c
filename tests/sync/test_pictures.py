"""Pictures of products: from where they may come, what they may be, and that trouble with them stays small."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Sum

from tests.sync.picture_host import Host, serving
from tests.web import factory
from tokbridge.records.models import Account, Authorisation, Line, Picture
from tokbridge.sandbox.tiktok.pictures import draw
from tokbridge.sync import pictures
from tokbridge.sync.deadline import Pool
from tokbridge.sync.intake import store_orders
from tokbridge.sync.rounds import Rounds

PNG = draw("mug")


@pytest.fixture
def host() -> Iterator[Host]:
    with serving() as made:
        yield made


@pytest.fixture
def shop(db: None, host: Host) -> Account:
    """An account of a TikTok that is a sandbox on this machine, which serves the pictures as well."""
    made = factory.account()
    Authorisation.objects.update(api_url=host.url)
    return made


def fetched(url: str) -> Picture:
    """What becomes of this picture when an order asks for it and the workers have had their round."""
    pictures.wanted([url])
    pictures.fetch_due()
    return Picture.objects.get(url=url)


def test_the_pictures_of_new_orders_are_fetched_once(shop: Account, host: Host) -> None:
    host.answers = {"/blue.png": (200, PNG, {}), "/red.png": (200, draw("cap"), {})}
    blue, red = (factory.unit(sku_image=f"{host.url}/{colour}.png") for colour in ("blue", "red"))
    factory.order(shop, line_items=[blue, factory.unit(sku_image=blue["sku_image"]), red])
    seen = pictures.note_new(None)
    assert seen == Line.objects.latest("pk").pk
    assert pictures.fetch_due() == 2
    factory.order(shop, line_items=[factory.unit(sku_image=blue["sku_image"])])
    assert pictures.note_new(seen) > seen
    assert pictures.fetch_due() == 0
    assert sorted(host.asked) == ["/blue.png", "/red.png"]
    row = Picture.objects.get(url=f"{host.url}/blue.png")
    assert (row.kind, row.size, bytes(row.body or b"")) == ("image/png", len(PNG), PNG)
    assert pictures.wanted([row.url]) == {row.url: row.key}


def test_an_address_too_long_to_keep_is_not_kept_in_part(shop: Account) -> None:
    store_orders(shop, [factory.raw([factory.unit(sku_image="https://p16.example.com/" + "x" * 500)])], 1.0)
    assert Line.objects.get().image == ""


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "fe80::1", "fc00::1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_an_address_of_an_inner_network_is_not_public(address: str) -> None:
    assert not pictures.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert pictures.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://p16.example.com/a.jpeg", "https://p16.example.com:8443/a.jpeg", "https://user:word@p16.example.com/a",
        "https://[::1]/a", "ftp://p16.example.com/a", "file:///etc/passwd", "https://p16.example.com/a b", "https:///a",
        "//p16.example.com/a", "https://p16.exämple.com/a", "https://p16.example.com:port/a", "http://127.0.0.1:1/a",
        "http://localhost/a",
    ],
)  # fmt: skip
def test_other_addresses_are_asked_nothing(db: None, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _never)
    Picture.objects.create(key=Picture.key_of(url), url=url, used_at=time.time(), next_at=0)
    assert pictures.fetch_due() == 0
    row = Picture.objects.get()
    assert (row.code, row.next_at, row.kind) == ("address not allowed", None, "")


def _never(*_args: Any, **_more: Any) -> Any:
    raise AssertionError("nobody may be asked")


def test_a_sandbox_serves_pictures_from_its_own_port_only(shop: Account, host: Host) -> None:
    with serving() as other:
        assert fetched(f"{other.url}/a.png").code == "address not allowed"
        assert other.asked == []


@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.5"], ["::1"], []])
def test_a_name_that_leads_inside_is_not_followed(db: None, found: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: [(2, 1, 6, "", (one, 443)) for one in found])
    monkeypatch.setattr(socket, "create_connection", _never)
    assert fetched("https://pictures.example.com/a.jpeg").code == "not reached"


def test_the_address_that_was_checked_is_the_one_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves anew, to somewhere else, gains nothing."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: [(2, 1, 6, "", ("93.184.216.34", 443))])
    assert pictures._choose_public("pictures.example.com", 443) == "93.184.216.34"


def test_a_sandbox_that_is_not_on_this_machine_is_not_asked(shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    Authorisation.objects.update(api_url="http://sandbox.example.com:9001")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: [(2, 1, 6, "", ("93.184.216.34", 9001))])
    assert fetched("http://sandbox.example.com:9001/a.png").code == "not reached"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((404, b"", {}), "http 404"),
        ((500, PNG, {}), "http 500"),
        ((302, b"", {"Location": "/good.png"}), "http 302"),
        ((200, b"<svg xmlns='http://www.w3.org/2000/svg'/>", {"Content-Type": "image/svg+xml"}), "not a picture"),
        ((200, b"<html>" + PNG, {"Content-Type": "image/png"}), "not a picture"),
        ((200, b"", {"Content-Type": "image/png"}), "not a picture"),
        ((200, PNG + b"x" * pictures.LARGEST, {}), "no answer"),
    ],
)
def test_what_is_no_picture_is_not_kept(
    shop: Account, host: Host, answer: tuple[int, bytes, dict[str, str]], code: str
) -> None:
    host.answers = {"/a.png": answer, "/good.png": (200, PNG, {})}
    row = fetched(f"{host.url}/a.png")
    assert (row.code, row.kind, row.body) == (code, "", None)
    assert host.asked == ["/a.png"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"GIF89arest", "image/gif"),
        (b"RIFF1234WEBPrest", "image/webp"),
        (b"RIFF1234WAVErest", ""),
        (b"BMrest", ""),
    ],
)
def test_a_pictures_own_bytes_say_what_it_is(body: bytes, kind: str) -> None:
    assert pictures.kind_of(body) == kind


def test_a_host_that_does_not_answer_is_left_in_time(
    shop: Account, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "_own_machine", Pool(connections=1, deadline=0.3, choose=pictures._choose_loopback))
    assert fetched(f"{host.url}/silent").code == "no answer"


def test_it_is_tried_later_and_later_then_given_up_until_somebody_looks_again(shop: Account, host: Host) -> None:
    url, pauses = f"{host.url}/a.png", []
    row = fetched(url)
    while row.next_at is not None:
        pauses.append(row.next_at - time.time())
        Picture.objects.update(next_at=0)
        pictures.fetch_due()
        row.refresh_from_db()
    assert len(host.asked) == pictures.MOST_TRIES == len(pauses) + 1
    assert all(later > sooner * 3 for sooner, later in itertools.pairwise(pauses))
    assert max(pauses) < pictures.RETRY_MOST * 1.3
    pictures.wanted([url])
    assert pictures.fetch_due() == 0  # not twice a day
    Picture.objects.update(used_at=time.time() - 2 * pictures.USED_EVERY)
    host.answers = {"/a.png": (200, PNG, {})}
    assert fetched(url).kind == "image/png"


def test_one_that_a_dead_worker_claimed_is_fetched_by_the_next(shop: Account, host: Host) -> None:
    host.answers = {"/a.png": (200, PNG, {})}
    pictures.wanted([f"{host.url}/a.png"])
    Picture.objects.update(next_at=time.time() + pictures.CLAIM)
    assert pictures.fetch_due() == 0
    Picture.objects.update(next_at=time.time() - 1)
    assert pictures.fetch_due() == 1


@pytest.mark.parametrize(("limit", "value"), [("MOST_BYTES", 3 * len(PNG)), ("MOST_ROWS", 3)])
def test_what_was_not_used_for_longest_makes_room(
    shop: Account, host: Host, limit: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, limit, value)
    now = time.time()
    for at in range(6):
        host.answers[f"/{at}.png"] = (200, PNG, {})
        fetched(f"{host.url}/{at}.png")
        Picture.objects.filter(url=f"{host.url}/{at}.png").update(used_at=now - 600 + at)
    kept = [int(url[-5]) for url in Picture.objects.order_by("used_at").values_list("url", flat=True)]
    assert kept == [3, 4, 5]
    assert Picture.objects.aggregate(n=Sum("size"))["n"] <= 3 * len(PNG)


def test_a_stopping_worker_begins_no_other(shop: Account, host: Host) -> None:
    pictures.wanted([f"{host.url}/{at}.png" for at in range(3)])
    assert pictures.fetch_due(lambda: True) == 0
    assert host.asked == []


def test_the_rounds_of_a_worker_bring_the_pictures_of_what_came_in(shop: Account, host: Host) -> None:
    host.answers = {f"/{at}.png": (200, PNG, {}) for at in range(2)}
    rounds = Rounds()
    for at in range(2):
        factory.order(shop, line_items=[factory.unit(sku_image=f"{host.url}/{at}.png")])
        rounds._fetch_pictures()
    assert host.asked == ["/0.png", "/1.png"]
