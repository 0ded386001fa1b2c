"""A small PrestaShop for the adapter's tests: its webservice over the rows, and what a write needs to be taken.

Shapes are those of the recorded exchanges (reference prestashop README). Faults are put into `before` and `after`: what
to do at which call.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element, fromstring

from tests.stores.prestashop.rows import Row
from tests.stores.prestashop.sales import Sales
from tokbridge.core.wire import Request, Response

KEY = "K" * 32
SHOP = "https://shop.example/store"

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


@dataclass
class Shop(Sales):
    requests: list[Request] = field(default_factory=list)
    # Called with the request's number and the request before and after it is carried out; may raise or give an answer.
    before: Callable[[int, Request], Response | None] = lambda number, request: None
    after: Callable[[int, Request], Response | None] = lambda number, request: None
    granted: dict[str, set[str]] | None = None

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

    def _read(self, resource: str, ref: str, query: dict[str, str]) -> Response:
        assert resource in NAMES or resource in LOOKUPS, f"unknown resource {resource}"
        if ref and "output_format" not in query:
            row = self.table(resource)[int(ref)]
            return Response(200, {"psws-version": self.version}, self._xml(resource, row))
        found = self.selected(resource, query)
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
            "orders": self.make_order,
            "order_histories": self.make_history,
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
