"""The pages in German, also those of errors and refusals: nothing English is left in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from scripts.pages import FILLED, PARTS, pages
from tests.web import factory
from tests.web.everything import Everything
from tests.web.everywhere import LOGGED_OUT, addresses
from tests.web.german import english, left_in
from tokbridge.records.models import Account, Authorisation, Connection, Order, User


def english_of(client: Client, walk: Iterable[str]) -> dict[str, list[str]]:
    known, left = english(), {}
    for address in walk:
        answer = client.get(address)
        assert answer.status_code in {200, 286}, address
        if found := left_in(answer.content.decode(), known):
            left[address] = found
    return left


def test_every_page_in_german_holds_nothing_english(german: Client, full: Everything) -> None:
    assert english_of(german, chain(*addresses(full).values())) == {}


def test_nor_does_it_for_who_may_only_look(german: Client, dora: User, full: Everything) -> None:
    User.objects.filter(pk=dora.pk).update(may_act=False, sees_buyers=False)
    forms = {"act", "act-ship", "ship-table", "fetch", "order-actions"}
    assert english_of(german, chain(*(each for name, each in addresses(full).items() if name not in forms))) == {}


def test_nor_before_anything_is_connected(german: Client) -> None:
    walk = [address for name, address in pages().items() if name not in FILLED and name != LOGGED_OUT]
    assert english_of(german, walk) == {}
    Authorisation.objects.create(connection=Connection.objects.create(name="TikTok"), app_key="k", app_secret="s")
    assert english_of(german, ["/overview/"]) == {}


def test_the_walk_knows_every_page(full: Everything) -> None:
    assert set(addresses(full)) == set(pages()) - {LOGGED_OUT} | PARTS


@pytest.mark.parametrize("address", ["/nothing/", "/orders/999999/", "/problems/group/?code=", "/act/fly/"])
def test_errors_are_german_too(german: Client, address: str) -> None:
    answer = german.get(address)
    assert answer.status_code == 404
    assert "Seite nicht gefunden" in answer.content.decode()
    assert left_in(answer.content.decode(), english()) == []


def test_nor_is_the_page_for_what_can_only_be_sent_english(german: Client) -> None:
    answer = german.get("/products/import/")
    assert answer.status_code == 405
    assert left_in(answer.content.decode(), english()) == []


def _parcel(order: Order) -> dict[str, str]:
    pk = str(order.pk)
    return {"orders": pk, f"carrier-{pk}": "DPD", f"number-{pk}": "15501234567890", "start": "1", "token": "x" * 20}


def _table(*rows: str) -> dict[str, SimpleUploadedFile]:
    text = "\n".join(("store,tiktok_sku_id,store_sku", *rows))
    return {"table": SimpleUploadedFile("links.csv", text.encode())}


def test_what_is_refused_is_told_in_german(german: Client, shop: Account) -> None:
    order = factory.shipped(shop)
    ready = factory.created(shop)
    store = shop.channels.get().store
    factory.listed(store, "id-1")
    answers = [
        german.post("/act/ship/", {"orders": str(order.pk), "token": "x" * 20}),
        german.post("/act/ship/", {**_parcel(ready), f"units-{ready.lines.first().sku_id}": "7"}),
        german.post("/act/ship/", {**_parcel(ready), f"units-{ready.lines.first().sku_id}": "x"}),
        german.post(f"/orders/{order.pk}/notes/", {"text": " "}, follow=True),
        german.post(f"/orders/{order.pk}/notes/", {"text": "x" * 5000}, follow=True),
        german.post(f"/orders/{order.pk}/again/", follow=True),
        german.post("/problems/replay/", {"code": "clash", "account": "1"}, follow=True),
        german.post("/problems/replay/", {"code": "clash", "account": "1", "token": "x" * 20}, follow=True),
        german.post("/act/ship/", {"fill": "1", "pasted": "999;DPD;15501234567890", "token": "x" * 20}),
        german.post("/act/sync/", {"orders": "", "token": "x" * 20}),
        german.post("/fetch/", {"what": "ids", "ids": "abc", "token": "x" * 20}),
        german.post("/fetch/", {"what": "range", "from": "x", "token": "x" * 20}),
        german.post("/problems/dismiss/", {"code": "clash", "account": "1"}, follow=True),
        german.post("/products/import/", {}, follow=True),
        german.post("/products/import/", _table(*["nowhere.example,id-1,CUP"] * 12), follow=True),
        german.post("/products/import/", _table(f"{store.address},id-1,", f"{store.address},999,CUP"), follow=True),
        german.post(f"/products/{store.pk}/id-1/", {"sku": "", "quantity": "x"}),
    ]
    for answer in answers:
        html = answer.content.decode()
        assert re.search(r'class="(alert|message|wrong)', html), answer.request["PATH_INFO"]
        assert left_in(html, english()) == [], answer.request["PATH_INFO"]
