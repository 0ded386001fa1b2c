"""One call to Shopify's GraphQL Admin API: headers, token, learnt limits, errors.

Facts: reference shopify-admin-api.md 1 and 6.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tokbridge.core.errors import Retry, Unknown
from tokbridge.core.wire import Http, Request, Response
from tokbridge.stores.base import Throttle
from tokbridge.stores.shopify.answers import Json, body_json, graphql_error, status_error, throttle_state
from tokbridge.stores.shopify.config import ShopifyConfig
from tokbridge.stores.shopify.documents import Document
from tokbridge.stores.shopify.tokens import Tokens


class Transport:
    """Sends documents, returns `data`. `served_version` is the version that answered last, "" before the first call."""

    def __init__(self, http: Http, config: ShopifyConfig, clock: Callable[[], float], limits: Throttle | None) -> None:
        self._http = http
        self._url = f"{config.root}/admin/api/{config.api_version}/graphql.json"
        self._tokens = Tokens(http, config, clock)
        self._limits = limits
        self.served_version = ""

    def call(
        self,
        document: Document,
        variables: Mapping[str, Any],
        *,
        rows: int = 0,
        accept: frozenset[str] = frozenset(),
    ) -> Json:
        """The answer's `data`. `rows` is the variable page size of documents that have one; `accept` names GraphQL
        error codes that are no failure for this caller. Raises the errors of `tokbridge.core.errors`."""
        # Nulls stay in the body: to Shopify an absent argument and a null one differ (reference 3.3).
        body = json.dumps({"query": document.text, "variables": variables}).encode()
        response = self._send(document, body, rows)
        failure = status_error(response, write=document.write)
        if failure is not None:
            raise failure
        self.served_version = response.headers.get("x-shopify-api-version", "")
        answer = body_json(response)
        if answer is None:
            words = "answered with a page instead of JSON"
            raise Unknown("not json", words) if document.write else Retry("not json", words)
        state = throttle_state(answer)
        if state is not None and self._limits is not None:
            self._limits.observe(*state)
        failure = graphql_error(answer, document, accept=accept)
        if failure is not None:
            raise failure
        data = answer.get("data")
        if not isinstance(data, dict):
            raise Unknown("no data", "no data in the answer") if document.write else Retry("no data", "empty answer")
        return data

    def mutate(self, document: Document, variables: Mapping[str, Any], *, rows: int = 0) -> Json:
        """The payload of a mutation."""
        payload = self.call(document, variables, rows=rows)[document.root]
        if not isinstance(payload, dict):
            raise Unknown("no payload", "the mutation answered without a payload")
        return payload

    def _send(self, document: Document, body: bytes, rows: int) -> Response:
        """Once, and once more with a new token when the old one was refused: a 401 has carried out nothing."""
        token = self._tokens.current()
        response = self._post(document, body, rows, token)
        if response.status == 401 and self._tokens.renewable:
            self._tokens.forget(token)
            response = self._post(document, body, rows, self._tokens.current())
        return response

    def _post(self, document: Document, body: bytes, rows: int, token: str) -> Response:
        request = Request(
            operation=document.root,
            method="POST",
            url=self._url,
            headers={
                "Content-Type": "application/json",
                "Accept": "application/json",
                "X-Shopify-Access-Token": token,
            },
            body=body,
            write=document.write,
            cost=document.requested(rows),
        )
        try:
            return self._http.send(request)
        except Unknown as error:
            if document.write:
                raise
            raise Retry(error.code, error.words) from error  # reading twice harms nobody
