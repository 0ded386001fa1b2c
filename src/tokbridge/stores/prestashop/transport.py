"""One call to a PrestaShop's webservice: key, address, formats, errors (reference prestashop-webservice.md 2-4)."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any
from urllib.parse import quote

from tokbridge.core.errors import Retry, Unknown
from tokbridge.core.saying import say
from tokbridge.core.wire import Http, Request, Response
from tokbridge.stores.base import StockGate
from tokbridge.stores.prestashop import answers, documents
from tokbridge.stores.prestashop.config import PrestaShopConfig

ENTITY = {
    "customers": "customer",
    "addresses": "address",
    "carts": "cart",
    "specific_prices": "specific_price",
    "orders": "order",
    "order_histories": "order_history",
    "order_carriers": "order_carrier",
    "order_payments": "order_payment",
    "order_invoices": "order_invoice",
    "order_details": "order_detail",
    "stock_availables": "stock_available",
}
MOVES_STOCK = frozenset({"orders", "order_histories"})  # creation, and a change of state (reference 6)
LIST_LIMIT = 3500  # characters of values in one filter: proxies may stop at 4 kB of URL (reference 4)

Row = dict[str, Any]


class Transport:
    """Reads rows as JSON, writes entities as XML. `version` is what the shop said last, "" before the first call."""

    def __init__(self, http: Http, config: PrestaShopConfig, gate: StockGate) -> None:
        self._http = http
        self._gate = gate
        self._root = config.root
        self._shop_id = config.shop_id
        self._key = "Basic " + base64.b64encode(f"{config.key}:".encode()).decode()
        self.version = ""

    @property
    def patches(self) -> bool:
        """PATCH exists from 8.0; before, and while the version is not known, the whole entity is put (reference 10)."""
        major = self.version.partition(".")[0]
        return major.isdecimal() and int(major) >= 8

    def read(self, resource: str, *, display: str = "full", **query: str) -> list[Row]:
        """Rows of a resource. `query` keys: f_NAME for filter[NAME], else the parameter's own name (sort, limit, date,
        language). Filters take the reference's operators only: any other is dropped in silence (reference 4)."""
        parameters = {"display": display, "output_format": "JSON"}
        for name, value in query.items():
            parameters[f"filter[{name[2:]}]" if name.startswith("f_") else name] = value
        response = self._get(resource, resource, parameters)
        found = answers.rows(response, resource)
        if found is None:
            raise Retry("not json", say("{resource}: answered with something else than a list", resource=resource))
        return found

    def read_many(self, resource: str, field: str, values: Iterable[str], **query: str) -> list[Row]:
        """Rows whose field is one of many values, in as many calls as the length of an address needs."""
        found: list[Row] = []
        for part in chunks(sorted(set(values))):
            found += self.read(resource, **{f"f_{field}": f"[{'|'.join(part)}]"}, **query)
        return found

    def one(self, resource: str, ref: str) -> Row | None:
        """A row by its id; None when the shop has none, or `ref` is no id."""
        if not ref.isdecimal():
            return None
        found = self.read(resource, f_id=f"[{ref}]")
        return next((row for row in found if str(row.get("id")) == ref), None)

    def root(self) -> bytes:
        """The list of what the key may do: XML only (reference 2)."""
        return self._get("api", "", {}).body

    def post(self, resource: str, body: documents.Body, *, lookup: bool = False) -> Row:
        """Make a row; returns the answer's entity, whose falsy fields are dropped. `lookup`: the caller finds the row
        again before making it, and no order hangs on it yet, so a doubt is worth another try."""
        try:
            return self._entity(self._post(resource, [body]), resource)
        except Unknown as error:
            if lookup:
                raise Retry(error.code, error.words) from error
            raise

    def post_several(self, resource: str, bodies: Sequence[documents.Body]) -> None:
        """Make several rows in one call, which the caller finds again before making them (as `lookup`)."""
        try:
            self._post(resource, bodies)
        except Unknown as error:
            raise Retry(error.code, error.words) from error

    def _post(self, resource: str, bodies: Sequence[documents.Body]) -> Response:
        document = documents.entities(ENTITY[resource], bodies)
        with self._gate.moving() if resource in MOVES_STOCK else nullcontext():
            return self._send(f"{resource}.create", "POST", resource, {"output_format": "JSON"}, document)

    def change(self, resource: str, ref: str, values: Mapping[str, str]) -> None:
        """Write some fields of a row. The id stands in the body: the one in the address is ignored (reference 3)."""
        name, operation = ENTITY[resource], f"{resource}.update"
        path = f"{resource}/{ref}"
        if self.patches:
            body = documents.entities(name, [{"id": ref, **values}])
            self._send(operation, "PATCH", path, {"output_format": "JSON"}, body)
            return
        whole = documents.changed(self._get(resource, path, {}).body, name, values)
        if whole is None:
            raise Retry("not xml", say("{resource}: answered with something else than the row", resource=resource))
        self._send(operation, "PUT", path, {"output_format": "JSON"}, whole)

    def _entity(self, response: Response, resource: str) -> Row:
        value = answers.body_json(response)
        entity = value.get(ENTITY[resource]) if isinstance(value, dict) else None
        if not isinstance(entity, dict) or not entity.get("id"):
            raise Unknown("no entity", say("{resource}: the answer does not name what was made", resource=resource))
        return entity

    def _get(self, operation: str, path: str, parameters: Mapping[str, str]) -> Response:
        try:
            return self._send(f"{operation}.read", "GET", path, parameters, b"")
        except Unknown as error:
            raise Retry(error.code, error.words) from error  # reading twice harms nobody

    def _send(self, operation: str, method: str, path: str, parameters: Mapping[str, str], body: bytes) -> Response:
        given = {**parameters, "id_shop": self._shop_id} if self._shop_id else parameters
        query = "&".join(f"{quote(name)}={quote(value)}" for name, value in given.items())
        write = method != "GET"
        headers = {"Authorization": self._key}
        if write:
            headers["Content-Type"] = "text/xml; charset=utf-8"
        url = f"{self._root}{path}{'?' if query else ''}{query}"
        response = self._http.send(Request(operation, method, url, headers, body, write=write))
        version = response.headers.get("psws-version", "0")
        if version not in {"", "0"}:
            self.version = version
        failed = answers.failure(response, write=write)
        if failed is not None:
            raise failed
        return response


def chunks(values: Sequence[str], limit: int = LIST_LIMIT) -> list[list[str]]:
    """Values in parts whose length in an address stays below the limit."""
    parts: list[list[str]] = []
    length = limit + 1
    for value in values:
        size = len(quote(value)) + 3
        if length + size > limit:
            parts.append([])
            length = 0
        parts[-1].append(value)
        length += size
    return parts
