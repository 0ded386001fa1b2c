"""Plans to translate: one ordinary, and changes to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.stores.magento.fake import MARKER
from tokbridge.core.plan import Plan, PlanAddress, PlanLine, PlanShipping, PlanTransaction

VARIANT = "1:TT-A"

ADDRESS = PlanAddress(
    first_name="Zoë",
    last_name="Ōno",
    company="",
    line1="1 Main St",
    line2="Apt 2",
    city="Austin",
    province="Texas",
    province_code="TX",
    postal_code="73301",
    country_code="US",
    phone="+15125550100",
    masked=False,
)


def line(**other: Any) -> PlanLine:
    base = PlanLine(
        line_ids=("577086512123755123",),
        seller_sku="TT-A",
        variant=VARIANT,
        title="Shirt A",
        variant_title="Red",
        quantity=1,
        unit_price=1500,
        original_unit_price=1800,
        seller_discount=300,
        platform_discount=0,
        taxes=(),
        requires_shipping=True,
        is_gift=False,
    )
    return replace(base, **other)


def plan(**other: Any) -> Plan:
    """Told without a total, it and the transaction follow from the rows."""
    base = Plan(
        marker=MARKER,
        number=f"TTS-{MARKER}",
        order_id=MARKER,
        currency="USD",
        lines=(line(),),
        fees=(),
        shipping=PlanShipping(title="Standard", code="standard", price=500, taxes=()),
        taxes_included=False,
        total=0,
        paid=True,
        transactions=(),
        email="buyerid@tiktok.com",
        address=ADDRESS,
        tags=("TikTok Shop",),
        note="Delivery option: Standard",
        attributes=(),
        source_url="",
        placed_at=1_789_990_000,
        inventory="decrement_ignoring_policy",
    )
    made = replace(base, **other)
    if "total" not in other:
        made = replace(made, total=rows_total(made))
    if made.paid and "transactions" not in other:
        made = replace(made, transactions=(PlanTransaction("TikTok Shop", made.total),))
    return made


def rows_total(made: Plan) -> int:
    total = sum(one.total for one in made.lines) + made.shipping.price + sum(fee.price for fee in made.fees)
    if not made.taxes_included:
        taxes = [tax for one in made.lines for tax in one.taxes] + list(made.shipping.taxes)
        total += sum(tax.amount for tax in taxes)
    return total
