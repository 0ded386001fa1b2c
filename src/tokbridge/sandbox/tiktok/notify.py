"""TikTok Shop's webhooks: envelope, signature, spelling (reference tiktok-shop-api.md 7)."""

from collections.abc import Callable, Mapping

from tokbridge.sandbox.hooks import Hooks
from tokbridge.sandbox.tiktok.signing import sign_webhook
from tokbridge.sandbox.tiktok.world import Order, World
from tokbridge.sandbox.wire import Json, dump

TYPES = {
    1: "ORDER_STATUS_CHANGE",
    3: "RECIPIENT_ADDRESS_UPDATE",
    4: "PACKAGE_UPDATE",
    5: "PRODUCT_STATUS_CHANGE",
    6: "SELLER_DEAUTHORIZATION",
    7: "UPCOMING_AUTHORIZATION_EXPIRATION",
    11: "CANCELLATION_STATUS_CHANGE",
    12: "RETURN_STATUS_CHANGE",
}
CONFIGURABLE = frozenset({
    *TYPES.values(), "REVERSE_STATUS_UPDATE", "NEW_CONVERSATION", "NEW_MESSAGE", "NEW_MESSAGE_LISTENER",
    "PRODUCT_INFORMATION_CHANGE", "PRODUCT_CREATION", "PRODUCT_CATEGORY_CHANGE", "INVOICE_STATUS_CHANGE",
    "PRODUCT_AUDIT_STATUS_CHANGE",
})  # fmt: skip
WITHOUT_ID = frozenset({3})
UNSENT_STATUSES = frozenset({"PARTIALLY_SHIPPING"})
"""Statuses type 1 does not list (reference 7.3)."""


class Notifier:
    """Builds, signs and hands over webhooks. `credentials` gives the shop's app key and secret."""

    def __init__(
        self,
        hooks: Hooks,
        world: World,
        settings: Mapping[str, object],
        credentials: Callable[[str], tuple[str, str]],
        now: Callable[[], float],
    ) -> None:
        self._hooks = hooks
        self._world = world
        self._settings = settings
        self._credentials = credentials
        self._now = now

    def status_changed(self, order: Order) -> None:
        """Type 1. Says CANCEL where the API says CANCELLED."""
        if order.status in UNSENT_STATUSES:
            return
        data = {
            "is_on_hold_order": order.doc["is_on_hold_order"],
            "order_id": order.id,
            "order_status": "CANCEL" if order.status == "CANCELLED" else order.status,
            "update_time": order.doc["update_time"],
        }
        self.send(1, order.shop_id, data, order.id)

    def address_changed(self, order: Order) -> None:
        """Type 3."""
        self.send(3, order.shop_id, {"order_id": order.id, "update_time": order.doc["update_time"]}, order.id)

    def packages_changed(self, order: Order, what: str, role: str, package_ids: list[str]) -> None:
        """Type 4."""
        data = {
            "sc_type": what,
            "role_type": f"ROLE_{role}",
            "package_list": [{"package_id": one, "order_id_list": [order.id]} for one in package_ids],
            "update_time": order.doc["update_time"],
        }
        self.send(4, order.shop_id, data, order.id)

    def cancellation_changed(self, shop_id: str, cancellation: Json) -> None:
        """Type 11. Says …_CANCELLED where the API says …_CANCEL."""
        status = cancellation["cancel_status"]
        data = {
            "order_id": cancellation["order_id"],
            "cancellations_role": cancellation["role"],
            "cancel_status": "CANCELLATION_REQUEST_CANCELLED" if status == "CANCELLATION_REQUEST_CANCEL" else status,
            "cancel_id": cancellation["cancel_id"],
            "create_time": cancellation["create_time"],
        }
        self.send(11, shop_id, data, cancellation["order_id"])

    def send(self, number: int, shop_id: str, data: Json, subject: str = "") -> None:
        """One message of any type to the address set for the shop's topic, else to the app's own (Partner Center)."""
        topic = TYPES.get(number, str(number))
        configured = self._world.hooks.get(shop_id, {}).get(topic, {})
        url = configured.get("address") or str(self._settings["app_webhook_url"])
        if not url:
            return
        message: Json = {"type": number}
        if number not in WITHOUT_ID:
            message["tts_notification_id"] = self._world.number("7")
        message |= {"shop_id": shop_id, "timestamp": int(self._now()), "data": data}
        body = dump(message)
        key, secret = self._credentials(shop_id)
        self._hooks.send(topic, subject, url, body, {"Authorization": sign_webhook(key, secret, body)})
