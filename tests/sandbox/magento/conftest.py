"""A running Magento sandbox and a plain client of it that signs its own calls."""

import base64
import hashlib
import hmac
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx2
import pytest

from tokbridge.sandbox.magento.site import MagentoSite
from tokbridge.sandbox.server import Running

Json = Any
COUNT = itertools.count(1)


def pct(text: str) -> str:
    return quote(text, safe="-._~")


def signed(method: str, url: str, query: list[tuple[str, str]], secrets: Json, **more: str) -> str:
    """An OAuth 1.0a header as the reference says Magento wants it: the URL without its port."""
    given = {
        "oauth_consumer_key": secrets["consumer_key"],
        "oauth_token": secrets["access_token"],
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(int(time.time())),
        "oauth_nonce": f"n{next(COUNT)}",
        **{key: value for key, value in more.items() if key != "port"},
    }
    parts = urlsplit(url)
    host = parts.netloc if more.get("port") else parts.hostname
    pairs = sorted((pct(name), pct(value)) for name, value in [*query, *given.items()])
    text = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join((method, pct(f"{parts.scheme}://{host}{parts.path}"), pct(text)))
    key = f"{pct(secrets['consumer_secret'])}&{pct(secrets['access_secret'])}"
    mark = base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()).decode()
    return "OAuth " + ", ".join(f'{name}="{pct(value)}"' for name, value in {**given, "oauth_signature": mark}.items())


class Api:
    """The sandbox through its two doors."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx2.Client(base_url=url, timeout=10)
        self.secrets = self.control("GET", "credentials")["connect"]

    def raw(self, method: str, path: str, body: Json = None, **query: Any) -> httpx2.Response:
        """A signed call; `query` as searchCriteria tells."""
        pairs = [(name, str(value)) for name, value in query.items()]
        return self.send(method, path, pairs, body)

    def send(self, method: str, path: str, pairs: list[tuple[str, str]], body: Json = None) -> httpx2.Response:
        url = f"{self.url}/rest/{path}"
        header = signed(method, url, pairs, self.secrets)
        tail = "?" + urlencode(pairs, quote_via=quote) if pairs else ""
        return self.http.request(method, url + tail, json=body, headers={"Authorization": header})

    def __call__(self, method: str, path: str, body: Json = None, **query: Any) -> Json:
        """A call that must succeed."""
        answer = self.raw(method, path, body, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, method: str, path: str, body: Json = None, **query: Any) -> tuple[int, str]:
        """Status and message of a call that must fail."""
        answer = self.raw(method, path, body, **query)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["message"]

    def find(self, path: str, *filters: tuple[str, str, str], **more: Any) -> Json:
        """A search where every (field, condition, value) must hold."""
        pairs = []
        for place, (name, condition, value) in enumerate(filters):
            root = f"searchCriteria[filter_groups][{place}][filters][0]"
            pairs += [(f"{root}[field]", name), (f"{root}[condition_type]", condition), (f"{root}[value]", value)]
        pairs += [(name, str(value)) for name, value in more.items()] or [("searchCriteria[pageSize]", "100")]
        answer = self.send("GET", path, pairs)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def control(self, method: str, name: str, body: Json = None, status: int = 200) -> Json:
        answer = self.http.request(method, f"/_sandbox/{name}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def set(self, **settings: Any) -> None:
        self.control("PUT", "settings", settings)

    def salable(self, sku: str, stock: int = 1) -> Any:
        return self("GET", f"V1/inventory/get-product-salable-quantity/{quote(sku, safe='')}/{stock}")

    def at_source(self, sku: str, source: str = "default") -> Any:
        found = self.find("V1/inventory/source-items", ("sku", "eq", sku))["items"]
        return next(one["quantity"] for one in found if one["source_code"] == source)

    def place(self, **changes: Any) -> Json:
        """Create an order of two cups; `changes` go over the entity."""
        return self("POST", "V1/orders", {"entity": entity(**changes)})

    def order(self, number: int) -> Json:
        return self("GET", f"V1/orders/{number}")


def address(**changes: Any) -> Json:
    return {
        "firstname": "Ann",
        "lastname": "Buyer",
        "street": ["1 Main St"],
        "city": "Austin",
        "region": "Texas",
        "region_code": "TX",
        "region_id": 57,
        "postcode": "73301",
        "country_id": "US",
        "telephone": "5551234",
        "email": "ann@example.test",
        **changes,
    }


def entity(quantity: int = 2, **changes: Any) -> Json:
    row = 10 * quantity
    both = {}
    for base in ("", "base_"):
        both |= {f"{base}subtotal": row, f"{base}shipping_amount": 5, f"{base}grand_total": row + 5}
        both |= {f"{base}tax_amount": 0, f"{base}discount_amount": 0, f"{base}shipping_incl_tax": 5}
    line = {"sku": "CUP", "name": "Cup", "product_id": 1, "product_type": "simple", "qty_ordered": quantity}
    line |= {"price": 10, "base_price": 10, "row_total": row, "base_row_total": row}
    made = {
        "store_id": 1,
        "state": "new",
        "status": "pending",
        "customer_email": "ann@example.test",
        "order_currency_code": "USD",
        "base_currency_code": "USD",
        **both,
        "items": [line],
        "billing_address": address(),
        "payment": {"method": "checkmo"},
        "extension_attributes": {
            "shipping_assignments": [{"shipping": {"address": address(), "method": "flatrate_flatrate"}}]
        },
        **changes,
    }
    return {key: value for key, value in made.items() if value is not None}


@contextmanager
def shop(data: Path | None = None) -> Iterator[Api]:
    """A running sandbox, empty or from its last run."""
    with Running(MagentoSite, data=data) as running:
        made = Api(running.urls["magento"])
        with closing(made.http):
            yield made


@pytest.fixture
def api() -> Iterator[Api]:
    """A fresh sandbox with a product CUP, 100 in stock."""
    with shop() as made:
        made.control("POST", "products", {"sku": "CUP", "title": "Cup", "price": "10.00", "stock": 100})
        yield made


@pytest.fixture
def later(api: Api) -> Callable[[], None]:
    """Lets a second pass on the sandbox's clock."""
    count = itertools.count(1)
    return lambda: api.set(clock_skew_s=next(count))
