"""Rewriting calls and answers alike: other SKUs and names, `units` times the quantities, `prices` times the prices.

Line and order amounts are linear in both, so they become `units * prices` times as much. Nothing is rounded anew: the
factors are whole numbers.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote

Json = Any

UNIT_PRICES = re.compile(r"(base_)?(original_)?price(_incl_tax)?")
UNITS = re.compile(r"qty(_[a-z]+)*|quantity|total_qty(_ordered)?|items_qty|row_weight")
FIXED = re.compile(
    r".*(_id|_rate|percent|_count|_size|_page|_code|_notify)|id|status|visibility|is_.*|customer_is_guest|code|priority"
    r"|position|process|state|min_.*|max_.*|notify_stock_qty|qty_increments|backorders|use_.*|use_config.*|n|rate"
    r"|email_sent|free_shipping|no_discount|can_void_flag|website_ids|latitude|longitude|default_.*|stock_status.*"
    r"|enable_.*|stockId|total_item_count|entity_id|return_to_stock_items|region_id|store_to_.*|links|visibility"
)
REFUNDED = re.compile(r"(?<=We refunded \$)\d+\.\d\d")


@dataclass
class Rewriting:
    """The recording under other SKUs, names, numbers of units and prices: amounts are linear in both."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    units: int = 1
    prices: int = 1


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class Rewriter:
    """Applies one Rewriting."""

    def __init__(self, rewriting: Rewriting) -> None:
        self._texts, self._units, self._prices = rewriting.texts, rewriting.units, rewriting.prices

    def product(self, given: Json) -> Json:
        """A product to seed."""
        return {
            **given,
            "sku": self._text(given["sku"]),
            "title": self._text(given["title"]),
            "price": str(Decimal(str(given["price"])) * self._prices),
            "stock": given["stock"] * self._units,
        }

    def path(self, path: str) -> str:
        """A call's path and query, encoded as it was."""
        bare, question, query = path.partition("?")
        parts = [quote(self._text(unquote(part)), safe="-._~+") for part in bare.split("/")]
        if "for-requested-qty" in bare:
            parts[-1] = str(int(parts[-1]) * self._units)
        if "%2F" not in bare and "TT/C" in bare:
            # Sent with a raw slash on purpose.
            return self._text(unquote(bare)).replace(" ", "%20") + question + query
        pairs = [self._pair(pair) for pair in query.split("&")] if query else []
        return "/".join(parts) + question + "&".join(pairs)

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        return name + equals + quote(self._text(unquote(value)), safe="-._~[],")

    def request(self, body: Json) -> Json:
        """A call's body."""
        return self._value(body, "")

    def answer(self, path: str, body: Json) -> Json:
        """A recorded answer."""
        if "get-product-salable-quantity" in path and not isinstance(body, str):
            return body * self._units
        return self._value(body, "")

    def _value(self, value: Json, key: str, product: bool = False) -> Json:
        if isinstance(value, dict) and "carrier_title" in value:
            # A rate of shipping is for all units, and so are its two prices.
            factor = self._units * self._prices
            return {name: one * factor if _is_number(one) else one for name, one in value.items()}
        if isinstance(value, dict):
            product = product or "attribute_set_id" in value or ("product_id" in value and "is_in_stock" in value)
            # An order's weight is that of all units, an item's or a product's that of one.
            whole = "grand_total" in value
            return {
                name: inner * self._units if name == "weight" and whole else self._value(inner, name, product)
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [self._value(one, key, product) for one in value]
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bool) or value is None or not key or key == "weight":
            return value
        return self._number(value, key)

    def _number(self, value: int | float, key: str) -> int | float:
        if FIXED.fullmatch(key):
            return value
        factor = self._units * self._prices
        if UNIT_PRICES.fullmatch(key):
            factor = self._prices
        elif UNITS.fullmatch(key):
            factor = self._units
        made = Decimal(str(value)) * factor
        return int(made) if made == made.to_integral_value() else float(made)

    def _text(self, text: str) -> str:
        for old, new in self._texts:
            text = text.replace(old, new)
        factor = self._units * self._prices
        return REFUNDED.sub(lambda found: f"{Decimal(found[0]) * factor:.2f}", text)
