"""Reading both sides of the Products page: what TikTok has, SKU by SKU, and what the store has for each.

Nothing is linked and nothing is carried by what is read here: it shows beforehand what creation would find.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from tokbridge.core.errors import Retry
from tokbridge.core.matching import normal
from tokbridge.records import direct
from tokbridge.records.folding import fold
from tokbridge.records.models import Account, Channel, Found, Listing, ListingKind
from tokbridge.stores.nouns import Variant
from tokbridge.sync.connections import account_and_shop, marketplace, web_store
from tokbridge.sync.feeds import Progress
from tokbridge.sync.listed import kind_of, linked_among
from tokbridge.tiktok import products
from tokbridge.tiktok.products import Listing as Told
from tokbridge.tiktok.products import ListingPage
from tokbridge.tiktok.shop import Shop
from tokbridge.tiktok.transport import Client

PASSES = 3  # of an account whose products move while they are read
TRIES = 5  # of a page that TikTok's limit refuses; the pages before it need not be read again then
LONGEST_PAUSE = 10.0
SHOWN = 5  # variants with one SKU that are kept
AT_ONCE = 100

_COLUMNS = ("account_id", "product_id", "seller_sku", "product_name", "status", "on_sale", "read_at", "gone", "words")
_NAMES = (
    "UPDATE records_listing SET sku_name = coalesce((SELECT l.sku_name FROM records_line l"
    " WHERE l.sku_id = records_listing.sku_id LIMIT 1), '') WHERE store_id = %s AND sku_name = '' AND id BETWEEN %s AND %s"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """Of one account: SKUs that were read, products that cannot be read, and how many products TikTok counts beside
    those that came (0: all came)."""

    skus: int
    unreadable: int
    missing: int


def read_account(account_id: int, began: float, show: Progress) -> Seen:
    """Keep every SKU that TikTok has for this account. What it no longer tells of is gone, if all of it came."""
    account, shop = account_and_shop(account_id)
    client = marketplace(account.authorisation_id).client
    channels = list(Channel.objects.filter(account=account))
    ids: set[str] = set()
    skus: set[str] = set()
    unreadable = total = 0
    for _ in range(PASSES):
        token, unreadable = "", 0
        while True:
            page = _page(client, shop, token)
            keep(account, channels, page.listings)
            ids.update(page.products)
            skus.update(one.sku_id for one in page.listings)
            unreadable, total = unreadable + page.unreadable, page.total_count
            show(min(len(ids), total), total)
            token = page.next_page_token
            if not token or not (page.products or page.unreadable):
                break
        if len(ids) + unreadable >= total:
            _settle(account, began, whole=True)
            return Seen(len(skus), unreadable, 0)
    _settle(account, began, whole=False)
    return Seen(len(skus), unreadable, total - len(ids) - unreadable)


def _page(client: Client, shop: Shop, token: str) -> ListingPage:
    """A page, after as many pauses as TikTok's limit wants."""
    for _ in range(TRIES - 1):
        try:
            return products.search(client, shop, page_token=token)
        except Retry as error:
            if not error.limited:
                raise
            time.sleep(min(error.after or 1.0, LONGEST_PAUSE))
    return products.search(client, shop, page_token=token)


def keep(account: Account, channels: Sequence[Channel], told: Iterable[Told]) -> None:
    """One page's SKUs, a row for each store that the account's channels may lead their orders to."""
    now = time.time()
    rows = [
        {
            "store_id": store_id,
            "account_id": account.pk,
            "sku_id": one.sku_id,
            "product_id": one.product_id,
            "seller_sku": one.seller_sku[:120],
            "product_name": one.product_name[:500],
            "status": one.status[:40],
            "on_sale": one.on_sale,
            "read_at": now,
            "gone": False,
            "words": fold(f"{one.seller_sku} {one.product_name} {one.sku_id} {one.product_id}")[:400],
            "variants": "[]",
        }
        for one in told
        for store_id in dict.fromkeys(channel.store_id for channel in channels if _may_take(channel, one.seller_sku))
    ]
    write = direct.Upsert(Listing, unique=("store_id", "sku_id"), update=_COLUMNS)
    for start in range(0, len(rows), AT_ONCE):
        with transaction.atomic():
            write.run(rows[start : start + AT_ONCE])


def _may_take(channel: Channel, seller_sku: str) -> bool:
    return channel.rule != "sku_prefix" or normal(seller_sku).startswith(normal(channel.value))


def _settle(account: Account, began: float, *, whole: bool) -> None:
    """Kinds follow what TikTok says, also where a store cannot be asked now."""
    rows = Listing.objects.filter(account=account)
    if whole:
        rows.filter(read_at__lt=began, gone=False).update(gone=True, on_sale=False)
    others = rows.exclude(kind=ListingKind.LINKED)
    others.filter(on_sale=False).update(kind=ListingKind.RESTING)
    for found in Found:
        back = others.filter(on_sale=True, kind=ListingKind.RESTING, found=found)
        back.update(kind=kind_of(found, on_sale=True, linked=False))


def read_store(store_id: int, began: float, show: Progress) -> int:
    """Ask the store for every SKU that it was not asked for since `began`; returns how many there are in all."""
    store = web_store(store_id).store
    rows = Listing.objects.filter(store_id=store_id, gone=False)
    total = rows.count()
    left = rows.filter(looked_at__lt=began)
    while chunk := list(left.order_by("looked_at", "pk")[:AT_ONCE]):
        wanted = sorted({one.seller_sku for one in chunk if normal(one.seller_sku)})
        _note(store_id, chunk, store.find_products(wanted) if wanted else {})
        show(total - left.count(), total)
    return total


def _note(store_id: int, chunk: Sequence[Listing], found: Mapping[str, Sequence[Variant]]) -> None:
    now = time.time()
    linked = linked_among(store_id, [one.sku_id for one in chunk])
    with transaction.atomic():
        for one in chunk:
            variants = {variant.ref: variant for variant in found.get(one.seller_sku, ())}
            state = _state(one.seller_sku, len(variants))
            news = {
                "found": state.value,
                "variants": [_told(variant) for variant in list(variants.values())[:SHOWN]],
                "looked_at": now,
                "kind": kind_of(state, on_sale=one.on_sale, linked=one.sku_id in linked).value,
            }
            direct.update(Listing, {"id": one.pk}, news)
        ids = [one.pk for one in chunk]
        direct.execute(_NAMES, [store_id, min(ids), max(ids)])


def _state(seller_sku: str, n: int) -> Found:
    if not normal(seller_sku):
        return Found.NO_SKU
    return Found.NONE if n == 0 else Found.ONE if n == 1 else Found.SEVERAL


def _told(variant: Variant) -> dict[str, str]:
    return {
        "variant": variant.ref,
        "sku": variant.sku,
        "title": variant.title[:200],
        "variant_title": variant.variant_title[:200],
    }
