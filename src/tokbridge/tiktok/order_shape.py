"""TikTok's order object as far as Tokbridge reads it (reference tiktok-shop-api.md 3.4-3.7)."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from tokbridge.tiktok.reading import Flag, Id, Many, Moment, Shape, Text


class ItemTax(Shape):
    tax_type: Text = ""
    tax_amount: Text = ""
    tax_rate: Text = ""


class LineItem(Shape):
    """One unit; there is no quantity. Amounts are decimal text in the order's currency."""

    id: Id
    product_id: Text = ""
    product_name: Text = ""
    sku_id: Text = ""
    sku_name: Text = ""
    sku_image: Text = ""
    seller_sku: Text = ""
    currency: Text = ""
    original_price: Id
    sale_price: Id
    seller_discount: Text = ""
    platform_discount: Text = ""
    display_status: Text = ""
    package_id: Text = ""
    package_status: Text = ""
    tracking_number: Text = ""
    shipping_provider_id: Text = ""
    shipping_provider_name: Text = ""
    cancel_reason: Text = ""
    cancel_user: Text = ""
    is_gift: Flag = False
    item_tax: Many[ItemTax] = ()


class PaymentShape(Shape):
    """Fields beside these are kept, so that an amount nobody has seen before is not lost."""

    model_config = ConfigDict(extra="allow", frozen=True)

    currency: Id
    total_amount: Id
    sub_total: Id
    original_total_product_price: Text = ""
    seller_discount: Text = ""
    platform_discount: Text = ""
    payment_platform_discount: Text = ""
    payment_discount_service_fee: Text = ""
    shipping_fee: Text = ""
    original_shipping_fee: Text = ""
    shipping_fee_seller_discount: Text = ""
    shipping_fee_platform_discount: Text = ""
    shipping_fee_cofunded_discount: Text = ""
    tax: Text = ""
    product_tax: Text = ""
    shipping_fee_tax: Text = ""
    small_order_fee: Text = ""
    retail_delivery_fee: Text = ""
    buyer_service_fee: Text = ""
    handling_fee: Text = ""
    shipping_insurance_fee: Text = ""
    item_insurance_fee: Text = ""
    item_insurance_tax: Text = ""
    distance_shipping_fee: Text = ""
    distance_fee: Text = ""

    @property
    def unknown(self) -> dict[str, Any]:
        return self.model_extra or {}


class DistrictShape(Shape):
    address_level: Text = ""
    address_name: Text = ""
    iso_code: Text = ""


class Recipient(Shape):
    full_address: Text = ""
    phone_number: Text = ""
    name: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    address_detail: Text = ""
    address_line1: Text = ""
    address_line2: Text = ""
    address_line3: Text = ""
    address_line4: Text = ""
    postal_code: Text = ""
    region_code: Text = ""
    post_town: Text = ""
    district_info: Many[DistrictShape] = ()


class PackageShape(Shape):
    id: Id


class OrderShape(Shape):
    id: Id
    status: Id
    create_time: int
    update_time: int
    paid_time: Moment = None
    rts_sla_time: Moment = None
    cancel_order_sla_time: Moment = None
    delivery_time: Moment = None
    payment: PaymentShape
    line_items: tuple[LineItem, ...]
    recipient_address: Recipient | None = None
    fulfillment_type: Id
    shipping_type: Id
    is_cod: Flag = False
    is_sample_order: Flag = False
    is_replacement_order: Flag = False
    is_exchange_order: Flag = False
    is_on_hold_order: Flag = False
    is_buyer_request_cancel: Flag = False
    user_id: Text = ""
    buyer_email: Text = ""
    buyer_nickname: Text = ""
    buyer_message: Text = ""
    seller_note: Text = ""
    payment_method_name: Text = ""
    delivery_option_id: Text = ""
    delivery_option_name: Text = ""
    warehouse_id: Text = ""
    cancel_reason: Text = ""
    cancellation_initiator: Text = ""
    packages: Many[PackageShape] = ()
