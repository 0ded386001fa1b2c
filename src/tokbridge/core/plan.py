"""What a store order shall look like, said without any platform's words. A store adapter translates it.

All amounts are integer minor units of `currency`. The total of a plan is
sum(line.total) + shipping.price + sum(fee.price) + every tax when `taxes_included` is false; it equals `total`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanTax:
    name: str
    rate: str  # decimal fraction as text, e.g. "0.0825"; "" when unknown
    amount: int  # for the whole row (all units)
    collected_by_channel: bool  # TikTok collects and remits it


@dataclass(frozen=True, slots=True)
class PlanLine:
    """`quantity` equal units: same SKU, same price, same discounts. `line_ids` names each: the TikTok unit it stands for,
    or a piece of one that is a bundle (`matching.pieces`)."""

    line_ids: tuple[str, ...]
    seller_sku: str
    variant: str  # the store's id of the matched variant; "" = a placeholder line without product
    title: str
    variant_title: str
    quantity: int
    unit_price: int  # after seller's discount (and after TikTok's when the channel books the buyer's view)
    original_unit_price: int
    seller_discount: int  # per unit, already taken off unit_price
    platform_discount: int  # per unit; still inside unit_price unless the channel books the buyer's view
    taxes: tuple[PlanTax, ...]
    requires_shipping: bool
    is_gift: bool

    @property
    def total(self) -> int:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class PlanFee:
    """A named fee of TikTok's that the buyer paid (retail_delivery_fee, handling_fee ...), as a row of its own."""

    name: str
    title: str
    price: int


@dataclass(frozen=True, slots=True)
class PlanShipping:
    title: str
    code: str
    price: int
    taxes: tuple[PlanTax, ...]


@dataclass(frozen=True, slots=True)
class PlanTransaction:
    """Money that counts as received: by the buyer through TikTok, or by TikTok as a discount it pays."""

    gateway: str
    amount: int


@dataclass(frozen=True, slots=True)
class PlanAddress:
    first_name: str
    last_name: str
    company: str
    line1: str
    line2: str
    city: str
    province: str  # name as TikTok gives it
    province_code: str  # ISO 3166-2 without the country, "" when unknown
    postal_code: str
    country_code: str
    phone: str
    masked: bool  # TikTok hides the buyer: not an address one can deliver to


@dataclass(frozen=True, slots=True)
class Plan:
    """The store order to create. `marker` is the TikTok order id (plus "-2", … after a person released a binding);
    it names the store order and is what `find_order` looks for. `number` is the shown store number."""

    marker: str
    number: str
    order_id: str
    currency: str
    lines: tuple[PlanLine, ...]
    fees: tuple[PlanFee, ...]
    shipping: PlanShipping
    taxes_included: bool
    total: int
    paid: bool  # false for a COD order: created unpaid, no transactions
    transactions: tuple[PlanTransaction, ...]  # sum = total when paid
    email: str
    address: PlanAddress | None
    tags: tuple[str, ...]
    note: str
    attributes: tuple[tuple[str, str], ...]
    source_url: str
    placed_at: int  # Unix seconds
    inventory: (
        str  # the channel's inventory behaviour: "decrement_ignoring_policy" | "decrement_obeying_policy" | "bypass"
    )
