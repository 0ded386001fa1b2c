"""The shop's own facts that everything else needs, read once and kept for some minutes (reference
prestashop-webservice.md 5.1, 5.5, 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar, cast
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tokbridge.core.errors import Actor, Refused
from tokbridge.core.plan import PlanAddress
from tokbridge.stores.prestashop.config import PrestaShopConfig
from tokbridge.stores.prestashop.pricing import Rounding, Variant
from tokbridge.stores.prestashop.transport import Row, Transport

KEPT = 300.0  # seconds; carriers and states are edited now and then, and a carrier's edit changes its id
CANCELLED, ERROR, SHIPPING, WS_PAYMENT = "PS_OS_CANCELED", "PS_OS_ERROR", "PS_OS_SHIPPING", "PS_OS_WS_PAYMENT"
_SETTINGS = (
    "PS_TIMEZONE",
    "PS_CURRENCY_DEFAULT",
    "PS_LANG_DEFAULT",
    "PS_CUSTOMER_GROUP",
    "PS_ROUND_TYPE",
    "PS_PRICE_ROUND_MODE",
    "PS_TAX",
)
_CARRIER = "[id,id_reference,name,active,deleted,is_free,url]"
_ALL_STATES = "0"
_ADD_RATES, _RATE_ON_RATE = "1", "2"  # tax_rules.behavior; 0 = this tax alone

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class State:
    """An order state: its name in the shop's language, and the flags that matter here."""

    id: str
    name: str
    shipped: bool
    paid: bool
    logable: bool
    deleted: bool


@dataclass(frozen=True, slots=True)
class Country:
    id: str
    active: bool
    needs_dni: bool
    has_states: bool


class ShopFacts:
    def __init__(self, transport: Transport, config: PrestaShopConfig, clock: Callable[[], float]) -> None:
        self._transport = transport
        self._config = config
        self._clock = clock
        self._kept: dict[tuple[str, ...], tuple[float, object]] = {}

    def now(self) -> float:
        return self._clock()

    def forget(self) -> None:
        self._kept.clear()

    def _keep(self, key: tuple[str, ...], read: Callable[[], T]) -> T:
        until, value = self._kept.get(key, (0.0, None))
        now = self._clock()
        if until <= now:
            value = read()
            self._kept[key] = (now + KEPT, value)
        return cast("T", value)

    @property
    def settings(self) -> Mapping[str, str]:
        """Configuration values by name, the special order states included."""
        return self._keep(("settings",), self._read_settings)

    def _read_settings(self) -> Mapping[str, str]:
        rows = self._transport.read("configurations", f_name=f"[{'|'.join(_SETTINGS)}]", display="[name,value]")
        rows += self._transport.read("configurations", f_name="[PS_OS_]%", display="[name,value]")
        return {str(row["name"]): str(row.get("value") or "") for row in rows}

    def special(self, name: str) -> str:
        """The id of a special order state."""
        found = self.settings.get(name, "")
        if not found.isdecimal() or found == "0":
            raise Refused("no such state", f"the shop has no order state for {name}", Actor.OWNER)
        return found

    @property
    def language(self) -> str:
        return self.settings.get("PS_LANG_DEFAULT") or "1"

    @property
    def zone(self) -> ZoneInfo:
        """Times are of the shop, without a zone (reference 1, fact 12)."""
        try:
            return ZoneInfo(self.settings.get("PS_TIMEZONE") or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    @property
    def states(self) -> Mapping[str, State]:
        return self._keep(("states",), self._read_states)

    def _read_states(self) -> Mapping[str, State]:
        rows = self._transport.read("order_states", sort="[id_ASC]")
        states = (
            State(
                id=str(row["id"]),
                name=self.localised(row.get("name")),
                shipped=flag(row.get("shipped")),
                paid=flag(row.get("paid")),
                logable=flag(row.get("logable")),
                deleted=flag(row.get("deleted")),
            )
            for row in rows
        )
        return {state.id: state for state in states}

    def localised(self, value: Any) -> str:
        """A localised field: a bare text, or a list of {id, value} (reference 3)."""
        if not isinstance(value, list):
            return str(value or "")
        texts = {str(item.get("id")): str(item.get("value") or "") for item in value if isinstance(item, dict)}
        return texts.get(self.language) or next((text for text in texts.values() if text), "")

    def status(self, state: str) -> str:
        found = self.states.get(state)
        return found.name if found else f"state {state}"

    def cancelled(self, state: str) -> bool:
        """Cancelled has no flag (reference 6). The error state is none of it: staff may yet settle it."""
        return state == self.settings.get(CANCELLED) or state in self._config.cancelled_states

    def shipped(self, state: str) -> bool:
        found = self.states.get(state)
        return state in self._config.shipped_states or (found is not None and found.shipped)

    @property
    def currencies(self) -> Mapping[str, Row]:
        """By id."""
        rows = self._keep(("currencies",), lambda: self._transport.read("currencies"))
        return {str(row["id"]): row for row in rows}

    def currency(self, iso: str) -> Row:
        for row in self.currencies.values():
            if row.get("iso_code") == iso and not flag(row.get("deleted")) and flag(row.get("active", "1")):
                return row
        raise Refused("currency", f"the shop has no active currency {iso}", Actor.OWNER)

    def currency_code(self, ref: object) -> str:
        found = self.currencies.get(str(ref))
        if found is None:  # added meanwhile
            self._kept.pop(("currencies",), None)
            found = self.currencies.get(str(ref))
        return str(found["iso_code"]) if found else ""

    @property
    def default_currency(self) -> str:
        """In which the shop keeps its prices and its books."""
        return self.currency_code(self.settings.get("PS_CURRENCY_DEFAULT"))

    def rounding(self, currency: Row) -> Rounding:
        decimals = str(currency.get("precision") or ("2" if "precision" not in currency else "0"))
        return Rounding(
            type=int(self.settings.get("PS_ROUND_TYPE") or 2),
            mode=int(self.settings.get("PS_PRICE_ROUND_MODE") or 2),
            precision=int(decimals),
        )

    def country(self, iso: str) -> Country | None:
        return self._keep(("country", iso), lambda: self._read_country(iso))

    def _read_country(self, iso: str) -> Country | None:
        for row in self._transport.read("countries", f_iso_code=f"[{iso}]"):
            if str(row.get("iso_code", "")).upper() == iso.upper():
                return Country(
                    id=str(row["id"]),
                    active=flag(row.get("active")),
                    needs_dni=flag(row.get("need_identification_number")),
                    has_states=flag(row.get("contains_states")),
                )
        return None

    def state_of(self, country: Country, address: PlanAddress) -> str:
        """The id of the address's state, "" when the shop does not know it: the raw address still names it."""
        if not country.has_states or not (address.province_code or address.province):
            return ""
        rows = self._keep(
            ("provinces", country.id), lambda: self._transport.read("states", f_id_country=f"[{country.id}]")
        )
        code, spelt = address.province_code.upper(), address.province.strip().casefold()
        for field, wanted in (("iso_code", code), ("name", spelt)):
            for row in rows:
                if wanted and str(row.get(field, "")).casefold() == wanted.casefold():
                    return str(row["id"])
        return ""

    @property
    def carriers(self) -> list[Row]:
        """All that ever were: orders keep the id that a carrier had before it was edited."""
        return self._keep(("carriers",), lambda: self._transport.read("carriers", display=_CARRIER))

    def our_carrier(self) -> Row:
        """The living carrier of the settings, by its id_reference, read anew every time: an edit in the back office gives
        it a new id, and a cart that asks for the old one silently gets another carrier (reference 5.1, 5.4)."""
        wanted = self._config.carrier
        if not wanted:
            raise Refused("carrier", "no carrier is chosen for TikTok orders: set its id_reference", Actor.OWNER)
        for row in self._transport.read("carriers", display=_CARRIER, f_id_reference=f"[{wanted}]", f_deleted="[0]"):
            if str(row.get("id_reference")) == wanted and flag(row.get("active")) and not flag(row.get("deleted")):
                return row
        raise Refused("carrier", f"the shop has no active carrier with id_reference {wanted}", Actor.OWNER)

    def carrier_name(self, ref: object) -> str:
        return str(self._carrier(ref).get("name") or "")

    def _carrier(self, ref: object) -> Row:
        """One that is not among the kept ones was made or edited meanwhile: they are read anew, once."""
        if str(ref or "0") == "0":
            return {}
        found = next((row for row in self.carriers if str(row["id"]) == str(ref)), None)
        if found is None:
            self._kept.pop(("carriers",), None)
            found = next((row for row in self.carriers if str(row["id"]) == str(ref)), None)
        return found or {}

    def tracking_url(self, carrier: object, number: str) -> str:
        """The carrier's link, where "@" stands for the number (reference 7)."""
        link = str(self._carrier(carrier).get("url") or "")
        return link.replace("@", quote(number)) if number and "@" in link else ""

    def rates(self, variants: list[Variant], country: Country, state: str, postcode: str) -> Mapping[Variant, Decimal]:
        """The tax of each product there, as a fraction. Raises Refused for a product the shop does not have."""
        groups = self._tax_groups(sorted({product for product, _ in variants}))
        missing = sorted({product for product, _ in variants} - set(groups))
        if missing:
            raise Refused("no such product", f"the shop has no product {', '.join(missing)}")
        return {key: self._rate(groups[key[0]], country.id, state or _ALL_STATES, postcode) for key in variants}

    def combinations(self, products: set[str]) -> Mapping[str, set[str]]:
        """The ids of the combinations of each product that has some."""
        wanted = sorted(products)
        display = "[id,id_product]"
        rows = self._keep(
            ("combinations", *wanted),
            lambda: self._transport.read_many("combinations", "id_product", wanted, display=display),
        )
        found: dict[str, set[str]] = {}
        for row in rows:
            found.setdefault(str(row.get("id_product")), set()).add(str(row["id"]))
        return found

    def _tax_groups(self, products: list[str]) -> Mapping[str, str]:
        key = ("tax groups", *products)
        display = "[id,id_tax_rules_group]"
        rows = self._keep(key, lambda: self._transport.read_many("products", "id", products, display=display))
        return {str(row["id"]): str(row.get("id_tax_rules_group") or "0") for row in rows}

    def _rate(self, group: str, country: str, state: str, postcode: str) -> Decimal:
        """The most specific rule wins; further rules count only when it says so. Zip codes, and which rule is the most
        specific, are not in the reference: taken from what the fields mean; a wrong rate shows as payment error."""
        if group == "0" or self.settings.get("PS_TAX") == "0":
            return Decimal(0)
        rules = self._keep(
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
        rows = self._keep(("taxes",), lambda: self._transport.read("taxes", display="[id,rate,active,deleted]"))
        for row in rows:
            if str(row["id"]) == str(rule.get("id_tax")):
                return Decimal(str(row["rate"])) / 100
        return Decimal(0)


def flag(value: object) -> bool:
    return str(value or "0") not in {"0", "false", "False"}


def _zip_from(rule: Row) -> str:
    return str(rule.get("zipcode_from") or "0")


def _zip(rule: Row, postcode: str) -> bool:
    first, last = _zip_from(rule), str(rule.get("zipcode_to") or "0")
    if first == "0":
        return True
    return postcode == first if last == "0" else first <= postcode <= last
