"""What a service gets: one call, read."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tokbridge.sandbox.magento.access import Access
from tokbridge.sandbox.magento.fields import Reader
from tokbridge.sandbox.magento.refuse import Refused, wrong_type
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import Doc
from tokbridge.sandbox.wire import Call


@dataclass(frozen=True)
class Context:
    """A call to a service: `path` holds the values of the placeholders, decoded; `store` is the view of the URL."""

    shop: Shop
    access: Access
    call: Call
    path: Mapping[str, str]
    store: Doc
    base_url: str
    all_stores: bool = False

    def number(self, name: str) -> int:
        """A placeholder that must be an int."""
        text = self.path[name]
        if not text.lstrip("-").isdigit():
            raise wrong_type(text, "int")
        return int(text)

    def entity_id(self, name: str = "id") -> int:
        """A placeholder that is an id, so not 0."""
        number = self.number(name)
        if number == 0:
            raise Refused("An ID is needed. Set the ID and try again.")
        return number

    def order(self, name: str = "id") -> Doc:
        """The order a placeholder names."""
        return self.shop.need_order(self.entity_id(name))

    def json(self) -> Any:
        """The body; 400 when it is no JSON."""
        kind = self.call.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if self.call.body and kind not in ("application/json", ""):
            raise Refused(f"Server cannot understand Content-Type HTTP header media type {kind}")
        try:
            return json.loads(self.call.body) if self.call.body else {}
        except ValueError:
            raise Refused("Decoding error.") from None

    def body(self, name: str) -> Doc:
        """The arguments of the service, typed by fields.json."""
        return Reader(strict=self.shop.since("2.4.7")).body(name, self.json())


Service = Callable[[Context], object]


@dataclass(frozen=True)
class Route:
    """One line of the route table. `resource` "" = anonymous; `subject` names the placeholder that faults match."""

    method: str
    pattern: str
    operation: str
    resource: str
    service: Service
    subject: str = ""

    @property
    def write(self) -> bool:
        """Whether the call changes something."""
        return self.method != "GET" and "selection" not in self.operation

    def match(self, method: str, parts: list[str]) -> dict[str, str] | None:
        """The placeholder values when this route is meant."""
        wanted = self.pattern.split("/")
        if method != self.method or len(wanted) != len(parts):
            return None
        values = {}
        for own, part in zip(wanted, parts, strict=True):
            if own.startswith("{"):
                values[own[1:-1]] = unquote(part)
            elif own.lower() != unquote(part).lower():
                return None
        return values
