"""One call to Magento's REST API: address, authentication, errors (reference magento-rest.md 1 to 3)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tokbridge.core.errors import CredentialRefused, OutsideError, Refused, Retry, Unknown
from tokbridge.core.saying import say
from tokbridge.core.wire import Http, Request, Response
from tokbridge.stores.magento import oauth
from tokbridge.stores.magento.answers import Json, body_json, resource_of, status_error, words_of
from tokbridge.stores.magento.config import MagentoConfig
from tokbridge.stores.magento.search import PAGE, Where, criteria, query

MOST_PAGES = 1000  # a guard: a list that never ends is a fault of the other side


class Transport:
    """Paths are relative to /rest/<store view>/V1/ with ids already encoded as segments."""

    def __init__(self, http: Http, config: MagentoConfig, clock: Callable[[], float]) -> None:
        self._http = http
        self._config = config
        self._clock = clock
        self._root = f"{config.shop}/rest/{config.store_view}/V1/"

    def read(self, operation: str, path: str, pairs: Iterable[tuple[str, str]] = ()) -> Any:
        """GET. Raises `Missing` for a thing that is not there."""
        return self._value(self._send(operation, "GET", path, pairs, None, write=False), write=False)

    def read_object(self, operation: str, path: str, pairs: Iterable[tuple[str, str]] = ()) -> Json:
        value = self.read(operation, path, pairs)
        if not isinstance(value, dict):
            raise Retry("not an object", say("{call}: the answer is not what Magento documents", call=operation))
        return value

    def read_list(self, operation: str, path: str) -> list[Json]:
        """A bare JSON list of objects (storeConfigs, websites)."""
        value = self.read(operation, path)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise Retry("not a list", say("{call}: the answer is not what Magento documents", call=operation))
        return value

    def page(self, operation: str, path: str, pairs: Iterable[tuple[str, str]]) -> tuple[list[Json], int]:
        """(rows, total_count) of a search. Rows may be null in the answer (past the end, with `fields`)."""
        answer = self.read_object(operation, path, pairs)
        rows, total = answer.get("items"), answer.get("total_count")
        if rows is None:
            rows = []
        if not isinstance(rows, list) or not isinstance(total, int):
            raise Retry("not a list", say("{call}: the answer is not what Magento documents", call=operation))
        return [row for row in rows if isinstance(row, dict)], total

    def pages(
        self, operation: str, path: str, *filters: Where, sort: str, size: int = PAGE, fields: str = ""
    ) -> Iterator[Json]:
        """All rows, counted against total_count: past the end Magento answers an empty list, null, or in some versions
        the last page again (reference 11)."""
        seen = 0
        for page in range(1, MOST_PAGES + 1):
            wanted = criteria(*filters, sort=(sort,), size=size, page=page, fields=fields)
            rows, total = self.page(operation, path, wanted)
            yield from rows
            seen += len(rows)
            if seen >= total or not rows:
                return
        raise Retry("endless", say("{call}: more than {n} pages", call=operation, n=MOST_PAGES))

    def write(self, operation: str, method: str, path: str, body: Json | None = None) -> Any:
        """A call that changes something, once. Raises `Unknown` when nobody knows whether it did."""
        return self._value(self._send(operation, method, path, (), body, write=True), write=True)

    def lacking(self, operation: str, method: str, path: str, body: Json | None) -> str | None:
        """Ask whether a call would be permitted, with input that can do nothing (an order that does not exist, a body
        without content). None: permitted; else the right that is missing, "" when Magento names none.

        Rights are checked before the input, so any answer but 401 means permitted.
        """
        response = self._send(operation, method, path, (), body, write=False)
        if response.status == 401:
            resource = resource_of(response)
            if not resource:
                raise CredentialRefused("http 401", words_of(response))
            return resource
        if response.status in {429, 502, 503, 504} or 300 <= response.status < 400:
            raise self._error(response, write=False) or Retry("not asked", "the right could not be asked for")
        return None

    def _value(self, response: Response, *, write: bool) -> Any:
        error = self._error(response, write=write)
        if error is not None:
            raise error
        readable, value = body_json(response)
        if not readable:
            words = words_of(response)
            raise Unknown("not json", words) if write else Retry("not json", words)
        return value

    def _error(self, response: Response, *, write: bool) -> OutsideError | None:
        config = self._config
        return status_error(response, write=write, signed=config.signed, store_view=config.store_view)

    def _send(
        self,
        operation: str,
        method: str,
        path: str,
        pairs: Iterable[tuple[str, str]],
        body: Json | None,
        *,
        write: bool,
    ) -> Response:
        asked = query(pairs)
        url = f"{self._root}{path}?{asked}" if asked else f"{self._root}{path}"
        headers = {"Accept": "application/json", "Authorization": self._authorization(method, url)}
        content = b""
        if body is not None:
            # ASCII with escapes: the bytes are the same whatever the web server thinks of character sets.
            content = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = Request(operation=operation, method=method, url=url, headers=headers, body=content, write=write)
        try:
            return self._http.send(request)
        except Unknown as error:
            if write:
                raise
            raise Retry(error.code, error.words) from error  # reading twice harms nobody

    def _authorization(self, method: str, url: str) -> str:
        if not self._config.signed:
            return f"Bearer {self._config.token}"
        return oauth.authorization(self._config, method, url, secrets.token_hex(16), int(self._clock()))


def as_id(ref: str) -> str:
    """A Magento id for a path. Raises Refused for what is none, so that nothing else gets into a URL."""
    if not ref.isascii() or not ref.isdigit():
        raise Refused("not an id", say("{ref} is not an id of Magento's", ref=repr(ref[:40])))
    return ref


def made_id(value: Any) -> str:
    """The id an action answers: a quoted text or a number (reference 1). Raises Unknown for anything else."""
    if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).isdigit():
        return str(value)
    raise Unknown("no id", "Magento answered neither an id nor an error")
