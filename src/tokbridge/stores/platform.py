"""What a platform says of itself, for the registry: its name, its settings, how a store is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from tokbridge.core.wire import Http
from tokbridge.stores.base import StockGate, Store, Throttle


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a platform's connection: the environment has it as TOKBRIDGE_<PLATFORM>_<NAME>, in capitals.
    `shop` is the address every platform has. `form`: "text", "url" (https, or http on this machine) or "seconds"."""

    name: str
    words: str  # what it is and what it must look like, for the person who fills it in
    secret: bool = False
    form: str = "text"


class Factory(Protocol):
    """Opens a store. `settings`: texts under the names of the platform's `settings`; ValueError or KeyError for those
    that can't be right. Opening makes no call."""

    def __call__(
        self,
        http: Http,
        settings: Mapping[str, str],
        clock: Callable[[], float],
        limits: Throttle | None,
        gate: StockGate | None = None,
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
