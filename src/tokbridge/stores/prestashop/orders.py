"""Finding, reading and re-addressing store orders (reference prestashop-webservice.md 5, 7)."""

from __future__ import annotations

from collections.abc import Mapping

from tokbridge.core.errors import Actor, CredentialRefused, OrderGone, Refused
from tokbridge.core.plan import PlanAddress
from tokbridge.core.saying import say
from tokbridge.stores.nouns import StoreOrder
from tokbridge.stores.prestashop import mapping, readback, texts
from tokbridge.stores.prestashop import record as records
from tokbridge.stores.prestashop.finishing import Finishing
from tokbridge.stores.prestashop.shopfacts import Country, ShopFacts
from tokbridge.stores.prestashop.transport import Row, Transport


class Orders:
    def __init__(self, transport: Transport, facts: ShopFacts) -> None:
        self._transport = transport
        self._facts = facts
        self._finishing = Finishing(transport, facts)

    def find(self, marker: str) -> StoreOrder | None:
        """By the mark in gift_message. An order that was made and not finished is finished first, so that its total is
        the right one; one in the error state is cancelled and does not count (`finishing`). Raises Refused when two
        living orders carry the mark; of cancelled ones the last is given."""
        found: list[tuple[Row, records.Record | None]] = []
        for row in self.marked(marker):
            record = self.record_of(row)
            try:
                settled = self._finishing.settle(row, record)
            except CredentialRefused:
                raise
            except Refused:
                settled = row  # it is there all the same; its total tells that it could not be put right
            if settled is not None:
                found.append((settled, record))
        living = [pair for pair in found if not self._facts.cancelled(str(pair[0].get("current_state")))]
        if len(living) > 1:
            both = ", ".join(f"{row.get('reference')} (id {row['id']})" for row, _ in living)
            words = say("several PrestaShop orders carry the TikTok order {order}: {orders}", order=marker, orders=both)
            raise Refused("doubled", words, Actor.OPERATOR)
        chosen = living or found[-1:]
        return self.told(*chosen[0]) if chosen else None

    def marked(self, marker: str) -> list[Row]:
        """All orders with exactly this mark, the oldest first."""
        mark = mapping.mark(marker)
        rows = self._transport.read("orders", f_gift_message=f"[{mark}]", sort="[id_ASC]")
        return [row for row in rows if row.get("gift_message") == mark]

    def read(self, ref: str) -> StoreOrder | None:
        row = self._transport.one("orders", ref)
        return self.told(row, self.record_of(row)) if row else None

    def told(self, row: Row, record: records.Record | None) -> StoreOrder:
        return readback.store_order(row, record, self._facts)

    def record_of(self, row: Row) -> records.Record | None:
        address = self._transport.one("addresses", str(row.get("id_address_delivery") or ""))
        return records.read(str(address.get("other") or "")) if address else None

    def settle(self, row: Row, record: records.Record | None) -> Row | None:
        return self._finishing.settle(row, record)

    def update_address(self, ref: str, address: PlanAddress) -> None:
        """A new address row, and the order turned to it: the old one stays as it was on documents. Our line goes with
        it. Looked up before it is made, so a repetition makes none."""
        row = self._transport.one("orders", ref)
        if row is None:
            raise OrderGone(say("PrestaShop has no order {order}", order=ref))
        old = self._transport.one("addresses", str(row.get("id_address_delivery") or ""))
        other = texts.raw_address(address)
        line = records.line_of(str(old.get("other") or "")) if old else ""
        country = self.country_of(address)
        fields = self.address_fields(
            address,
            country,
            customer_id=str(row["id_customer"]),
            alias=mapping.alias(mapping.marker_of(row.get("gift_message")) or ref),
            other=f"{other}\n{line}" if line else other,
        )
        made = self.address_id(fields, known_customer=True)
        if str(row.get("id_address_delivery")) != made or str(row.get("id_address_invoice")) != made:
            self._transport.change("orders", ref, {"id_address_delivery": made, "id_address_invoice": made})

    def country_of(self, address: PlanAddress) -> Country:
        """Raises Refused for a country the shop does not have or does not sell to: an order there dies with an empty
        500 (reference 5.3)."""
        country = self._facts.country(address.country_code)
        if country is None:
            words = say("the shop does not know the country {country}", country=address.country_code)
            raise Refused("country", words, Actor.OWNER)
        if not country.active:
            words = say(
                "the shop does not deliver to {country}: activate it under International > Locations",
                country=address.country_code,
            )
            raise Refused("country", words, Actor.OWNER)
        return country

    def address_fields(
        self, address: PlanAddress, country: Country, *, customer_id: str, alias: str, other: str
    ) -> dict[str, str]:
        return mapping.address(
            address,
            customer_id=customer_id,
            country=country.id,
            state=self._facts.state_of(country, address),
            needs_dni=country.needs_dni,
            alias=alias,
            other=other,
            size=self.name_size,
        )

    @property
    def name_size(self) -> int:
        return texts.OLD_NAME_SIZE if self._transport.version.startswith("1.6") else texts.NAME_SIZE

    def address_id(self, fields: Mapping[str, str], *, known_customer: bool) -> str:
        """The id of this very address of this customer, made when there is none."""
        rows: list[Row] = []
        if known_customer:
            query = {"f_id_customer": f"[{fields['id_customer']}]", "f_alias": f"[{fields['alias']}]"}
            rows = self._transport.read("addresses", sort="[id_DESC]", **query)
        for row in rows:
            if _same(row, fields):
                return str(row["id"])
        return str(self._transport.post("addresses", fields, lookup=True)["id"])


_COMPARED = (
    "id_customer",
    "id_country",
    "id_state",
    "alias",
    "company",
    "lastname",
    "firstname",
    "address1",
    "address2",
    "postcode",
    "city",
    "phone",
    "other",
)


def _same(row: Row, fields: Mapping[str, str]) -> bool:
    if str(row.get("deleted") or "0") != "0":
        return False
    return all(_value(row.get(name)) == _value(fields.get(name)) for name in _COMPARED)


def _value(value: object) -> str:
    text = " ".join(str(value or "").split())
    return "" if text == "0" else text
