"""Which shop's orders go to which store: an account for every store, and one account that two stores share."""

from __future__ import annotations

from dataclasses import dataclass

from tokbridge.cli.demo.cases import Json
from tokbridge.cli.demo.control import Control


@dataclass(frozen=True, slots=True)
class Way:
    """Orders of this shop (with `warehouse`: of this warehouse only) go to this store."""

    shop: str
    warehouse: str
    platform: str
    on_hold: bool

    @property
    def rule(self) -> str:
        """As TOKBRIDGE_CHANNELS names it."""
        return f"{self.shop}@{self.warehouse}={self.platform}" if self.warehouse else f"{self.shop}={self.platform}"


def lay_ways(tiktok: Control, platforms: list[str]) -> list[Way]:
    """Make the shops that are missing. One store gets two shops, with on-hold and without; several get one each, the
    on-hold alternating, and the last two share one more, split by warehouse."""
    leads = platforms * 2 if len(platforms) == 1 else platforms
    shops = tiktok.get("credentials")["shops"]
    wanted = len(leads) + (len(platforms) > 1)
    for place in range(len(shops), wanted):
        holds = place % 2 == 0
        name = (
            "Two warehouses" if place == len(leads) else f"Shop {place + 1}" if holds else f"Shop {place + 1}, no hold"
        )
        tiktok.post("shops", {"region": "US", "name": name, "on_hold": holds, "open_id": shops[0]["open_id"]})
    shops = tiktok.get("credentials")["shops"]
    ways = [
        Way(shop["id"], "", platform, _holds(place))
        for place, (shop, platform) in enumerate(zip(shops, leads, strict=False))
    ]
    if len(platforms) > 1:
        shared: Json = shops[len(leads)]
        pair = (platforms[0], platforms[-1])
        ways += [
            Way(shared["id"], warehouse["id"], platform, _holds(len(leads)))
            for warehouse, platform in zip(shared["warehouses"], pair, strict=True)
        ]
    return ways


def _holds(place: int) -> bool:
    return place % 2 == 0
