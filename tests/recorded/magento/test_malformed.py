"""The recorded calls with one part of each body replaced by junk: never anything but an answer of Magento's."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.recorded.magento.replay import PRODUCTS, RECORDINGS, exchanges
from tokbridge.sandbox.keep import Keep
from tokbridge.sandbox.magento.site import MagentoSite
from tokbridge.sandbox.wire import Answer, Call

JUNK = [None, "", 0, -1, 1.5, "abc", [], {}, [1], [None], {"a": 1}, True, [[]], [{}], "9" * 40, 1e300]
TRIES = 12


class Door:
    """The site without a network: an exception in it fails the test."""

    def __init__(self, version: str) -> None:
        self.site = MagentoSite(Keep(None))
        self.site.change_settings({"version": version, "integration_as_bearer": True})
        add = self.site.controls.find("POST", "products")
        assert add is not None
        add.target({"products": PRODUCTS}, {})
        token = self.site.access.add({"name": "recorder", "rights": None})["access_token"]
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: Any) -> Answer:
        bare, _, query = path.partition("?")
        pairs = tuple(parse_qsl(query, keep_blank_values=True))
        content = b"" if body is None else json.dumps(body).encode()
        call = Call(method, bare, pairs, self.headers, content, query)
        self.site.operation(call)
        return self.site.answer(call)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every part of a body."""
    if path:
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))


@pytest.mark.parametrize("version", RECORDINGS)
def test_junk_in_a_body_is_refused_or_ignored(version: str) -> None:
    door, dice, seen = Door(version), random.Random(5), 0
    for pair in exchanges(version):
        request = pair["request"]
        door.call(request["method"], request["path"], request["body"])
        if not isinstance(request["body"], dict) or not request["body"]:
            continue
        for _ in range(TRIES):
            body = copy.deepcopy(request["body"])
            path = dice.choice(list(places(body)))
            place = body
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = dice.choice(JUNK)
            answer = door.call(request["method"], request["path"], body)
            shown = json.loads(answer.body)
            assert answer.status < 500 or "Report ID: webapi-" in shown["message"], (request["path"], path)
            seen += 1
    assert seen > 900
