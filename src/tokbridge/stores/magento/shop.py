"""What is asked of the shop once in a while: the store view with its currency, its website, regions of countries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tokbridge.core.errors import CredentialRefused, Retry
from tokbridge.core.saying import say
from tokbridge.stores.magento.answers import Json, Missing
from tokbridge.stores.magento.config import MagentoConfig
from tokbridge.stores.magento.search import segment
from tokbridge.stores.magento.transport import Transport

KEPT = 600.0  # seconds; a merchant changes these in years, a wrong currency must not live for ever


@dataclass(frozen=True, slots=True)
class StoreView:
    """A row of storeConfigs (reference magento-rest.md 12). `currency` is the base currency: the one that prices,
    orders and invoices are kept in."""

    id: int
    code: str
    website_id: int
    currency: str
    display_currency: str
    country: str  # from the locale, "en_US" -> "US"; "" when it tells none
    weight_unit: str


@dataclass(frozen=True, slots=True)
class Region:
    id: int
    code: str  # Magento's own, not always ISO 3166-2
    name: str


class Shop:
    """Keeps answers for a while. One per connected store."""

    def __init__(self, transport: Transport, config: MagentoConfig, clock: Callable[[], float]) -> None:
        self._transport = transport
        self._config = config
        self._clock = clock
        self._kept: dict[str, tuple[float, Any]] = {}

    def forget(self) -> None:
        """Ask everything anew: somebody may just have changed it."""
        self._kept.clear()

    def view(self) -> StoreView:
        """The configured store view. Raises CredentialRefused when the shop has none with this code."""
        found: StoreView = self._keep("view", self._view)
        return found

    def website(self) -> str:
        """Code of the store view's website."""
        found: str = self._keep("website", self._website)
        return found

    def stock_id(self) -> int | None:
        """The stock that the website sells from; None in a shop whose MSI modules are switched off."""
        found: int | None = self._keep("stock", self._stock)
        return found

    def regions(self, country: str) -> tuple[Region, ...]:
        """Of a country by ISO code; none for a country the shop does not know."""
        found: tuple[Region, ...] = self._keep(f"regions {country}", lambda: self._regions(country))
        return found

    def _keep(self, name: str, ask: Callable[[], Any]) -> Any:
        now = self._clock()
        until, value = self._kept.get(name, (0.0, None))
        if until > now:
            return value
        value = ask()
        self._kept[name] = (now + KEPT, value)
        return value

    def _view(self) -> StoreView:
        rows = self._transport.read_list("store.storeConfigs", "store/storeConfigs")
        for row in rows:
            if row.get("code") == self._config.store_view:
                return _store_view(row)
        codes = ", ".join(sorted(str(row.get("code")) for row in rows))
        view = repr(self._config.store_view)
        words = say("the shop has no store view {view}, only: {codes}", view=view, codes=codes)
        raise CredentialRefused("store_view", words)

    def _website(self) -> str:
        wanted = self.view().website_id
        for row in self._transport.read_list("store.websites", "store/websites"):
            if row.get("id") == wanted:
                return str(row.get("code"))
        raise Retry("no website", say("the shop names no website with the id {website}", website=wanted))

    def _stock(self) -> int | None:
        """Without MSI the route does not exist [inferred, reference 5]: any 404 is taken as that."""
        path = f"inventory/stock-resolver/website/{segment(self.website())}"
        try:
            answer = self._transport.read_object("inventory.stock-resolver", path)
        except Missing:
            return None
        except CredentialRefused as error:
            if error.code == "http 404":
                return None
            raise
        return int(answer["stock_id"]) if "stock_id" in answer else None

    def _regions(self, country: str) -> tuple[Region, ...]:
        path = f"directory/countries/{segment(country)}"
        try:
            answer = self._transport.read_object("directory.country", path)
        except Missing:
            return ()
        rows = answer.get("available_regions") or ()
        return tuple(
            Region(int(row["id"]), str(row.get("code") or ""), str(row.get("name") or ""))
            for row in rows
            if str(row.get("id", "")).isdigit()
        )


def _store_view(row: Json) -> StoreView:
    try:
        currency = str(row["base_currency_code"])
        locale = str(row.get("locale") or "")
        return StoreView(
            id=int(row["id"]),
            code=str(row["code"]),
            website_id=int(row["website_id"]),
            currency=currency,
            display_currency=str(row.get("default_display_currency_code") or currency),
            country=locale.rpartition("_")[2].upper() if "_" in locale else "",
            weight_unit=str(row.get("weight_unit") or ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Retry("not a store view", "storeConfigs does not answer what Magento documents") from error
