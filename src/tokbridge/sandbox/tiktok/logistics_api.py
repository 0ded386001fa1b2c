"""Shops, warehouses, delivery options, carriers, webhook configuration (reference tiktok-shop-api.md 1.4, 4.3, 7.1)."""

from tokbridge.sandbox.tiktok.api import Desk, Endpoint, Request, Table
from tokbridge.sandbox.tiktok.errors import bad_parameter
from tokbridge.sandbox.tiktok.notify import CONFIGURABLE
from tokbridge.sandbox.wire import Json

LONGEST_ADDRESS = 255


class LogisticsApi:
    """What a connector reads once, and where it says whom to call."""

    def __init__(self, desk: Desk, table: Table) -> None:
        self._desk = desk
        scope = "seller.authorization.info"
        shops = Endpoint("shops", self.shops, scope=scope, needs_shop=False)
        table.add("GET", "/authorization/202309/shops", shops)
        table.add("GET", "/seller/202309/shops", Endpoint("seller.shops", self.seller_shops, needs_shop=False))
        base = "/logistics/202309"
        table.add("GET", f"{base}/warehouses", Endpoint("warehouses", self.warehouses))
        options = Endpoint("delivery_options", self.delivery_options)
        table.add("GET", f"{base}/warehouses/{{warehouse_id}}/delivery_options", options)
        providers = Endpoint("shipping_providers", self.providers)
        table.add("GET", f"{base}/delivery_options/{{option_id}}/shipping_providers", providers)
        hooks = "/event/202309/webhooks"
        table.add("GET", hooks, Endpoint("webhooks.get", self.webhooks))
        table.add("PUT", hooks, Endpoint("webhooks.put", self.put_webhook, write=True))
        table.add("DELETE", hooks, Endpoint("webhooks.delete", self.delete_webhook, write=True))

    def shops(self, request: Request) -> Json:
        """The shops this token covers, with their ciphers."""
        fields = ("id", "name", "region", "seller_type", "cipher", "code")
        return {"shops": [{name: shop[name] for name in fields} for shop in self._shops_of(request)]}

    def seller_shops(self, request: Request) -> Json:
        """The same shops, without ciphers."""
        return {"shops": [{"id": shop["id"], "region": shop["region"]} for shop in self._shops_of(request)]}

    def warehouses(self, request: Request) -> Json:
        """Absent, not empty, when there is none."""
        return {"warehouses": request.shop["warehouses"]} if request.shop["warehouses"] else {}

    def delivery_options(self, request: Request) -> Json:
        """The options of one warehouse; the sandbox has the same at each."""
        if request.path["warehouse_id"] not in {one["id"] for one in request.shop["warehouses"]}:
            raise bad_parameter("warehouse_id", "unknown warehouse", "a warehouse of the shop")
        options = request.shop["delivery_options"]
        return {"delivery_options": [{k: v for k, v in one.items() if k != "providers"} for one in options]}

    def providers(self, request: Request) -> Json:
        """The carriers of one option; an error for one that TikTok fulfils (its code is not known)."""
        for option in request.shop["delivery_options"]:
            if option["id"] == request.path["option_id"]:
                if option["type"] != "SEND_BY_SELLER":
                    raise bad_parameter("delivery_option_id", "fulfilled by TikTok", "an option of type SEND_BY_SELLER")
                return {"shipping_providers": option["providers"]}
        raise bad_parameter("delivery_option_id", "unknown delivery option", "a delivery option of the shop")

    def webhooks(self, request: Request) -> Json:
        """What is set for this shop."""
        hooks = self._desk.world.hooks.get(request.shop["id"], {})
        return {"webhooks": list(hooks.values()), "total_count": len(hooks)}

    def put_webhook(self, request: Request) -> Json:
        """Set the address of one topic."""
        topic, address = self._topic(request), request.string("address")
        if not address.startswith(("http://", "https://")) or len(address) > LONGEST_ADDRESS:
            raise bad_parameter(
                "address", "not a usable address", f"http or https, at most {LONGEST_ADDRESS} characters"
            )
        hooks = dict(self._desk.world.hooks.get(request.shop["id"], {}))
        now = int(self._desk.now())
        made = hooks.get(topic, {}).get("create_time", now)
        hooks[topic] = {"event_type": topic, "address": address, "create_time": made, "update_time": now}
        self._desk.world.save_hooks(request.shop["id"], hooks)
        return {}

    def delete_webhook(self, request: Request) -> Json:
        """Succeeds even if none is set."""
        topic = self._topic(request)
        hooks = dict(self._desk.world.hooks.get(request.shop["id"], {}))
        hooks.pop(topic, None)
        self._desk.world.save_hooks(request.shop["id"], hooks)
        return {}

    def _topic(self, request: Request) -> str:
        topic = request.string("event_type")
        if topic not in CONFIGURABLE:
            raise bad_parameter("event_type", "unknown event type", "an event type with a name")
        return topic

    def _shops_of(self, request: Request) -> list[Json]:
        return [shop for shop in self._desk.world.shops.values() if shop["open_id"] == request.seller["open_id"]]
