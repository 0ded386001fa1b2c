"""Tax rows of a new order (reference magento-rest.md 7: they come only from `extension_attributes`). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tokbridge.core.plan import Plan, PlanTax
from tokbridge.stores.magento.amounts import PlanMoney, number, percent
from tokbridge.stores.magento.texts import short

Input = dict[str, Any]


def tax_attributes(plan: Plan, sums: PlanMoney, row_ids: Sequence[int]) -> Input:
    """`row_ids` are the quote_item_ids of the rows: a null one would make the whole list vanish. Empty without taxes."""
    rows = [(line.taxes, row.net) for line, row in zip(plan.lines, sums.rows, strict=True)]
    items: list[Input] = []
    for row_id, (taxes, net) in zip(row_ids, rows, strict=True):
        applied = [_applied((tax,), net, plan.currency) for tax in taxes if tax.amount]
        if applied:
            items.append({"type": "product", "item_id": row_id, "applied_taxes": applied})
    shipping = [_applied((tax,), sums.shipping.net, plan.currency) for tax in plan.shipping.taxes if tax.amount]
    if shipping:
        items.append({"type": "shipping", "applied_taxes": shipping})
    if not items:
        return {}
    return {
        "converting_from_quote": True,
        "applied_taxes": _of_order([*rows, (plan.shipping.taxes, sums.shipping.net)], plan.currency),
        "item_applied_taxes": items,
    }


def _of_order(rows: Iterable[tuple[Sequence[PlanTax], int]], currency: str) -> list[Input]:
    """One entry per name and rate, with the sum over all rows."""
    taxes: dict[tuple[str, str, bool], list[PlanTax]] = {}
    nets: dict[tuple[str, str, bool], int] = {}
    for row, net in rows:
        for tax in row:
            if tax.amount:
                key = (tax.name, tax.rate, tax.collected_by_channel)
                taxes.setdefault(key, []).append(tax)
                nets[key] = nets.get(key, 0) + net
    return [_applied(found, nets[key], currency) for key, found in taxes.items()]


def _applied(taxes: Sequence[PlanTax], net: int, currency: str) -> Input:
    """Taxes of the same name and rate. `net` is what they were levied on."""
    first, amount = taxes[0], number(sum(tax.amount for tax in taxes), currency)
    rate = percent(taxes[:1], net) if first.rate else percent(taxes, net)
    title = f"{first.name} (collected by TikTok)" if first.collected_by_channel else first.name
    named = {"code": short(f"TikTok {first.name} {first.rate}".strip()), "title": short(title), "percent": rate}
    return {
        **named,
        "amount": amount,
        "base_amount": amount,
        "extension_attributes": {"rates": [dict(named)]},
    }
