"""The nouns of the contract: what the verbs of a store (`stores.base`) take and give, in no platform's words."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Carrier:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """A status that `set_status` can give: `code` is what settings and calls use, `name` what people read."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Variant:
    """One sellable thing in the store. `available` is None when the platform did not tell."""

    ref: str
    sku: str
    title: str
    variant_title: str
    product_ref: str
    requires_shipping: bool = True
    available: int | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """Units of one variant over all places the store sells from. `available`: may be sold; `on_hand`: lie on the
    shelf, reserved ones included. Both are equal where the platform keeps one figure, and None where it does not
    count this product."""

    variant: str
    sku: str
    available: int | None
    on_hand: int | None


@dataclass(frozen=True, slots=True)
class Base:
    """What a store order amounts to in the store's own currency, in its minor units. `rate`: units of the order's
    currency for one of the store's, as the store keeps it with the order (plain decimal text); "" = it tells none."""

    total: int
    currency: str
    rate: str


@dataclass(frozen=True, slots=True)
class StoreLine:
    """A row of a store order: the platform's id, SKU, units ordered, and units not cancelled."""

    ref: str
    sku: str
    variant: str
    quantity: int
    current_quantity: int
    line_ids: tuple[str, ...] = ()  # TikTok units, when the platform could keep them


@dataclass(frozen=True, slots=True)
class StoreOrder:
    """A store order as read back. `total` is in minor units of `currency`, tax and shipping included; `base` is the
    same in the store's currency, None when the store does not tell it."""

    ref: str
    number: str
    marker: str
    currency: str
    total: int
    cancelled: bool
    status: str  # the platform's own word(s), e.g. "PAID / UNFULFILLED"
    lines: tuple[StoreLine, ...]
    updated_at: float = 0.0
    unlinked: tuple[str, ...] = ()  # SKUs of rows that lost their variant (Shopify's silent custom line)
    base: Base | None = None


@dataclass(frozen=True, slots=True)
class ParcelItem:
    """Units of one store order row inside a parcel."""

    line_ref: str
    sku: str
    quantity: int
    line_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """One shipment of a store order. `ref` is the fulfilment's id, with "#n" appended when one fulfilment carries
    several tracking numbers. `number` is "" when the shop has not given one (yet)."""

    ref: str
    order_ref: str
    carrier: str  # as written in the store
    number: str
    url: str
    items: tuple[ParcelItem, ...]
    cancelled: bool
    updated_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """What a store order looks like since the last look: for statuses and cancellations made by others."""

    ref: str
    marker: str
    status: str
    cancelled: bool
    cancel_reason: str
    parcels: tuple[Parcel, ...] | None  # None when the feed does not carry them: ask `parcels_of`
    updated_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Page:
    """A page of changes. Store `cursor` only after everything in `changes` is stored; `more` = ask again at once.
    Cursors overlap: the same change may come twice."""

    changes: tuple[Change, ...]
    cursor: str
    more: bool


@dataclass(frozen=True, slots=True)
class Hint:
    """A verified webhook: the store orders it speaks of, its topic and id (for the log; hints need no dedupe)."""

    topic: str
    event_id: str
    order_refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of the connection test: what was looked at, whether it is right, what is missing, what to do."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """Result of `check`. `limits` may tell a rate the platform grants (points or calls per second, and bucket)."""

    ok: bool
    platform: str
    version: str
    currency: str
    shop_name: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `prepare` found or made: names for the log, and problems in words."""

    existing: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
