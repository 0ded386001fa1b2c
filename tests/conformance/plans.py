"""Plans to carry: rows, taxes, fees and buyers as the cases want them, totals computed as `core.plan` says."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tokbridge.core.plan import Plan, PlanAddress, PlanFee, PlanLine, PlanShipping, PlanTax, PlanTransaction
from tokbridge.stores.nouns import Variant

ADDRESS = PlanAddress(
    first_name="Ada",
    last_name="Lovelace",
    company="",
    line1="1 Main St",
    line2="Suite 2",
    city="Los Angeles",
    province="California",
    province_code="CA",
    postal_code="90001",
    country_code="US",
    phone="+12135550100",
    masked=False,
)


def tax(rate: str, amount: int, name: str = "Tax") -> PlanTax:
    return PlanTax(name=name, rate=rate, amount=amount, collected_by_channel=True)


def row(variant: Variant, price: int = 1000, quantity: int = 1, *taxes: PlanTax, **other: Any) -> PlanLine:
    base = PlanLine(
        line_ids=tuple(f"{variant.sku}-{price}-{unit}" for unit in range(quantity)),
        seller_sku=variant.sku,
        variant=variant.ref,
        title=variant.title,
        variant_title=variant.variant_title,
        quantity=quantity,
        unit_price=price,
        original_unit_price=price,
        seller_discount=0,
        platform_discount=0,
        taxes=taxes,
        requires_shipping=True,
        is_gift=False,
    )
    return replace(base, **other)


def plan(marker: str, *rows: PlanLine, **other: Any) -> Plan:
    """`shipping` and `fees` in minor units; `subsidy`: the part of the money that TikTok pays; anything else replaces a
    field of the plan."""
    shipping = PlanShipping(
        "Standard", "standard", int(other.pop("shipping", 0)), tuple(other.pop("shipping_taxes", ()))
    )
    fees = tuple(PlanFee(f"fee_{n}", f"Fee {n}", amount) for n, amount in enumerate(other.pop("fees", ())))
    subsidy = int(other.pop("subsidy", 0))
    included = bool(other.get("taxes_included", True))
    total = _total(rows, shipping, fees, included=included)
    buyer = PlanTransaction("TikTok Shop", total - subsidy)
    paid = bool(other.get("paid", True))
    parts = (buyer, PlanTransaction("TikTok platform discount", subsidy))
    base = Plan(
        marker=marker,
        number=f"TTS-{marker}",
        order_id=marker,
        currency="USD",
        lines=rows,
        fees=fees,
        shipping=shipping,
        taxes_included=included,
        total=total,
        paid=paid,
        transactions=tuple(one for one in parts if one.amount) if paid else (),
        email=f"{marker}@buyers.invalid",
        address=ADDRESS,
        tags=("TikTok Shop",),
        note="Leave at the door",
        attributes=(("TikTok order", marker),),
        source_url=f"https://seller.example/order/{marker}",
        placed_at=int(time.time()) - 600,
        inventory="decrement_ignoring_policy",
    )
    return replace(base, **other)


def _total(rows: Sequence[PlanLine], shipping: PlanShipping, fees: Sequence[PlanFee], *, included: bool) -> int:
    goods = sum(line.total for line in rows) + shipping.price + sum(fee.price for fee in fees)
    taxes = [*shipping.taxes, *(one for line in rows for one in line.taxes)]
    return goods + (0 if included else sum(one.amount for one in taxes))
