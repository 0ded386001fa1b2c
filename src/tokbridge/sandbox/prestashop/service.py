"""One call of the webservice from the key to the answer (reference 2 to 4)."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from urllib.parse import urlencode

from tokbridge.sandbox.prestashop import access
from tokbridge.sandbox.prestashop.access import VERBS, Key, Keys
from tokbridge.sandbox.prestashop.asked import asks_json, id_of, method, path_of, resource_of
from tokbridge.sandbox.prestashop.body import entities
from tokbridge.sandbox.prestashop.errors import Away, Dead, Refusal, warning, warnings_of_a_broken_query
from tokbridge.sandbox.prestashop.kinds import KINDS, PLAIN
from tokbridge.sandbox.prestashop.offered import resource_named, root
from tokbridge.sandbox.prestashop.read import Reader
from tokbridge.sandbox.prestashop.render import HTML_TYPE, Writer
from tokbridge.sandbox.prestashop.save import Writing, change, delete, post
from tokbridge.sandbox.prestashop.schema import Resource
from tokbridge.sandbox.prestashop.shop import Shop
from tokbridge.sandbox.wire import Answer, Call

REALM = 'Basic realm="Welcome to PrestaShop Webservice, please enter the authentication key as the login. No password required."'


class Service:
    """The webservice of one shop."""

    def __init__(self, shop: Shop, keys: Keys, address: Callable[[], str]) -> None:
        self._shop = shop
        self._reader = Reader(shop)
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
            return root(self._shop, 201 if verb == "POST" else 200, key, writer)
        resource = resource_named(self._shop, name, key)
        self._verb(resource, key, verb)
        if verb in ("GET", "HEAD"):
            return self._reader.get(call, resource, writer, wanted)
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
        shown_languages = self._reader.in_languages(call, writer)
        if verb == "POST":
            return shown_languages.entities(201, resource, post(writing, resource, kind, given))
        return shown_languages.entities(200, resource, change(writing, resource, kind, given, full=verb == "PUT"))

    def _verb(self, resource: Resource, key: Key, verb: str) -> None:
        if verb not in VERBS or (verb == "PATCH" and self._shop.version() < (8,)):
            raise Refusal(405, (23, f"Method {verb} is not valid"))
        if verb in resource.forbidden:
            raise Refusal(405, (101, f"Method {verb} is not allowed for the resource {resource.name}"))
        if not key.may(resource.name, verb):
            said = f"Method {verb} is not allowed for the resource {resource.name} with this authentication key"
            raise Refusal(405, (25, said))


def _with(answer: Answer, headers: dict[str, str]) -> Answer:
    return Answer(answer.status, answer.body, answer.content_type, {**answer.headers, **headers})
