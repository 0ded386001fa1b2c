"""A small PrestaShop for the adapter's tests: rows by resource, the filters it has, and what `POST orders` does to a cart.

Shapes are those of the recorded exchanges (reference prestashop README); the arithmetic is written apart from the
adapter's, in fractions. Faults are put into `faults`: what to do at which call.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element, fromstring

from tokbridge.core.errors import Unknown
from tokbridge.core.wire import Request, Response
from tokbridge.stores.prestashop import PrestaShopConfig, PrestaShopStore

KEY = "K" * 32
SHOP = "https://shop.example/store"
NOW = 1_795_305_600.0  # 2026-11-21T22:40:00Z
Row = dict[str, Any]

ENTITIES = {
    "customer": "customers",
    "address": "addresses",
    "cart": "carts",
    "specific_price": "specific_prices",
    "order": "orders",
    "order_history": "order_histories",
    "order_carrier": "order_carriers",
    "order_payment": "order_payments",
    "order_invoice": "order_invoices",
    "order_detail": "order_details",
    "stock_available": "stock_availables",
}
NAMES = {resource: entity for entity, resource in ENTITIES.items()}
STATES = [
    (1, "Awaiting check payment", 0, 0, 0),
    (2, "Payment accepted", 1, 1, 0),
    (3, "Processing in progress", 1, 1, 0),
    (4, "Shipped", 1, 1, 1),
    (5, "Delivered", 1, 1, 1),
    (6, "Canceled", 0, 0, 0),
    (7, "Refunded", 0, 0, 0),
    (8, "Payment error", 0, 0, 0),
    (11, "Remote payment accepted", 1, 1, 0),
    (13, "Awaiting COD validation", 0, 0, 0),
    (14, "Quiet", 0, 0, 0),
]


class Crash(Exception):
    """The process died here."""


@dataclass
class Shop:
    version: str = "8.2.4"
    rows: dict[str, dict[int, Row]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    # Called with the request's number and the request before and after it is carried out; may raise or give an answer.
    before: Callable[[int, Request], Response | None] = lambda number, request: None
    after: Callable[[int, Request], Response | None] = lambda number, request: None
    mails: list[str] = field(default_factory=list)
    granted: dict[str, set[str]] | None = None
    gaps: dict[str, int] = field(default_factory=dict)
    seconds: int = 0

    # -- wire ---------------------------------------------------------------------------------------------------

    def send(self, request: Request) -> Response:
        number = len(self.requests)
        self.requests.append(request)
        early = self.before(number, request)
        if early is not None:
            return early
        response = self._answer(request)
        late = self.after(number, request)
        return late if late is not None else response

    @property
    def operations(self) -> list[str]:
        return [request.operation for request in self.requests]

    @property
    def writes(self) -> list[str]:
        return [request.operation for request in self.requests if request.write]

    def _answer(self, request: Request) -> Response:
        given = request.headers.get("Authorization", "")
        if given != "Basic " + base64.b64encode(f"{KEY}:".encode()).decode():
            return self.error(401, 20, "Authentification key is not active", version="0")
        parts = urlsplit(request.url)
        assert request.url.startswith(f"{SHOP}/api/")
        path = request.url.removeprefix(f"{SHOP}/api/").partition("?")[0]
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        resource, _, ref = path.partition("/")
        if not resource:
            return self._root()
        if self.granted is not None and request.method not in self.granted.get(resource, set()):
            if resource not in self.granted:
                return self.error(401, 26, f'Resource of type "{resource}" is not allowed with this authentication key')
            return self.error(405, 25, f"Method {request.method} is not allowed for the resource {resource}")
        if request.method == "GET":
            return self._read(resource, ref, query)
        if request.method == "PATCH" and not self.version.startswith(("8", "9")):
            return self.error(405, 23, "Method PATCH is not valid")
        return self._write(request.method, resource, request.body)

    def _root(self) -> Response:
        verbs = ("get", "put", "post", "patch", "delete", "head")
        every = {name: {verb.upper() for verb in verbs} for name in [*NAMES, *LOOKUPS]}
        granted = self.granted if self.granted is not None else every
        parts = [
            f"<{name} "
            + " ".join(f'{verb}="{"true" if verb.upper() in allowed else "false"}"' for verb in verbs)
            + "></"
            + name
            + ">"
            for name, allowed in granted.items()
        ]
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">\n'
            f'<api shopName="SandboxShop">{"".join(parts)}</api></prestashop>'
        )
        return Response(200, {"psws-version": self.version, "content-type": "text/xml;charset=utf-8"}, body.encode())

    def json(self, value: object, status: int = 200) -> Response:
        headers = {"psws-version": self.version, "content-type": "application/json"}
        return Response(status, headers, json.dumps(value).encode())

    def error(self, status: int, code: int, words: str, version: str | None = None) -> Response:
        headers = {"psws-version": version or self.version}
        return Response(status, headers, json.dumps({"errors": [{"code": code, "message": words}]}).encode())

    # -- rows ---------------------------------------------------------------------------------------------------

    def table(self, resource: str) -> dict[int, Row]:
        return self.rows.setdefault(resource, {})

    def add(self, resource: str, **values: Any) -> Row:
        table = self.table(resource)
        ref = int(values.pop("id", 0)) or max(table, default=0) + 1 + self.gaps.get(resource, 0)
        row = {"id": ref} | {
            name: value if isinstance(value, (dict, list)) else str(value) for name, value in values.items()
        }
        table[ref] = row
        return row

    def _read(self, resource: str, ref: str, query: dict[str, str]) -> Response:
        assert resource in NAMES or resource in LOOKUPS, f"unknown resource {resource}"
        if ref and "output_format" not in query:
            row = self.table(resource)[int(ref)]
            return Response(200, {"psws-version": self.version}, self._xml(resource, row))
        found = list(self.table(resource).values())
        for name, wanted in query.items():
            if name.startswith("filter["):
                dated = "date" in name
                assert not dated or query.get("date") == "1", "a date needs date=1"
                found = [row for row in found if _matches(str(row.get(name[7:-1], "")), wanted)]
        if "sort" in query:
            for key in reversed(query["sort"].strip("[]").split(",")):
                column, _, direction = key.rpartition("_")
                found.sort(key=lambda row: _sortable(row.get(column)), reverse=direction == "DESC")
        else:
            found.reverse()  # there is no default order
        if "limit" in query:
            offset, _, rows = query["limit"].rpartition(",")
            found = found[int(offset or 0) : int(offset or 0) + int(rows)]
        if not found:
            return self.json([])
        return self.json({resource: [self._shown(resource, row, query) for row in found]})

    def _shown(self, resource: str, row: Row, query: dict[str, str]) -> Row:
        shown = dict(row)
        if resource == "orders":
            details = [line for line in self.table("order_details").values() if line["id_order"] == str(row["id"])]
            shown["associations"] = {
                "order_rows": [{name: str(line[name]) for name in ORDER_ROW} for line in details],
            }
        if query["display"] != "full":
            names = query["display"].strip("[]").split(",")
            shown = {name: value for name, value in shown.items() if name in names}
        return shown

    def _xml(self, resource: str, row: Row) -> bytes:
        leaves = "".join(
            f"\n\t<{name}><![CDATA[{value}]]></{name}>" for name, value in row.items() if not isinstance(value, dict)
        )
        entity = NAMES[resource]
        root = 'prestashop xmlns:xlink="http://www.w3.org/1999/xlink"'
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>\n<{entity}>{leaves}\n</{entity}>\n</prestashop>'.encode()
        )

    def _write(self, method: str, resource: str, body: bytes) -> Response:
        root = fromstring(body)
        entities = [(_fields(element), element.tag) for element in root]
        assert all(ENTITIES[tag] == resource for _, tag in entities)
        made = [self._write_one(method, resource, fields) for fields, _ in entities]
        failed = next((one for one in made if isinstance(one, Response)), None)
        if failed is not None:
            return failed
        if len(made) > 1:
            return self.json({resource: made}, 201)
        row = {name: value for name, value in made[0].items() if value not in ("", "0")} if made[0] else {}  # type: ignore[union-attr]
        row["id"] = row["id"] if resource == "orders" and method == "POST" else str(row["id"])
        return self.json({NAMES[resource]: row}, 201 if method == "POST" else 200)

    def _write_one(self, method: str, resource: str, fields: Row) -> Row | Response:
        for value in fields.values():
            assert not isinstance(value, str) or value == value.strip() or resource in {"orders", "addresses"}
        if method != "POST":
            row = self.table(resource).get(int(fields["id"]))
            if row is None:
                return self.error(404, 92, "Invalid ID")
            if method == "PUT":
                assert set(row) - {"associations"} <= set(fields), "a PUT must bring every field"
            row.update({name: value for name, value in fields.items() if name != "id"})
            return row
        assert "id" not in fields
        special = {
            "orders": self._make_order,
            "order_histories": self._make_history,
            "specific_prices": self._make_price,
            "customers": self._make_customer,
        }.get(resource)
        if special is not None:
            return special(fields)
        defaults: Row = {}
        if resource == "carts":
            defaults = {"id_shop": "1", "secure_key": "s"}
            lines = fields["associations"]["cart_rows"]["cart_row"]
            fields["associations"] = {"cart_rows": lines if isinstance(lines, list) else [lines]}
            keys = [(line["id_product"], line["id_product_attribute"]) for line in fields["associations"]["cart_rows"]]
            if len(set(keys)) < len(keys):
                return Response(500, {"content-type": "text/html"}, b"")
        if resource == "addresses":
            country = self.table("countries")[int(fields["id_country"])]
            if country["need_identification_number"] == "1" and not fields.get("dni"):
                return self.error(400, 85, 'Validation error: "Property Address-&gt;dni is empty."')
            assert len(fields["alias"]) <= 32
            defaults = {"deleted": "0", "id_state": "0"}
        return self.add(resource, **(defaults | fields))

    def _make_customer(self, fields: Row) -> Row | Response:
        if re.search(r"[0-9!<>,;?=+()/\\@#\"*{}_$%:]", fields["lastname"] + fields["firstname"]):
            return self.error(400, 85, 'Validation error: "Property Customer-&gt;lastname is not valid"')
        if any(row["email"].casefold() == fields["email"].casefold() for row in self.table("customers").values()):
            return self.error(500, 140, "The email is already used, please choose another one.")
        return self.add(
            "customers", is_guest="0", deleted="0", **{k: v for k, v in fields.items() if k != "associations"}
        )

    def _make_price(self, fields: Row) -> Row | Response:
        for row in self.table("specific_prices").values():
            if all(row[name] == fields[name] for name in ("id_cart", "id_product", "id_product_attribute")):
                return Response(500, {"content-type": "text/html"}, b"")
        assert re.fullmatch(r"\d+\.\d{6}", fields["price"])
        return self.add("specific_prices", **fields)

    def _make_history(self, fields: Row) -> Row | Response:
        order = self.table("orders").get(int(fields["id_order"]))
        if order is None or int(fields["id_order_state"]) not in self.table("order_states"):
            return Response(500, {"content-type": "text/html"}, b"")
        self.move(order, fields["id_order_state"])
        return self.add("order_histories", id_employee="0", date_add=self.stamp(), **fields)

    def move(self, order: Row, state: str) -> None:
        gone = {"6", "8"}
        if state in gone and order["current_state"] not in gone:
            self._stock(order, +1)
        elif order["current_state"] in gone and state not in gone:
            self._stock(order, -1)
        if state in {"3", "4", "5"}:
            order["delivery_number"] = "1"
        order["current_state"] = state
        order["date_upd"] = self.stamp()

    def stamp(self) -> str:
        self.seconds += 1
        return f"2026-11-21 23:{self.seconds // 60:02}:{self.seconds % 60:02}"

    def _stock(self, order: Row, sign: int) -> None:
        for line in self.table("order_details").values():
            if line["id_order"] != str(order["id"]):
                continue
            for row in self.table("stock_availables").values():
                if (
                    row["id_product"] == line["product_id"]
                    and row["id_product_attribute"] == line["product_attribute_id"]
                ):
                    row["quantity"] = str(int(row["quantity"]) + sign * int(line["product_quantity"]))

    # -- orders -------------------------------------------------------------------------------------------------

    def setting(self, name: str) -> str:
        return next(str(row["value"]) for row in self.table("configurations").values() if row["name"] == name)

    def configure(self, name: str, value: object) -> None:
        for row in self.table("configurations").values():
            if row["name"] == name:
                row["value"] = str(value)

    def round(self, amount: Fraction, decimals: int) -> Fraction:
        scaled, mode = amount * 10**decimals, int(self.setting("PS_PRICE_ROUND_MODE"))
        low = math.floor(scaled)
        if mode == 0:
            whole = math.ceil(scaled)
        elif mode == 1 or scaled - low < Fraction(1, 2):
            whole = low
        elif scaled - low > Fraction(1, 2):
            whole = low + 1
        else:  # exactly between: up, down, even, odd
            whole = {2: low + 1, 3: low, 4: low + low % 2, 5: low + 1 - low % 2}[mode]
        return Fraction(whole, 10**decimals)

    def tax(self, product: str) -> Fraction:
        return {"20": Fraction(1, 10), "55": Fraction(55, 1000), "77": Fraction(0)}.get(product, Fraction(1, 5))

    def _make_order(self, fields: Row) -> Row | Response:
        cart = self.table("carts").get(int(fields["id_cart"]))
        taken = any(order["id_cart"] == fields["id_cart"] for order in self.table("orders").values())
        if cart is None or taken:
            words = b"Cart cannot be loaded or an order has already been placed using this cart"
            return Response(500, {"content-type": "text/html; charset=utf-8"}, words)
        if fields["module"] != "ps_wirepayment":
            return Response(500, {"content-type": "text/html; charset=utf-8"}, b"")
        kind = int(self.setting("PS_ROUND_TYPE"))
        currency = self.table("currencies")[int(cart["id_currency"])]
        places = int(currency["precision"])
        total, bare, lines = Fraction(0), Fraction(0), []
        for line in sorted(cart["associations"]["cart_rows"], key=lambda line: int(line["id_product"])):
            key = (line["id_product"], line["id_product_attribute"])
            mine = [
                row
                for row in self.table("specific_prices").values()
                if row["id_cart"] == str(cart["id"]) and (row["id_product"], row["id_product_attribute"]) == key
            ]
            net = Fraction(mine[0]["price"]) if mine else Fraction("11.9")
            unit = self.round(net * (1 + self.tax(key[0])), 6)
            number = int(line["quantity"])
            gross = (
                self.round(unit, places) * number
                if kind == 1
                else self.round(unit * number, places)
                if kind == 2
                else unit * number
            )
            total += gross
            bare += self.round(net * number, places)
            lines.append((key, number, net, unit, gross))
        goods = self.round(total, places)
        option = json.loads(cart["delivery_option"])[cart["id_address_delivery"]].strip(",")
        carrier = self.table("carriers").get(int(option))
        if carrier is None or carrier["deleted"] == "1" or carrier["active"] == "0":
            carrier = self.table("carriers")[1]
        cost = Fraction(0) if carrier["is_free"] == "1" else Fraction("8.40")
        cost_bare = Fraction(0) if carrier["is_free"] == "1" else Fraction(7)
        paid = Fraction(fields["total_paid"])
        target = self.setting("PS_OS_WS_PAYMENT")
        logable = self.table("order_states")[int(target)]["logable"] == "1"
        failed = logable and paid != goods + cost
        state = "8" if failed else target
        order = self.add(
            "orders",
            id_address_delivery=cart["id_address_delivery"],
            id_address_invoice=cart["id_address_invoice"],
            id_cart=cart["id"],
            id_currency=cart["id_currency"],
            id_lang=cart["id_lang"],
            id_customer=cart["id_customer"],
            id_carrier=carrier["id"],
            current_state=state,
            module=fields["module"],
            payment=fields["payment"],
            invoice_number="0" if failed or not logable else "1",
            delivery_number="0",
            valid="0" if failed else "1",
            date_add=self.stamp(),
            date_upd=self.stamp(),
            gift_message=cart["gift_message"],
            total_paid=six(goods + cost),
            total_paid_tax_incl=six(goods + cost),
            total_paid_tax_excl=six(bare + cost_bare),
            total_paid_real=six(paid) if logable else "0.000000",
            total_products=six(bare),
            total_products_wt=six(goods),
            total_shipping=six(cost),
            total_shipping_tax_incl=six(cost),
            total_shipping_tax_excl=six(cost_bare),
            carrier_tax_rate="20.000",
            reference=f"REF{len(self.table('orders')):06}",
        )
        if not self.version.startswith(("1.6", "1.7.6")):
            order["note"] = ""
        ref = str(order["id"])
        for (product, attribute), number, net, unit, gross in lines:
            self.add(
                "order_details",
                id_order=ref,
                product_id=product,
                product_attribute_id=attribute,
                product_quantity=number,
                product_name=f"Product {product}",
                product_reference=f"SKU-{product}-{attribute}",
                unit_price_tax_incl=six(unit),
                unit_price_tax_excl=six(net),
                total_price_tax_incl=six(gross),
                total_price_tax_excl=six(net * number),
            )
        if not failed:
            self._stock(order, -1)
        if logable:
            self.add(
                "order_payments",
                order_reference=order["reference"],
                id_currency=cart["id_currency"],
                amount=six(paid),
                payment_method=fields["payment"],
                transaction_id="",
            )
        if logable and not failed:
            self.add(
                "order_invoices",
                id_order=ref,
                number="1",
                total_paid_tax_incl=order["total_paid"],
                total_paid_tax_excl=order["total_paid_tax_excl"],
                total_products=order["total_products"],
                total_products_wt=order["total_products_wt"],
                total_shipping_tax_incl=order["total_shipping"],
                total_shipping_tax_excl=six(cost_bare),
            )
        self.add(
            "order_carriers",
            id_order=ref,
            id_carrier=carrier["id"],
            tracking_number="",
            shipping_cost_tax_incl=six(cost),
            shipping_cost_tax_excl=six(cost_bare),
        )
        self.add("order_histories", id_order=ref, id_order_state=state, id_employee="0", date_add=self.stamp())
        self.table("specific_prices").clear()
        customer = self.table("customers")[int(cart["id_customer"])]
        self.mails.append(customer["email"])
        return {"id": order["id"], "module": fields["module"], "total_paid": fields["total_paid"]}


def six(amount: Fraction) -> str:
    scaled = round(amount * 10**6)
    return f"{scaled // 10**6}.{scaled % 10**6:06}"


def _fields(element: Element) -> Row:
    fields: Row = {}
    for child in element:
        value: Any = _fields(child) if len(child) else (child.text or "")
        if child.tag in fields:
            before = fields[child.tag]
            fields[child.tag] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            fields[child.tag] = value
    return fields


def _sortable(value: Any) -> tuple[int, str]:
    text = str(value)
    return (int(text), "") if text.isdecimal() else (0, text)


def _matches(value: str, wanted: str) -> bool:
    value, wanted = value.casefold(), wanted.casefold()
    if found := re.fullmatch(r">\[(.*)\]", wanted):
        return _sortable(value) > _sortable(found[1])
    if found := re.fullmatch(r"\[(.*)\]%", wanted):
        return value.startswith(found[1])
    assert not wanted.startswith((">=", "<=")), "an operator that PrestaShop drops"
    if found := re.fullmatch(r"\[([\d.: -]+),([\d.: -]+)\]", wanted):
        return _sortable(found[1]) <= _sortable(value) <= _sortable(found[2])
    if found := re.fullmatch(r"\[(.*)\]", wanted):
        return value.strip() in [one.strip() for one in found[1].split("|")]
    return value.strip() == wanted.strip()


ORDER_ROW = ("id", "product_id", "product_attribute_id", "product_quantity", "product_name", "product_reference")
LOOKUPS = (
    "configurations",
    "countries",
    "states",
    "currencies",
    "carriers",
    "order_states",
    "products",
    "combinations",
    "taxes",
    "tax_rules",
)


def new_shop(version: str = "8.2.4") -> Shop:
    shop = Shop(version=version)
    settings = {
        "PS_TIMEZONE": "Europe/Paris",
        "PS_CURRENCY_DEFAULT": "1",
        "PS_LANG_DEFAULT": "1",
        "PS_CUSTOMER_GROUP": "3",
        "PS_ROUND_TYPE": "2",
        "PS_PRICE_ROUND_MODE": "2",
        "PS_OS_CANCELED": "6",
        "PS_OS_ERROR": "8",
        "PS_OS_SHIPPING": "4",
        "PS_OS_WS_PAYMENT": "11",
        "PS_OS_PAYMENT": "2",
    }
    for name, value in settings.items():
        shop.add("configurations", name=name, value=value)
    for ref, name, paid, logable, shipped in STATES:
        shop.add("order_states", id=ref, name=name, paid=paid, logable=logable, shipped=shipped, deleted=0)
    country = {"need_identification_number": 0, "contains_states": 0, "active": 1, "id_zone": 1}
    shop.add("countries", id=8, iso_code="FR", **country)
    shop.add("countries", id=2, iso_code="AT", **(country | {"active": 0}))
    shop.add("countries", id=6, iso_code="ES", **(country | {"need_identification_number": 1}))
    shop.add("countries", id=21, iso_code="US", **(country | {"contains_states": 1}))
    shop.add("states", id=8, id_country=21, iso_code="CA", name="California")
    shop.add("states", id=25, id_country=21, iso_code="MI", name="Michigan")
    shop.add("states", id=183, id_country=10, iso_code="MI", name="Milano")
    shop.add("currencies", id=1, iso_code="EUR", precision=2, deleted=0, active=1)
    shop.add("currencies", id=2, iso_code="JPY", precision=0, deleted=0, active=1)
    carrier = {"deleted": 0, "active": 1, "url": ""}
    shop.add("carriers", id=1, id_reference=1, name="Click and collect", is_free=1, **carrier)
    shop.add(
        "carriers", id=2, id_reference=2, name="My carrier", is_free=0, **(carrier | {"url": "https://track.example/@"})
    )
    shop.add("carriers", id=7, id_reference=5, name="TikTok", is_free=1, **(carrier | {"deleted": 1}))
    shop.add("carriers", id=9, id_reference=5, name="TikTok", is_free=1, **carrier)
    for ref, rate in ((1, "20.000"), (2, "10.000"), (3, "5.500")):
        shop.add("taxes", id=ref, rate=rate, active=1, deleted=0)
        for land in (8, 6, 21):
            shop.add(
                "tax_rules",
                id_tax_rules_group=ref,
                id_country=land,
                id_state=0,
                zipcode_from=0,
                zipcode_to=0,
                id_tax=ref,
                behavior=0,
            )
    for ref, group in ((1, 1), (6, 1), (7, 1), (8, 1), (20, 2), (55, 3), (77, 0)):
        shop.add("products", id=ref, reference=f"sku-{ref}", name=f"Product {ref}", id_tax_rules_group=group)
        shop.add("stock_availables", id_product=ref, id_product_attribute=0, id_shop=1, quantity=300)
    for ref in (1, 2):
        shop.add("combinations", id=ref, id_product=1, reference=f"SKU-1-{ref}")
        shop.add("stock_availables", id_product=1, id_product_attribute=ref, id_shop=1, quantity=300)
    return shop


def store_of(shop: Shop, **settings: Any) -> PrestaShopStore:
    defaults: dict[str, Any] = {"shop": SHOP, "key": KEY, "payment_module": "ps_wirepayment", "carrier": "5"}
    return PrestaShopStore(shop, PrestaShopConfig(**(defaults | settings)), lambda: NOW)


class Notes:
    """A journal in memory: what is saved stays, whatever crashes."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def save(self, key: str, value: str) -> None:
        self.kept[key] = value

    def get(self, key: str) -> str | None:
        return self.kept.get(key)


def lost(operation: str) -> Callable[[int, Request], Response | None]:
    """The answer to this operation never comes."""

    def fault(number: int, request: Request) -> Response | None:
        if request.operation == operation:
            raise Unknown("timeout", "no answer")
        return None

    return fault
