"""Replays recorded exchanges of a real PrestaShop 8.2.4 against the sandbox, after the recording's own procedure.

One line of the file is one exchange: request, answer, the variables it takes from its answer (`gives`) and needs (`uses`), the
mails that left the shop meanwhile. The sandbox starts from its fresh shop and never sees the file.
"""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, ParseError, fromstring

import httpx2

Json = dict[str, Any]

FILE = Path(__file__).parent / "recorded-exchanges-8.2.4.jsonl"
HOST = "shop.example"
KEYS = {
    "FULL": "FULL" + "0" * 28,
    "READONLY": "READ" + "0" * 28,
    "ORDERSONLY": "ORDR" + "0" * 28,
    "WRONG": "WRNG" + "0" * 28,
    "SHORT": "SHORT",
}
HEADERS = ("Content-Type", "PSWS-Version", "Location", "WWW-Authenticate")
TIME = re.compile(r"(?!0000)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
MADE_UP = {"secure_key", "passwd", "reference", "order_reference"}
REFERENCE = re.compile(r"[A-Z]{9}")
FIXED = {"XKBKNABJK", "OHSATSERP", "ABCDEFGHIJKLM", "ABCDEFGHI", "IGNORED12", ""}


@dataclass
class Outcome:
    """What became of one line: "" when it is alike, else the first difference."""

    n: int
    scenario: str
    name: str
    difference: str


@dataclass
class Replay:
    """One run against a sandbox at `url`."""

    url: str
    values: dict[str, str] = field(default_factory=dict)
    skew: float = 0.0
    mails: int = 0

    def __post_init__(self) -> None:
        self.http = httpx2.Client(base_url=self.url, timeout=20, follow_redirects=False)
        self.settings(domain=HOST)
        for name, permissions in (
            ("FULL", "all"),
            ("READONLY", "read"),
            ("ORDERSONLY", {"orders": ["GET"], "order_states": ["GET"]}),
        ):
            self.control("POST", "keys", {"key": KEYS[name], "permissions": permissions})

    def control(self, method: str, path: str, body: Json | None = None) -> Any:
        """A call of the sandbox's control API."""
        response = self.http.request(method, f"/_sandbox/{path}", json=body or {})
        assert response.status_code == 200, response.text
        return response.json()

    def settings(self, **changes: Any) -> None:
        """Change settings of the sandbox."""
        self.control("PUT", "settings", changes)

    def run(self, lines: list[Json]) -> Iterator[Outcome]:
        """All lines in order; those with the same letter in `parallel` at the same moment."""
        together: list[Json] = []
        for line in lines:
            if line.get("parallel"):
                together.append(line)
                continue
            if together:
                yield from self.at_once(together)
                together = []
            yield self.one(line)

    def one(self, line: Json) -> Outcome:
        """Send one line and compare."""
        if wait := line.get("wait_before_s"):
            self.skew += wait
            self.settings(clock_skew_s=self.skew)
        response = self.send(line["request"])
        mails = self.compare_mails(line)
        difference = self.compare(line, response) or mails
        self.take(line, response)
        return Outcome(line["n"], line["scenario"], line["name"], difference)

    def at_once(self, lines: list[Json]) -> Iterator[Outcome]:
        """Lines sent at the same moment: each makes an order, as recorded."""
        self.settings(order_race=len(lines))
        with ThreadPoolExecutor(len(lines)) as pool:
            responses = list(pool.map(lambda line: self.send(line["request"]), lines))
        self.settings(order_race=1)
        self.mails = len(self.control("GET", "mails")["mails"])
        for line, response in zip(lines, responses, strict=True):
            difference = _differ("status", line["response"]["status"], response.status_code)
            yield Outcome(line["n"], line["scenario"], line["name"], difference or self.compare_shape(line, response))

    def compare_shape(self, line: Json, response: httpx2.Response) -> str:
        """A parallel order is the recorded one but for ids and price, which depend on who came first."""
        free = re.compile(r'"(id|product_price|unit_price_tax_incl|unit_price_tax_excl)":("[\d.]+"|\d+)')
        want, have = (free.sub(r'"\1":0', text) for text in (line["response"]["body"], response.text))
        return _differ("body", json.loads(want), json.loads(have))

    def send(self, request: Json) -> httpx2.Response:
        """Send a request as recorded, its template filled."""
        template = request.get("template", {})
        path = self.fill(template["path"], encode=True) if "path" in template else request["path"]
        body = self.fill(template["body"], encode=False) if "body" in template else request["body"]
        path = re.sub(r"(ws_key=)([A-Z]+)", lambda found: found[1] + KEYS[found[2]], path)
        headers = {"Host": HOST, **(request.get("headers") or {})}
        auth = (KEYS[request["auth"]], request.get("password") or "") if request["auth"] in KEYS else None
        return self.http.request(
            request["method"], path, content=body.encode() if body is not None else None, headers=headers, auth=auth
        )

    def fill(self, text: str, *, encode: bool) -> str:
        """A template with the values of this run."""

        def value(found: re.Match[str]) -> str:
            return quote(self.values[found[1]], safe="") if encode else self.values[found[1]]

        return re.sub(r"\{\{([\w.]+)\}\}", value, text)

    def take(self, line: Json, response: httpx2.Response) -> None:
        """The variables an answer gives; the recorded value where the answer does not have it."""
        for name, how in line.get("gives", {}).items():
            kind, _, path = how["from"].partition(":")
            try:
                self.values[name] = _pick(kind, path, response.text)
            except (KeyError, IndexError, ValueError, ParseError, TypeError):
                self.values[name] = str(how["value"])

    def compare(self, line: Json, response: httpx2.Response) -> str:
        """The first difference between recorded and own answer."""
        want = line["response"]
        if response.status_code != want["status"]:
            return _differ("status", want["status"], response.status_code) + f" {response.text[:300]}"
        for name in HEADERS:
            if difference := _differ(name, want["headers"].get(name), response.headers.get(name)):
                return difference
        return compare_bodies(want["body"], response.text)

    def compare_mails(self, line: Json) -> str:
        """The mails of this call, in order; one sent by a read would show at the next write."""
        if line["request"]["method"] in ("GET", "HEAD", "OPTIONS"):
            return ""
        sent = self.control("GET", "mails")["mails"]
        new, self.mails = sent[self.mails :], len(sent)
        have = [{"to": one["to"], "subject": one["subject"]} for one in new]
        return _differ("mails", line.get("mails", []), have)


def read() -> list[Json]:
    """The recorded lines."""
    return [json.loads(line) for line in FILE.read_text().splitlines()]


def compare_bodies(want: str, have: str) -> str:
    """XML as a tree with exact leaf text, JSON with types, anything else as text; "" when alike."""
    if want.startswith("<?xml"):
        try:
            return _trees(fromstring(want), fromstring(have))
        except ParseError:
            return _differ("body", want, have)
    if want.startswith(("{", "[")):
        try:
            return _differ("body", _normal_json(json.loads(want)), _normal_json(json.loads(have)))
        except ValueError:
            return _differ("body", want, have)
    return _differ("body", want, have)


def _pick(kind: str, path: str, text: str) -> str:
    if kind == "body":
        return text
    if kind == "xml":
        found = next(fromstring(text).iter(path))
        return found.text or ""
    document = json.loads(text)
    for part in path.split("."):
        document = document[int(part)] if part.isdigit() else document[part]
    return str(document)


def _normal(name: str, text: str) -> str:
    text = TIME.sub("TIME", text)
    if name in MADE_UP and text not in FIXED:
        return "MADE UP" if name in ("secure_key", "passwd") or REFERENCE.fullmatch(text) else text
    return text


def _trees(want: Element, have: Element) -> str:
    here = want.tag
    if want.tag != have.tag:
        return _differ("element", want.tag, have.tag)
    if difference := _differ(f"{here} attributes", want.attrib, have.attrib):
        return difference
    if not len(want) and (difference := _differ(here, _leaf(want), _leaf(have))):
        return difference
    if len(want) != len(have):
        return _differ(f"{here} children", [one.tag for one in want], [one.tag for one in have])
    if here == "error" and want.findtext("code") == "3" == have.findtext("code"):
        return ""
    for one, other in zip(want, have, strict=True):
        if difference := _trees(one, other):
            return f"{here}/{difference}" if here != "prestashop" else difference
    return ""


def _leaf(node: Element) -> str:
    return _normal(node.tag, node.text or "")


def _normal_json(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        if value.get("code") == 3:
            return {"code": 3}
        return {key: _normal_json(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_normal_json(inner) for inner in value]
    return _normal(name, value) if isinstance(value, str) else value


def _differ(what: str, want: object, have: object) -> str:
    if want == have and _types(want) == _types(have):
        return ""
    if isinstance(want, dict) and isinstance(have, dict):
        for key in [*want, *(key for key in have if key not in want)]:
            if key not in want or key not in have:
                return f"{what}: {key} only {'recorded' if key in want else 'here'}: {want.get(key, have.get(key))!r}"
            if difference := _differ(f"{what}.{key}", want[key], have[key]):
                return difference
    if isinstance(want, list) and isinstance(have, list) and len(want) == len(have):
        for place, (one, other) in enumerate(zip(want, have, strict=True)):
            if difference := _differ(f"{what}.{place}", one, other):
                return difference
    return f"{what}: recorded {want!r}, here {have!r}"


def _types(value: object) -> object:
    if isinstance(value, dict):
        return {key: _types(inner) for key, inner in value.items()}
    return [_types(inner) for inner in value] if isinstance(value, list) else type(value).__name__
