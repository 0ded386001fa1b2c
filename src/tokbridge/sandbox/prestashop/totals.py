"""What the order of a cart comes to: lines priced, carrier chosen, sums rounded as PrestaShop does (reference 5.6, 9)."""

from dataclasses import dataclass
from decimal import Decimal

from tokbridge.sandbox.prestashop.columns import number
from tokbridge.sandbox.prestashop.delivery import Parcel, Shipping, choose
from tokbridge.sandbox.prestashop.errors import Dead
from tokbridge.sandbox.prestashop.prices import Buyer, Place, Price, unit_price
from tokbridge.sandbox.prestashop.rounding import line_total, rounded
from tokbridge.sandbox.prestashop.schema import Row
from tokbridge.sandbox.prestashop.shop import Shop


@dataclass(frozen=True)
class Line:
    """One row of the cart, priced."""

    product: Row
    attribute: str
    quantity: int
    price: Price
    net: Decimal
    gross: Decimal


@dataclass(frozen=True)
class Totals:
    """What the order will say."""

    goods_net: Decimal
    goods_gross: Decimal
    exact_net: Decimal
    shipping: Shipping
    kind: int
    mode: int
    places: int

    @property
    def net(self) -> Decimal:
        """Everything without tax: rounded once, so it may differ from the sum of its rounded parts (recorded)."""
        return rounded(self.exact_net + self.shipping.net, self.mode, self.places)

    @property
    def gross(self) -> Decimal:
        """Everything with tax: what must be paid."""
        return self.goods_gross + self.shipping.gross


def tax_place_of(shop: Shop, cart: Row, address: Row) -> Place:
    """Where the taxes of a cart are reckoned for: its delivery address, or the invoice's where the shop says so."""
    if shop.config("PS_TAX_ADDRESS_TYPE") == "id_address_invoice":
        address = shop.table("addresses").get(cart["id_address_invoice"]) or address
    return Place(address["id_country"], address["id_state"])


def priced(shop: Shop, row: Row, buyer: Buyer, place: Place, kind: int, mode: int) -> Line:
    """A row of the cart with its price; `kind` and `mode` say where and how the shop rounds."""
    product = shop.table("products").get(row["id_product"])
    if product is None:
        raise Dead
    attribute, quantity = row["id_product_attribute"], int(row["quantity"])
    price = unit_price(shop, product, attribute, quantity, buyer, place)
    places = shop.places(buyer.currency)
    net = line_total(price.net, quantity, kind, mode, places)
    return Line(product, attribute, quantity, price, net, line_total(price.gross, quantity, kind, mode, places))


def totals_of(
    shop: Shop, cart: Row, address: Row, buyer: Buyer, place: Place, lines: list[Line], kind: int, mode: int
) -> Totals:
    """The sums of a cart with the carrier that delivers it."""
    places = shop.places(buyer.currency)
    net = rounded(sum((line.net for line in lines), Decimal(0)), mode, places)
    gross = rounded(sum((line.gross for line in lines), Decimal(0)), mode, places)
    weight = sum((weight_of(shop, line) for line in lines), Decimal(0))
    extra = sum((number(line.product["additional_shipping_cost"]) * line.quantity for line in lines), Decimal(0))
    shipping = choose(shop, cart, address, buyer.groups, Parcel(weight, gross, extra), buyer.currency, place)
    exact = sum((line.price.net * line.quantity for line in lines), Decimal(0))
    return Totals(net, gross, exact, shipping, kind, mode, places)


def weight_of(shop: Shop, line: Line) -> Decimal:
    """What a line weighs, in the shop's unit."""
    return unit_weight(shop, line) * line.quantity


def unit_weight(shop: Shop, line: Line) -> Decimal:
    """What one piece weighs: a combination's weight is added to the product's."""
    combination = shop.table("combinations").get(line.attribute)
    return number(line.product["weight"]) + (number(combination["weight"]) if combination else 0)
