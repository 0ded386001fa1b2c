"""A channel's policy: the merchant's choices (design, section 7), with the defaults as field defaults. Pure data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tokbridge.core.carriers import CarrierRule
from tokbridge.core.order import Kind
from tokbridge.core.status import Status


class DiscountBooking(StrEnum):
    """How TikTok's own discounts are booked in the store order."""

    TRANSACTION = "transaction"  # prices before TikTok's discount; TikTok's part is a second transaction
    BUYER_VIEW = "buyer view"  # prices after TikTok's discount: the total is what the buyer paid


class ShippingTitle(StrEnum):
    BY_MODE = "by mode"  # "Shipped by TTS platform" for platform logistics, else the delivery option's name
    ALWAYS_PLATFORM = "always"  # "Shipped by TTS platform" on every order


class Unmatched(StrEnum):
    BLOCK = "block"
    PLACEHOLDER = "placeholder"  # a line without product


class Inventory(StrEnum):
    DECREMENT_IGNORING_POLICY = "decrement_ignoring_policy"  # sold is sold: create also when the store is out of stock
    DECREMENT_OBEYING_POLICY = "decrement_obeying_policy"
    BYPASS = "bypass"


@dataclass(frozen=True, slots=True)
class Policy:
    """All times in seconds. `start` is Unix seconds: older orders are created only by a person."""

    start: int = 0
    create_automatically: bool = True
    create_from: Status = Status.AWAITING_SHIPMENT
    hold: int = 3600  # own wait after paid_time (else create_time) where the shop has no on-hold
    facts_fresh: int = 60  # creation only on facts read from TikTok within this time
    oldest: int | None = None  # refuse to create orders older than this (Shopify without read_all_orders: 50 days)
    carry_fbt: bool = False
    kinds: frozenset[Kind] = field(default=frozenset(Kind))
    unmatched: Unmatched = Unmatched.BLOCK
    discounts: DiscountBooking = DiscountBooking.TRANSACTION
    number_prefix: str = "TTS-"
    tags: tuple[str, ...] = ("TikTok Shop",)
    payment_name: str = "TikTok Shop"
    platform_discount_name: str = "TikTok platform discount"
    shipping_title: ShippingTitle = ShippingTitle.BY_MODE
    platform_shipping_title: str = "Shipped by TTS platform"
    inventory: Inventory = Inventory.DECREMENT_IGNORING_POLICY
    email: str = ""  # "" = as usual on the platform; may name "{buyer_id}", or "{relay}" for TikTok's relay address
    store_currency: str = ""  # must equal the order's; "" = not yet known, nothing is created
    statuses: tuple[tuple[Status, str], ...] = ()  # TikTok status -> code of the store status to give
    parcels_to_tiktok: bool = True
    parcels_to_store: bool = True
    tracking_patience: int = 900  # what the store shipped without a tracking number becomes a problem after this
    carriers: tuple[CarrierRule, ...] = ()  # store carrier -> TikTok provider, for one delivery option or for all
    default_provider: str = ""  # TikTok provider name used for carriers not in the map; "" = a problem instead
    cancel_to_tiktok: bool = True
    cancel_to_tiktok_reason: str = "out of stock"  # plain word; turned into TikTok's name by aftersale eligibility
    cancel_to_tiktok_limit: int = 10  # more than this many in `cancel_window` stop and ask
    cancel_window: int = 600
    cancel_to_store: bool = True
    restock: bool = True
