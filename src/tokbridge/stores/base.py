"""The contract of a store: what Tokbridge asks of every platform, and nothing more.

An adapter never sleeps, never retries a write by itself, never logs a body with personal data, and raises only the
errors of `tokbridge.core.errors`; what it says there itself is made by `core.saying.say`. All calls go through the
`Http` it is given. Adding a platform means one folder beside this file that implements `Store`, and one line in
`registry`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tokbridge.core.plan import Plan, PlanAddress
from tokbridge.core.wire import Http


class Clock(Protocol):
    """Our clock, Unix seconds."""

    def __call__(self) -> float: ...


class Throttle(Protocol):
    """The limit shared by all workers of one connection. A platform that tells the true state of its limit in every
    answer has it told here."""

    def observe(self, available: float, maximum: float, restore_rate: float) -> None:
        """Units left, size of the bucket, units per second."""
        ...


class Journal(Protocol):
    """Facts that must outlive a crash in the middle of a call sequence (PrestaShop's id_cart). Saved at once,
    committed, and given back when the same creation is tried again."""

    def save(self, key: str, value: str) -> None: ...

    def get(self, key: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of the connection test: what was looked at, whether it is right, what is missing, what to do."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """Result of `check`. `limits` may tell a rate the platform grants (points or calls per second, and bucket)."""

    ok: bool
    platform: str
    version: str
    currency: str
    shop_name: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """One sellable thing in the store. `available` is None when the platform did not tell."""

    ref: str
    sku: str
    title: str
    variant_title: str
    product_ref: str
    requires_shipping: bool = True
    available: int | None = None


@dataclass(frozen=True, slots=True)
class StoreLine:
    """A row of a store order: the platform's id, SKU, units ordered, and units not cancelled."""

    ref: str
    sku: str
    variant: str
    quantity: int
    current_quantity: int
    line_ids: tuple[str, ...] = ()  # TikTok units, when the platform could keep them


@dataclass(frozen=True, slots=True)
class Base:
    """What a store order amounts to in the store's own currency, in its minor units. `rate`: units of the order's
    currency for one of the store's, as the store keeps it with the order (plain decimal text); "" = it tells none."""

    total: int
    currency: str
    rate: str


@dataclass(frozen=True, slots=True)
class StoreOrder:
    """A store order as read back. `total` is in minor units of `currency`, tax and shipping included; `base` is the
    same in the store's currency, None when the store does not tell it."""

    ref: str
    number: str
    marker: str
    currency: str
    total: int
    cancelled: bool
    status: str  # the platform's own word(s), e.g. "PAID / UNFULFILLED"
    lines: tuple[StoreLine, ...]
    updated_at: float = 0.0
    unlinked: tuple[str, ...] = ()  # SKUs of rows that lost their variant (Shopify's silent custom line)
    base: Base | None = None


@dataclass(frozen=True, slots=True)
class ParcelItem:
    """Units of one store order row inside a parcel."""

    line_ref: str
    sku: str
    quantity: int
    line_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """One shipment of a store order. `ref` is the fulfilment's id, with "#n" appended when one fulfilment carries
    several tracking numbers. `number` is "" when the shop has not given one (yet)."""

    ref: str
    order_ref: str
    carrier: str  # as written in the store
    number: str
    url: str
    items: tuple[ParcelItem, ...]
    cancelled: bool
    updated_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """What a store order looks like since the last look: for statuses and cancellations made by others."""

    ref: str
    marker: str
    status: str
    cancelled: bool
    cancel_reason: str
    parcels: tuple[Parcel, ...] | None  # None when the feed does not carry them: ask `parcels_of`
    updated_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Page:
    """A page of changes. Store `cursor` only after everything in `changes` is stored; `more` = ask again at once.
    Cursors overlap: the same change may come twice."""

    changes: tuple[Change, ...]
    cursor: str
    more: bool


@dataclass(frozen=True, slots=True)
class Hint:
    """A verified webhook: the store orders it speaks of, its topic and id (for the log; hints need no dedupe)."""

    topic: str
    event_id: str
    order_refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Carrier:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """A status that `set_status` can give: `code` is what settings and calls use, `name` what people read."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Stock:
    """Units of one variant over all places the store sells from. `available`: may be sold; `on_hand`: lie on the
    shelf, reserved ones included. Both are equal where the platform keeps one figure, and None where it does not
    count this product."""

    variant: str
    sku: str
    available: int | None
    on_hand: int | None


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a platform's connection: the environment has it as TOKBRIDGE_<PLATFORM>_<NAME>, in capitals.
    `shop` is the address every platform has. `form`: "text", "url" (https, or http on this machine) or "seconds"."""

    name: str
    words: str  # what it is and what it must look like, for the person who fills it in
    secret: bool = False
    form: str = "text"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `prepare` found or made: names for the log, and problems in words."""

    existing: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = field(default=())


class HookRefused(Exception):
    """A webhook that is not what it claims: wrong signature, or not for this store. Answer 401, change nothing."""


class HookMalformed(Exception):
    """A webhook with a right signature and a body nobody can read. Keep it, show a problem, answer 200."""


class Store(Protocol):
    """One connected web store."""

    platform: str
    settle: float  # seconds after which an empty `find_order` proves absence; 0 where the store refuses a double itself
    poll_parcels: bool  # `changes_since` misses some parcels: those of open orders are asked for with `parcels_of`
    invoices: bool  # what was shipped is to be booked with `book_shipped`
    stock_to_prove: bool  # our orders take stock only by a remedy the merchant runs: compare `stock` before and after

    def check(self) -> Health: ...

    def prepare(self, webhook_url: str | None) -> Prepared: ...

    def hints(self, headers: Mapping[str, str], body: bytes) -> Hint: ...

    def find_products(self, skus: Sequence[str]) -> Mapping[str, Sequence[Variant]]:
        """For each wanted SKU the variants whose SKU is equal after trim and case-fold (0, 1 or n)."""
        ...

    def find_variants(self, text: str, limit: int) -> Sequence[Variant]:
        """At most `limit` sellable variants for a person to choose from: all words of the text stand in the product's
        title and the SKU, as far as the platform's own search finds them. Whether there are more is not told."""
        ...

    def find_order(self, marker: str) -> StoreOrder | None: ...

    def read_order(self, ref: str) -> StoreOrder | None: ...

    def create_order(self, plan: Plan, journal: Journal) -> StoreOrder:
        """Create once; the returned order is read back from the store's answer. Raises `Unknown` when in doubt."""
        ...

    def changes_since(self, cursor: str) -> Page:
        """Orders of ours that changed; cursor "" = from now minus a day."""
        ...

    def parcels_of(self, order_refs: Sequence[str]) -> Sequence[Parcel]: ...

    def add_parcel(self, order_ref: str, carrier: str, number: str, items: Sequence[ParcelItem]) -> Parcel: ...

    def book_shipped(self, ref: str) -> None:
        """Invoice what was shipped and is not invoiced yet; nothing where the platform has no such thing."""
        ...

    def cancel_order(self, ref: str, reason: str, restock: bool) -> bool:
        """True: cancelled (or was already). False: accepted but not done yet, look again."""
        ...

    def cancel_lines(self, ref: str, items: Sequence[ParcelItem], restock: bool, key: str) -> None:
        """Take units off the order. `key` names this cancellation: the same key never takes them off twice."""
        ...

    def update_address(self, ref: str, address: PlanAddress) -> None: ...

    def carriers(self) -> Sequence[Carrier]: ...

    def statuses(self) -> Sequence[StoreStatus]:
        """What `set_status` can be given here, as far as the platform tells."""
        ...

    def set_status(self, ref: str, status: str) -> None:
        """Give the order a status, by its code. An order that has it already is left alone. Never mails the buyer."""
        ...

    def stock(self, variants: Sequence[str]) -> Mapping[str, Stock]:
        """Of these variants (`Variant.ref`), now. Those that the store does not know are absent."""
        ...

    def set_stock(self, variant: str, on_hand: int) -> None:
        """Set the units on the shelf, absolutely. Raises Refused for an unknown variant, or one that is not counted."""
        ...


class Factory(Protocol):
    """Opens a store. `settings`: texts under the names of the platform's `settings`; ValueError or KeyError for those
    that can't be right. Opening makes no call."""

    def __call__(
        self, http: Http, settings: Mapping[str, str], clock: Callable[[], float], limits: Throttle | None
    ) -> Store: ...


@dataclass(frozen=True, slots=True)
class Platform:
    """What the registry knows of a platform.

    `admin_page`: the address of a store order's page in the store's own admin, from the settings and the order's ref;
    "" when the settings do not tell. `ref`: an order's ref, made of the id in that address. `shows_ids`: that id is what
    people call an order by, beside its number.
    `first_limit`: units per second and bucket of a new connection, until the platform's answers tell its own.
    `at_once`: calls that one worker may have under way, 0 = any number. `email`: whom store orders name where the
    channel's policy names nobody. `tiktok_name`: TikTok's word for the platform, when it is told the store's order
    number; "" = it has none.
    """

    name: str
    title: str
    open: Factory
    settings: tuple[Setting, ...]
    first_limit: tuple[float, float]
    email: str
    admin_page: Callable[[Mapping[str, str], str], str]
    ref: str = "{id}"
    shows_ids: bool = False
    at_once: int = 0
    tiktok_name: str = ""
