"""Plans to translate: one ordinary, and changes to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tokbridge.core.plan import Plan, PlanAddress, PlanLine, PlanShipping, PlanTransaction

MARKER = "576461413038785752"
VARIANT = "gid://shopify/ProductVariant/1"

ADDRESS = PlanAddress(
    first_name="Zoë",
    last_name="Ōno",
    company="",
    line1="Hauptstraße 1",
    line2="",
    city="Köln",
    province="Nordrhein-Westfalen",
    province_code="NW",
    postal_code="50667",
    country_code="DE",
    phone="+4922100000",
    masked=False,
)


def line(**other: Any) -> PlanLine:
    base = PlanLine(
        line_ids=("577086512123755123",),
        seller_sku="SKU-1",
        variant=VARIANT,
        title="TikTok's title",
        variant_title="Red",
        quantity=1,
        unit_price=1500,
        original_unit_price=1500,
        seller_discount=0,
        platform_discount=0,
        taxes=(),
        requires_shipping=True,
        is_gift=False,
    )
    return replace(base, **other)


def plan(**other: Any) -> Plan:
    base = Plan(
        marker=MARKER,
        number=f"TTS-{MARKER}",
        order_id=MARKER,
        currency="EUR",
        lines=(line(),),
        fees=(),
        shipping=PlanShipping(title="Standard", code="standard", price=500, taxes=()),
        taxes_included=True,
        total=2000,
        paid=True,
        transactions=(PlanTransaction("TikTok Shop", 2000),),
        email="7494740000000000001@tiktok.com",
        address=ADDRESS,
        tags=("TikTok Shop",),
        note="Leave at the door",
        attributes=(("TikTok order", MARKER),),
        source_url=f"https://seller.example/order/{MARKER}",
        placed_at=1_789_990_000,
        inventory="decrement_ignoring_policy",
    )
    return replace(base, **other)
