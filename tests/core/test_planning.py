"""The store order: rows, discounts in both bookings, taxes, transactions, and the words around them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.orders import address, consistent, line, matches, order, payment, thai_order, us_order
from tokbridge.core.books import books
from tokbridge.core.identities import DoesNotAddUp
from tokbridge.core.matching import Bundle, Match, Part
from tokbridge.core.order import Kind, LogisticMode, Order
from tokbridge.core.plan import Plan, PlanTax
from tokbridge.core.planning import build, rows_total
from tokbridge.core.policy import DiscountBooking, Policy, ShippingTitle, Unmatched

BUYER_VIEW = Policy(discounts=DiscountBooking.BUYER_VIEW)


def plan_of(of: Order, policy: Policy | None = None, **other: Any) -> Plan:
    named: dict[str, Any] = {"number": "TTS-1", "marker": of.id, "email": "{buyer_id}@tiktok.com"} | other
    return build(of, books(of), named.pop("matches", matches(of)), policy or Policy(), **named)


def test_us_with_tiktoks_discount_as_a_transaction() -> None:
    """Units at 25.00 - 5.00 = 20.00, shipping 3.99 + 2.00, taxes 2.80 and 0.33, fee 0.29: 49.41 = 41.41 + 8.00."""
    plan = plan_of(us_order())
    (row,) = plan.lines
    assert (row.quantity, row.unit_price, row.seller_discount, row.platform_discount) == (2, 2000, 500, 300)
    assert row.line_ids == ("a", "b")
    assert row.taxes == (PlanTax("SALES_TAX", "0.0825", 280, True),)
    assert (plan.shipping.price, plan.shipping.taxes) == (599, (PlanTax("Tax", "", 33, True),))
    assert [(fee.name, fee.title, fee.price) for fee in plan.fees] == [
        ("retail_delivery_fee", "Retail delivery fee", 29)
    ]
    assert not plan.taxes_included
    assert plan.total == 4941
    assert [(each.gateway, each.amount) for each in plan.transactions] == [
        ("TikTok Shop", 4141),
        ("TikTok platform discount", 800),
    ]


def test_us_in_the_buyers_view() -> None:
    plan = plan_of(us_order(), BUYER_VIEW)
    assert (plan.lines[0].unit_price, plan.shipping.price, plan.total) == (1700, 399, 4141)
    assert [(each.gateway, each.amount) for each in plan.transactions] == [("TikTok Shop", 4141)]


def test_a_payment_discount_in_both_bookings() -> None:
    """70.00 and 10.00 shipping share 15.00: 13.125 and 1.875, so 13.13 (larger remainder tie: first) and 1.87."""
    plan = plan_of(thai_order())
    assert (plan.lines[0].unit_price, plan.shipping.price, plan.total) == (8000, 3000, 13100)
    assert [each.amount for each in plan.transactions] == [8600, 4500]
    plan = plan_of(thai_order(), BUYER_VIEW)
    assert (plan.lines[0].unit_price, plan.shipping.price, plan.total) == (7000 - 1313, 1000 - 187, 8600)
    assert plan.lines[0].platform_discount == 1000 + 1313
    assert plan.taxes_included
    assert plan.lines[0].taxes == (PlanTax("Tax", "", 458, False),)


def test_rows_split_where_prices_differ_and_keep_their_order() -> None:
    lines = [
        line("c", 1000),
        line("a", 1000, platform=1),
        line("d", 0, is_gift=True, sku_id="0", seller_sku="A-GIFT"),
        line("b", 1000),
    ]
    of = order("DE", payment("EUR", lines, total_amount=2999), *lines)
    rows = [(row.line_ids, row.quantity, row.unit_price, row.is_gift) for row in plan_of(of).lines]
    assert rows == [(("b", "c"), 2, 1000, False), (("a",), 1, 1000, False), (("d",), 1, 0, True)]
    assert plan_of(replace(of, lines=tuple(reversed(of.lines)))) == plan_of(of)
    in_buyers_view = [row.unit_price for row in plan_of(of, BUYER_VIEW).lines]
    assert in_buyers_view == [1000, 999, 0]


def test_a_payment_discount_splits_equal_units_rather_than_averaging() -> None:
    lines = [line("a", 100), line("b", 100)]
    of = order("DE", payment("EUR", lines, payment_platform_discount=1, total_amount=199), *lines)
    assert [(row.quantity, row.unit_price) for row in plan_of(of, BUYER_VIEW).lines] == [(1, 99), (1, 100)]


def test_cod_is_unpaid_without_transactions() -> None:
    plan = plan_of(replace(us_order(), is_cod=True, paid_time=None))
    assert (plan.paid, plan.transactions) == (False, ())
    assert "COD" in plan.tags


def test_a_free_sample() -> None:
    lines = [line("a", 2000, seller=2000)]
    of = order("US", payment("USD", lines), *lines, kind=Kind.SAMPLE)
    plan = plan_of(of)
    assert (plan.total, plan.paid, plan.transactions) == (0, True, ())
    assert plan.tags == ("TikTok Shop", "sample")


@pytest.mark.parametrize("kind", [Kind.REPLACEMENT, Kind.EXCHANGE])
def test_tags(kind: Kind) -> None:
    lines = [line("a", 100), line("g", 0, is_gift=True)]
    of = order("US", payment("USD", lines, total_amount=100), *lines, kind=kind)
    assert plan_of(of).tags == ("TikTok Shop", kind.value, "gift")


@pytest.mark.parametrize(
    ("mode", "choice", "option", "title"),
    [
        (LogisticMode.SELLER, ShippingTitle.BY_MODE, "Express", "Express"),
        (LogisticMode.PLATFORM, ShippingTitle.BY_MODE, "Express", "Shipped by TTS platform"),
        (LogisticMode.SELLER, ShippingTitle.ALWAYS_PLATFORM, "Express", "Shipped by TTS platform"),
        (LogisticMode.SELLER, ShippingTitle.BY_MODE, "", "TikTok Shop shipping"),
    ],
)
def test_shipping_title(mode: LogisticMode, choice: ShippingTitle, option: str, title: str) -> None:
    of = replace(us_order(), logistic_mode=mode, delivery_option_name=option)
    assert plan_of(of, Policy(shipping_title=choice)).shipping.title == title


@pytest.mark.parametrize(
    ("template", "usual", "buyer", "relay", "email"),
    [
        ("{buyer_id}@tiktok.com", "buyerid@tiktok.com", "7021", "r@x", "7021@tiktok.com"),
        ("buyerid@tiktok.com", "{buyer_id}@tiktok.com", "7021", "r@x", "buyerid@tiktok.com"),
        ("{relay}", "{buyer_id}@tiktok.com", "7021", "r@x", "r@x"),
        ("{relay}", "{buyer_id}@tiktok.com", "7021", "", "7021@tiktok.com"),
        ("{buyer_id}@tiktok.com", "{buyer_id}@tiktok.com", "", "", "order-576000000000000001@tiktok.com"),
        ("", "{buyer_id}@tiktok.com", "7021", "", "7021@tiktok.com"),
        ("", "buyerid@tiktok.com", "7021", "", "buyerid@tiktok.com"),
        ("", "{buyer_id}@tiktok.invalid", "7021", "", "7021@tiktok.invalid"),
    ],
)
def test_email(template: str, usual: str, buyer: str, relay: str, email: str) -> None:
    of = replace(us_order(), buyer_id=buyer, buyer_email=relay)
    assert plan_of(of, Policy(email=template), email=usual).email == email


def test_words_around_the_order() -> None:
    of = replace(us_order(), buyer_message="Ring twice", recipient=address("US", {"L1": "Ohio", "L3": "Dayton"}))
    plan = plan_of(of, number="TTS-9", marker=f"{of.id}-2")
    told = dict(plan.attributes)
    assert told["TikTok order id"] == of.id
    assert (told["Buyer paid"], told["TikTok pays"], told["Seller's view"]) == ("41.41 USD", "8.00 USD", "49.41 USD")
    assert (told["Delivery option"], told["Buyer's message"]) == ("Standard shipping", "Ring twice")
    assert "Seller's view: 49.41 USD" in plan.note
    assert (plan.number, plan.marker, plan.order_id) == ("TTS-9", f"{of.id}-2", of.id)
    assert plan.address is not None and plan.address.city == "Dayton"
    assert (plan.placed_at, plan.inventory) == (of.create_time, "decrement_ignoring_policy")


def test_a_line_without_product() -> None:
    with pytest.raises(ValueError, match="RED-M"):
        plan_of(us_order(), matches={})
    plan = plan_of(us_order(), Policy(unmatched=Unmatched.PLACEHOLDER), matches={})
    assert (plan.lines[0].variant, plan.lines[0].title, plan.lines[0].variant_title) == ("", "Shirt", "Red, M")
    assert plan.total == 4941


def test_digital_orders_need_no_shipping() -> None:
    assert plan_of(us_order()).lines[0].requires_shipping
    assert not plan_of(replace(us_order(), logistic_mode=LogisticMode.DIGITAL)).lines[0].requires_shipping


def test_books_that_are_not_these_lines_never_become_a_plan() -> None:
    of = us_order()
    wrong = replace(books(of), buyer_paid=4140)
    with pytest.raises(DoesNotAddUp, match="store order's rows"):
        build(of, wrong, matches(of), Policy(), number="1", marker=of.id, email="x@y.invalid")


@given(st.one_of(consistent(), consistent(cancel=True)), st.sampled_from(DiscountBooking), st.booleans())
def test_every_plan_adds_up_to_the_cent(of: Order, booking: DiscountBooking, cod: bool) -> None:
    of = replace(of, is_cod=cod)
    proven = books(of)
    plan = plan_of(of, Policy(discounts=booking))
    view = proven.buyer_paid if booking is DiscountBooking.BUYER_VIEW else proven.seller_view
    assert rows_total(plan) == plan.total == view
    assert sum(each.amount for each in plan.transactions) == (0 if cod else view)
    assert sorted(id for row in plan.lines for id in row.line_ids) == sorted(each.line.id for each in proven.lines)
    for row in plan.lines:
        assert row.quantity == len(row.line_ids)
        kept = row.unit_price + row.seller_discount
        if booking is DiscountBooking.BUYER_VIEW:
            kept += row.platform_discount
        assert kept == row.original_unit_price
    taxes = sum(tax.amount for row in plan.lines for tax in row.taxes)
    assert taxes == sum(tax.amount for booked in proven.lines for tax in booked.taxes)


SET = Bundle((Part(Match("v1", "Cup"), 2), Part(Match("v2", "Lid", "", False))))


def test_a_bundle_shares_its_units_amounts_to_the_cent() -> None:
    """Two units of 20.00 with 2.80 tax become three store units each: 6.67 + 6.67 + 6.66, taxes 0.47 + 0.47 + 0.46."""
    of = us_order()
    plan = plan_of(of, matches=dict.fromkeys(("a", "b"), SET))
    told = [(row.variant, row.quantity, row.unit_price, row.line_ids, row.requires_shipping) for row in plan.lines]
    assert told == [
        ("v1", 4, 667, ("a", "a+2", "b", "b+2"), True),
        ("v2", 2, 666, ("a+3", "b+3"), False),
    ]
    assert sum(tax.amount for row in plan.lines for tax in row.taxes) == 280
    assert sum(row.seller_discount * row.quantity for row in plan.lines) == 2 * 500
    assert sum(row.platform_discount * row.quantity for row in plan.lines) == 2 * 300
    assert plan.total == rows_total(plan) == 4941


def test_a_bundle_of_one_variant_is_a_row_for_each_price() -> None:
    plan = plan_of(us_order(), matches=dict.fromkeys(("a", "b"), Bundle((Part(Match("v1"), 3),))))
    assert [(row.quantity, row.unit_price) for row in plan.lines] == [(4, 667), (2, 666)]


@given(consistent(), st.integers(1, 7), st.integers(1, 5), st.sampled_from(DiscountBooking))
def test_bundles_never_change_what_an_order_comes_to(
    of: Order, first: int, second: int, booking: DiscountBooking
) -> None:
    bundle = Bundle((Part(Match("v1"), first), Part(Match("v2"), second)))
    policy = Policy(discounts=booking)
    whole = plan_of(of, policy)
    split = plan_of(of, policy, matches={each.id: bundle for each in of.lines})
    assert (split.total, rows_total(split)) == (whole.total, whole.total)
    assert sum(row.quantity for row in split.lines) == (first + second) * sum(row.quantity for row in whole.lines)
    names = [name for row in split.lines for name in row.line_ids]
    assert len(set(names)) == len(names) == sum(row.quantity for row in split.lines)
    for column in ("original_unit_price", "seller_discount", "platform_discount"):
        total = [sum(getattr(row, column) * row.quantity for row in plan.lines) for plan in (whole, split)]
        assert total[0] == total[1]
