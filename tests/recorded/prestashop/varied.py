"""The recorded sequence with other references, quantities and prices, and a small reckoning of what must come out.

Nothing recorded says what a shop with other figures answers, so the reckoning here is independent of the sandbox: it follows the
requests sent, keeps carts, prices and stock, and says totals, state and stock. It is itself checked on the recorded figures.
"""

import json
import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from xml.etree.ElementTree import Element, fromstring

from tests.recorded.prestashop.replay import Json, read

CENT = Decimal("0.01")
QUIET = ("6", "8")
VALID = ("2", "3", "4", "5", "11")
RENAMED = {"demo_11": "MUG/best", "demo_12": "mug 12", "demo_13": "8-13", "demo_1": "TEE", "MP-10": "LAMP-77"}


@dataclass
class Figures:
    """What of the recording is changed, and how."""

    catalogue: dict[str, Decimal]
    pieces: int = 0
    factor: Decimal = Decimal(1)
    new_product: str = "10.000000"
    patched_product: str = "11.000000"
    stock: int = 50
    names: dict[str, str] = field(default_factory=dict)

    def price(self, text: str) -> str:
        """A price bound to a cart."""
        return str((Decimal(text) * self.factor).quantize(Decimal("0.000001"), ROUND_HALF_UP))


RECORDED = Figures({"1": Decimal("23.90"), "6": Decimal("11.90"), "7": Decimal("11.90"), "8": Decimal("11.90")})
VARIED = Figures(
    {"1": Decimal("41.15"), "6": Decimal("7.35"), "7": Decimal("29.99"), "8": Decimal("0.83")},
    pieces=2,
    factor=Decimal("1.37"),
    new_product="3.300000",
    patched_product="4.150000",
    stock=77,
    names=RENAMED,
)


@dataclass
class Order:
    """An order of the reckoning; `held` = its pieces are taken from the stock."""

    rows: list[tuple[str, str, int]]
    total: Decimal
    state: str
    held: bool


class Reckoning:
    """Follows a sequence of requests."""

    def __init__(self, figures: Figures) -> None:
        self.carts: dict[str, Element] = {}
        self.prices: dict[tuple[str, str, str], tuple[Decimal, str]] = {}
        self.orders: dict[str, Order] = {}
        self.used: set[str] = set()
        self.stock: dict[tuple[str, str], int] = {(one, "0"): 300 for one in ("6", "7", "8")}
        self.stock |= {("1", "1"): 300, ("1", "0"): 2400}
        self.catalogue = {**figures.catalogue, "20": Decimal(figures.patched_product)}
        self.round_type, self.target = "2", "11"

    def total(self, cart: str) -> Decimal:
        """What the cart costs with tax and delivery."""
        node = self.carts[cart]
        rate = Decimal("0.85") if node.findtext("id_currency") == "2" else Decimal(1)
        lines = [self._line(cart, row, rate) for row in rows_of(node)]
        address = node.findtext("id_address_delivery")
        served = address not in ("16", "17")
        shipping = Decimal("8.40") if served and '"2,"' in (node.findtext("delivery_option") or "") else Decimal(0)
        return sum(lines, shipping)

    def _line(self, cart: str, row: tuple[str, str, int], rate: Decimal) -> Decimal:
        product, attribute, pieces = row
        price, currency = self.prices.get((cart, product, attribute), (None, ""))
        if price is None:
            price = self.catalogue[product] * (Decimal("0.8") if product == "1" else 1) * rate
        elif currency == "0":
            price *= rate
        unit = price * (Decimal("1.1") if product == "20" else Decimal("1.2"))
        if self.round_type == "1":
            return unit.quantize(CENT, ROUND_HALF_UP) * pieces
        return (unit * pieces).quantize(CENT, ROUND_HALF_UP)

    def follow(self, method: str, path: str, body: str, status: int, answer: str) -> None:
        """Take note of a request that was answered."""
        resource = path.split("/")[2].split("?", maxsplit=1)[0]
        if not body or not resource or (status >= 300 and (resource, status) != ("order_histories", 500)):
            return
        node = fromstring(body)[0]
        if resource == "carts" and method == "POST":
            self.carts[_id(answer)] = node
        elif resource == "specific_prices":
            for one in fromstring(body):
                key = (one.findtext("id_cart"), one.findtext("id_product"), one.findtext("id_product_attribute"))
                self.prices[key] = (Decimal(one.findtext("price") or "0"), one.findtext("id_currency") or "0")
        elif resource == "configurations" and node.findtext("name") == "PS_ROUND_TYPE":
            self.round_type = node.findtext("value") or ""
        elif resource == "configurations" and node.findtext("name") == "PS_OS_WS_PAYMENT":
            self.target = node.findtext("value") or ""
        elif resource == "stock_availables":
            self.stock["20", "0"] = int(node.findtext("quantity") or 0)
        elif resource == "orders" and method == "POST":
            self._order(_id(answer), node)
        elif resource == "orders" and node.findtext("current_state"):
            self._move(node.findtext("id") or "", node.findtext("current_state") or "")
        elif resource == "order_histories":
            self._move(node.findtext("id_order") or "", node.findtext("id_order_state") or "")

    def _order(self, key: str, node: Element) -> None:
        cart = node.findtext("id_cart") or ""
        total = self.total(cart)
        paid = Decimal(node.findtext("total_paid") or "0") == total
        state = self.target if paid or self.target != "11" else "8"
        order = Order(rows_of(self.carts[cart]), total, state, state != "8")
        self.orders[key] = order
        if order.held:
            self._take(order, -1)

    def _move(self, key: str, state: str) -> None:
        order = self.orders.get(key)
        if order is None or state == "99":
            return
        if order.held and state in QUIET:
            self._take(order, 1)
        elif not order.held and state in VALID:
            self._take(order, -1)
        order.held = state not in QUIET if state in (*QUIET, *VALID) else order.held
        order.state = state

    def _take(self, order: Order, sign: int) -> None:
        for product, attribute, pieces in order.rows:
            for key in {(product, attribute), (product, "0")}:
                self.stock[key] = self.stock.get(key, 0) + sign * pieces

    def check(self, path: str, answer: str) -> str:
        """The first figure of a read answer that is not the reckoned one, "" when all are."""
        if not answer.startswith("{"):
            return ""
        document = json.loads(answer)
        for order in document.get("orders", []):
            known = self.orders.get(str(order.get("id")))
            if known is None or "shipping written" in path:
                continue
            if "total_paid" in order and order["id"] != 16 and Decimal(order["total_paid"]) != known.total:
                return f"order {order['id']}: total {order['total_paid']}, reckoned {known.total}"
            if "current_state" in order and order["current_state"] != known.state:
                return f"order {order['id']}: state {order['current_state']}, reckoned {known.state}"
        product = re.search(r"filter%5Bid_product%5D=(\d+)&", path)
        for level in document.get("stock_availables", []) if product else []:
            key = (product[1], level.get("id_product_attribute", "0")) if product else ("", "")
            if key in self.stock and "quantity" in level and int(level["quantity"]) != self.stock[key]:
                return f"stock of {key}: {level['quantity']}, reckoned {self.stock[key]}"
        return ""


def rows_of(cart: Element) -> list[tuple[str, str, int]]:
    """(product, combination, pieces) of a cart's body."""
    return [
        (
            row.findtext("id_product") or "",
            row.findtext("id_product_attribute") or "",
            int(row.findtext("quantity") or 0),
        )
        for row in cart.iter("cart_row")
    ]


def _id(answer: str) -> str:
    found = re.search(r'"id":"?(\d+)|<id><!\[CDATA\[(\d+)', answer)
    assert found
    return found[1] or found[2]


def change(line: Json, figures: Figures, recorded: Reckoning, varied: Reckoning) -> Json:
    """A recorded line with other figures in its request. What an order pays keeps its distance to the cart's total."""
    request = json.loads(json.dumps(line["request"]))
    for part in ("path", "body"):
        for holder in (request, request.get("template", {})):
            if holder.get(part):
                holder[part] = _rewrite(holder[part], line, figures)
    if line["request"]["method"] == "POST" and line["request"]["path"].startswith("/api/orders"):
        body = line["request"]["body"] or ""
        found = re.search(r"<id_cart><!\[CDATA\[(\d+)", body)
        cart = found[1] if found else ""
        paid = re.search(r"<total_paid><!\[CDATA\[([\d.]+)", body)
        if cart in recorded.carts and paid and not any(row[0] == "99999" for row in rows_of(recorded.carts[cart])):
            new = varied.total(cart) + Decimal(paid[1]) - recorded.total(cart)
            for holder in (request, request.get("template", {})):
                if holder.get("body"):
                    holder["body"] = re.sub(r"(<total_\w+><!\[CDATA\[)[\d.]+", rf"\g<1>{new}", holder["body"])
    return {**line, "request": request}


def _rewrite(text: str, line: Json, figures: Figures) -> str:
    path, n = line["request"]["path"], line["n"]
    if path.startswith("/api/carts"):
        text = re.sub(r"<quantity>(\d+)<", lambda found: f"<quantity>{int(found[1]) + figures.pieces}<", text)
    if path.startswith("/api/specific_prices"):
        text = re.sub(r"(<price><!\[CDATA\[)([\d.]+)\]", lambda found: f"{found[1]}{figures.price(found[2])}]", text)
    if n == 51:
        text = text.replace("10.000000", figures.new_product)
    if n == 56:
        text = text.replace("11.000000", figures.patched_product)
    if n == 59:
        text = text.replace("[50]", f"[{figures.stock}]")
    for old, new in figures.names.items():
        text = re.sub(
            rf"(reference%5D=|<reference><!\[CDATA\[){old}(?=[&\]])", lambda found, new=new: found[1] + new, text
        )
    return text


NUMBERS = re.compile(r"-?\d+\.\d+|(?<=<quantity><!\[CDATA\[)-?\d+")
KEPT_APART = {"quantity", "product_quantity", "product_quantity_in_stock", "amount_tax_excl"}


def blur(text: str, figures: Figures) -> str:
    """A text with everything that follows from the changed figures made equal."""
    for old, new in figures.names.items():
        text = re.sub(rf'(?<=[">\[]){re.escape(new)}(?=["<\]])', old, text.replace("\\/", "/"))
    names = "|".join(KEPT_APART)
    text = re.sub(rf'("(?:{names})":")-?\d+', r"\1N", text)
    text = re.sub(rf"(<(?:{names})><!\[CDATA\[)-?\d+", r"\1N", text)
    return NUMBERS.sub("N", text)


def lines() -> list[Json]:
    """The recorded lines, without those that depend on timing."""
    return [line for line in read() if not line.get("parallel") and line["n"] != 377]
