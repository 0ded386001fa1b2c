"""The contract of a store: the verbs that Tokbridge asks of every platform, and nothing more. `nouns` has what they take and
give, `platform` what a platform says of itself.

An adapter never sleeps, never retries a write by itself, never logs a body with personal data, and raises only the
errors of `tokbridge.core.errors`; what it says there itself is made by `core.saying.say`. All calls go through the
`Http` it is given. Adding a platform means one folder beside this file that implements `Store`, and one line in
`registry`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from tokbridge.core.plan import Plan, PlanAddress
from tokbridge.stores.nouns import (
    Carrier,
    Health,
    Hint,
    Page,
    Parcel,
    ParcelItem,
    Prepared,
    Stock,
    StoreOrder,
    StoreStatus,
    Variant,
)


class Throttle(Protocol):
    """The limit shared by all workers of one connection. A platform that tells the true state of its limit in every
    answer has it told here."""

    def observe(self, available: float, maximum: float, restore_rate: float) -> None:
        """Units left, size of the bucket, units per second."""
        ...


class StockGate(Protocol):
    """For a platform whose stock can only be written as a figure that was read before: keeps this installation's other
    calls, of all workers, from moving the stock of the same store in between."""

    def moving(self) -> AbstractContextManager[None]:
        """Around a call by which the store itself moves stock: any number at once. Inside `counting`: nothing."""
        ...

    def counting(self) -> AbstractContextManager[None]:
        """Around reading a figure and writing another: nobody else counts or moves. Raises `Retry` when it takes too
        long to be alone."""
        ...


class OpenGate:
    """A `StockGate` for one caller at a time."""

    def moving(self) -> AbstractContextManager[None]:
        return nullcontext()

    def counting(self) -> AbstractContextManager[None]:
        return nullcontext()


class Journal(Protocol):
    """Facts that must outlive a crash in the middle of a call sequence (PrestaShop's id_cart). Saved at once,
    committed, and given back when the same creation is tried again."""

    def save(self, key: str, value: str) -> None: ...

    def get(self, key: str) -> str | None: ...


class HookRefused(Exception):
    """A webhook that is not what it claims: wrong signature, or not for this store. Answer 401, change nothing."""


class HookMalformed(Exception):
    """A webhook with a right signature and a body nobody can read. Keep it, show a problem, answer 200."""


class Store(Protocol):
    """One connected web store. A write to an order that it does not have (any more) raises `OrderGone`."""

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
