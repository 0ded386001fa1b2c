"""How one Magento shop is reached, and what the merchant has chosen for the orders in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tokbridge.core.saying import say
from tokbridge.stores.platform import Setting

COMPENSATIONS = "compensations"
MODULE = "module"
NO_REMEDY = "none"
REMEDIES = (COMPENSATIONS, MODULE, NO_REMEDY)
WHEN_SHIPPED = "shipped"
AT_CREATION = "creation"

_CODE = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "shop",
        "the address that answers itself, https://shop.example, with or without www as the shop has it",
        form="url",
    ),
    Setting(
        "admin_url",
        "the address of the admin area, https://shop.example/admin_1a2b3c; its orders are linked to from here",
        form="url",
    ),
    Setting("token", "access token of the integration, used as bearer token; or the four secrets below", secret=True),
    Setting("consumer_key", "consumer key of the integration (OAuth)", secret=True),
    Setting("consumer_secret", "consumer secret of the integration (OAuth)", secret=True),
    Setting("access_token", "access token of the integration (OAuth)", secret=True),
    Setting("access_secret", "access token secret of the integration (OAuth)", secret=True),
    Setting("store_view", "code of the store view that the orders belong to (Stores > All Stores) [default]"),
    Setting(
        "invoice", "`shipped`: what is shipped is invoiced [default]; `creation`: a paid order is invoiced at once"
    ),
    Setting(
        "stock_remedy", "how stock is reserved for these orders: `compensations`, `module` or `none`; must be chosen"
    ),
    Setting("payment_method", "code of the payment method of these orders [checkmo]"),
    Setting("shipping_method", "code of the shipping method of these orders [flatrate_flatrate]"),
    Setting("source", "code of the inventory source that ships; empty = Magento's choice"),
    Setting("statuses", "your own order statuses, which Magento does not tell: packed=Packed, waiting=Waits for parts"),
    Setting("settle_s", "seconds after which an empty look proves that there is no order [0]", form="seconds"),
)


@dataclass(frozen=True, slots=True)
class MagentoConfig:
    """Credentials are either `token` (bearer; off by default since Magento 2.4.4) or the four OAuth 1.0a secrets
    (reference magento-rest.md 2). `settle` is in seconds; 0, since the unique key (increment_id, store_id) refuses a
    second order by itself (reference 6). `stock_remedy` is "" until the merchant has chosen (reference 5).
    Raises ValueError for what can't be right.
    """

    shop: str
    token: str = field(default="", repr=False)
    consumer_key: str = field(default="", repr=False)
    consumer_secret: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    access_secret: str = field(default="", repr=False)
    store_view: str = "default"
    invoice: str = WHEN_SHIPPED
    stock_remedy: str = ""
    payment_method: str = "checkmo"
    shipping_method: str = "flatrate_flatrate"
    source: str = ""
    statuses: tuple[tuple[str, str], ...] = ()
    admin_url: str = ""
    settle: float = 0.0

    def __post_init__(self) -> None:
        address = urlsplit(self.shop)
        if address.scheme not in {"http", "https"} or not address.hostname or address.query or address.fragment:
            raise ValueError("the shop's address must be a URL such as https://shop.example")
        if address.username or address.password:
            raise ValueError("the shop's address must hold no user name or password")
        if address.scheme == "http" and address.hostname not in _LOOPBACK:
            raise ValueError("the shop's address must begin with https://: credentials would be readable on the way")
        admin = urlsplit(self.admin_url)
        if admin.query or admin.fragment or admin.username or "key" in admin.path.split("/"):
            raise ValueError(
                "admin_url must end with the admin area's own word, such as https://shop.example/admin_1a2b3c"
            )
        if not self.token and not self.signed:
            raise ValueError("either a token or all four of consumer_key, consumer_secret, access_token, access_secret")
        if not _CODE.fullmatch(self.store_view) or self.store_view == "all":
            raise ValueError("the store view must be its code, such as default")
        if self.invoice not in {WHEN_SHIPPED, AT_CREATION}:
            raise ValueError(say("invoice must be {one} or {other}", one=WHEN_SHIPPED, other=AT_CREATION))
        if self.stock_remedy not in {"", *REMEDIES}:
            raise ValueError(say("stock_remedy must be one of {choices}", choices=", ".join(REMEDIES)))
        if self.settle < 0:
            raise ValueError("settle_s must not be below 0")

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> MagentoConfig:
        """From the settings of a connection: texts under the names of SETTINGS."""

        def text(name: str, default: str = "") -> str:
            return settings.get(name, "").strip() or default

        return cls(
            shop=settings["shop"].strip().rstrip("/"),
            token=text("token"),
            consumer_key=text("consumer_key"),
            consumer_secret=text("consumer_secret"),
            access_token=text("access_token"),
            access_secret=text("access_secret"),
            store_view=text("store_view", "default"),
            invoice=text("invoice", WHEN_SHIPPED).lower(),
            stock_remedy=text("stock_remedy").lower(),
            payment_method=text("payment_method", "checkmo"),
            shipping_method=text("shipping_method", "flatrate_flatrate"),
            source=text("source"),
            statuses=_statuses(text("statuses")),
            admin_url=text("admin_url"),
            settle=float(text("settle_s", "0")),
        )

    @property
    def signed(self) -> bool:
        """Whether calls are signed (OAuth 1.0a); it goes before the bearer token, being the supported way."""
        return all((self.consumer_key, self.consumer_secret, self.access_token, self.access_secret))

    @property
    def remedied(self) -> bool:
        """Whether something in the shop reserves stock for our orders."""
        return self.stock_remedy in {COMPENSATIONS, MODULE}


def admin_page(settings: Mapping[str, str], ref: str) -> str:
    """The order in the admin area. Magento opens this page and the list of orders without the secret key that it adds to
    its own addresses (`$_publicActions` of its order controller, magento/magento2)."""
    where = settings.get("admin_url", "").strip().rstrip("/")
    return f"{where}/sales/order/view/order_id/{ref}/" if where else ""


def _statuses(text: str) -> tuple[tuple[str, str], ...]:
    """ "code=Name, code2=Name 2"; a code without a name is its own name."""
    found = []
    for part in text.split(","):
        code, _, name = part.partition("=")
        if code.strip():
            found.append((code.strip(), name.strip() or code.strip()))
    return tuple(found)
