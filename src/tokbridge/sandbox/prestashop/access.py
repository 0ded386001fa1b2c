"""Webservice keys and what each may do (reference 2)."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field

from tokbridge.sandbox.prestashop.database import Store
from tokbridge.sandbox.prestashop.errors import Refusal
from tokbridge.sandbox.prestashop.resources_shop import DESCRIPTIONS
from tokbridge.sandbox.wire import Call, Json

VERBS = ("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD")
NAMES = tuple(name for name, _ in DESCRIPTIONS)
LENGTH = 32

READ = ("GET", "HEAD")
NEEDED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "configurations", "countries", "states", "currencies", "languages", "carriers", "order_states", "products",
            "combinations", "taxes", "tax_rules", "tax_rule_groups", "groups", "shops", "zones",
        ),
        READ,
    ),
    **dict.fromkeys(("customers", "addresses", "carts", "specific_prices"), (*READ, "POST", "PUT", "PATCH", "DELETE")),
    "orders": (*READ, "POST", "PUT", "PATCH"),
    "order_histories": (*READ, "POST"),
    "order_carriers": (*READ, "POST", "PUT", "PATCH"),
    "order_payments": (*READ, "POST", "PUT", "PATCH"),
    "order_invoices": (*READ, "PUT", "PATCH"),
    "order_details": (*READ, "PATCH"),
    "order_slip": (*READ, "POST"),
    "messages": (*READ, "POST"),
    "customer_threads": (*READ, "POST"),
    "customer_messages": (*READ, "POST"),
    "stock_availables": (*READ, "PUT", "PATCH"),
}  # fmt: skip
"""What a connector's key has (reference 2, "Permissions our flow needs", and a little more)."""

Rights = dict[str, list[str]]


@dataclass
class Key:
    """One key. `shops` () = every shop."""

    key: str
    rights: Rights
    active: bool = True
    shops: list[str] = field(default_factory=list)

    def may(self, resource: str, verb: str) -> bool:
        """Whether the key may use a verb on a resource."""
        return verb in self.rights.get(resource, ())

    def knows(self, resource: str) -> bool:
        """Whether the key may do anything with a resource."""
        return bool(self.rights.get(resource))


def all_rights(verbs: Iterable[str] = VERBS) -> Rights:
    """These verbs on every resource."""
    verbs = list(verbs)
    return {name: list(verbs) for name in NAMES}


class Keys:
    """The shop's keys."""

    def __init__(self, store: Store, left: Json) -> None:
        self._store = store
        self._keys = {text: Key(**given) for text, given in left.items()}

    def add(self, key: Key) -> Key:
        """Add or replace a key."""
        self._keys[key.key] = key
        self._store("key", key.key, vars(key))
        return key

    def remove(self, text: str) -> None:
        """Forget a key."""
        if self._keys.pop(text, None):
            self._store("key", text, None)

    def listed(self) -> list[Json]:
        """All keys."""
        return [vars(one) for one in self._keys.values()]

    def check(self, text: str) -> Key:
        """The key of a call; 401 for a bad or unknown one."""
        if len(text) != LENGTH:
            raise Refusal(401, (18, "Invalid authentication key format"))
        key = self._keys.get(text)
        if key is None or not key.active:
            not_active, none = "Authentification key is not active", "No permission for this authentication key"
            raise Refusal(401, (20, not_active), (21, none))
        return key


def sent(call: Call) -> str | None:
    """The key of a call: user name of Basic authorisation before parameter ws_key; None without any."""
    header = call.headers.get("Authorization", "")
    if header[:6].lower() == "basic ":
        try:
            return base64.b64decode(header[6:], validate=True).decode("utf-8", "replace").partition(":")[0]
        except binascii.Error:
            return ""
    text = call.first("ws_key")
    return text or None
