"""Plans to translate: one ordinary, and changes to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tokbridge.core.plan import Plan, PlanAddress, PlanLine, PlanShipping, PlanTransaction

MARKER = "576461413038785752"

ADDRESS = PlanAddress(
    first_name="Zoë",
    last_name="O'Néill",
    company="",
    line1="12 rue de la Paix",
    line2="Bât. B",
    city="Paris",
    province="Île-de-France",
    province_code="IDF",
    postal_code="75002",
    country_code="FR",
    phone="+33612345678",
    masked=False,
)


def line(**other: Any) -> PlanLine:
    base = PlanLine(
        line_ids=("577086512123755123",),
        seller_sku="SKU-6",
        variant="6-0",
        title="TikTok's title",
        variant_title="Red",
        quantity=1,
        unit_price=1999,
        original_unit_price=1999,
        seller_discount=0,
        platform_discount=0,
        taxes=(),
        requires_shipping=True,
        is_gift=False,
    )
    return replace(base, **other)


def plan(**other: Any) -> Plan:
    """`total` and the transaction follow the rows unless given."""
    base = Plan(
        marker=MARKER,
        number=f"TTS-{MARKER}",
        order_id=MARKER,
        currency="EUR",
        lines=(line(),),
        fees=(),
        shipping=PlanShipping(title="Standard", code="standard", price=399, taxes=()),
        taxes_included=True,
        total=0,
        paid=True,
        transactions=(),
        email="7494740000000000001@tiktok.invalid",
        address=ADDRESS,
        tags=("TikTok Shop",),
        note="Leave at <the> door",
        attributes=(("TikTok order", MARKER),),
        source_url="",
        placed_at=1_789_990_000,
        inventory="decrement_ignoring_policy",
    )
    made = replace(base, **other)
    if "total" in other:
        return made
    on_top = [] if made.taxes_included else [tax for row in made.lines for tax in row.taxes] + list(made.shipping.taxes)
    total = sum(row.total for row in made.lines) + made.shipping.price + sum(fee.price for fee in made.fees)
    total += sum(tax.amount for tax in on_top)
    return replace(made, total=total, transactions=(PlanTransaction("TikTok Shop", total),))
