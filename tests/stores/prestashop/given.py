"""A shop with what the tests need in it, the adapter on it, and the journal and the faults around a call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.stores.plans import MARKER, PRESTASHOP
from tests.stores.prestashop.shop import KEY, SHOP, Shop
from tokbridge.core.errors import Unknown
from tokbridge.core.plan import Plan, PlanFee
from tokbridge.core.wire import Request, Response
from tokbridge.stores.base import StockGate
from tokbridge.stores.nouns import StoreOrder
from tokbridge.stores.prestashop import PrestaShopConfig, PrestaShopStore

NOW = 1_795_305_600.0  # 2026-11-21T22:40:00Z
STATES = [
    (1, "Awaiting check payment", 0, 0, 0),
    (2, "Payment accepted", 1, 1, 0),
    (3, "Processing in progress", 1, 1, 0),
    (4, "Shipped", 1, 1, 1),
    (5, "Delivered", 1, 1, 1),
    (6, "Canceled", 0, 0, 0),
    (7, "Refunded", 0, 0, 0),
    (8, "Payment error", 0, 0, 0),
    (11, "Remote payment accepted", 1, 1, 0),
    (13, "Awaiting COD validation", 0, 0, 0),
    (14, "Quiet", 0, 0, 0),
]

MIXED = PRESTASHOP.plan(
    lines=(
        PRESTASHOP.line(),
        PRESTASHOP.line(line_ids=("2", "3"), seller_sku="SKU-1-1", variant="1-1", quantity=2, unit_price=1549),
        PRESTASHOP.line(line_ids=("4",), seller_sku="SKU-1-1", variant="1-1", quantity=1, unit_price=0, is_gift=True),
    ),
    fees=(PlanFee("handling_fee", "Handling", 25),),
)
TWO = PRESTASHOP.plan(
    lines=(
        PRESTASHOP.line(quantity=2),
        PRESTASHOP.line(line_ids=("9",), variant="20-0", seller_sku="SKU-20"),
    )
)


class Crash(Exception):
    """The process died here."""


def new_shop(version: str = "8.2.4") -> Shop:
    shop = Shop(version=version)
    settings = {
        "PS_TIMEZONE": "Europe/Paris",
        "PS_CURRENCY_DEFAULT": "1",
        "PS_LANG_DEFAULT": "1",
        "PS_CUSTOMER_GROUP": "3",
        "PS_ROUND_TYPE": "2",
        "PS_PRICE_ROUND_MODE": "2",
        "PS_OS_CANCELED": "6",
        "PS_OS_ERROR": "8",
        "PS_OS_SHIPPING": "4",
        "PS_OS_WS_PAYMENT": "11",
        "PS_OS_PAYMENT": "2",
    }
    for name, value in settings.items():
        shop.add("configurations", name=name, value=value)
    for ref, name, paid, logable, shipped in STATES:
        shop.add("order_states", id=ref, name=name, paid=paid, logable=logable, shipped=shipped, deleted=0)
    country = {"need_identification_number": 0, "contains_states": 0, "active": 1, "id_zone": 1}
    shop.add("countries", id=8, iso_code="FR", **country)
    shop.add("countries", id=2, iso_code="AT", **(country | {"active": 0}))
    shop.add("countries", id=6, iso_code="ES", **(country | {"need_identification_number": 1}))
    shop.add("countries", id=21, iso_code="US", **(country | {"contains_states": 1}))
    shop.add("states", id=8, id_country=21, iso_code="CA", name="California")
    shop.add("states", id=25, id_country=21, iso_code="MI", name="Michigan")
    shop.add("states", id=183, id_country=10, iso_code="MI", name="Milano")
    shop.add("currencies", id=1, iso_code="EUR", precision=2, deleted=0, active=1)
    shop.add("currencies", id=2, iso_code="JPY", precision=0, deleted=0, active=1)
    carrier = {"deleted": 0, "active": 1, "url": ""}
    shop.add("carriers", id=1, id_reference=1, name="Click and collect", is_free=1, **carrier)
    shop.add(
        "carriers", id=2, id_reference=2, name="My carrier", is_free=0, **(carrier | {"url": "https://track.example/@"})
    )
    shop.add("carriers", id=7, id_reference=5, name="TikTok", is_free=1, **(carrier | {"deleted": 1}))
    shop.add("carriers", id=9, id_reference=5, name="TikTok", is_free=1, **carrier)
    for ref, rate in ((1, "20.000"), (2, "10.000"), (3, "5.500")):
        shop.add("taxes", id=ref, rate=rate, active=1, deleted=0)
        for land in (8, 6, 21):
            shop.add(
                "tax_rules",
                id_tax_rules_group=ref,
                id_country=land,
                id_state=0,
                zipcode_from=0,
                zipcode_to=0,
                id_tax=ref,
                behavior=0,
            )
    for ref, group in ((1, 1), (6, 1), (7, 1), (8, 1), (20, 2), (55, 3), (77, 0)):
        shop.add("products", id=ref, reference=f"sku-{ref}", name=f"Product {ref}", id_tax_rules_group=group)
        shop.add("stock_availables", id_product=ref, id_product_attribute=0, id_shop=1, quantity=300)
    for ref in (1, 2):
        shop.add("combinations", id=ref, id_product=1, reference=f"SKU-1-{ref}")
        shop.add("stock_availables", id_product=1, id_product_attribute=ref, id_shop=1, quantity=300)
    return shop


def store_of(shop: Shop, gate: StockGate | None = None, **settings: Any) -> PrestaShopStore:
    defaults: dict[str, Any] = {"shop": SHOP, "key": KEY, "payment_module": "ps_wirepayment", "carrier": "5"}
    return PrestaShopStore(shop, PrestaShopConfig(**(defaults | settings)), lambda: NOW, gate=gate)


class Notes:
    """A journal in memory: what is saved stays, whatever crashes."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def save(self, key: str, value: str) -> None:
        self.kept[key] = value

    def get(self, key: str) -> str | None:
        return self.kept.get(key)


def ordered(shop: Shop, marker: str = MARKER) -> str:
    return store_of(shop).create_order(replace(TWO, marker=marker), Notes()).ref


def living(shop: Shop) -> list[dict[str, str]]:
    return [row for row in shop.table("orders").values() if row["current_state"] not in {"6", "8"}]


def carry(shop: Shop, wanted: Plan, notes: Notes) -> StoreOrder:
    """What the flow does: look, and create only when the look is empty; the process is a new one each time."""
    store = store_of(shop)
    return store.find_order(wanted.marker) or store.create_order(wanted, notes)


def dies_at(at: int) -> Callable[[int, Request], Response | None]:
    """The process dies at this call."""

    def fault(number: int, request: Request) -> Response | None:
        if number == at:
            raise Crash
        return None

    return fault


def lost(operation: str) -> Callable[[int, Request], Response | None]:
    """The answer to this operation never comes."""

    def fault(number: int, request: Request) -> Response | None:
        if request.operation == operation:
            raise Unknown("timeout", "no answer")
        return None

    return fault
