"""A call that reads: schemas, lists and single entities, with the price fields of products (reference 3 to 5)."""

from decimal import Decimal

from tokbridge.sandbox.prestashop.asked import id_of
from tokbridge.sandbox.prestashop.display import PRICE, display, languages
from tokbridge.sandbox.prestashop.errors import Refusal
from tokbridge.sandbox.prestashop.prices import Buyer, Place, unit_price
from tokbridge.sandbox.prestashop.query import Params, select
from tokbridge.sandbox.prestashop.render import Shown, Writer
from tokbridge.sandbox.prestashop.rounding import rounded
from tokbridge.sandbox.prestashop.schema import Resource, Row
from tokbridge.sandbox.prestashop.shop import Shop
from tokbridge.sandbox.prestashop.view import shown
from tokbridge.sandbox.wire import Answer, Call


class Reader:
    """Answers GET and HEAD."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def get(self, call: Call, resource: Resource, writer: Writer, id_shop: str) -> Answer:
        """What the call asks for; `id_shop` "" or "all" = of every shop."""
        writer = self.in_languages(call, writer)
        kind = call.first("schema")
        if kind in ("blank", "synopsis"):
            return writer.schema(resource, kind)
        if kind:
            said = (
                "Please select a schema of type 'synopsis' to get the whole schema informations (which fields are "
                "required, which kind of content...) or 'blank' to get an empty schema to fill before using POST request"
            )
            raise Refusal(400, (28, said), broken_query=True)
        text = call.first("display")
        wanted = display(resource, text, call.query) if text else None
        rows = self._rows(call, resource, writer.languages, id_shop)
        if rows is None:
            return Answer(404, b"", "")
        full = [self._full(resource, row, wanted, call.query) for row in rows] if wanted or id_of(call) else rows
        if id_of(call) and wanted is None:
            return writer.entities(200, resource, full)
        return writer.listing(resource, full, wanted) if wanted else writer.ids(resource, full)

    def in_languages(self, call: Call, writer: Writer) -> Writer:
        """The writer with the languages that the call asks for."""
        chosen = languages(call.query, self._shop.languages())
        return Writer(writer.base, writer.as_json, chosen, bare=len(chosen) == 1)

    def _rows(self, call: Call, resource: Resource, shown_languages: tuple[str, ...], id_shop: str) -> list[Row] | None:
        """The rows of a list, or the one of the path (the first of several ids); None when it does not exist."""
        table = self._shop.table(resource.name)
        narrow = id_shop if id_shop not in ("", "all") else None
        if text := id_of(call):
            row = table.get(text.strip("[]").split(",")[0])
            if (
                row is not None
                and narrow
                and "id_shop" in resource.by_name
                and str(row["id_shop"]) not in (narrow, "0")
            ):
                raise Refusal(404, (131, "This object does not belong to this shop"))
            return None if row is None else [row]
        return select(table, call.query, shown_languages, narrow)

    def _full(self, resource: Resource, row: Row, wanted: Shown | None, params: Params) -> Row:
        full = shown(self._shop, resource.name, row)
        if wanted is None or not wanted.extra or resource.name != "products":
            return full
        return {**full, **{name: self._price(row, name, params) for name in wanted.extra}}

    def _price(self, product: Row, name: str, params: Params) -> str:
        """A price field of products: rounded to two decimals, reduced (reference 5.5)."""
        shop = self._shop
        asked = {found[2]: value for key, value in params if (found := PRICE.fullmatch(key)) and found[1] == name}
        currency = shop.table("currencies").rows[int(asked.get("currency") or shop.number("PS_CURRENCY_DEFAULT", 1))]
        place = Place(asked.get("country") or shop.config("PS_COUNTRY_DEFAULT"), asked.get("state", "0"))
        buyer = Buyer("-", "-", (asked.get("group") or "1",), currency)
        quantity = int(asked.get("quantity") or 1)
        price = unit_price(shop, product, asked.get("product_attribute", "0"), quantity, buyer, place)
        amount = price.gross if asked.get("use_tax") == "1" else price.net
        return f"{rounded(amount, 2).quantize(Decimal('0.000001'))}"
