"""How one Shopify store is reached: address, API version, credentials."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tokbridge.stores.platform import Setting

_SHOP = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9\-]*\.myshopify\.com")
_DEFAULT_VERSION = "2026-07"
_DEFAULT_SETTLE = 120.0
_VERSION = re.compile(r"20\d\d-(01|04|07|10)")

SETTINGS: tuple[Setting, ...] = (
    Setting("shop", "the store's permanent address: name.myshopify.com"),
    Setting("token", "the access token of an app made in the store's admin before 2026", secret=True),
    Setting("client_id", "the client id of an app made in the Dev Dashboard"),
    Setting("client_secret", "that app's client secret", secret=True),
    Setting("webhook_secrets", "further secrets that may sign webhooks, separated by blanks", secret=True),
    Setting("api_version", f"a quarter such as 2026-07; {_DEFAULT_VERSION} when empty"),
    Setting("base_url", "replaces https://name.myshopify.com; for a sandbox on this machine", form="url"),
    Setting(
        "settle_s",
        f"seconds after which an order that is not found is taken as not created; {_DEFAULT_SETTLE:.0f} when empty",
        form="seconds",
    ),
)


@dataclass(frozen=True, slots=True)
class ShopifyConfig:
    """Credentials are either `token` (a legacy custom app) or `client_id` and `client_secret` (a Dev Dashboard app
    with the client-credentials grant); reference shopify-admin-api.md 1.2.

    `shop` is the permanent address "name.myshopify.com". `base_url` replaces "https://{shop}" and is meant for a
    loopback sandbox. `settle_s` is in seconds. `webhook_secrets` are accepted beside `client_secret`: the secret before a
    rotation, or the store's own for webhooks made in the admin. Raises ValueError for what can't be an address.
    """

    shop: str
    api_version: str = _DEFAULT_VERSION
    token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    base_url: str = ""
    settle_s: float = _DEFAULT_SETTLE
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if not _SHOP.fullmatch(self.shop):
            raise ValueError("the shop's address must be the permanent one: name.myshopify.com")
        if not _VERSION.fullmatch(self.api_version):
            raise ValueError("the API version must be a quarter such as 2026-07")
        if not self.token and not (self.client_id and self.client_secret):
            raise ValueError("either an access token or a client id with its secret is needed")

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> ShopifyConfig:
        """From the settings of a connection: texts under this class's field names; secrets separated by blanks."""
        return cls(
            shop=settings["shop"].strip().lower(),
            api_version=settings.get("api_version") or _DEFAULT_VERSION,
            token=settings.get("token", ""),
            client_id=settings.get("client_id", ""),
            client_secret=settings.get("client_secret", ""),
            base_url=settings.get("base_url", ""),
            settle_s=float(settings.get("settle_s") or _DEFAULT_SETTLE),
            webhook_secrets=tuple(settings.get("webhook_secrets", "").split()),
        )

    @property
    def root(self) -> str:
        return (self.base_url or f"https://{self.shop}").rstrip("/")

    @property
    def signing_secrets(self) -> tuple[str, ...]:
        return tuple(secret for secret in (self.client_secret, *self.webhook_secrets) if secret)


def admin_page(settings: Mapping[str, str], ref: str) -> str:
    """The order in the admin. A sandbox, which `base_url` names, has no such page."""
    if settings.get("base_url"):
        return ""
    return f"https://{settings['shop'].strip().lower()}/admin/orders/{ref.rsplit('/', 1)[-1]}"
