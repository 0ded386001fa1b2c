"""Products: what a shop has on TikTok, SKU by SKU (reference tiktok-shop-api.md 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tokbridge.tiktok import reading
from tokbridge.tiktok.errors import Unreadable
from tokbridge.tiktok.reading import Count, Flag, Id, Many, Shape, Text
from tokbridge.tiktok.shop import Shop
from tokbridge.tiktok.transport import Client

PAGE = 100
DELETED = "DELETED"
_ON_SALE = "ACTIVATE"  # of a product; every other status keeps buyers away
_NORMAL = frozenset({"", "NORMAL"})  # of a SKU; older versions of the call tell none


@dataclass(frozen=True, slots=True)
class Listing:
    """One SKU of a product; which variation it is, the search does not tell. `status`: TikTok's word, the SKU's own where
    that is what keeps it from being sold."""

    product_id: str
    sku_id: str
    seller_sku: str
    product_name: str
    status: str
    on_sale: bool


@dataclass(frozen=True, slots=True)
class ListingPage:
    """A page of products, in an order of TikTok's own. `products`: ids of those on it, deleted ones included, of which no
    SKU is given; `total_count` of all pages; `unreadable`: how many could not be read, for which there is nothing here
    but the count. `next_page_token` is "" on the last page."""

    listings: tuple[Listing, ...]
    products: tuple[str, ...]
    unreadable: int
    total_count: int
    next_page_token: str


class _Page(Shape):
    products: Many[dict[str, Any]] = ()
    total_count: Count = 0
    next_page_token: Text = ""


class _Standing(Shape):
    status: Text = ""


class _Sku(Shape):
    id: Id
    seller_sku: Text = ""
    status_info: _Standing | None = None


class _Product(Shape):
    id: Id
    title: Text = ""
    status: Text = ""
    is_not_for_sale: Flag = False
    skus: Many[_Sku] = ()


def search(client: Client, shop: Shop, *, page_token: str = "", page_size: int = PAGE) -> ListingPage:
    """The shop's products of every status. One that cannot be read hides none of the others."""
    query = {"page_size": str(page_size)}
    if page_token:
        query["page_token"] = page_token
    path = "/product/202502/products/search"
    answer = client.call("products.search", "POST", path, query=query, body={"status": "ALL"}, cipher=shop.cipher)
    page = reading.read(_Page, answer.data)
    if page.products and "total_count" not in page.model_fields_set:
        raise Unreadable("total_count", "missing beside products")
    found: list[Listing] = []
    ids: list[str] = []
    for raw in page.products:
        try:
            product = reading.read(_Product, raw)
        except Unreadable:
            continue
        ids.append(product.id)
        if product.status != DELETED:
            found += (_listing(product, sku) for sku in product.skus)
    unreadable = len(page.products) - len(ids)
    return ListingPage(tuple(found), tuple(ids), unreadable, page.total_count, page.next_page_token)


def _listing(product: _Product, sku: _Sku) -> Listing:
    own = sku.status_info.status if sku.status_info else ""
    sold = product.status == _ON_SALE and not product.is_not_for_sale
    return Listing(
        product_id=product.id,
        sku_id=sku.id,
        seller_sku=sku.seller_sku,
        product_name=product.title,
        status=own if sold and own not in _NORMAL else product.status,
        on_sale=sold and own in _NORMAL,
    )
