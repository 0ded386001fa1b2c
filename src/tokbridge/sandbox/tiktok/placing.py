"""A buyer places an order: from a control template to an order (reference tiktok-shop-api.md 3.4 to 3.7)."""

from typing import Any

from tokbridge.sandbox.tiktok import money, pictures, products_api, shape
from tokbridge.sandbox.tiktok.life import Life
from tokbridge.sandbox.tiktok.seed import number_of
from tokbridge.sandbox.tiktok.steps import STATUSES
from tokbridge.sandbox.tiktok.world import Order, World
from tokbridge.sandbox.wire import Json, Reject

DAY = 86_400
KEYS = frozenset({
    "shop_id", "units", "shipping_fee", "shipping_seller_discount", "shipping_platform_discount", "shipping_tax",
    "fees", "cod", "sample", "replacement", "fbt", "platform_logistics", "warehouse_id", "delivery_option_id", "buyer",
    "age_seconds", "status", "payment", "raw", "order_type", "note",
})  # fmt: skip
UNIT_KEYS = frozenset({
    "sku", "sku_id", "product_id", "quantity", "price", "seller_discount", "platform_discount", "tax", "title",
    "variant", "gift",
})  # fmt: skip
DEFAULT_UNITS = [{"sku": "SKU-1", "quantity": 1}]
MAX_UNITS = 500


def place(world: World, life: Life, template: Json, base_url: str) -> Order:
    """Place one order and take it to the template's status (without: paid, hence on hold where the shop has that).
    `base_url`: where the pictures of its products are."""
    if unknown := set(template) - KEYS:
        raise Reject(f"unknown template keys: {sorted(unknown)}")
    status = template.get("status")
    if status is not None and status not in STATUSES:
        raise Reject(f"unknown status {status}")
    shop = shop_of(world, template.get("shop_id"))
    age = float(template.get("age_seconds", 0))
    with life.steps.replaying(life.steps.now() - age):
        order = _new(world, life, shop, template, base_url)
        if status == "ON_HOLD" and not shop["on_hold"]:
            raise Reject("this shop has no on-hold")
        if status == "PARTIALLY_SHIPPING" and len(order.lines) < 2:
            raise Reject("an order of one unit cannot be shipped in part")
        world.save_order(order)
        for line in order.lines:
            products_api.learn(world, shop, line, int(life.steps.now()))
        _advance(world, life, order, status)
    life.steps.announce(order)
    return order


def _new(world: World, life: Life, shop: Json, template: Json, base_url: str) -> Order:
    now = int(life.steps.now())
    currency, region = shop["currency"], shop["region"]
    free = bool(template.get("sample") or template.get("replacement"))
    units = template.get("units", DEFAULT_UNITS)
    lines = [line for unit in units for line in _lines(world, shop, unit, free, base_url)]
    if not 0 < len(lines) <= MAX_UNITS:
        raise Reject(f"an order has 1 to {MAX_UNITS} units")
    option = _option(shop, template)
    buyer: Json = template.get("buyer", {})
    order_id = world.number("576")
    cod = bool(template.get("cod"))
    doc: Json = {
        "id": order_id,
        "status": "UNPAID",
        "order_type": template.get("order_type", "NORMAL"),
        "commerce_platform": "TIKTOK_SHOP",
        "user_id": str(buyer.get("user_id") or number_of("buyer", order_id)),
        "buyer_email": str(buyer.get("email") or f"v2b{order_id[-12:]}@scs2.tiktok.com"),
        "buyer_message": str(buyer.get("message", "")),
        "buyer_nickname": str(buyer.get("nickname", f"user{order_id[-6:]}")),
        "seller_note": str(template.get("note", "")),
        "is_cod": cod,
        "is_sample_order": bool(template.get("sample")),
        "is_replacement_order": bool(template.get("replacement")),
        "is_on_hold_order": shop["on_hold"],
        "is_buyer_request_cancel": False,
        "has_updated_recipient_address": False,
        "fulfillment_type": "FULFILLMENT_BY_TIKTOK" if template.get("fbt") else "FULFILLMENT_BY_SELLER",
        "shipping_type": "SELLER" if option["type"] == "SEND_BY_SELLER" else "TIKTOK",
        "delivery_type": "HOME_DELIVERY",
        "delivery_option_id": option["id"],
        "delivery_option_name": option["name"],
        "warehouse_id": str(template.get("warehouse_id") or shop["warehouses"][0]["id"]),
        "payment_method_name": "Cash on delivery" if cod else "Credit/debit card",
        "create_time": now,
        "update_time": now,
        "rts_sla_time": now + 2 * DAY,
        "tts_sla_time": now + 3 * DAY,
        "cancel_order_sla_time": now + 5 * DAY,
        "payment": money.payment(
            lines, {"payment": template.get("payment", {})} if free else template, region, currency
        ),
        "line_items": lines,
    }
    if isinstance(template.get("replacement"), str):
        doc["replaced_order_id"] = template["replacement"]
    address = shape.address(buyer, region, int(order_id[-6:]))
    history = [{"status": "UNPAID", "at": life.steps.now()}]
    return Order(shop["id"], doc, address, life.steps.now(), raw=template.get("raw", {}), history=history)


def _lines(world: World, shop: Json, unit: Json, free: bool, base_url: str) -> list[Json]:
    if unknown := set(unit) - UNIT_KEYS:
        raise Reject(f"unknown unit keys: {sorted(unknown)}")
    sku = str(unit.get("sku", ""))
    amounts = money.line_amounts(unit, shop["region"], shop["currency"], free)
    sku_id = str(unit.get("sku_id") or number_of("sku", sku))
    common: Json = {
        "product_id": str(unit.get("product_id") or number_of("product", sku)),
        "product_name": str(unit.get("title", f"Product {sku}")),
        "sku_id": sku_id,
        "sku_name": str(unit.get("variant", "Default")),
        "sku_image": pictures.address(base_url, sku_id),
        "seller_sku": sku,
        "sku_type": "NORMAL",
        "display_status": "UNPAID",
        **amounts,
    }
    quantity: Any = unit.get("quantity", 1)
    return [{"id": world.number("577"), **common} for _ in range(int(quantity))]


def shop_of(world: World, shop_id: object) -> Json:
    if shop_id is None:
        return next(iter(world.shops.values()))
    if str(shop_id) not in world.shops:
        raise Reject(f"no shop {shop_id}")
    return world.shops[str(shop_id)]


def _option(shop: Json, template: Json) -> Json:
    wanted = template.get("delivery_option_id")
    platform = bool(template.get("platform_logistics") or template.get("fbt"))
    for option in shop["delivery_options"]:
        if option["id"] == wanted or (wanted is None and (option["type"] != "SEND_BY_SELLER") == platform):
            found: Json = option
            return found
    raise Reject(f"the shop has no delivery option {wanted}")


def _advance(world: World, life: Life, order: Order, status: str | None) -> None:
    """Walk the order along the legal way to where it shall start."""
    if status == "UNPAID":
        return
    if status == "CANCELLED":
        life.cancellations.cancel(order, "SYSTEM", "system_cancel_unpaid_time_out")
        return
    life.pay(order)
    if status is None or status == "ON_HOLD":
        return
    if order.status == "ON_HOLD":
        life.release(order)
    if status == "AWAITING_SHIPMENT":
        return
    lines = order.waiting_lines[:1] if status == "PARTIALLY_SHIPPING" else order.waiting_lines
    life.ship(order, life.packages.new(order, lines), f"SBX{order.id[-12:]}", provider_of(world, order))
    for step, reached in ((life.scan, "IN_TRANSIT"), (life.deliver, "DELIVERED"), (life.complete, "COMPLETED")):
        if STATUSES.index(status) < STATUSES.index(reached):
            return
        step(order)


def provider_of(world: World, order: Order) -> Json:
    """A carrier of the order's delivery option; TikTok's own where TikTok ships."""
    for option in world.shops[order.shop_id]["delivery_options"]:
        if option["id"] == order.doc["delivery_option_id"] and option["providers"]:
            provider: Json = option["providers"][0]
            return provider
    return {"id": number_of("provider", "platform"), "name": "TT Virtual express"}
