"""The neutral order: one TikTok order as facts, without TikTok's spelling and without a store's.

Money is integer minor units of `currency` (see `money`). Times are Unix seconds of TikTok's clock. Ids are text.
One `Line` is one unit: TikTok sends no quantities (reference tiktok-shop-api.md 3.7).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tokbridge.core.status import Status


class FulfilmentType(StrEnum):
    MERCHANT = "merchant"
    TIKTOK = "tiktok"  # FBT, and Tokopedia's Dilayani: the warehouse is not the seller's


class LogisticMode(StrEnum):
    SELLER = "seller"  # the seller's own carrier
    PLATFORM = "platform"  # TikTok's platform logistics
    DIGITAL = "digital"  # nothing to ship


class Kind(StrEnum):
    """What sort of order it is; all but NORMAL are created with a tag."""

    NORMAL = "normal"
    SAMPLE = "sample"
    REPLACEMENT = "replacement"
    EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True)
class District:
    """One level of TikTok's address tree: L0 is the country, then downwards; the meaning differs by country."""

    level: str
    name: str
    iso_code: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """TikTok's recipient as sent. There is no city or state field: they are derived from `districts`.

    `masked` is true when TikTok replaced name, phone or street by asterisks (platform shipping, FBT, US 4PL).
    """

    name: str
    first_name: str
    last_name: str
    phone: str
    lines: tuple[str, ...]  # address_detail excluded; address_line1..4 without blanks
    detail: str
    full: str
    postal_code: str
    region_code: str  # ISO 3166-1 alpha-2
    post_town: str
    districts: tuple[District, ...]
    masked: bool = False


@dataclass(frozen=True, slots=True)
class LineTax:
    """One tax on one unit. `rate` is a decimal fraction as text ("0.0825"), "" when TikTok gave none."""

    name: str
    amount: int
    rate: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One unit of one SKU. sale_price = original_price - seller_discount - platform_discount."""

    id: str
    product_id: str
    sku_id: str
    seller_sku: str
    product_name: str
    sku_name: str
    image: str
    original_price: int
    sale_price: int
    seller_discount: int
    platform_discount: int
    taxes: tuple[LineTax, ...]
    is_gift: bool
    cancelled: bool
    cancel_reason: str  # display text, localised
    cancel_user: str
    package_id: str  # "" before there is one
    package_status: str
    tracking_number: str
    provider_id: str
    provider_name: str


@dataclass(frozen=True, slots=True)
class Payment:
    """Every field of TikTok's payment object in minor units, absent = 0 (reference tiktok-shop-api.md 3.5)."""

    currency: str
    total_amount: int
    sub_total: int
    original_total_product_price: int = 0
    seller_discount: int = 0
    platform_discount: int = 0
    payment_platform_discount: int = 0
    payment_discount_service_fee: int = 0
    shipping_fee: int = 0
    original_shipping_fee: int = 0
    shipping_fee_seller_discount: int = 0
    shipping_fee_platform_discount: int = 0
    shipping_fee_cofunded_discount: int = 0
    tax: int = 0
    product_tax: int = 0
    shipping_fee_tax: int = 0
    small_order_fee: int = 0
    retail_delivery_fee: int = 0
    buyer_service_fee: int = 0
    handling_fee: int = 0
    shipping_insurance_fee: int = 0
    item_insurance_fee: int = 0
    item_insurance_tax: int = 0
    distance_shipping_fee: int = 0
    distance_fee: int = 0
    unknown_fields: tuple[tuple[str, str], ...] = ()  # names and raw values nobody has seen before; not zero


@dataclass(frozen=True, slots=True)
class Order:
    """One TikTok order as read at one moment."""

    id: str
    shop_id: str
    region: str  # of the shop: US, GB, DE ...
    status: Status
    create_time: int
    update_time: int
    paid_time: int | None  # a COD order has none
    currency: str
    payment: Payment
    lines: tuple[Line, ...]
    recipient: Address | None  # None while unpaid or on hold, and on old cancelled orders
    fulfilment_type: FulfilmentType
    logistic_mode: LogisticMode
    kind: Kind
    is_cod: bool
    on_hold_shop: bool  # is_on_hold_order: it was or will be ON_HOLD; false = we wait ourselves
    buyer_requests_cancel: bool
    buyer_id: str
    buyer_email: str
    buyer_nickname: str
    buyer_message: str
    seller_note: str
    payment_method: str
    delivery_option_id: str
    delivery_option_name: str
    warehouse_id: str
    cancel_reason: str  # display text, localised; never a code
    cancel_initiator: str
    packages: tuple[str, ...]
    ship_by: int | None  # rts_sla_time
    cancel_at: int | None  # cancel_order_sla_time
    delivered_at: int | None

    @property
    def live_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.cancelled)

    @property
    def has_gift(self) -> bool:
        return any(line.is_gift for line in self.lines)
