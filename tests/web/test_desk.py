"""The Orders list: tabs that add up, rows, pages, search, filters, and what the poll brings."""

from __future__ import annotations

import re
import time

import pytest
from django.test import Client
from django.utils.html import escape

from tests.web import factory
from tokbridge.core.problems import kind
from tokbridge.core.standing import TokbridgeStatus
from tokbridge.records.models import Account, Order, Problem


def counts(html: str) -> dict[str, int]:
    found = re.findall(r'id="count-(\w+)"[^>]*>([0-9,]+)<', html)
    return {key: int(n.replace(",", "")) for key, n in found}


def shown(html: str) -> list[str]:
    return re.findall(r'class="open" href="[^"]*">([^<]+)<', html)


def get(client: Client, address: str = "/", **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_status_tabs_add_up_to_all_and_error_cuts_across(desk: Client, shop: Account) -> None:
    factory.desk(shop)
    Order.objects.create(account=shop, tiktok_id="unreadable-1", imported_at=1, updated_at=1, problem_code="unreadable")
    tallies = counts(get(desk))
    assert tallies["error"] == 2
    assert tallies["awaiting_shipment"] == 4  # one of them partially shipping
    assert tallies["unpaid"] == tallies["unreadable"] == 1
    each = [n for key, n in tallies.items() if key not in {"all", "error"}]
    assert sum(each) == tallies["all"] == Order.objects.count() == 12


@pytest.mark.parametrize(
    ("tab", "n"), [("all", 11), ("error", 1), ("on_hold", 1), ("awaiting_shipment", 4), ("unpaid", 1), ("nonsense", 11)]
)
def test_a_tab_shows_its_orders_newest_first(desk: Client, shop: Account, tab: str, n: int) -> None:
    factory.desk(shop)
    ids = shown(get(desk, tab=tab))
    placed = dict(Order.objects.values_list("tiktok_id", "placed_at"))
    assert len(ids) == n
    assert [placed[each] for each in ids] == sorted((placed[each] for each in ids), reverse=True)


def test_a_row_tells_all_that_the_desk_asks_for(desk: Client, shop: Account) -> None:
    now = int(time.time())
    order = factory.created(shop, rts_sla_time=now + 30 * 3600 + 60)
    html = get(desk)
    for text in (
        f"#{order.pk}",
        order.tiktok_id,
        f'href="/orders/{order.pk}/"',
        "Mug Shop UK",
        f"TTS-{order.tiktok_id}",
        "Awaiting shipment",
        "PAID / UNFULFILLED",
        "Created",
        "Merchant",
        "£21.49",
        "2 × Enamel mug, Blue",
        "Ada Byron",
        "in 30 h",
    ):
        assert escape(text) in html or text in html, text
    assert "Seller&#x27;s view: £23.49" in html
    assert escape("Seller's carrier") in html


def test_an_order_that_is_not_created_says_so(desk: Client, shop: Account) -> None:
    factory.order(shop)
    assert "not created" in get(desk)


def test_a_blocked_order_shows_the_reason_the_words_and_who_must_act(desk: Client, shop: Account) -> None:
    order = factory.blocked(shop)
    html = get(desk)
    what = kind("unmatched_sku")
    assert f'popovertarget="why-{order.pk}">{what.title}</button>' in html
    for text in (what.explanation, what.fix, "MUG-GREEN: no such SKU", "Operator"):
        assert escape(text) in html


def test_both_statuses_stand_side_by_side(desk: Client, shop: Account) -> None:
    factory.created(shop)
    heads = re.findall(r'scope="col" class="c-(\w+)"', get(desk))
    assert heads[:5] == ["pick", "order", "tiktok", "storestatus", "tokbridge"]


def test_the_explanation_of_a_reason_leads_to_its_fix_and_tries_again(
    desk: Client, client: Client, shop: Account
) -> None:
    order, other = factory.blocked(shop), factory.blocked(shop, "refused", "warehouse closed")
    html = get(desk)
    told = dict(re.findall(r'id="why-(\d+)" popover(.*?)</td>', html))
    assert re.search(r'href="/products/"[^>]*>Fix the cause<', told[str(order.pk)])
    assert "Fix the cause" not in told[str(other.pk)]  # no page fixes it
    for one in (order, other):
        button = re.search(r'<button class="button" form="again" formaction="([^"]+)"', told[str(one.pk)])
        assert button and button[1] == f"/orders/{one.pk}/again/"
    assert re.search(r'<form id="again" method="post" hidden><input type="hidden" name="csrfmiddlewaretoken"', html)
    poll = get(desk, "/orders/live/", rows=str(order.pk))
    assert told[str(order.pk)] in poll  # so that an open explanation stays
    client.force_login(factory.user("max", may_act=False))
    for html in (get(client), get(client, "/orders/live/", rows=str(order.pk))):
        assert "What to do" in html
        assert "Fix the cause" not in html and 'form="again"' not in html


def test_the_cancel_reason_is_reachable_with_the_keyboard(desk: Client, shop: Account) -> None:
    factory.order(shop, "CANCELLED", cancel_reason="Buyer changed their mind")
    assert 'tabindex="0" title="Buyer changed their mind"' in get(desk)


def test_late_orders_are_late_and_shipped_ones_have_no_clock(desk: Client, shop: Account) -> None:
    factory.order(shop, rts_sla_time=int(time.time()) - 5 * 3600 - 60)
    factory.shipped(shop, rts_sla_time=int(time.time()) - 7 * 3600 - 60)
    html = get(desk)
    assert "5 h late" in html
    assert "7 h late" not in html


def test_times_are_shown_in_the_users_zone(desk: Client, shop: Account) -> None:
    factory.order(shop, create_time=1_700_000_000)  # 22:13:20 UTC
    assert "Tuesday 14 November 2023, 23:13:20 CET" in get(desk)


def test_pages_follow_each_other_without_gap_or_repeat(desk: Client, shop: Account) -> None:
    for status in ["AWAITING_SHIPMENT", "PARTIALLY_SHIPPING"] * 60:
        factory.order(shop, status, create_time=1_700_000_000)
    first = get(desk, tab="awaiting_shipment")
    pages, html = [shown(first)], first
    while link := re.search(r'id="go-older" href="([^"]+)"', html):
        html = get(desk, "/" + link[1].replace("&amp;", "&"))
        pages.append(shown(html))
    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({each for page in pages for each in page}) == 120
    back = re.search(r'id="go-newer" href="([^"]+)"', html)
    assert back
    assert shown(get(desk, "/" + back[1].replace("&amp;", "&"))) == pages[1]


@pytest.mark.parametrize(
    "ask", ["tiktok", "beginning", "own", "store", "store lower", "customer", "lower", "sku", "sku lower"]
)
def test_search_finds_by_every_name_of_an_order(desk: Client, shop: Account, ask: str) -> None:
    wanted = factory.created(shop, line_items=[factory.unit("CAP-RED"), factory.unit("CAP-RED")])
    Order.objects.filter(pk=wanted.pk).update(customer="Éva Kovács")
    factory.order(shop)
    terms = {
        "tiktok": wanted.tiktok_id,
        "beginning": wanted.tiktok_id,
        "own": f"#{wanted.pk}",
        "store": f"TTS-{wanted.tiktok_id}",
        "store lower": f"tts-{wanted.tiktok_id}",
        "customer": "Éva",
        "lower": "éva ko",
        "sku": "CAP-",
        "sku lower": "cap-red",
    }
    assert shown(get(desk, q=terms[ask])) == [wanted.tiktok_id]


def test_a_search_with_very_many_hits_finds_the_same(
    desk: Client, shop: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        factory.order(shop)
    cap = factory.order(shop, line_items=[factory.unit("CAP-RED")], recipient_address=None, buyer_nickname="kim")
    few = [shown(get(desk, q=term)) for term in ("ada", "cap", "mug", "579")]
    monkeypatch.setattr("tokbridge.records.sizes.FEW", 0)
    assert [shown(get(desk, q=term)) for term in ("ada", "cap", "mug", "579")] == few
    assert few[1] == [cap.tiktok_id]
    assert [len(found) for found in few] == [3, 1, 4, 4]


def test_the_beginning_of_an_id_finds_all_that_begin_so(desk: Client, shop: Account) -> None:
    made = [factory.order(shop).tiktok_id for _ in range(3)]
    other = factory.order(shop, id="123450000000000001")
    assert set(shown(get(desk, q="579"))) == set(made)
    assert shown(get(desk, q="12345")) == [other.tiktok_id]


@pytest.mark.parametrize(
    "term", ["%", "_", "\\", "'", "\U0010ffff", "\0", "#99999999999999999999", "9" * 40, "nothing"]
)
def test_a_search_without_hits_says_what_to_do(desk: Client, shop: Account, term: str) -> None:
    factory.order(shop)
    html = get(desk, q=term)
    assert "No order fits" in html if term.strip("\0") else shown(html)


def test_filters_by_account_and_standing(desk: Client, shop: Account) -> None:
    other = factory.account("Cap Shop")
    here, there = factory.order(shop), factory.order(other)
    blocked = factory.blocked(shop)
    assert set(shown(get(desk, account=str(shop.pk)))) == {here.tiktok_id, blocked.tiktok_id}
    assert shown(get(desk, account=str(other.pk))) == [there.tiktok_id]
    html = get(desk, standing=TokbridgeStatus.BLOCKED)
    assert shown(html) == [blocked.tiktok_id]
    assert counts(html)["all"] == 1


def test_counts_under_a_filter_stop_at_a_thousand(desk: Client, shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokbridge.records.sizes.FEW", 4)
    monkeypatch.setattr("tokbridge.records.sizes.MOST", 3)
    for _ in range(5):
        factory.order(shop)
    assert counts(get(desk, account=str(shop.pk)))["awaiting_shipment"] == 5
    html = get(desk, placed_from="2020-01-01")
    assert re.search(r'id="count-awaiting_shipment"[^>]*>3\+<', html)
    assert re.search(r'id="count-all"[^>]*>3\+<', html)


def test_no_orders_says_what_to_do(desk: Client) -> None:
    assert "No orders yet" in get(desk)
    assert "No order has a problem" in get(desk, tab="error")


def test_buyers_are_masked_for_users_who_may_not_see_them(client: Client, shop: Account) -> None:
    client.force_login(factory.user("max", sees_buyers=False))
    factory.order(shop)
    html = get(client)
    assert "A••• B•••" in html
    assert "Ada" not in html
    assert "No order fits" in get(client, q="Ada")
    assert "Ada" not in get(client, "/orders/live/", rows=str(Order.objects.get().pk))


def test_the_poll_brings_counts_new_orders_and_changed_cells(desk: Client, shop: Account) -> None:
    old = factory.order(shop, "ON_HOLD", create_time=1_700_000_000)
    quiet = get(desk, "/orders/live/", rows=str(old.pk))
    assert "new order" not in quiet
    assert counts(quiet)["on_hold"] == 1
    Order.objects.filter(pk=old.pk).update(status="AWAITING_SHIPMENT", tokbridge_status="ready")
    factory.order(shop, "ON_HOLD")
    html = get(desk, "/orders/live/", rows=str(old.pk))
    assert "1 new order<" in html
    assert counts(html) | {"on_hold": 1, "awaiting_shipment": 1, "all": 2} == counts(html)
    assert re.search(rf'id="tiktok-{old.pk}" hx-swap-oob="true"><span class="pill s-awaiting_shipment">', html)
    assert "Ready" in html


def test_what_only_moved_up_from_below_is_not_new(desk: Client, shop: Account) -> None:
    orders = [factory.order(shop, "ON_HOLD", create_time=1_700_000_000 + n) for n in range(51)]
    on_page = ",".join(str(order.pk) for order in orders[1:])
    last = f"{orders[1].placed_at}-{orders[1].pk}"
    Order.objects.filter(pk=orders[50].pk).update(status="CANCELLED")
    assert "new order" not in get(desk, "/orders/live/", tab="on_hold", rows=on_page, last=last)


def test_a_whole_page_of_new_orders_is_not_told_as_their_number(desk: Client, shop: Account) -> None:
    old = factory.order(shop, create_time=1_700_000_000)
    for n in range(52):
        factory.order(shop, create_time=1_700_000_100 + n)
    assert "50+ new orders<" in get(desk, "/orders/live/", rows=str(old.pk))


def test_a_stopped_connection_has_a_banner(desk: Client, shop: Account) -> None:
    connection = shop.authorisation.connection
    Problem.objects.create(
        connection=connection, code="reauthorise", words="token revoked", actor="shop owner", first_at=1, last_at=1
    )
    html = get(desk)
    assert f"{connection.name}: Authorisation has ended" in html
    assert "token revoked" in html


def test_the_number_of_queries_does_not_grow_with_the_rows(
    desk: Client, shop: Account, django_assert_max_num_queries: type
) -> None:
    for _ in range(30):
        factory.order(shop)
    with django_assert_max_num_queries(12):
        get(desk)
