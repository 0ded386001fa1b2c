"""Plan -> OrderCreateOrderInput. Pure (reference shopify-admin-api.md 2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tokbridge.core import money
from tokbridge.core.errors import Actor, Refused
from tokbridge.core.plan import Plan, PlanAddress, PlanLine, PlanShipping, PlanTax, PlanTransaction
from tokbridge.core.saying import say
from tokbridge.stores.shopify.documents import KEY, MAX_LIST, NAMESPACE, TAG

Input = dict[str, Any]

# Shopify hides properties that begin with "_" from the buyer.
LINE_IDS = "_tiktok_line_ids"  # the units of the row, joined by commas
PLACEHOLDER = "_tokbridge_placeholder"  # a row that never had a variant
SOURCE = "tiktok-shop"
MAX_TAG = 40


def order_input(plan: Plan, now: float) -> Input:
    """The argument `order`. `now` (Unix seconds) bounds `processedAt`: before 2026-07 Shopify refuses a future one.

    Raises Refused when a list is longer than Shopify takes, before anything is sent.
    """
    _bounded("rows", plan.lines)
    _bounded("attributes", plan.attributes)
    _bounded("transactions", plan.transactions)
    processed_at = iso(min(plan.placed_at, now))
    order: Input = {
        "name": plan.number,
        "currency": plan.currency,
        "lineItems": [_line(line, plan) for line in plan.lines],
        "shippingLines": _shipping_lines(plan),
        "taxesIncluded": plan.taxes_included,
        "transactions": _transactions(plan, processed_at),
        "sourceIdentifier": plan.marker,
        "sourceName": SOURCE,
        "metafields": [{"namespace": NAMESPACE, "key": KEY, "type": "id", "value": plan.marker}],
        "tags": _tags(plan.tags),
        "note": plan.note,
        "customAttributes": [{"key": key, "value": value} for key, value in plan.attributes],
        "processedAt": processed_at,
        "test": False,
    }
    if not plan.paid:
        order["financialStatus"] = "PENDING"
    elif not order["transactions"]:
        order["financialStatus"] = "PAID"  # a sample for nothing: without a transaction the status would stay null
    if plan.source_url:
        order["sourceUrl"] = plan.source_url
    if plan.email:
        # The address alone, never `customer`: an explicit customer would take this order's address as his default one,
        # and a shared e-mail is one customer for all buyers. Shopify matches or makes the customer by itself.
        order["email"] = plan.email
    if plan.address is not None:
        order["shippingAddress"] = address_input(plan.address)
        order["billingAddress"] = address_input(plan.address)
    return order


def options_input(plan: Plan) -> Input:
    return {"inventoryBehaviour": plan.inventory.upper(), "sendReceipt": False, "sendFulfillmentReceipt": False}


def address_input(address: PlanAddress) -> Input:
    """MailingAddressInput, without blanks. Shopify takes provinces by code only: a name without a code goes with the
    city, so that the parcel still finds its way. A masked phone is no phone."""
    city = address.city
    if not address.province_code and address.province and address.province.casefold() not in city.casefold():
        city = f"{city}, {address.province}" if city else address.province
    fields = {
        "firstName": address.first_name,
        "lastName": address.last_name,
        "company": address.company,
        "address1": address.line1,
        "address2": address.line2,
        "city": city,
        "provinceCode": address.province_code,
        "countryCode": address.country_code,
        "zip": address.postal_code,
        "phone": "" if "*" in address.phone else address.phone,
    }
    return {name: value for name, value in fields.items() if value}


def iso(moment: float) -> str:
    """Unix seconds as Shopify writes a DateTime."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _line(line: PlanLine, plan: Plan) -> Input:
    row: Input = {
        "quantity": line.quantity,
        "priceSet": _money(line.unit_price, plan),
        "requiresShipping": line.requires_shipping,
        "taxable": bool(line.taxes),
        "taxLines": _taxes(line.taxes, line.total, plan),
        "properties": [{"name": LINE_IDS, "value": ",".join(line.line_ids)}],
    }
    if line.variant:
        # Without a title of ours: a variant that is gone is then refused ("Title can't be blank"), where a title would
        # silently make a row without product and without stock (reference 2.2).
        row["variantId"] = line.variant
        return row
    row["properties"].append({"name": PLACEHOLDER, "value": "yes"})
    row["title"] = line.title
    if line.variant_title:
        row["variantTitle"] = line.variant_title
    if line.seller_sku:
        row["sku"] = line.seller_sku
    return row


def _shipping_lines(plan: Plan) -> list[Input]:
    """The shipping, then each fee as one more shipping line. A fee as a custom row would stand in the fulfilment order
    even with requiresShipping false (reference 2.2): somebody would have to pick it, and an order whose goods are all
    shipped would stay PARTIALLY_FULFILLED. A shipping line counts in the total and asks for nothing."""
    lines = [_shipping_line(plan.shipping, plan)]
    for fee in plan.fees:
        lines.append(_shipping_line(PlanShipping(title=fee.title, code=fee.name, price=fee.price, taxes=()), plan))
    _bounded(say("shipping lines and fees"), lines)
    return lines


def _shipping_line(shipping: PlanShipping, plan: Plan) -> Input:
    line: Input = {
        "title": shipping.title,
        "priceSet": _money(shipping.price, plan),
        "source": SOURCE,
        "taxLines": _taxes(shipping.taxes, shipping.price, plan),
    }
    if shipping.code:
        line["code"] = shipping.code
    return line


def _taxes(taxes: Iterable[PlanTax], base: int, plan: Plan) -> list[Input]:
    """Tax lines stand on rows only, never on the order as well (reference 2.1)."""
    return [
        {
            "title": tax.name,
            "rate": tax.rate or _rate(tax.amount, base, plan.taxes_included),
            "priceSet": _money(tax.amount, plan),
            "channelLiable": tax.collected_by_channel,
        }
        for tax in taxes
    ]


def _rate(amount: int, base: int, included: bool) -> str:
    """The rate is mandatory (TAX_LINE_RATE_MISSING); where TikTok gives none it follows from the amounts."""
    net = base - amount if included else base
    return str(round(Decimal(amount) / Decimal(net), 4)) if net > 0 else "0.0"


def _transactions(plan: Plan, processed_at: str) -> list[Input]:
    return [_transaction(transaction, plan, processed_at) for transaction in plan.transactions if transaction.amount]


def _transaction(transaction: PlanTransaction, plan: Plan, processed_at: str) -> Input:
    return {
        "kind": "SALE",
        "status": "SUCCESS",
        "gateway": transaction.gateway,
        "amountSet": _money(transaction.amount, plan),
        "processedAt": processed_at,
        "test": False,
    }


def _money(amount: int, plan: Plan) -> Input:
    return {"shopMoney": {"amount": money.show(amount, plan.currency), "currencyCode": plan.currency}}


def _tags(tags: Iterable[str]) -> list[str]:
    """Ours first, which the changes are searched by; none twice, none longer than Shopify takes."""
    unique: dict[str, str] = {}
    for tag in (TAG, *tags):
        cut = tag.strip()[:MAX_TAG].strip()
        if cut:
            unique.setdefault(cut.casefold(), cut)
    found = list(unique.values())
    _bounded(say("tags"), found)
    return found


def _bounded(what: str, values: Iterable[object]) -> None:
    count = len(list(values))
    if count > MAX_LIST:
        raise Refused(
            "MAX_INPUT_SIZE_EXCEEDED",
            say("Shopify takes at most {most} {what} per order, this one has {n}", most=MAX_LIST, what=what, n=count),
            Actor.OPERATOR,
        )
