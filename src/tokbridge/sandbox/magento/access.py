"""Who calls and what he may: integrations, admin users, nonces (reference magento-rest.md 2)."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from tokbridge.sandbox.magento import oauth
from tokbridge.sandbox.magento.refuse import Refused, unauthorised
from tokbridge.sandbox.magento.table import Load, Save
from tokbridge.sandbox.magento.values import Doc
from tokbridge.sandbox.wire import Call

READ = [
    "Magento_Sales::actions_view",
    "Magento_Sales::sales_invoice",
    "Magento_Sales::shipment",
    "Magento_Sales::sales_creditmemo",
    "Magento_Catalog::products",
    "Magento_Catalog::catalog_inventory",
    "Magento_InventoryApi::source",
    "Magento_InventoryApi::stock",
    "Magento_InventorySalesApi::stock",
    "Magento_Backend::store",
]
WRITE = [
    "Magento_Sales::create",
    "Magento_Sales::api_actions",
    "Magento_Sales::invoice",
    "Magento_Sales::ship",
    "Magento_Sales::cancel",
    "Magento_Sales::hold",
    "Magento_Sales::unhold",
    "Magento_Sales::comment",
    "Magento_Sales::emails",
    "Magento_Sales::creditmemo",
    "Magento_Cart::manage",
    "Magento_Logging::system_magento_logging_bulk_operations",
]
MISSING = ["Magento_Sales::create", "Magento_Sales::invoice"]
"""The rights that the integration `partial` was not given; what its user ticked instead is the rest."""

FUTURE_S = 600
LOCK_AFTER = 6
LOCK_S = 1800
ADMIN_S = 3600
SIGN_IN = "The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later."


@dataclass(frozen=True)
class Caller:
    """Somebody let in: his rights (None = all) and, for an integration, its read-only mark."""

    name: str
    rights: frozenset[str] | None

    def may(self, resource: str) -> bool:
        """Whether a right is his."""
        return self.rights is None or resource in self.rights


class Access:
    """Integrations with their four secrets, admin users and their tokens."""

    def __init__(self, settings: Doc, clock: Callable[[], float], save: Save, load: Load) -> None:
        self._settings = settings
        self._clock = clock
        self._save = save
        kept = load("integration")
        self.integrations: dict[str, Doc] = kept
        self._nonces: set[str] = set()
        self._wrong: dict[str, tuple[int, float]] = {}
        if not kept:
            self.add({"name": "connect", "rights": [*READ, *WRITE]})
            self.add({"name": "read_only", "rights": READ})
            self.add({"name": "partial", "rights": [right for right in (*READ, *WRITE) if right not in MISSING]})

    def add(self, given: Doc) -> Doc:
        """An integration: name, rights (null = all), secrets (made when not given)."""
        number = len(self.integrations) + 1
        made: Doc = {
            "id": number,
            "name": str(given["name"]),
            "rights": given.get("rights"),
            **{
                name: str(given.get(name) or hashlib.sha256(f"{given['name']} {name}".encode()).hexdigest()[:32])
                for name in ("consumer_key", "consumer_secret", "access_token", "access_secret")
            },
        }
        self.integrations[made["name"]] = made
        self._save("integration", made["name"], made)
        return made

    def revoke(self, name: str) -> None:
        """The merchant revokes an integration: its token is unknown from now on."""
        if self.integrations.pop(name, None) is not None:
            self._save("integration", name, None)

    def caller(self, call: Call, scheme: str, resource: str, raw_query: str) -> Caller:
        """Who calls; 401 when it is nobody we know."""
        kind, _, rest = call.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "oauth":
            return self._signed(call, scheme, rest, raw_query)
        if kind.lower() == "bearer":
            found = self._bearer(rest.strip())
            if found is not None:
                return found
        raise unauthorised(resource)

    def _bearer(self, token: str) -> Caller | None:
        if self._settings["integration_as_bearer"]:
            for one in self.integrations.values():
                if hmac.compare_digest(one["access_token"], token):
                    return _caller(one)
        claims = self._claims(token)
        return Caller("admin", None) if claims and claims.get("exp", 0) > self._clock() else None

    def _signed(self, call: Call, scheme: str, text: str, raw_query: str) -> Caller:
        given = oauth.header(text)
        method = given.get("oauth_signature_method")
        if method != "HMAC-SHA256":
            # The text really shows its placeholder (reference magento-rest.md 2).
            raise Refused("Signature method %1 is not supported", 400)
        found = next(
            (one for one in self.integrations.values() if one["consumer_key"] == given.get("oauth_consumer_key")), None
        )
        if found is None:
            raise Refused("A consumer having the specified key does not exist", 401)
        self._nonce(found["id"], given)
        if found["access_token"] != given.get("oauth_token"):
            raise Refused("Specified token does not exist", 401)
        if not oauth.agrees(call, scheme, raw_query, given, (found["consumer_secret"], found["access_secret"])):
            raise Refused("The signature is invalid. Verify and try again.", 401)
        return _caller(found)

    def _nonce(self, consumer: int, given: dict[str, str]) -> None:
        """Spend a nonce. A timestamp may be old, but not more than 600 s ahead."""
        moment, nonce = given.get("oauth_timestamp", ""), given.get("oauth_nonce", "")
        if not moment.isdigit() or not nonce or int(moment) > self._clock() + FUTURE_S:
            raise Refused("An error occurred validating the nonce", 401)
        key = f"{consumer} {nonce} {moment}"
        if key in self._nonces:
            raise Refused("The nonce is already being used by the consumer with ID %1", 401, [str(consumer)])
        self._nonces.add(key)

    def sign_in(self, username: str, password: str) -> str:
        """An admin user's token, a JWT of an hour; six wrong tries lock the account for half an hour."""
        tries, until = self._wrong.get(username, (0, 0.0))
        user = self._settings["admin_users"].get(username)
        if until > self._clock() or user is None or user != password:
            tries += 1
            self._wrong[username] = (tries, self._clock() + LOCK_S if tries >= LOCK_AFTER else until)
            raise Refused(SIGN_IN, 401)
        self._wrong.pop(username, None)
        if self._settings["two_factor"]:
            raise Refused("Please use the 2fa provider-specific endpoints to obtain a token.", 401)
        issued = int(self._clock())
        return self._token({"uid": 1, "utypid": 2, "iat": issued, "exp": issued + ADMIN_S, "jti": secrets.token_hex(4)})

    def _token(self, claims: Doc) -> str:
        parts = [_encoded(json.dumps(one).encode()) for one in ({"kid": "1", "alg": "HS256"}, claims)]
        return ".".join([*parts, self._mark(".".join(parts))])

    def _claims(self, token: str) -> Doc | None:
        head, _, mark = token.rpartition(".")
        if not head or not hmac.compare_digest(self._mark(head).encode(), mark.encode()):
            return None
        body = head.partition(".")[2]
        claims: Doc = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return claims

    def _mark(self, text: str) -> str:
        return _encoded(hmac.new(str(self._settings["crypt_key"]).encode(), text.encode(), hashlib.sha256).digest())


def _caller(one: Doc) -> Caller:
    return Caller(one["name"], None if one["rights"] is None else frozenset(one["rights"]))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
