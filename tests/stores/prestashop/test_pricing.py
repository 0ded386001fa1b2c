"""Money: what the shop makes of our prices, computed here in fractions and apart from the adapter."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stores.plans import PRESTASHOP
from tests.stores.prestashop.given import Notes, new_shop, store_of
from tokbridge.core.plan import PlanShipping
from tokbridge.stores.prestashop import pricing
from tokbridge.stores.prestashop.pricing import CartRow, Rounding, cart_rows, quote, variant

line, plan = PRESTASHOP.line, PRESTASHOP.plan

RATES = ("0", "0.021", "0.055", "0.1", "0.2", "0.0825")
EUR = Rounding(2, 2, 2)


def row(gross: int, quantity: int = 1, product: str = "6") -> CartRow:
    return CartRow((product, "0"), quantity, gross, ("1",), "SKU")


def rounded(amount: Fraction, decimals: int, mode: int) -> Fraction:
    """By the distance to the two neighbours."""
    scale = 10**decimals
    low, high = Fraction(math.floor(amount * scale), scale), Fraction(math.ceil(amount * scale), scale)
    if mode == 0:
        return high
    if mode == 1:
        return low
    if amount - low != high - amount:
        return low if amount - low < high - amount else high
    if low == high:
        return low
    even, odd = (low, high) if (low * scale) % 2 == 0 else (high, low)
    return {2: high, 3: low, 4: even, 5: odd}[mode]


def shop_total(nets: list[tuple[str, str, int]], kind: int, mode: int, places: int) -> Fraction:
    total = Fraction(0)
    for net, rate, quantity in nets:
        unit = rounded(Fraction(net) * (1 + Fraction(rate)), 6, mode)
        if kind == 1:
            total += rounded(unit, places, mode) * quantity
        elif kind == 2:
            total += rounded(unit * quantity, places, mode)
        else:
            total += unit * quantity
    return rounded(total, places, mode)


class TestTheShopsTotal:
    @given(
        rows=st.lists(
            st.tuples(st.integers(0, 500_000), st.integers(1, 12), st.sampled_from(RATES)), min_size=1, max_size=5
        ),
        kind=st.sampled_from([1, 2, 3]),
        mode=st.sampled_from([0, 1, 2, 3, 4, 5]),
        currency=st.sampled_from(["EUR", "JPY"]),
    )
    @settings(max_examples=150, deadline=None)
    def test_it_is_what_the_shop_computes(
        self, rows: list[tuple[int, int, str]], kind: int, mode: int, currency: str
    ) -> None:
        places = 2 if currency == "EUR" else 0
        wanted = [row(gross, quantity, str(at)) for at, (gross, quantity, _) in enumerate(rows)]
        rates = {(str(at), "0"): Decimal(rate) for at, (_, _, rate) in enumerate(rows)}
        made = quote(wanted, rates, currency, Rounding(kind, mode, places))
        sent = [(made.nets[one.variant], rate, one.quantity) for one, (_, _, rate) in zip(wanted, rows, strict=True)]
        assert Fraction(made.cart) == shop_total(sent, kind, mode, places)
        assert made.goods == sum(gross for gross, _, _ in rows)
        assert all(Decimal(net).as_tuple().exponent == -6 for net in made.nets.values())

    @given(
        rows=st.lists(
            st.tuples(st.integers(0, 100_000), st.integers(1, 9), st.sampled_from(RATES[:5])), min_size=1, max_size=4
        ),
        kind=st.sampled_from([2, 3]),
    )
    @settings(max_examples=100, deadline=None)
    def test_per_line_and_per_total_are_exact_to_the_cent(self, rows: list[tuple[int, int, str]], kind: int) -> None:
        """Half up, the default: six decimals leave an error far below half a cent (reference 5.5)."""
        wanted = [row(gross, quantity, str(at)) for at, (gross, quantity, _) in enumerate(rows)]
        rates = {(str(at), "0"): Decimal(rate) for at, (_, _, rate) in enumerate(rows)}
        made = quote(wanted, rates, "EUR", Rounding(kind, 2, 2))
        assert made.cart * 100 == made.goods

    @given(
        prices=st.lists(st.tuples(st.integers(0, 9_999), st.integers(1, 7)), min_size=1, max_size=4),
        kind=st.sampled_from([1, 2, 3]),
        mode=st.sampled_from([0, 1, 2, 3, 4, 5]),
        shipping=st.integers(0, 1500),
    )
    @settings(max_examples=25, deadline=None)
    def test_whatever_the_rounding_the_orders_total_is_the_plans(
        self, prices: list[tuple[int, int]], kind: int, mode: int, shipping: int
    ) -> None:
        """Several lines of two products: merged, averaged, rounded by the shop, and put right afterwards."""
        shop = new_shop()
        shop.configure("PS_ROUND_TYPE", kind)
        shop.configure("PS_PRICE_ROUND_MODE", mode)
        lines = tuple(
            line(line_ids=(str(at),), variant=("6-0", "20-0")[at % 2], unit_price=price, quantity=quantity)
            for at, (price, quantity) in enumerate(prices)
        )
        wanted = plan(lines=lines, shipping=PlanShipping("Standard", "", shipping, ()))
        order = store_of(shop).create_order(wanted, Notes())
        assert order.total == wanted.total
        stored = shop.table("orders")[1]
        assert Decimal(stored["total_products_wt"]) + Decimal(stored["total_shipping"]) == Decimal(stored["total_paid"])
        assert Decimal(shop.table("order_payments")[1]["amount"]) * 100 == wanted.total


class TestRecorded:
    """Figures of the recorded exchanges (reference prestashop README, flows 1, 2, 9)."""

    @pytest.mark.parametrize(
        ("gross", "quantity", "rate", "net"),
        [
            (3998, 2, "0.2", "16.658333"),
            (999, 1, "0.2", "8.325000"),
            (3098, 2, "0.2", "12.908333"),
            (2145, 3, "0.1", "6.500000"),
            (5000, 3, "0.2", "13.888889"),
            (0, 500, "0.1", "0.000000"),
        ],
    )
    def test_net_prices(self, gross: int, quantity: int, rate: str, net: str) -> None:
        assert quote([row(gross, quantity)], {("6", "0"): Decimal(rate)}, "EUR", EUR).nets == {("6", "0"): net}

    @pytest.mark.parametrize(("kind", "total"), [(1, "50.01"), (2, "50.00"), (3, "50.00")])
    def test_three_pieces_for_fifty(self, kind: int, total: str) -> None:
        made = quote([row(5000, 3)], {("6", "0"): Decimal("0.2")}, "EUR", Rounding(kind, 2, 2))
        assert (made.cart, made.goods) == (Decimal(total), 5000)


class TestRows:
    def test_one_row_for_a_product_whatever_its_prices(self) -> None:
        wanted = plan(
            lines=(line(quantity=2, unit_price=500), line(line_ids=("9",), unit_price=0), line(variant="1-2"))
        )
        rows = cart_rows(wanted)
        assert [(one.variant, one.quantity, one.gross) for one in rows] == [
            (("6", "0"), 3, 1000),
            (("1", "2"), 1, 1999),
        ]

    @pytest.mark.parametrize("text", ["", "6", "6-", "-0", "a-b", "6-0-1", "gid://shopify/ProductVariant/6"])
    def test_what_is_no_variant(self, text: str) -> None:
        assert variant(text) is None

    def test_totals_of_the_shop(self) -> None:
        assert pricing.minor_of("18.390000", "EUR") == 1839
        assert pricing.minor_of("1990.000000", "JPY") == 1990
        assert pricing.minor_of(None, "EUR") == 0
