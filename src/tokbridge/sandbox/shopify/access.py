"""Tokens and scopes: who may ask, and what a missing scope costs (reference 1.2, 1.3)."""

import secrets
from collections.abc import Callable
from typing import Any

from tokbridge.sandbox.shopify.values import Doc

Token = Doc
"""{token, scopes: [...], expires_at: seconds or None}"""

CONNECTOR_SCOPES = [
    "read_orders", "write_orders", "read_products", "read_inventory", "write_inventory", "read_locations",
    "read_customers", "write_customers", "read_merchant_managed_fulfillment_orders",
    "write_merchant_managed_fulfillment_orders", "read_third_party_fulfillment_orders",
    "write_third_party_fulfillment_orders", "read_fulfillments", "write_fulfillments",
]  # fmt: skip

MISSING_OF_PARTIAL = ("write_merchant_managed_fulfillment_orders", "read_fulfillments")
WRONG_TOKEN = "shpat_sandbox_wrong"  # noqa: S105 - a name
FIRST_TOKENS: dict[str, list[str]] = {
    "shpat_sandbox": CONNECTOR_SCOPES,
    "shpat_sandbox_read": [scope for scope in CONNECTOR_SCOPES if scope.startswith("read_")],
    "shpat_sandbox_partial": [
        scope for scope in CONNECTOR_SCOPES if scope not in (*MISSING_OF_PARTIAL, "write_fulfillments")
    ],
}
"""The tokens of a new shop. `write_x` implies `read_x`, so what lacks read_fulfillments lacks both."""

_ORDERS = ("read_orders", "read_marketplace_orders", "read_quick_sale")
TYPE_SCOPES: dict[str, tuple[str, ...]] = {
    "Order": _ORDERS,
    "LineItem": _ORDERS,
    "OrderTransaction": _ORDERS,
    "Refund": _ORDERS,
    "Customer": ("read_customers",),
    "Product": ("read_products",),
    "ProductVariant": ("read_products",),
    "InventoryItem": ("read_inventory", "read_products"),
    "InventoryLevel": ("read_inventory",),
    "Location": ("read_locations", "read_inventory"),
}
"""Any one of these lets a field of that type be read (scope rows of the schema package)."""

_SHIP = (
    "write_merchant_managed_fulfillment_orders",
    "write_third_party_fulfillment_orders",
    "write_assigned_fulfillment_orders",
)
MUTATION_SCOPES: dict[str, tuple[str, ...]] = {
    "orderCreate": ("write_orders",),
    "orderUpdate": ("write_orders",),
    "orderCancel": ("write_orders",),
    "orderClose": ("write_orders",),
    "orderOpen": ("write_orders",),
    "orderMarkAsPaid": ("write_orders",),
    "refundCreate": ("write_orders",),
    "tagsAdd": ("write_orders",),
    "tagsRemove": ("write_orders",),
    "fulfillmentCancel": _SHIP,
    "fulfillmentEventCreate": ("write_fulfillments",),
    "fulfillmentTrackingInfoUpdate": _SHIP,
    "fulfillmentOrderHold": _SHIP[:2],
    "fulfillmentOrderReleaseHold": _SHIP[:2],
    "inventorySetQuantities": ("write_inventory",),
}
"""fulfillmentCreate is not here: it answers with a userError (reference 1.3)."""

OWN_FULFILLMENT_ORDERS = "read_merchant_managed_fulfillment_orders"


def allowed(token: Token, scopes: tuple[str, ...]) -> bool:
    """Whether the token holds one of the scopes; write_x implies read_x."""
    held = token["scopes"]
    return any(scope in held or scope.replace("read_", "write_", 1) in held for scope in scopes)


def words(scopes: tuple[str, ...]) -> str:
    """The scopes as requiredAccess names them."""
    return " or ".join(f"`{scope}` access scope" for scope in scopes) + "."


class Tokens:
    """The access tokens of the shop: static ones, and those of the client-credentials grant."""

    def __init__(
        self,
        settings: Doc,
        now: Callable[[], float],
        keep: Callable[[str, object, object], None],
        kept: dict[str, Any],
    ) -> None:
        self._settings = settings
        self._now = now
        self._keep = keep
        self._tokens: dict[str, Token] = kept
        if not self._tokens:
            for text, scopes in FIRST_TOKENS.items():
                self.add(text, list(scopes), None)

    def add(self, text: str, scopes: list[str], expires_at: float | None) -> Token:
        """Add or replace a token."""
        token = {"token": text, "scopes": scopes, "expires_at": expires_at}
        self._tokens[text] = token
        self._keep("token", text, token)
        return token

    def revoke(self, text: str) -> None:
        """Forget a token."""
        self._tokens.pop(text, None)
        self._keep("token", text, None)

    def list(self) -> list[Token]:
        """All tokens."""
        return list(self._tokens.values())

    def find(self, text: str) -> Token | None:
        """A living token."""
        token = self._tokens.get(text)
        if token is None or (token["expires_at"] is not None and token["expires_at"] <= self._now()):
            return None
        return token

    def grant(self, given: Doc) -> tuple[int, Doc]:
        """The client-credentials grant: (HTTP status, body)."""
        if given.get("grant_type") != "client_credentials":
            return 400, _oauth_error("unsupported_grant_type", "The grant type is not supported")
        known = (self._settings["client_id"], self._settings["client_secret"])
        if (given.get("client_id"), given.get("client_secret")) != known:
            return 400, _oauth_error("invalid_client", "Client authentication failed")
        if not self._settings["app_installed"]:
            return 400, _oauth_error("app_not_installed", "The application is not installed on this shop")
        if not self._settings["same_organisation"]:
            return 400, _oauth_error("shop_not_permitted", "Client credentials cannot be performed on this shop.")
        life = int(self._settings["token_seconds"])
        token = self.add(f"shpat_{secrets.token_hex(16)}", list(self._settings["scopes"]), self._now() + life)
        return 200, {"access_token": token["token"], "scope": ",".join(token["scopes"]), "expires_in": life}


def _oauth_error(code: str, text: str) -> Doc:
    return {"error": code, "error_description": text}
