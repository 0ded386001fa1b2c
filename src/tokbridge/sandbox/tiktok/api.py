"""What the TikTok Shop endpoints have in common: the request after the gate, and the table of endpoints."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tokbridge.sandbox.tiktok.errors import invalid
from tokbridge.sandbox.tiktok.life import Life
from tokbridge.sandbox.tiktok.world import World
from tokbridge.sandbox.wire import Call, Json, Routes


@dataclass(frozen=True)
class Request:
    """A call that passed the gate. `shop` is {} where no shop_cipher belongs."""

    call: Call
    path: dict[str, str]
    body: Json
    seller: Json
    shop: Json

    def integer(self, name: str) -> int | None:
        """An optional whole number of the body."""
        value = self.body.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise invalid(f"Invalid parameter. `{name}` must be an integer.")
        return value

    def strings(self, name: str) -> list[str]:
        """An optional list of strings of the body; absent = []."""
        value = self.body.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise invalid(f"Invalid parameter. `{name}` must be a list of strings.")
        return value

    def objects(self, name: str) -> list[Json]:
        """An optional list of objects of the body; absent = []."""
        value = self.body.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise invalid(f"Invalid parameter. `{name}` must be a list of objects.")
        return value

    def string(self, name: str) -> str:
        """An optional string of the body; absent = ""."""
        value = self.body.get(name, "")
        if not isinstance(value, str):
            raise invalid(f"Invalid parameter. `{name}` must be a string.")
        return value

    def listed(self, name: str) -> list[str]:
        """A query list: comma-joined, repeated, or both."""
        return [part for key, value in self.call.query if key == name for part in value.split(",") if part]


@dataclass(frozen=True)
class Endpoint:
    """One API call. `run` returns `data`, as an object or as ready JSON. scope: "" = any token will do."""

    name: str
    run: Callable[[Request], Json | bytes]
    write: bool = False
    scope: str = ""
    needs_shop: bool = True


@dataclass(frozen=True)
class Desk:
    """What endpoints work with."""

    world: World
    life: Life
    settings: Mapping[str, Any]
    now: Callable[[], float]


Table = Routes[Endpoint]
