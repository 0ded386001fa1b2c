"""The shop's carriers, whose id changes with every edit in the back office (reference prestashop-webservice.md 5.1, 7)."""

from __future__ import annotations

from urllib.parse import quote

from tokbridge.core.errors import Actor, Refused
from tokbridge.core.saying import say
from tokbridge.stores.prestashop.answers import flag
from tokbridge.stores.prestashop.kept import Kept
from tokbridge.stores.prestashop.transport import Row, Transport

_DISPLAY = "[id,id_reference,name,active,deleted,is_free,url]"


class Carriers:
    def __init__(self, transport: Transport, kept: Kept, wanted: str) -> None:
        """`wanted`: the id_reference of the carrier for TikTok orders."""
        self._transport = transport
        self._kept = kept
        self._wanted = wanted

    @property
    def all(self) -> list[Row]:
        """All that ever were: orders keep the id that a carrier had before it was edited."""
        return self._kept.get(("carriers",), lambda: self._transport.read("carriers", display=_DISPLAY))

    def ours(self) -> Row:
        """The living carrier of the settings, by its id_reference, read anew every time: an edit in the back office gives
        it a new id, and a cart that asks for the old one silently gets another carrier (reference 5.1, 5.4)."""
        if not self._wanted:
            raise Refused("carrier", "no carrier is chosen for TikTok orders: set its id_reference", Actor.OWNER)
        for row in self._transport.read(
            "carriers", display=_DISPLAY, f_id_reference=f"[{self._wanted}]", f_deleted="[0]"
        ):
            if (
                str(row.get("id_reference")) == self._wanted
                and flag(row.get("active"))
                and not flag(row.get("deleted"))
            ):
                return row
        words = say("the shop has no active carrier with id_reference {id}", id=self._wanted)
        raise Refused("carrier", words, Actor.OWNER)

    def name(self, ref: object) -> str:
        return str(self._one(ref).get("name") or "")

    def _one(self, ref: object) -> Row:
        """One that is not among the kept ones was made or edited meanwhile: they are read anew, once."""
        if str(ref or "0") == "0":
            return {}
        found = next((row for row in self.all if str(row["id"]) == str(ref)), None)
        if found is None:
            self._kept.drop(("carriers",))
            found = next((row for row in self.all if str(row["id"]) == str(ref)), None)
        return found or {}

    def tracking_url(self, carrier: object, number: str) -> str:
        """The carrier's link, where "@" stands for the number (reference 7)."""
        link = str(self._one(carrier).get("url") or "")
        return link.replace("@", quote(number)) if number and "@" in link else ""
