"""Creation: whatever the order looks like, its total is right to the cent in the answer, by reading, and in the book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.conformance.plans import ADDRESS, plan, row, tax
from tests.conformance.world import World, minor
from tokbridge.core.plan import Plan, PlanAddress
from tokbridge.stores.nouns import Base, StoreOrder, Variant


def right(world: World, wanted: Plan, made: StoreOrder) -> None:
    """The order as created, as read, as found and as booked is the one that was wanted."""
    for order in (made, world.store.read_order(made.ref), world.store.find_order(wanted.marker)):
        assert order is not None
        assert (order.ref, order.number, order.marker) == (made.ref, made.number, wanted.marker)
        assert (order.total, order.currency, order.cancelled) == (wanted.total, wanted.currency, False)
        if order is not made:  # at creation Shopify does not say which currency is the shop's
            assert order.base == Base(wanted.total, wanted.currency, "1")
        assert order.unlinked == ()
        assert _units((line.sku, line.quantity) for line in order.lines if line.variant) == _units(
            (line.seller_sku, line.quantity) for line in wanted.lines if line.variant
        )
        assert all(line.current_quantity == line.quantity for line in order.lines)
    booked = world.the_order(wanted.marker)
    assert (booked["ref"], booked["currency"]) == (made.ref, wanted.currency)
    assert minor(booked["total"], wanted.currency) == wanted.total
    assert booked["email"] == wanted.email


def _units(pairs: object) -> Counter[str]:
    found: Counter[str] = Counter()
    for sku, quantity in pairs:  # type: ignore[attr-defined]
        found[sku] += quantity
    return found


Make = Callable[[str, Variant, Variant], Plan]

MONEY: dict[str, Make] = {
    "one row": lambda marker, a, b: plan(marker, row(a)),
    "several rows": lambda marker, a, b: plan(marker, row(a, 1999, 3), row(b, 1, 7), shipping=499),
    "equal SKUs": lambda marker, a, b: plan(marker, row(a, 1000, 2), row(a, 1000, 1)),
    "equal SKUs at two prices": lambda marker, a, b: plan(marker, row(a, 1000, 1), row(a, 899, 2)),
    "another price than the catalogue's": lambda marker, a, b: plan(marker, row(a, 333, 3)),
    "two tax rates inside": lambda marker, a, b: plan(
        marker, row(a, 1190, 2, tax("0.19", 380, "MwSt")), row(b, 1070, 1, tax("0.07", 70, "MwSt 7")), shipping=500
    ),
    "taxes with odd rounding inside": lambda marker, a, b: plan(
        marker, row(a, 999, 3, tax("0.0825", 228)), row(b, 333, 1, tax("", 25)), shipping=333
    ),
    "seller's discount": lambda marker, a, b: plan(
        marker, row(a, 850, 2, original_unit_price=1000, seller_discount=150), shipping=500
    ),
    "platform's discount": lambda marker, a, b: plan(
        marker, row(a, 1000, 2, platform_discount=300), shipping=500, subsidy=600
    ),
    "both discounts": lambda marker, a, b: plan(
        marker,
        row(a, 900, 1, original_unit_price=1000, seller_discount=100, platform_discount=200),
        row(b, 1000, 3),
        subsidy=200,
    ),
    "wholly paid by the platform": lambda marker, a, b: plan(
        marker, row(a, 700, 1, platform_discount=700), subsidy=700
    ),
    "free shipping": lambda marker, a, b: plan(marker, row(a), shipping=0),
    "paid shipping and fees": lambda marker, a, b: plan(marker, row(a), shipping=1250, fees=(27, 100)),
    "shipping with tax inside": lambda marker, a, b: plan(
        marker, row(a, 1190, 1, tax("0.19", 190)), shipping=595, shipping_taxes=(tax("0.19", 95),)
    ),
    "fees without shipping": lambda marker, a, b: plan(marker, row(a), fees=(199,)),
    "a sample for nothing": lambda marker, a, b: plan(marker, row(a, 0, 1)),
    "a gift beside": lambda marker, a, b: plan(marker, row(a, 1500), row(b, 0, 1, is_gift=True)),
    "large amounts": lambda marker, a, b: plan(marker, row(a, 9_999_999, 9)),
}

ON_TOP: dict[str, Make] = {
    "one rate": lambda marker, a, b: plan(
        marker, row(a, 1000, 2, tax("0.0825", 165, "Sales tax")), shipping=500, taxes_included=False
    ),
    "two rates and taxed shipping": lambda marker, a, b: plan(
        marker,
        row(a, 1999, 3, tax("0.0825", 495, "Sales tax")),
        row(b, 333, 1, tax("0.05", 17, "County tax")),
        shipping=499,
        shipping_taxes=(tax("0.0825", 41, "Sales tax"),),
        taxes_included=False,
    ),
    "with fees and a subsidy": lambda marker, a, b: plan(
        marker, row(a, 1000, 1, tax("0.07", 70)), fees=(27,), subsidy=300, taxes_included=False
    ),
}


@pytest.mark.parametrize("case", MONEY)
def test_money(world: World, case: str) -> None:
    a, b = world.products({"sku": "CUP-A"}, {"sku": "CUP-B", "price": "3.33"})
    wanted = MONEY[case](world.marker(), a, b)
    right(world, wanted, world.create(wanted))


@pytest.mark.parametrize("case", ON_TOP)
def test_taxes_on_top(world: World, case: str) -> None:
    world.needs("taxes_on_top")
    a, b = world.products({"sku": "CUP-A"}, {"sku": "CUP-B", "price": "3.33"})
    wanted = ON_TOP[case](world.marker(), a, b)
    right(world, wanted, world.create(wanted))


def test_cash_on_delivery(world: World) -> None:
    world.needs("cash_on_delivery")
    wanted = plan(world.marker(), row(world.product("CUP"), 1500, 2), shipping=500, paid=False)
    right(world, wanted, world.create(wanted))


@pytest.mark.parametrize(("currency", "price"), [("JPY", 1980), ("VND", 168000), ("IDR", 15_900_000), ("EUR", 1999)])
def test_currencies(world: World, currency: str, price: int) -> None:
    world.control("PUT", "settings", {"currency": currency})
    world.prepare()
    assert world.store.check().currency == currency
    cup = world.product("CUP")
    wanted = plan(world.marker(), row(cup, price, 3), shipping=price // 10, fees=(7,), currency=currency)
    right(world, wanted, world.create(wanted))


def test_an_order_in_another_currency_than_the_stores_own(world: World) -> None:
    """What it amounts to in the store's currency is told as the store keeps it, or not at all; never guessed."""
    world.needs("other_currency")
    if world.subject.rates:
        world.control("PUT", "settings", world.subject.rates)
    world.prepare()
    own = world.store.check().currency
    assert own != "GBP"
    cup = world.product("CUP")
    made = world.create(plan(world.marker(), row(cup, 1700, 2), currency="GBP"))
    read = world.store.read_order(made.ref)
    assert read is not None
    assert (read.total, read.currency) == (3400, "GBP")
    assert read.base == (Base(4000, own, world.subject.rate) if world.subject.rate else None)


def test_two_hundred_rows(world: World) -> None:
    variants = world.products(*({"sku": f"CUP-{n:03d}"} for n in range(200)))
    wanted = plan(world.marker(), *(row(one, 101 + n, 1 + n % 3) for n, one in enumerate(variants)), shipping=1)
    right(world, wanted, world.create(wanted))


def test_a_row_without_product(world: World) -> None:
    world.needs("placeholder")
    cup = world.product("CUP")
    loose = replace(row(cup, 700, 2), variant="", seller_sku="UNMATCHED", title="Something of TikTok's")
    wanted = plan(world.marker(), row(cup), loose)
    right(world, wanted, world.create(wanted))


BUYERS: dict[str, PlanAddress] = {
    "Arabic": replace(ADDRESS, first_name="فاطمة", last_name="الزهراء", line1="شارع التحرير ١٢", city="القاهرة"),
    "Thai": replace(
        ADDRESS, first_name="สมชาย", last_name="ใจดี", line1="123/4 ถนนสุขุมวิท", city="กรุงเทพฯ", country_code="TH",
        province="Bangkok", province_code="10", postal_code="10110", phone="+66812345678",
    ),
    "emoji": replace(ADDRESS, first_name="Zoë 🌸", last_name="O'Neil-Смит", line1="Flat 3 🏠", company="A & B <Co>"),
    "masked": replace(
        ADDRESS, first_name="J***", last_name="D***", line1="1** M*** St", phone="(+1)***55", masked=True
    ),
    "long lines": replace(
        ADDRESS, line1="A very long street name " * 8, line2="Building and floor and door " * 7, company="Ltd " * 60
    ),
    "no state": replace(
        ADDRESS, city="Singapore", province="", province_code="", country_code="SG", postal_code="238801"
    ),
    "state without code": replace(ADDRESS, province="Nowhere County", province_code=""),
    "one name": replace(ADDRESS, first_name="Madonna", last_name=""),
    "no postcode and phone": replace(ADDRESS, country_code="HK", province="", province_code="", postal_code="", phone=""),
}  # fmt: skip


@pytest.mark.parametrize("buyer", BUYERS)
def test_buyers(world: World, buyer: str) -> None:
    cup = world.product("CUP")
    wanted = plan(world.marker(), row(cup, 1234, 1), address=BUYERS[buyer])
    right(world, wanted, world.create(wanted))


@pytest.mark.parametrize("buyer", BUYERS)
def test_a_new_address(world: World, buyer: str) -> None:
    world.needs("update_address")
    cup = world.product("CUP")
    wanted = plan(world.marker(), row(cup, 1234, 1))
    made = world.create(wanted)
    with world.silent():
        for _ in range(2):
            world.store.update_address(made.ref, BUYERS[buyer])
    right(world, wanted, made)


def test_no_address(world: World) -> None:
    world.needs("no_address")
    cup = world.product("CUP")
    wanted = plan(world.marker(), row(cup, 1234, 1), address=None)
    right(world, wanted, world.create(wanted))


def test_stock_is_taken_once(world: World) -> None:
    cup = world.product("CUP", stock=10)
    world.create(plan(world.marker(), row(cup, 500, 2), row(cup, 400, 1)))
    for _ in range(2):
        world.remedy()
    assert world.stock_of("CUP")["available"] == 7


def test_more_than_there_is(world: World) -> None:
    """`decrement_ignoring_policy`: sold on TikTok is sold."""
    cup = world.product("CUP", stock=1)
    wanted = plan(world.marker(), row(cup, 500, 3))
    right(world, wanted, world.create(wanted))
