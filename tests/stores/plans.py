"""Plans to translate: one ordinary for each platform, and changes to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tokbridge.core.plan import Plan, PlanAddress, PlanLine, PlanShipping, PlanTransaction

MARKER = "576461413038785752"

_LINE = PlanLine(
    line_ids=("577086512123755123",),
    seller_sku="",
    variant="",
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
_PLAN = Plan(
    marker=MARKER,
    number=f"TTS-{MARKER}",
    order_id=MARKER,
    currency="EUR",
    lines=(),
    fees=(),
    shipping=PlanShipping(title="Standard", code="standard", price=500, taxes=()),
    taxes_included=True,
    total=0,
    paid=True,
    transactions=(),
    email="",
    address=None,
    tags=("TikTok Shop",),
    note="Leave at the door",
    attributes=(("TikTok order", MARKER),),
    source_url="",
    placed_at=1_789_990_000,
    inventory="decrement_ignoring_policy",
)


@dataclass(frozen=True)
class Plans:
    """An address the shop knows, a line with a product it has, and the plan of both."""

    address: PlanAddress
    _line: PlanLine
    _plan: Plan

    def line(self, **other: Any) -> PlanLine:
        return replace(self._line, **other)

    def plan(self, **other: Any) -> Plan:
        """Told without a total, it and the transaction follow from the rows."""
        made = replace(self._plan, **({"address": self.address, "lines": (self.line(),)} | other))
        if "total" not in other:
            made = replace(made, total=_total(made))
        if made.paid and "transactions" not in other:
            made = replace(made, transactions=(PlanTransaction("TikTok Shop", made.total),))
        return made


def _total(made: Plan) -> int:
    total = sum(one.total for one in made.lines) + made.shipping.price + sum(fee.price for fee in made.fees)
    if not made.taxes_included:
        taxes = [tax for one in made.lines for tax in one.taxes] + list(made.shipping.taxes)
        total += sum(tax.amount for tax in taxes)
    return total


MAGENTO = Plans(
    PlanAddress(
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
    ),
    replace(_LINE, title="Shirt A", seller_sku="TT-A", variant="1:TT-A", original_unit_price=1800, seller_discount=300),
    replace(_PLAN, currency="USD", taxes_included=False, email="buyerid@tiktok.com"),
)
PRESTASHOP = Plans(
    PlanAddress(
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
    ),
    replace(_LINE, seller_sku="SKU-6", variant="6-0", unit_price=1999, original_unit_price=1999),
    replace(
        _PLAN,
        shipping=PlanShipping(title="Standard", code="standard", price=399, taxes=()),
        email="7494740000000000001@tiktok.invalid",
        note="Leave at <the> door",
    ),
)
SHOPIFY = Plans(
    PlanAddress(
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
    ),
    replace(_LINE, seller_sku="SKU-1", variant="gid://shopify/ProductVariant/1"),
    replace(_PLAN, email="7494740000000000001@tiktok.com", source_url=f"https://seller.example/order/{MARKER}"),
)
