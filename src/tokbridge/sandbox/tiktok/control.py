"""The TikTok part of the control API: place and move orders, shops, tokens, webhooks, the clock, the book."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tokbridge.sandbox.tiktok import placing, products_api, reasons, shape
from tokbridge.sandbox.tiktok.world import Order
from tokbridge.sandbox.wire import Control, Json, Reject

if TYPE_CHECKING:
    from tokbridge.sandbox.tiktok.site import TikTokSite

MOST_AT_ONCE = 5000
BUYER_REASON = "ecom_order_to_ship_canceled_reason_no_longer_needed"


def register(site: TikTokSite) -> None:
    """Add the routes to the site's control table."""
    _register_orders(site)
    _register_platform(site)


def book(site: TikTokSite) -> Json:
    """Shops, orders in brief (true state, whatever the API shows), packages, cancellations."""
    return {
        "shops": list(site.world.shops.values()),
        "orders": {order.id: _brief(site, order) for order in site.world.orders.values()},
        "packages": site.world.packages,
        "cancellations": site.world.cancellations,
        "webhooks": site.world.hooks,
    }


def _register_orders(site: TikTokSite) -> None:
    world, life = site.world, site.life

    def place(body: Json, path: Mapping[str, str]) -> object:
        count = int(body.get("count", 1))
        if not 0 < count <= MOST_AT_ONCE:
            raise Reject(f"count must be 1 to {MOST_AT_ONCE}")
        template = body.get("order", {})
        return {"ids": [placing.place(world, life, template, site.base_url).id for _ in range(count)]}

    def ship(order: Order, body: Json) -> None:
        life.steps.require(order, "AWAITING_SHIPMENT", "PARTIALLY_SHIPPING")
        provider = placing.provider_of(world, order)
        if wanted := body.get("provider_id"):
            options = world.shops[order.shop_id]["delivery_options"]
            found = [one for option in options for one in option["providers"] if one["id"] == wanted]
            if not found:
                raise Reject(f"no provider {wanted}")
            provider = found[0]
        lines = _chosen(order.waiting_lines, body)
        package = world.packages.get(lines[0].get("package_id", ""))
        if package is None or set(package["line_ids"]) != {line["id"] for line in lines}:
            package = life.packages.new(order, lines)
        life.ship(order, package, str(body.get("tracking_number") or f"SBX{order.id[-12:]}"), provider)

    def cancel(order: Order, body: Json) -> None:
        life.cancellations.cancel(order, str(body.get("initiator", "SELLER")), _reason(site, order, body))

    def cancel_lines(order: Order, body: Json) -> None:
        lines = _chosen(order.live_lines, body)
        life.cancellations.cancel(order, str(body.get("initiator", "SELLER")), _reason(site, order, body), lines)

    def close_request(order: Order, body: Json) -> None:
        pending = life.cancellations.pending(order)
        if not pending:
            raise Reject(f"order {order.id} has no pending request")
        life.cancellations.close(pending[0])

    actions: dict[str, Callable[[Order, Json], object]] = {
        "pay": lambda order, body: life.pay(order),
        "release": lambda order, body: life.release(order),
        "scan": lambda order, body: life.scan(order),
        "deliver": lambda order, body: life.deliver(order),
        "complete": lambda order, body: life.complete(order),
        "ship": ship,
        "cancel": cancel,
        "cancel_lines": cancel_lines,
        "request_cancel": lambda order, body: life.cancellations.request(order, str(body.get("reason", BUYER_REASON))),
        "withdraw_request": close_request,
        "address": life.change_address,
    }

    def act(action: Callable[[Order, Json], object]) -> Control:
        def control(body: Json, path: Mapping[str, str]) -> object:
            order = world.order(path["id"])
            action(order, body)
            return _brief(site, order)

        return control

    def add_products(body: Json, path: Mapping[str, str]) -> object:
        shop = placing.shop_of(world, body.get("shop_id"))
        given = body.get("products", [])
        return {"products": [products_api.add(world, shop, one, int(life.steps.now())) for one in given]}

    site.controls.add("POST", "orders", place)
    site.controls.add("POST", "products", add_products)
    site.controls.add("GET", "products", lambda body, path: {"products": [*map(world.products_of, world.shops)]})
    site.controls.add("GET", "orders/{id}", lambda body, path: _whole(world.order(path["id"])))
    for name, action in actions.items():
        site.controls.add("POST", f"orders/{{id}}/{name}", act(action))


def _register_platform(site: TikTokSite) -> None:
    world, tokens = site.world, site.tokens

    def credentials(body: Json, path: Mapping[str, str]) -> object:
        fields = ("id", "name", "region", "cipher", "open_id", "currency", "warehouses", "delivery_options")
        return {
            "apps": tokens.apps,
            "sellers": list(tokens.sellers.values()),
            "shops": [{name: shop[name] for name in fields} for shop in world.shops.values()],
        }

    def add_app(body: Json, path: Mapping[str, str]) -> object:
        tokens.add_app(str(body["app_key"]), str(body["app_secret"]))
        return {}

    def issue(body: Json, path: Mapping[str, str]) -> object:
        return tokens.issue(_seller(site, body))

    def scopes(body: Json, path: Mapping[str, str]) -> object:
        seller = tokens.sellers[_seller(site, body)]
        tokens.save_seller(seller | {"scopes": list(body["scopes"])})
        return {}

    def expire(body: Json, path: Mapping[str, str]) -> object:
        tokens.expire(body.get("open_id"), bool(body.get("refresh")))
        return {}

    def revoke(body: Json, path: Mapping[str, str]) -> object:
        open_id = _seller(site, body)
        tokens.revoke(open_id)
        for shop in world.shops.values():
            if shop["open_id"] == open_id:
                message = f"The seller of shop {shop['id']} deauthorized the app."
                site.notifier.send(6, shop["id"], {"message": message})
        return {}

    def any_type(body: Json, path: Mapping[str, str]) -> object:
        shop_id = str(body.get("shop_id") or next(iter(world.shops)))
        site.notifier.send(int(body.get("type", 999)), shop_id, body.get("data", {}))
        return {}

    def clock(body: Json, path: Mapping[str, str]) -> object:
        moved = float(site.settings["clock_skew_s"]) + float(body.get("advance_s", 0))
        site.change_settings({"clock_skew_s": float(body.get("skew_s", moved))})
        return {"now": site.now(), "clock_skew_s": site.settings["clock_skew_s"]}

    add = site.controls.add
    add("GET", "credentials", credentials)
    add("POST", "apps", add_app)
    add("POST", "shops", lambda body, path: site.add_shop(body))
    add("POST", "auth_codes", lambda body, path: {"code": tokens.add_code(_seller(site, body))})
    add("POST", "tokens", issue)
    add("POST", "tokens/scopes", scopes)
    add("POST", "tokens/expire", expire)
    add("POST", "tokens/revoke", revoke)
    add("POST", "webhooks/unknown", any_type)
    add("GET", "clock", clock)
    add("POST", "clock", clock)


def _seller(site: TikTokSite, body: Json) -> str:
    open_id = str(body.get("open_id") or next(iter(site.tokens.sellers)))
    if open_id not in site.tokens.sellers:
        raise Reject(f"no seller {open_id}")
    return open_id


def _reason(site: TikTokSite, order: Order, body: Json) -> str:
    region = site.world.shops[order.shop_id]["region"]
    default = reasons.seller_reasons(region, order.status == "UNPAID")["out_of_stock"]
    return str(body.get("reason", default))


def _chosen(lines: list[Json], body: Json) -> list[Json]:
    """The lines a control call names: by line_ids, or by sku and count (default all of it); nothing named = all."""
    if "line_ids" in body:
        chosen = [line for line in lines if line["id"] in body["line_ids"]]
    elif "sku" in body:
        fitting = [line for line in lines if line["seller_sku"] == body["sku"]]
        chosen = fitting[: int(body.get("count", len(fitting)))]
    else:
        chosen = lines
    if not chosen:
        raise Reject("no such lines")
    return chosen


def _whole(order: Order) -> Json:
    return {"shown": shape.show(order), "address": order.address, "history": order.history, "external": order.external}


def _brief(site: TikTokSite, order: Order) -> Json:
    doc = order.doc
    fields = ("id", "sku_id", "seller_sku", "original_price", "sale_price", "seller_discount", "platform_discount",
              "item_tax", "display_status", "package_id", "tracking_number", "shipping_provider_id")  # fmt: skip
    return {
        "shop_id": order.shop_id,
        "status": order.status,
        "create_time": doc["create_time"],
        "update_time": doc["update_time"],
        "paid_time": doc.get("paid_time"),
        "is_cod": doc["is_cod"],
        "payment": doc["payment"],
        "lines": [{name: line[name] for name in fields if name in line} for line in order.lines],
        "packages": [one["id"] for one in doc.get("packages", [])],
        "cancellations": [one["cancel_id"] for one in site.world.cancellations_of(order)],
        "history": order.history,
        "external": order.external,
    }
