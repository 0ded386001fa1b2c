"""How one PrestaShop is reached, and the merchant's choices that creating an order needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tokbridge.core.saying import say
from tokbridge.stores.platform import Setting

_KEY = re.compile(r"[!-9;-~]+")  # of another length than 32 it is refused by the shop itself, in its own words
_DEFAULT_SETTLE = 120.0
_ON = frozenset({"on", "yes", "true", "1"})
_OFF = frozenset({"", "off", "no", "false", "0"})

SETTINGS: tuple[Setting, ...] = (
    Setting("shop", "the shop's address without /api, https://shop.example; a folder in it is right", form="url"),
    Setting(
        "admin_url",
        "the address of the back office with its folder, https://shop.example/admin123abc; its orders are linked to "
        "from here",
        form="url",
    ),
    Setting("key", "the webservice key: 32 letters and digits, from Advanced Parameters > Webservice", secret=True),
    Setting("shop_id", "multistore: number of the shop (Advanced Parameters > Multistore); empty = the key's own"),
    Setting("payment_module", "technical name of an installed payment module, e.g. ps_wirepayment"),
    Setting("carrier", "id_reference of the carrier for TikTok orders; take a free one"),
    Setting("mails_off", "on = you confirm that the shop sends these buyers no e-mail; else e-mails must be .invalid"),
    Setting(
        "cancelled_states",
        "your own states that mean cancelled, by number (Shop Parameters > Order Settings > Statuses)",
    ),
    Setting(
        "shipped_states",
        "your own states that mean shipped, by number, where they lack the tick Set the order as shipped",
    ),
    Setting(
        "settle_s", "seconds after which an empty look proves that no order was made; 120 when empty", form="seconds"
    ),
)


@dataclass(frozen=True, slots=True)
class PrestaShopConfig:
    """`shop` is the shop's URL without /api (a folder in it is right), `carrier` an id_reference. Raises ValueError for
    what cannot be right; an absent payment module or carrier is a finding of the check, and refuses creations."""

    shop: str
    key: str = field(repr=False)
    shop_id: str = ""
    payment_module: str = ""
    carrier: str = ""
    mails_off: bool = False
    cancelled_states: frozenset[str] = frozenset()
    shipped_states: frozenset[str] = frozenset()
    admin_url: str = ""
    settle: float = _DEFAULT_SETTLE

    def __post_init__(self) -> None:
        parts = urlsplit(self.shop)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment or parts.username:
            raise ValueError("the shop's address must be a URL such as https://shop.example")
        admin = urlsplit(self.admin_url)
        if admin.query or admin.fragment or admin.username or "index.php" in admin.path.split("/"):
            raise ValueError(
                "admin_url must end with the back office's folder, such as https://shop.example/admin123abc"
            )
        if not _KEY.fullmatch(self.key):
            raise ValueError("the webservice key must be given: 32 letters and digits")
        for name, value in (("shop_id", self.shop_id), ("carrier", self.carrier)):
            if value and not value.isdecimal():
                raise ValueError(say("{setting} must be a number", setting=name))
        if not all(state.isdecimal() for state in self.cancelled_states | self.shipped_states):
            raise ValueError("order states are given by their numbers")

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> PrestaShopConfig:
        """From the settings of a connection: texts under the names of `SETTINGS`, and `shop`."""
        shop = settings["shop"].strip().rstrip("/").removesuffix("/api")
        return cls(
            shop=shop if "://" in shop else f"https://{shop}",
            key=settings["key"].strip(),
            shop_id=settings.get("shop_id", "").strip(),
            payment_module=settings.get("payment_module", "").strip(),
            carrier=settings.get("carrier", "").strip(),
            mails_off=_switch(settings.get("mails_off", "")),
            cancelled_states=_ids(settings.get("cancelled_states", "")),
            shipped_states=_ids(settings.get("shipped_states", "")),
            admin_url=settings.get("admin_url", "").strip(),
            settle=float(settings.get("settle_s") or _DEFAULT_SETTLE),
        )

    @property
    def root(self) -> str:
        return f"{self.shop.rstrip('/')}/api/"


def admin_page(settings: Mapping[str, str], ref: str) -> str:
    """The order in the back office: the address of 1.6 and 1.7, which newer ones lead on to their own (`_legacy_link` in
    PrestaShop's routing of orders). Its token is each employee's own, so PrestaShop asks before it shows the page."""
    where = settings.get("admin_url", "").strip().rstrip("/")
    return f"{where}/index.php?controller=AdminOrders&id_order={ref}&vieworder=1" if where else ""


def _ids(text: str) -> frozenset[str]:
    return frozenset(text.replace(",", " ").split())


def _switch(text: str) -> bool:
    word = text.strip().lower()
    if word not in _ON | _OFF:
        raise ValueError("mails_off is on or off")
    return word in _ON
