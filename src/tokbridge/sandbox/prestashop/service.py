"""One call of the webservice from the key to the answer (reference 2 to 4)."""

import html
from collections.abc import Callable
from decimal import Decimal
from fnmatch import fnmatchcase
from urllib.parse import unquote, urlencode

from tokbridge.sandbox.prestashop import access
from tokbridge.sandbox.prestashop.access import VERBS, Key, Keys
from tokbridge.sandbox.prestashop.body import entities
from tokbridge.sandbox.prestashop.display import PRICE, display, languages
from tokbridge.sandbox.prestashop.errors import Away, Dead, Refusal, warning, warnings_of_a_broken_query
from tokbridge.sandbox.prestashop.kinds import KINDS, PLAIN
from tokbridge.sandbox.prestashop.prices import Buyer, Place, unit_price
from tokbridge.sandbox.prestashop.query import Params, closest, select
from tokbridge.sandbox.prestashop.render import HTML_TYPE, Shown, Writer
from tokbridge.sandbox.prestashop.resources_shop import DESCRIPTIONS, WITHOUT_SCHEMA
from tokbridge.sandbox.prestashop.rounding import rounded
from tokbridge.sandbox.prestashop.save import Writing, change, delete, post
from tokbridge.sandbox.prestashop.schema import Resource, Row, resources
from tokbridge.sandbox.prestashop.shop import Shop
from tokbridge.sandbox.prestashop.view import shown
from tokbridge.sandbox.wire import Answer, Call

REALM = 'Basic realm="Welcome to PrestaShop Webservice, please enter the authentication key as the login. No password required."'


class Service:
    """The webservice of one shop."""

    def __init__(self, shop: Shop, keys: Keys, address: Callable[[], str]) -> None:
        self._shop = shop
        self._keys = keys
        self._address = address

    def answer(self, call: Call) -> Answer:
        """Answer a call whose path begins with /api."""
        try:
            return self._answer(call)
        except Away:
            rest = [(name, value) for name, value in call.query if name != "id_shop"]
            where = urlencode([("url", path_of(call)), *rest], safe="/")
            return Answer(302, b"", HTML_TYPE, {"Location": f"{self._address()}/?{where}"})
        except Dead as dead:
            return Answer(500, dead.text.encode(), HTML_TYPE)

    def _answer(self, call: Call) -> Answer:
        shop = self._shop
        if call.headers.get("Host", "") != self._address().partition("://")[2]:
            raise Away
        wanted = call.first("id_shop")
        if wanted not in ("", "all") and shop.table("shops").get(wanted) is None:
            raise Away
        text = access.sent(call)
        if text is None:
            return Answer(401, b"401 Unauthorized", HTML_TYPE, {"WWW-Authenticate": REALM})
        writer = Writer(f"{self._address()}/api/", asks_json(call), shop.languages(), bare=len(shop.languages()) == 1)
        if shop.config("PS_WEBSERVICE") != "1":
            said = "The PrestaShop webservice is disabled. Please activate it in the PrestaShop Back Office"
            return _with(writer.errors(503, [(22, said)]), {"PSWS-Version": "0"})
        try:
            key = self._keys.check(text)
        except Refusal as refusal:
            headers = {"PSWS-Version": "0", "WWW-Authenticate": REALM}
            return _with(writer.errors(refusal.status, refusal.errors), headers)
        return _with(self._allowed(call, key, writer), {"PSWS-Version": str(shop.settings["version"])})

    def _allowed(self, call: Call, key: Key, writer: Writer) -> Answer:
        try:
            answer = self._do(call, key, writer)
        except Refusal as refusal:
            if refusal.broken_query and not self._shop.settings["debug"]:
                return writer.errors(500, [*refusal.errors, *warnings_of_a_broken_query()])
            errors = refusal.errors
            if self._shop.settings["debug"]:
                errors = tuple(one for one in errors if one[0] != 3)
            return writer.errors(refusal.status, errors)
        if answer.status < 300 and self._warns(call):
            said = [warning("Undefined array key 0", 1200)]
            return writer.errors(500, said)
        return answer

    def _warns(self, call: Call) -> bool:
        """Setting warning_mode: a write that worked is answered 500 by a PHP warning, outside debug mode."""
        mode = self._shop.settings["warning_mode"]
        verb = method(call)
        if not mode or self._shop.settings["debug"] or verb in ("GET", "HEAD"):
            return False
        return mode is True or fnmatchcase(f"{resource_of(call)}.{verb.lower()}", str(mode))

    def _do(self, call: Call, key: Key, writer: Writer) -> Answer:
        group = call.first("id_group_shop") or call.first("id_shop_group")
        if group and self._shop.table("shop_groups").get(group) is None:
            raise Refusal(500, (999, "This shop group doesn't have shops"))
        wanted = call.first("id_shop")
        if key.shops and (wanted == "all" or (wanted or "1") not in key.shops):
            raise Refusal(403, (132, "No permission for this key on this shop"))
        name, verb = resource_of(call), method(call)
        if not name:
            return self._root(call, key, writer)
        resource = self._resource(name, key)
        self._verb(resource, key, verb)
        if verb in ("GET", "HEAD"):
            return self._get(call, resource, writer, wanted)
        if verb == "DELETE":
            delete(self._shop, resource, id_of(call))
            return Answer(200, b"", "")
        writing = Writing(
            self._shop,
            wanted if wanted not in ("", "all") else (key.shops or ["1"])[0],
            call.first("sendemail") == "1",
        )
        kind = KINDS.get(name, PLAIN)
        given = entities(resource, call.body)
        shown_languages = self._languages(call, writer)
        if verb == "POST":
            return shown_languages.entities(201, resource, post(writing, resource, kind, given))
        return shown_languages.entities(200, resource, change(writing, resource, kind, given, full=verb == "PUT"))

    def _resource(self, name: str, key: Key) -> Resource:
        known = self._known()
        if name not in known:
            listed = ", ".join(f'"{one}"' for one in known)
            said = (
                f'Resource of type "{name}" does not exists. Did you mean: "{closest(name, known)}"? '
                f"The full list is: {listed}"
            )
            raise Refusal(400, (27, said))
        if not key.knows(name):
            raise Refusal(401, (26, f'Resource of type "{name}" is not allowed with this authentication key'))
        return resources()[name]

    def _known(self) -> list[str]:
        """The resources of the version played (reference 10)."""
        gone = {"warehouse_product_locations"} if self._shop.version() >= (9,) else set()
        names = [name for name, _ in DESCRIPTIONS]
        if self._shop.version() >= (9,):
            names = [name for name in names if not name.startswith("supply_order")]
        return [name for name in names if name not in gone]

    def _verb(self, resource: Resource, key: Key, verb: str) -> None:
        if verb not in VERBS or (verb == "PATCH" and self._shop.version() < (8,)):
            raise Refusal(405, (23, f"Method {verb} is not valid"))
        if verb in resource.forbidden:
            raise Refusal(405, (101, f"Method {verb} is not allowed for the resource {resource.name}"))
        if not key.may(resource.name, verb):
            said = f"Method {verb} is not allowed for the resource {resource.name} with this authentication key"
            raise Refusal(405, (25, said))

    def _languages(self, call: Call, writer: Writer) -> Writer:
        chosen = languages(call.query, self._shop.languages())
        return Writer(writer.base, writer.as_json, chosen, bare=len(chosen) == 1)

    def _get(self, call: Call, resource: Resource, writer: Writer, id_shop: str) -> Answer:
        writer = self._languages(call, writer)
        kind = call.first("schema")
        if kind in ("blank", "synopsis"):
            return writer.schema(resource, kind)
        if kind:
            said = (
                "Please select a schema of type 'synopsis' to get the whole schema informations (which fields are "
                "required, which kind of content...) or 'blank' to get an empty schema to fill before using POST request"
            )
            raise Refusal(400, (28, said), broken_query=True)
        text = call.first("display")
        wanted = display(resource, text, call.query) if text else None
        rows = self._rows(call, resource, writer.languages, id_shop)
        if rows is None:
            return Answer(404, b"", "")
        full = [self._full(resource, row, wanted, call.query) for row in rows] if wanted or id_of(call) else rows
        if id_of(call) and wanted is None:
            return writer.entities(200, resource, full)
        return writer.listing(resource, full, wanted) if wanted else writer.ids(resource, full)

    def _rows(self, call: Call, resource: Resource, shown_languages: tuple[str, ...], id_shop: str) -> list[Row] | None:
        """The rows of a list, or the one of the path (the first of several ids); None when it does not exist."""
        table = self._shop.table(resource.name)
        narrow = id_shop if id_shop not in ("", "all") else None
        if text := id_of(call):
            row = table.get(text.strip("[]").split(",")[0])
            if (
                row is not None
                and narrow
                and "id_shop" in resource.by_name
                and str(row["id_shop"]) not in (narrow, "0")
            ):
                raise Refusal(404, (131, "This object does not belong to this shop"))
            return None if row is None else [row]
        return select(table, call.query, shown_languages, narrow)

    def _full(self, resource: Resource, row: Row, wanted: Shown | None, params: Params) -> Row:
        full = shown(self._shop, resource.name, row)
        if wanted is None or not wanted.extra or resource.name != "products":
            return full
        return {**full, **{name: self._price(row, name, params) for name in wanted.extra}}

    def _price(self, product: Row, name: str, params: Params) -> str:
        """A price field of products: rounded to two decimals, reduced (reference 5.5)."""
        shop = self._shop
        asked = {found[2]: value for key, value in params if (found := PRICE.fullmatch(key)) and found[1] == name}
        currency = shop.table("currencies").rows[int(asked.get("currency") or shop.number("PS_CURRENCY_DEFAULT", 1))]
        place = Place(asked.get("country") or shop.config("PS_COUNTRY_DEFAULT"), asked.get("state", "0"))
        buyer = Buyer("-", "-", (asked.get("group") or "1",), currency)
        quantity = int(asked.get("quantity") or 1)
        price = unit_price(shop, product, asked.get("product_attribute", "0"), quantity, buyer, place)
        amount = price.gross if asked.get("use_tax") == "1" else price.net
        return f"{rounded(amount, 2).quantize(Decimal('0.000001'))}"

    def _root(self, call: Call, key: Key, writer: Writer) -> Answer:
        if writer.as_json:
            raise Dead
        known = self._known()
        lines = [
            self._entry(name, text, key, writer) for name, text in DESCRIPTIONS if key.knows(name) and name in known
        ]
        body = f'<api shopName="{html.escape(self._shop.config("PS_SHOP_NAME"))}">\n{"".join(lines)}</api>\n'
        return writer.answer(201 if method(call) == "POST" else 200, body, {})

    def _entry(self, name: str, text: str, key: Key, writer: Writer) -> str:
        link = f' xlink:href="{writer.base}{name}"'
        may = "".join(f' {verb.lower()}="{"true" if key.may(name, verb) else "false"}"' for verb in VERBS)
        schemas = "".join(
            f'<schema xlink:href="{writer.base}{name}?schema={kind}" type="{kind}"/>\n'
            for kind in ("blank", "synopsis")
        )
        schemas = "" if name in WITHOUT_SCHEMA else schemas
        return f"<{name}{link}{may}>\n<description{link}{may}>\n{text}</description>\n{schemas}</{name}>\n"


def path_of(call: Call) -> str:
    """What stands behind /api/."""
    return unquote(call.path).removeprefix("/api").lstrip("/")


def resource_of(call: Call) -> str:
    """The resource of a call, "" for the root."""
    return path_of(call).split("/")[0]


def id_of(call: Call) -> str:
    """The id or ids in the path; "" for a list."""
    parts = path_of(call).split("/")
    return parts[1] if len(parts) > 1 else ""


def method(call: Call) -> str:
    """The verb, which ps_method may override."""
    return call.first("ps_method").upper() or call.method


def asks_json(call: Call) -> bool:
    """Whether JSON was asked for, by parameter or header; Accept is ignored."""
    wishes = (
        call.first("output_format"),
        call.first("io_format"),
        call.headers.get("Output-Format", ""),
        call.headers.get("Io-Format", ""),
    )
    return next((one for one in wishes if one), "").upper() == "JSON"


def _with(answer: Answer, headers: dict[str, str]) -> Answer:
    return Answer(answer.status, answer.body, answer.content_type, {**answer.headers, **headers})
