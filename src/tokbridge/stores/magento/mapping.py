"""Plan -> the order of `PUT /V1/orders/create`. Pure (reference magento-rest.md 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tokbridge.core import money
from tokbridge.core.errors import Actor, Refused
from tokbridge.core.plan import Plan, PlanLine
from tokbridge.core.saying import say
from tokbridge.stores.magento.addresses import NOWHERE, address_input
from tokbridge.stores.magento.amounts import (
    PlanMoney,
    RowMoney,
    number,
    original_price,
    percent,
    plan_money,
    unit_price,
)
from tokbridge.stores.magento.config import MagentoConfig
from tokbridge.stores.magento.products import Product, split_ref
from tokbridge.stores.magento.shop import Region, StoreView
from tokbridge.stores.magento.taxes import tax_attributes
from tokbridge.stores.magento.texts import MAX_EXT_ID, MAX_NUMBER, MAX_TEXT, identifying, short, storable

Input = dict[str, Any]

STATE, STATUS = "new", "pending"  # the one legal beginning: invoice and shipment lead on to complete (reference 8)
UNPAID = "Not paid yet: cash on delivery"  # in payment.additional_information; read back to know
FREE_METHOD = "free"  # Magento's own for totals of zero, enabled by default
LINE_IDS = "tiktok_line_ids:"  # begins additional_data where the ids are longer than ext_order_item_id


@dataclass(frozen=True, slots=True)
class Place:
    """What the shop adds to a plan: its store view, regions of the address's country, products by reference."""

    view: StoreView
    regions: Sequence[Region]
    products: Mapping[str, Product]  # PlanLine.variant -> product


def order_input(plan: Plan, place: Place, config: MagentoConfig) -> Input:
    """The body {"entity": …}. Raises Refused, before anything is sent, for ids that Magento would cut, a currency that
    is not the store view's, and amounts that do not add up."""
    if plan.currency != place.view.currency:
        words = say(
            "the order is in {one}, the store view {view} keeps {other}",
            one=plan.currency,
            view=place.view.code,
            other=place.view.currency,
        )
        raise Refused("currency", words, Actor.OWNER)
    if not plan.lines:
        raise Refused("no lines", "an order without lines", Actor.DEVELOPER)
    sums = plan_money(plan)
    row_ids = range(1, len(plan.lines) + 1)
    items = [
        _item(line, row, row_id, plan, place) for line, row, row_id in zip(plan.lines, sums.rows, row_ids, strict=True)
    ]
    virtual = all(item["is_virtual"] for item in items)
    email = plan.email or f"order-{plan.order_id}@tiktok.invalid"
    entity: Input = {
        "increment_id": identifying(say("order number"), plan.number, MAX_NUMBER),
        "ext_order_id": identifying(say("TikTok order id"), plan.marker, MAX_EXT_ID),
        "store_id": place.view.id,  # without it the unique key does not protect (reference 6)
        "state": STATE,
        "status": STATUS,
        "is_virtual": int(virtual),
        "created_at": utc(plan.placed_at),
        **_customer(plan, email),
        **_currencies(plan),
        **_totals(plan, sums),
        "total_qty_ordered": sum(line.quantity for line in plan.lines),
        "weight": round(sum(float(item.get("row_weight", 0)) for item in items), 4),
        "shipping_description": _shipping_description(plan),
        "billing_address": _address(plan, place, "billing", email),
        "payment": _payment(plan, sums, config),
        "items": items,
        "status_histories": [_comment(text) for text in _remarks(plan)],
    }
    attributes = tax_attributes(plan, sums, row_ids)
    if not virtual:
        shipping = {"method": config.shipping_method, "address": _address(plan, place, "shipping", email)}
        attributes["shipping_assignments"] = [{"shipping": shipping}]
    if attributes:
        entity["extension_attributes"] = attributes
    return {"entity": entity}


def utc(moment: float) -> str:
    """Unix seconds as Magento writes a time: UTC without a zone."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _customer(plan: Plan, email: str) -> Input:
    address = plan.address or NOWHERE
    return {
        "customer_is_guest": 1,  # an integer: true is refused
        "customer_email": email,
        "customer_firstname": short(address.first_name) or "TikTok",
        "customer_lastname": short(address.last_name) or "Buyer",
    }


def _currencies(plan: Plan) -> Input:
    codes = ("base_currency_code", "order_currency_code", "store_currency_code", "global_currency_code")
    return {**dict.fromkeys(codes, plan.currency), "base_to_global_rate": 1, "base_to_order_rate": 1}


def _totals(plan: Plan, sums: PlanMoney) -> Input:
    return _both(
        plan.currency,
        subtotal=sums.subtotal,
        subtotal_incl_tax=sums.subtotal_gross,
        discount_amount=0,  # prices are net of the seller's discounts; what TikTok pays is payment, not discount
        shipping_amount=sums.shipping.net,
        shipping_incl_tax=sums.shipping.gross,
        shipping_tax_amount=sums.shipping.tax,
        tax_amount=sums.tax,
        grand_total=sums.total,
    )


def _both(currency: str, **amounts: int) -> Input:
    """Every amount in the order's and in the base currency, which are the same here."""
    shown = {name: number(amount, currency) for name, amount in amounts.items()}
    return shown | {f"base_{name}": amount for name, amount in shown.items()}


def _item(line: PlanLine, row: RowMoney, row_id: int, plan: Plan, place: Place) -> Input:
    product = place.products.get(line.variant) if line.variant else None
    if line.variant and product is None:
        # Magento would take it and move no stock (reference 7).
        words = say("the shop no longer has {sku}", sku=split_ref(line.variant)[1] or line.variant)
        raise Refused("no such product", words)
    virtual = product.virtual if product else not line.requires_shipping
    weight = product.weight if product else 0
    prices: Input = {
        "price": unit_price(row.net, line.quantity, plan.currency),
        "original_price": original_price(line, row, plan.currency),
        "price_incl_tax": unit_price(row.gross, line.quantity, plan.currency),
    }
    item: Input = {
        "sku": product.sku if product else (line.seller_sku or f"tiktok-{line.line_ids[0]}"),
        "product_type": product.type_id if product else ("virtual" if virtual else "simple"),
        "is_virtual": int(virtual),
        "name": short(_name(line, product)),
        "store_id": place.view.id,
        "quote_item_id": row_id,
        "qty_ordered": line.quantity,
        **prices,
        **{f"base_{name}": price for name, price in prices.items()},
        **_both(
            plan.currency,
            row_total=row.net,
            tax_amount=row.tax,
            row_total_incl_tax=row.gross,
            discount_amount=0,
        ),
        "tax_percent": percent(line.taxes, row.net),
        "weight": weight,
        "row_weight": round(weight * line.quantity, 4),
        **_units(line),
    }
    if product:
        item["product_id"] = product.id
    return item


def _name(line: PlanLine, product: Product | None) -> str:
    if product is None and line.variant_title:
        return f"{line.title} - {line.variant_title}"
    return line.title or (product.name if product else line.seller_sku) or "TikTok Shop item"


def _units(line: PlanLine) -> Input:
    """The TikTok units of the row: in ext_order_item_id (255 characters), else in additional_data (text)."""
    joined = ",".join(line.line_ids)
    return {"ext_order_item_id": joined} if len(joined) <= MAX_TEXT else {"additional_data": LINE_IDS + joined}


def _address(plan: Plan, place: Place, kind: str, email: str) -> Input:
    return address_input(plan.address or NOWHERE, kind, email, place.regions, place.view.country)


def _shipping_description(plan: Plan) -> str:
    """TikTok's fees are inside the shipping amount, so they are named here."""
    parts = [plan.shipping.title]
    parts += [f"{fee.title} {money.show(fee.price, plan.currency)} {plan.currency}" for fee in plan.fees if fee.price]
    return short(" + ".join(part for part in parts if part))


def _payment(plan: Plan, sums: PlanMoney, config: MagentoConfig) -> Input:
    """Keys of additional_information are lost in Magento: plain sentences only."""
    told = [f"{part.gateway}: {money.show(part.amount, plan.currency)} {plan.currency}" for part in plan.transactions]
    if not plan.paid:
        told.append(UNPAID)
    amounts = _both(plan.currency, amount_ordered=sums.total, shipping_amount=sums.shipping.net)
    method = config.payment_method if plan.total else FREE_METHOD
    return {"method": method, **amounts, "additional_information": [short(text) for text in told] or ["TikTok Shop"]}


def _remarks(plan: Plan) -> list[str]:
    """The order's history as it begins: where it comes from and what TikTok says of it. Attributes are in the note."""
    remarks = [f"Imported from TikTok Shop, order {plan.order_id}"]
    if plan.tags:
        remarks.append("Tags: " + ", ".join(plan.tags))
    told = plan.note or "\n".join(f"{name}: {value}" for name, value in plan.attributes)
    if told:
        remarks.append(told)
    return [storable(text) for text in remarks]


def _comment(text: str) -> Input:
    return {
        "comment": text,
        "status": STATUS,
        "is_customer_notified": 0,
        "is_visible_on_front": 0,
        "entity_name": "order",
    }
