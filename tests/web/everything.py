"""A desk on which every page has something to show, said as core, sync and the adapters say it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tests.browser.installation import proven, table_of_parcels
from tests.web import factory
from tests.web.everything_runs import asked, fetched_by_id, reading, replays
from tokbridge.core.errors import Refused
from tokbridge.core.saying import say
from tokbridge.core.status import spoken
from tokbridge.records.models import (
    Account,
    Attempt,
    Cancellation,
    Connection,
    Dismissal,
    Found,
    Instruction,
    Link,
    Listing,
    ListingKind,
    Note,
    Order,
    Parcel,
    ParcelTable,
    Problem,
    Run,
    SavedView,
    Store,
    User,
)
from tokbridge.sync import journal
from tokbridge.sync.act.answer import PENDING

FIREWALL = Refused(
    "http 403",
    say("the shop's web server or firewall refuses us: {words}", words="Access denied; see your host's log"),
)
REASONS = (
    say("the buyer may still cancel alone"),
    say("{kind} orders are not carried", kind="sample"),
    say("a creation was begun, its outcome is being looked up"),
    say("TikTok holds it for an hour"),
)
PROBLEMS = {
    "unmatched_sku": say("{sku}: {why}", sku="MUG-GREEN", why=say("no product in the store has this SKU")),
    "unmapped_carrier": say("{carrier} is not mapped; TikTok takes: {choices}", carrier="DFL", choices="DPD, Evri"),
    "does_not_add_up": say(
        "{explanation}: expected {expected}, TikTok says {actual}",
        explanation="sub_total = total",
        expected="1234.50 GBP",
        actual="9.00 GBP",
    ),
    "21011007": "item has an after-sale request",
    "several locations": say(
        "the parcel's items lie at several locations: {places}; move them to one", places="Ulm 2, Köln 1"
    ),
    "retry": "http 503: busy",
}


@dataclass(frozen=True, slots=True)
class Everything:
    orders: list[Order]
    runs: list[Run]
    link: Link
    group: Problem  # one of a group of problems
    table: ParcelTable


def everything(shop: Account, user: User) -> Everything:
    orders = factory.desk(shop)
    now = time.time()
    for row, reason in zip(orders[:2] + orders[-2:], REASONS, strict=True):
        Order.objects.filter(pk=row.pk).update(reason=reason)
    green = [factory.unit("MUG-GREEN")]
    blocked = [
        factory.blocked(shop, code, words, create_time=int(now) - 5100, line_items=green)
        for code, words in PROBLEMS.items()
    ]
    aside = factory.blocked(shop, "too_old", say("placed more than {days} days ago", days=50))
    made = Dismissal.objects.create(note="Montag", by=user, at=now)
    Problem.objects.filter(order=aside).update(dismissal=made)
    _attempts(orders[4])
    _asked(orders[4], user)
    _noted(orders[4], user)
    Parcel.objects.filter(order=orders[6]).update(cancelled=True)
    billed = [_taxed(shop), _clashing(shop)]
    asks = factory.order(shop, cancel_reason="")
    Order.objects.filter(pk=asks.pk).update(buyer_requests_cancel=True)
    Cancellation.objects.create(
        account=shop,
        tiktok_id="1",
        order_tiktok_id=asks.tiktok_id,
        type="BUYER_CANCEL",
        status=PENDING,
        answer_by=int(now) + 9000,
        update_time=int(now),
    )
    row = Connection.objects.get(name=f"Store of {shop.name}")
    Connection.objects.filter(pk=row.pk).update(
        state="refused", since=now - 60, code=FIREWALL.code, words=FIREWALL.words
    )
    journal.note_connection_problem(row.pk, "credential", FIREWALL)
    SavedView.objects.create(user=user, name="Montags", query="tab=error")
    proven(shop)
    _listed(shop)
    group = Problem.objects.get(order=blocked[0])
    return Everything(
        orders=[*orders, *blocked, *billed, aside, asks],
        runs=[*asked(orders, user), *replays(orders, group, user), reading(user), fetched_by_id(user)],
        link=_link(shop, user),
        group=group,
        table=table_of_parcels(user),
    )


def _attempts(order: Order) -> None:
    occasions = (say("webhook {topics}", topics="ORDER_STATUS_CHANGE"), say("poll of orders"), say("due"))
    for occasion in occasions:
        Attempt.objects.create(
            order=order,
            step="ship",
            why=say("{why} ({occasion})", why=say("shipped in the store"), occasion=occasion),
            request=say("{carrier} as {provider}, {n} units", carrier="DFL", provider="DPD", n=2),
            answer=say("package {package}", package="57601"),
            outcome="done",
            worker="w1",
            began_at=time.time() - 9,
            ended_at=time.time() - 8,
        )


def _asked(order: Order, user: User) -> None:
    now = time.time()
    common = {"order": order, "by": user, "at": now - 30}
    args = {"carrier": "DFL", "number": "TBR123456789GB", "line_ids": ["1", "2"]}
    done = {"done_at": now, "result": say("parcel {parcel}", parcel=7)}
    Instruction.objects.create(**common, verb="ship", args=args, **done)
    Instruction.objects.create(**common, verb="reject", args={"reason": "out of stock"})
    refused = {"done_at": now, "refused": True, "result": say("it is {status}", status=spoken("IN_TRANSIT"))}
    Instruction.objects.create(**{**common, "by": None}, verb="cancel", args={"reason": "buyer asked"}, **refused)


def _noted(order: Order, user: User) -> None:
    for by, text in ((user, "Käufer hat angerufen"), (None, "Lager sucht noch")):
        Note.objects.create(order=order, by=by, at=time.time(), text=text)


def _taxed(shop: Account) -> Order:
    """Taxes inside its prices, and a total in the store's own currency."""
    tax = [{"tax_type": "VAT", "tax_amount": "1.58", "tax_rate": "0.075"}]
    payment = {**factory.raw()["payment"], "tax": "3.16", "product_tax": "3.16"}
    made = factory.created(
        shop,
        line_items=[factory.unit(item_tax=tax), factory.unit(item_tax=tax)],
        payment=payment,
        seller_note="Geschenk",
    )
    Order.objects.filter(pk=made.pk).update(base_total=123456, base_currency="EUR", base_rate="0.85")
    return made


def _clashing(shop: Account) -> Order:
    """TikTok's figures contradict each other."""
    return factory.order(shop, payment={**factory.raw()["payment"], "total_amount": "3000.00"})


def _listed(shop: Account) -> None:
    store = Store.objects.get(channels__account=shop)
    twin = {"variant": "v1", "sku": "TWIN", "title": "Enamel mug", "variant_title": "Blue"}
    rows: tuple[tuple[ListingKind, dict[str, object]], ...] = (
        (ListingKind.UNMATCHED, {"found": Found.NONE}),
        (ListingKind.UNMATCHED, {"found": Found.NO_SKU, "seller_sku": ""}),
        (ListingKind.UNMATCHED, {"found": Found.SEVERAL, "variants": [twin, {**twin, "variant": "v2"}]}),
        (ListingKind.UNREAD, {}),
        (ListingKind.MATCHED, {"found": Found.ONE, "variants": [twin]}),
        (ListingKind.RESTING, {"on_sale": False, "status": "SELLER_DEACTIVATED"}),
        (ListingKind.RESTING, {"on_sale": False, "gone": True}),
    )
    for number, (kind, more) in enumerate(rows):
        columns = {"seller_sku": f"ART-{number}", "product_name": "Enamel mug", "status": "ACTIVATE", "on_sale": True}
        Listing.objects.create(
            store=store,
            account=shop,
            kind=kind,
            sku_id=f"sku-{number}",
            words="mug",
            read_at=1.7e9,
            **{**columns, **more},
        )


def _link(shop: Account, user: User) -> Link:
    part = {
        "variant": "v1",
        "sku": "MUG",
        "title": "Mug",
        "variant_title": "",
        "requires_shipping": True,
        "quantity": 2,
    }
    store = Store.objects.get(channels__account=shop)
    return Link.objects.create(
        store=store,
        account=shop,
        sku_id="id-MUG",
        seller_sku="MUG",
        product_name="Mug",
        parts=[part],
        by=user,
        at=1.7e9,
    )
