"""What a product costs: catalogue, reductions, prices bound to a cart, taxes by country (reference 5.5, 9)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tokbridge.sandbox.prestashop.columns import NO_DATE
from tokbridge.sandbox.prestashop.schema import Row
from tokbridge.sandbox.prestashop.shop import Shop

SIX = Decimal("0.000001")


@dataclass(frozen=True)
class Place:
    """Where taxes are reckoned for."""

    country: str
    state: str = "0"


@dataclass(frozen=True)
class Buyer:
    """Who buys: cart, customer, groups, currency row."""

    cart: str
    customer: str
    groups: tuple[str, ...]
    currency: Row


@dataclass(frozen=True)
class Price:
    """A unit's price with six decimals, in the buyer's currency."""

    net: Decimal
    gross: Decimal
    rate: Decimal
    taxes: tuple[str, ...]


def tax(shop: Shop, group: str, place: Place) -> tuple[Decimal, tuple[str, ...]]:
    """(rate as a fraction, tax ids) of a tax group at a place; no rule = no tax.

    A rule of the state goes before one of the whole country. Stacked taxes are not in the reference.
    """
    if group in ("", "0"):
        return Decimal(0), ()
    rules = shop.table("tax_rules").find(id_tax_rules_group=group, id_country=place.country)
    for state in dict.fromkeys((place.state, "0")):
        for rule in rules:
            found = shop.table("taxes").get(rule["id_tax"])
            if rule["id_state"] == state and found and found["active"] == "1" and found["deleted"] == "0":
                return Decimal(found["rate"]) / 100, (str(found["id"]),)
    return Decimal(0), ()


def unit_price(shop: Shop, product: Row, attribute: str, quantity: int, buyer: Buyer, place: Place) -> Price:
    """The price of one piece. A price bound to the cart replaces the catalogue's and its reductions."""
    rate, taxes = tax(shop, product["id_tax_rules_group"], place)
    special = _special(shop, str(product["id"]), attribute, quantity, buyer, place)
    base = catalogue(shop, product, attribute, buyer.currency)
    if special is None:
        net = base
    else:
        if Decimal(special["price"]) >= 0:
            net = Decimal(special["price"])
            net = net * shop.rate(buyer.currency) if special["id_currency"] == "0" else net
        else:
            net = base
        net = _reduced(special, net, rate)
    return Price(_six(net), _six(net * (1 + rate)), rate, taxes)


def catalogue(shop: Shop, product: Row, attribute: str, currency: Row) -> Decimal:
    """The net price before reductions: a combination's price is an impact on the product's (reference 9)."""
    combination = shop.table("combinations").get(attribute)
    impact = Decimal(combination["price"]) if combination else Decimal(0)
    return (Decimal(product["price"]) + impact) * shop.rate(currency)


def _reduced(special: Row, net: Decimal, rate: Decimal) -> Decimal:
    cut = Decimal(special["reduction"])
    if special["reduction_type"] == "percentage":
        return net * (1 - cut)
    return net - (cut / (1 + rate) if special["reduction_tax"] == "1" else cut)


def _special(shop: Shop, product: str, attribute: str, quantity: int, buyer: Buyer, place: Place) -> Row | None:
    """The specific price that counts: one of the cart before one of the catalogue, then the closest fit."""
    table = shop.table("specific_prices")
    found = [row for row in table.find(id_product=product) if _fits(shop, row, attribute, quantity, buyer, place)]
    names = ("id_cart", "id_customer", "id_product_attribute", "id_currency", "id_country", "id_group")
    return max(found, key=lambda row: ([row[name] != "0" for name in names], int(row["from_quantity"])), default=None)


def _fits(shop: Shop, row: Row, attribute: str, quantity: int, buyer: Buyer, place: Place) -> bool:
    now = shop.time()
    return (
        row["id_cart"] in ("0", buyer.cart)
        and row["id_customer"] in ("0", buyer.customer)
        and row["id_product_attribute"] in ("0", attribute)
        and row["id_currency"] in ("0", str(buyer.currency["id"]))
        and row["id_country"] in ("0", place.country)
        and row["id_group"] in ("0", *buyer.groups)
        and int(row["from_quantity"]) <= quantity
        and (row["from"] == NO_DATE or row["from"] <= now)
        and (row["to"] == NO_DATE or now <= row["to"])
    )


def _six(amount: Decimal) -> Decimal:
    return amount.quantize(SIX, rounding=ROUND_HALF_UP)
