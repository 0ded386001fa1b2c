"""The shop's own facts that everything else needs, read once and kept for some minutes (reference
prestashop-webservice.md 5.1, 5.5, 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tokbridge.core.errors import Actor, Refused
from tokbridge.core.plan import PlanAddress
from tokbridge.core.saying import say
from tokbridge.stores.prestashop.answers import flag
from tokbridge.stores.prestashop.carriers import Carriers
from tokbridge.stores.prestashop.config import PrestaShopConfig
from tokbridge.stores.prestashop.kept import Kept
from tokbridge.stores.prestashop.pricing import Rounding
from tokbridge.stores.prestashop.taxes import Taxes
from tokbridge.stores.prestashop.transport import Row, Transport

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
        self._kept = Kept(clock)
        self.carriers = Carriers(transport, self._kept, config.carrier)
        self.taxes = Taxes(transport, self._kept, lambda: self.settings)

    def now(self) -> float:
        return self._clock()

    def forget(self) -> None:
        self._kept.clear()

    @property
    def settings(self) -> Mapping[str, str]:
        """Configuration values by name, the special order states included."""
        return self._kept.get(("settings",), self._read_settings)

    def _read_settings(self) -> Mapping[str, str]:
        rows = self._transport.read("configurations", f_name=f"[{'|'.join(_SETTINGS)}]", display="[name,value]")
        rows += self._transport.read("configurations", f_name="[PS_OS_]%", display="[name,value]")
        return {str(row["name"]): str(row.get("value") or "") for row in rows}

    def special(self, name: str) -> str:
        """The id of a special order state."""
        found = self.settings.get(name, "")
        if not found.isdecimal() or found == "0":
            raise Refused("no such state", say("the shop has no order state for {setting}", setting=name), Actor.OWNER)
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
        return self._kept.get(("states",), self._read_states)

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
        rows = self._kept.get(("currencies",), lambda: self._transport.read("currencies"))
        return {str(row["id"]): row for row in rows}

    def currency(self, iso: str) -> Row:
        for row in self.currencies.values():
            if row.get("iso_code") == iso and not flag(row.get("deleted")) and flag(row.get("active", "1")):
                return row
        raise Refused("currency", say("the shop has no active currency {currency}", currency=iso), Actor.OWNER)

    def currency_code(self, ref: object) -> str:
        found = self.currencies.get(str(ref))
        if found is None:  # added meanwhile
            self._kept.drop(("currencies",))
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
        return self._kept.get(("country", iso), lambda: self._read_country(iso))

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
        rows = self._kept.get(
            ("provinces", country.id), lambda: self._transport.read("states", f_id_country=f"[{country.id}]")
        )
        code, spelt = address.province_code.upper(), address.province.strip().casefold()
        for field, wanted in (("iso_code", code), ("name", spelt)):
            for row in rows:
                if wanted and str(row.get(field, "")).casefold() == wanted.casefold():
                    return str(row["id"])
        return ""

    def combinations(self, products: set[str]) -> Mapping[str, set[str]]:
        """The ids of the combinations of each product that has some."""
        wanted = sorted(products)
        display = "[id,id_product]"
        rows = self._kept.get(
            ("combinations", *wanted),
            lambda: self._transport.read_many("combinations", "id_product", wanted, display=display),
        )
        found: dict[str, set[str]] = {}
        for row in rows:
            found.setdefault(str(row.get("id_product")), set()).add(str(row["id"]))
        return found
