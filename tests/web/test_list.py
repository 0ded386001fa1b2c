"""What the Orders list is asked for: filters, sorting, dates, columns, views; and the files it gives."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from tests.web import factory
from tests.web.test_desk import counts, get, shown
from tokbridge.records.models import Account, Binding, Order, SavedView, Store, User
from tokbridge.web.wanted import Wanted


def test_every_filter_finds_its_orders_and_shows_a_chip(desk: Client, shop: Account) -> None:
    other = factory.account("Cap Shop")
    plain = factory.order(shop, create_time=1_700_000_000)
    cap = factory.order(
        other, line_items=[factory.unit("CAP-RED", "Wool cap", product_id="4711")], shipping_type="TIKTOK"
    )
    done = factory.created(shop, create_time=1_690_000_000)
    blocked = factory.blocked(shop)
    Order.objects.filter(pk=done.pk).update(created_at=1_690_003_600, fulfilment_type="tiktok", customer="Łucja Żak")
    asked: dict[str, tuple[str, set[int]]] = {
        "account": (str(other.pk), {cap.pk}),
        "store": (str(shop.channels.get().store_id), {plain.pk, done.pk, blocked.pk}),
        "mode": ("platform", {cap.pk}),
        "fulfilment": ("tiktok", {done.pk}),
        "created": ("no", {plain.pk, cap.pk, blocked.pk}),
        "problem": ("unmatched_sku", {blocked.pk}),
        "standing": ("blocked", {blocked.pk}),
        "placed_from": ("2023-11-15", {cap.pk, blocked.pk}),
        "placed_to": ("2023-11-14", {plain.pk, done.pk}),
        "created_from": ("2023-07-22", {done.pk}),
        "created_to": ("2023-07-22", {done.pk}),
        "customer": ("lucja", {done.pk}),
        "product": ("WOOL", {cap.pk}),
        "product_id": ("4711", {cap.pk}),
    }
    numbers = dict(Order.objects.values_list("tiktok_id", "pk"))
    for name, (value, wanted) in asked.items():
        html = get(desk, **{name: value})
        assert {numbers[one] for one in shown(html)} == wanted, name
        assert html.count('class="chip"') == 1, name
        assert counts(html)["all"] == len(wanted), name
    assert not shown(get(desk, account=str(shop.pk), product="wool"))


def test_nonsense_is_not_asked_for() -> None:
    for query in (
        "account=x&store=%00&mode=air&standing=no&created=maybe&problem=<b>",
        "placed_from=31.12.&sort=price",
        "older=x",
    ):
        assert Wanted.read(QueryDict(query)) == Wanted()


def test_an_address_says_what_was_asked() -> None:
    query = "tab=error&q=a+b&account=3&placed_from=2026-01-02&sort=due&product=x"
    assert (
        Wanted.read(QueryDict(query)).query() == Wanted.read(QueryDict(Wanted.read(QueryDict(query)).query())).query()
    )
    assert dict(QueryDict(Wanted.read(QueryDict(query)).query()).items()) == dict(QueryDict(query).items())


def test_days_are_days_of_the_user(desk: Client, shop: Account) -> None:
    order = factory.order(shop, create_time=1_700_000_000)  # 22:13 UTC, 23:13 in Berlin
    late = factory.order(shop, create_time=1_700_003_600)  # 00:13 of the next day in Berlin
    assert shown(get(desk, placed_to="2023-11-14")) == [order.tiktok_id]
    assert shown(get(desk, placed_from="2023-11-15")) == [late.tiktok_id]


def test_a_jump_leads_to_the_last_order_of_the_day(desk: Client, shop: Account) -> None:
    order = factory.order(shop, create_time=1_700_000_000)
    factory.order(shop, create_time=1_700_003_600)
    answer = desk.get("/", {"jump": "2023-11-14", "tab": "awaiting_shipment"}, follow=True)
    html = answer.content.decode()
    assert shown(html) == [order.tiktok_id]
    assert "tab=awaiting_shipment" in answer.redirect_chain[0][0]
    assert 'id="go-newer"' in html


@pytest.mark.parametrize("sort", ["placed", "due", "own", "-updated", "base"])
def test_a_jump_is_a_place_in_the_order_of_placing(desk: Client, shop: Account, sort: str) -> None:
    order = factory.order(shop, create_time=1_700_000_000)
    factory.order(shop, create_time=1_700_003_600)
    assert shown(desk.get("/", {"jump": "2023-11-14", "sort": sort}, follow=True).content.decode()) == [order.tiktok_id]


def test_updated_is_when_tiktok_last_changed_the_order(desk: Client, shop: Account) -> None:
    first, second = (factory.order(shop, update_time=1_700_000_000 + n) for n in (120, 60))
    Order.objects.filter(pk=second.pk).update(updated_at=1_800_000_000)  # our own work on the row
    assert shown(get(desk, sort="-updated")) == [first.tiktok_id, second.tiktok_id]
    assert re.search(rf'id="updated-{second.pk}"><time datetime="2023-11-14T23:14:20\+01:00"', get(desk))
    assert csv_rows(desk, q=second.tiktok_id)[0]["Updated"] == "2023-11-14 23:14:20"


def test_heads_sort_small_lists_both_ways_and_large_ones_by_placing_only(
    desk: Client, shop: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [factory.order(shop, create_time=1_700_000_000 + n, rts_sla_time=1_800_000_000 - n) for n in range(60)]
    ids = [order.tiktok_id for order in made]
    assert shown(get(desk, sort="placed")) == ids[:50]
    html = get(desk, sort="due")
    assert shown(html) == ids[:9:-1]
    assert 'class="c-due" aria-sort="ascending"' in html
    older = re.search(r'id="go-older" href="([^"]+)"', html)
    assert older
    assert shown(get(desk, "/" + older[1].replace("&amp;", "&"))) == ids[9::-1]
    assert shown(get(desk, sort="-due")) == ids[:50]
    monkeypatch.setattr("tokbridge.records.sizes.SORTABLE", 3)
    html = get(desk, sort="due")
    assert shown(html) == ids[:9:-1]  # newest first
    assert "sort=-due" not in html


def test_columns_belong_to_the_user(desk: Client, dora: User, shop: Account) -> None:
    factory.order(shop)
    answer = desk.post("/orders/columns/", {"column": ["raw", "tiktok", "nonsense"], "query": "tab=all&account=1"})
    assert answer.headers["Location"] == "/?tab=all&account=1"
    html = get(desk)
    assert re.findall(r'scope="col" class="c-(\w+)"', html) == ["pick", "order", "tiktok", "raw"]
    live = get(desk, "/orders/live/", rows=str(Order.objects.get().pk))
    assert 'id="tiktok-' in live
    assert 'id="store-' not in live
    desk.post("/orders/columns/", {"query": ""})
    dora.refresh_from_db()
    assert dora.columns == []


def test_views_belong_to_the_user(desk: Client, dora: User, client: Client, shop: Account) -> None:
    other = factory.user("max")
    theirs = SavedView.objects.create(user=other, name="Theirs", query="tab=all")
    desk.post("/orders/views/", {"name": "Late", "query": "tab=error&standing=blocked&evil=https://x.example"})
    desk.post("/orders/views/", {"name": "Late", "query": "tab=error"})
    html = get(desk)
    assert 'href="?tab=error" hx-get="?tab=error">Late' in html
    assert "Theirs" not in html
    desk.post(f"/orders/views/{theirs.pk}/delete/")
    assert SavedView.objects.filter(pk=theirs.pk).exists()
    answer = desk.post(f"/orders/views/{dora.saved_views.get().pk}/delete/", {"query": "//evil.example"})
    assert answer.headers["Location"] == "/?tab=all"
    assert not dora.saved_views.exists()


def test_a_view_that_cannot_be_kept_says_why(desk: Client, dora: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(name: str, query: str = "tab=error") -> str:
        return desk.post("/orders/views/", {"name": name, "query": query}, follow=True).content.decode()

    assert "a view needs a name" in said("  ")
    monkeypatch.setattr("tokbridge.web.kept.LONGEST", 20)
    assert "too long" in said("Long", f"q={'x' * 40}")
    monkeypatch.setattr("tokbridge.web.kept.MOST_VIEWS", 1)
    assert "m-error" not in said("First")
    assert "you have 1 views already" in said("Second")
    assert [view.name for view in dora.saved_views.all()] == ["First"]


def csv_rows(client: Client, **query: str) -> list[dict[str, str]]:
    answer: Any = client.get("/orders/export.csv", query)
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_csv_has_all_rows_of_the_filter_and_no_formulas(
    desk: Client, shop: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tokbridge.web.export.AT_ONCE", 7)
    for n in range(60):
        factory.order(shop, create_time=1_700_000_000 + n)
    evil = factory.blocked(shop, words="=cmd()")
    Order.objects.filter(pk=evil.pk).update(customer='=HYPERLINK("http://x.example")', cancel_reason="+1", reason="@x")
    rows = csv_rows(desk)
    assert len(rows) == 61
    assert rows[0]["Customer"] == '\'=HYPERLINK("http://x.example")'
    assert (rows[0]["Cancel reason"], rows[0]["Reason"]) == ("'+1", "'@x")
    assert (rows[1]["Placed"], rows[1]["Grand total"], rows[1]["Currency"]) == ("2023-11-14 23:14:19", "21.49", "GBP")
    assert len(csv_rows(desk, tab="error")) == 1


BASE = {"base_total": 2881, "base_currency": "EUR", "base_rate": "0.85"}


def test_the_total_in_the_stores_currency_has_a_column_of_its_own(desk: Client, shop: Account) -> None:
    """Only for who chooses it; sorted by, told with its rate, and changed with the row when the order is created."""
    small = factory.order(shop, row={**BASE, "base_total": 100})
    large = factory.order(shop, row=BASE)
    unknown = factory.order(shop)
    assert "€28.81" not in get(desk)
    User.objects.update(columns=["base"])
    html = get(desk, sort="-base")
    assert html.index(large.tiktok_id) < html.index(small.tiktok_id) < html.index(unknown.tiktok_id)
    assert f'id="base-{large.pk}" title="1 EUR = 0.85 GBP">€28.81</span>' in html
    assert f'id="base-{unknown.pk}"><span class="faint">—</span>' in html
    Order.objects.filter(pk=unknown.pk).update(**BASE)
    assert f'id="base-{unknown.pk}" hx-swap-oob="true"' in get(desk, "/orders/live/", rows=str(unknown.pk))
    rows = {row["TikTok order"]: row for row in csv_rows(desk)}
    told = ("Grand total (base)", "Base currency", "Exchange rate")
    assert [rows[large.tiktok_id][name] for name in told] == ["28.81", "EUR", "0.85"]
    Order.objects.filter(pk=unknown.pk).update(base_total=None, base_currency=None, base_rate=None)
    assert [{row["TikTok order"]: row for row in csv_rows(desk)}[unknown.tiktok_id][name] for name in told] == [""] * 3


def test_the_stores_id_stands_beside_its_number_where_people_use_it(desk: Client, shop: Account) -> None:
    order = factory.created(shop)
    Binding.objects.update(ref="6")
    assert f">TTS-{order.tiktok_id}<" in get(desk)
    Store.objects.update(platform="prestashop")
    assert f">6 · TTS-{order.tiktok_id}<" in get(desk)
    assert f">6 · TTS-{order.tiktok_id}<" in get(desk, "/orders/live/", rows=str(order.pk))
    [row] = csv_rows(desk)
    assert (row["Store order"], row["Store order id"]) == (f"TTS-{order.tiktok_id}", "6")


def test_a_number_finds_the_stores_id_and_our_own(desk: Client, shop: Account) -> None:
    first, second, third = (factory.created(shop) for _ in range(3))
    Binding.objects.filter(order=second).update(ref="gid://shopify/Order/4711")
    Binding.objects.filter(order=third).update(ref="4712")
    first.pk, first.tiktok_id = 765432, "579000000000009999"  # no other id has these digits inside
    first.save(force_insert=True)
    assert shown(get(desk, q="765432")) == [first.tiktok_id]
    assert shown(get(desk, q="4711")) == [second.tiktok_id]
    assert shown(get(desk, q="4712")) == [third.tiktok_id]


def test_a_sheet_has_texts_and_numbers_but_no_formulas(desk: Client, shop: Account) -> None:
    order = factory.order(shop)
    Order.objects.filter(pk=order.pk).update(customer="=1+1")
    answer: Any = desk.get("/orders/export.xlsx")
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1" in sheet
    assert f"<t>{order.tiktok_id}</t>" in sheet
    assert "<v>21.49</v>" in sheet


def test_a_sheet_that_would_be_too_long_is_refused(
    desk: Client, shop: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tokbridge.web.export.MOST_XLSX", 1)
    factory.order(shop)
    factory.order(shop)
    answer = desk.get("/orders/export.xlsx")
    assert answer.status_code == 400
    assert "CSV" in answer.content.decode()


def test_a_sheet_is_never_cut_short_where_a_filter_is_counted_only_roughly(
    desk: Client, shop: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tokbridge.web.export.MOST_XLSX", 2)
    monkeypatch.setattr("tokbridge.records.selection.Selection.count", lambda _asked, _tabs: [(1, True)])
    for _ in range(3):
        factory.order(shop)
    answer = desk.get("/orders/export.xlsx", {"placed_from": "2020-01-01"})
    assert (answer.status_code, "CSV" in answer.content.decode()) == (400, True)


def test_files_mask_buyers_as_the_list_does(client: Client, shop: Account) -> None:
    client.force_login(factory.user("max", sees_buyers=False))
    factory.order(shop)
    assert csv_rows(client)[0]["Customer"] == "A••• B•••"
    assert csv_rows(client, q="Ada") == []
    assert len(csv_rows(client, customer="Ada")) == 1  # as if it were not asked for


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x>', "'--", "{{ x }}", "</title>"])
def test_whatever_stands_in_a_row_stays_text(desk: Client, shop: Account, text: str) -> None:
    order = factory.blocked(shop, words=text, line_items=[factory.unit("A", text)])
    Order.objects.filter(pk=order.pk).update(
        customer=text, store_number=text, store_status=text, cancel_reason=text, reason=text, tiktok_id=text[:32]
    )
    Account.objects.update(name=text)
    for html in (get(desk), get(desk, "/orders/live/", rows=str(order.pk)), get(desk, q=text, product=text)):
        assert not re.search(r"<script>alert|<img src=x", html)
        assert html.count("</title>") <= 1
