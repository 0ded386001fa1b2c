"""The platforms under test. A new adapter gets the whole suite by one entry here; it is opened through the registry.

What a platform cannot do stands in `cannot`, with the reason in the platform's own facts; the cases then skip by name.
Names of cases: see `CASES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tokbridge.sandbox.frame import Site
from tokbridge.sandbox.magento.site import MagentoSite
from tokbridge.sandbox.prestashop.site import PrestaShopSite
from tokbridge.sandbox.shopify.site import ShopifySite

Json = dict[str, Any]

CASES = frozenset(
    {
        "shared_sku",  # two products with one SKU
        "partial_parcel",  # staff or we ship a part of an order
        "unship",  # staff takes a shipment back
        "late_number",  # a shipment without a number that gets one later
        "changed_number",
        "placeholder",  # a row without product
        "taxes_on_top",  # prices without taxes
        "cash_on_delivery",  # an order that nobody has paid yet
        "no_address",  # an order of which TikTok tells no address
        "cancel_order",
        "cancel_lines",
        "restock",  # cancelling gives units back to stock by itself
        "staff_status",  # staff gives a status by hand
        "update_address",
        "read_only_stock",  # a credential that may read stock and not set it
        "other_currency",  # an order in another currency than the store's own
        "two_stock_figures",  # what may be sold and what lies on the shelf are two figures
    }
)


@dataclass(frozen=True)
class Subject:
    """`name` in the registry; `settings` of its sandbox that make waiting needless; `texts` of the adapter's settings
    beside those the sandbox tells."""

    name: str
    site: type[Site]
    settings: Json = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    cannot: Mapping[str, str] = field(default_factory=dict)
    page: int = 50  # changes on one page of the adapter
    bustle: int = 0  # staff's statuses per order, where the feed has a line for each, so that few orders fill a page
    variant: str = ""  # a version of the platform, or a choice of the merchant, beside the usual one
    doubts: bool = False  # a creation that worked is always answered with an error: sync's way is the only one
    stored: Callable[[str], str] = lambda marker: marker  # how the book shows the marker
    creation_mails: int = 0  # that the platform sends to the buyer at every creation, whatever one does
    remedy: str = ""  # the control call by which the merchant reserves the stock of our orders, where it takes one
    doubling: Json = field(default_factory=dict)  # settings under which the sandbox itself refuses no second order
    statuses: tuple[str, ...] = ()  # codes that a paid and shipped order can be given
    rates: Json = field(default_factory=dict)  # settings under which the store sells in GBP as well, at 0.85
    rate: str = ""  # what it then tells of an order in GBP; "" = nothing
    fresh: str = ""  # a code that staff can give to a new order

    @property
    def label(self) -> str:
        return f"{self.name} {self.variant}".strip()

    def __post_init__(self) -> None:
        unknown = set(self.cannot) - CASES
        if unknown:
            raise ValueError(f"{self.name}: no such cases: {unknown}")


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        name="shopify",
        site=ShopifySite,
        settings={"search_lag_seconds": 0, "job_seconds": 0, "throttle": False},
        texts={"settle_s": "1"},
        cannot={"staff_status": "Shopify computes its statuses from payments and shipments"},
        doubling={"unique_id_metafield": False, "search_lag_seconds": 0.5},
        statuses=("open", "closed", "paid", "in_transit", "delivered"),
    ),
    Subject(
        name="magento",
        site=MagentoSite,
        settings={"statuses": {"packed": "processing", "checked": "new", "archived": "complete"}},
        texts={"statuses": "packed=Packed, checked=Checked, archived=Archived"},
        cannot={
            "shared_sku": "a SKU is Magento's own unique key of products",
            "other_currency": "an order's base amounts are ours to write: it is created in the base currency only",
            "unship": "Magento takes no shipment back",
            "read_only_stock": "one right (Magento_InventoryApi::source) covers reading and setting source items",
        },
        remedy="compensate",
        statuses=("packed",),
        fresh="checked",
    ),
    Subject(
        name="prestashop",
        site=PrestaShopSite,
        settings={"currency": "USD"},
        texts={"settle_s": "1"},
        cannot={
            "placeholder": "a cart holds products only",
            "partial_parcel": "state and tracking number belong to the whole order",
            "cash_on_delivery": "the shop's state for new orders of the webservice is a paid one",
            "no_address": "an order needs an address with a country",
            "two_stock_figures": "one figure is kept, which an order lowers at once",
        },
        creation_mails=2,
        page=100,
        bustle=9,
        rates={"rates": {"GBP": "0.85"}},
        rate="0.85",
        statuses=("3", "4", "5", "9"),
        fresh="3",
        stored=lambda marker: f"tts:{marker}",
    ),
)
