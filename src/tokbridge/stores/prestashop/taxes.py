"""The taxes of products at an address, by the shop's rules (reference prestashop-webservice.md 5.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from tokbridge.core.errors import Refused
from tokbridge.core.saying import say
from tokbridge.stores.prestashop.kept import Kept
from tokbridge.stores.prestashop.pricing import Variant
from tokbridge.stores.prestashop.transport import Row, Transport

_ALL_STATES = "0"
_ADD_RATES, _RATE_ON_RATE = "1", "2"  # tax_rules.behavior; 0 = this tax alone


class Taxes:
    def __init__(self, transport: Transport, kept: Kept, settings: Callable[[], Mapping[str, str]]) -> None:
        self._transport = transport
        self._kept = kept
        self._settings = settings

    def rates(self, variants: list[Variant], country: str, state: str, postcode: str) -> Mapping[Variant, Decimal]:
        """The tax of each product there, as a fraction. `country` and `state` are ids, "" = no state. Raises Refused for a
        product the shop does not have."""
        groups = self._tax_groups(sorted({product for product, _ in variants}))
        missing = sorted({product for product, _ in variants} - set(groups))
        if missing:
            raise Refused("no such product", say("the shop has no product {products}", products=", ".join(missing)))
        return {key: self._rate(groups[key[0]], country, state or _ALL_STATES, postcode) for key in variants}

    def _tax_groups(self, products: list[str]) -> Mapping[str, str]:
        key = ("tax groups", *products)
        display = "[id,id_tax_rules_group]"
        rows = self._kept.get(key, lambda: self._transport.read_many("products", "id", products, display=display))
        return {str(row["id"]): str(row.get("id_tax_rules_group") or "0") for row in rows}

    def _rate(self, group: str, country: str, state: str, postcode: str) -> Decimal:
        """The most specific rule wins; further rules count only when it says so. Zip codes, and which rule is the most
        specific, are not in the reference: taken from what the fields mean; a wrong rate shows as payment error."""
        if group == "0" or self._settings().get("PS_TAX") == "0":
            return Decimal(0)
        rules = self._kept.get(
            ("rules", group, country),
            lambda: self._transport.read(
                "tax_rules", f_id_tax_rules_group=f"[{group}]", f_id_country=f"[{country}]", sort="[id_ASC]"
            ),
        )
        matching = sorted(
            (
                rule
                for rule in rules
                if str(rule.get("id_state") or "0") in {_ALL_STATES, state} and _zip(rule, postcode)
            ),
            key=lambda rule: (_zip_from(rule) == "0", str(rule.get("id_state") or "0") == _ALL_STATES),
        )
        if not matching:
            return Decimal(0)
        behaviour = str(matching[0].get("behavior") or "0")
        if behaviour not in {_ADD_RATES, _RATE_ON_RATE}:
            return self._tax(matching[0])
        total = Decimal(0)
        for rule in matching:
            rate = self._tax(rule)
            total = (1 + total) * (1 + rate) - 1 if behaviour == _RATE_ON_RATE else total + rate
        return total

    def _tax(self, rule: Row) -> Decimal:
        rows = self._kept.get(("taxes",), lambda: self._transport.read("taxes", display="[id,rate,active,deleted]"))
        for row in rows:
            if str(row["id"]) == str(rule.get("id_tax")):
                return Decimal(str(row["rate"])) / 100
        return Decimal(0)


def _zip_from(rule: Row) -> str:
    return str(rule.get("zipcode_from") or "0")


def _zip(rule: Row, postcode: str) -> bool:
    first, last = _zip_from(rule), str(rule.get("zipcode_to") or "0")
    if first == "0":
        return True
    return postcode == first if last == "0" else first <= postcode <= last
