"""Consent, tokens, and the shops a token opens (reference tiktok-shop-api.md 1).

Token calls carry the app's secret in the URL: they are GET by TikTok's will (a POST meets a plain-text 404), and
nothing here puts a URL, a secret or a token into an error or a log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, urlencode

from tokbridge.core.wire import Http, Request
from tokbridge.tiktok.app import App
from tokbridge.tiktok.errors import classify
from tokbridge.tiktok.reading import Id, Many, Shape, Text, read

if TYPE_CHECKING:
    from tokbridge.tiktok.transport import Client

_SERVICES_US = "https://services.us.tiktokshop.com"
_SERVICES = "https://services.tiktokshop.com"


@dataclass(frozen=True, slots=True)
class TokenPair:
    """One seller's tokens; store the pair as a whole. The two times are absolute Unix seconds, as TikTok's fields
    `…_expire_in` are in spite of their name. `region` is the seller's base region."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_expires: int
    refresh_expires: int
    open_id: str
    seller_name: str
    region: str
    scopes: tuple[str, ...]


class Tokens(Protocol):
    """Where a client gets its access token. `renew` is called at most once per call, after TikTok refused `stale`;
    it returns a newer token or raises `CredentialRefused`."""

    def current(self) -> str: ...

    def renew(self, stale: str) -> str: ...


@dataclass(frozen=True, slots=True)
class AuthorisedShop:
    """A shop the token opens. `cipher` is what calls send as shop_cipher; `seller_type` is CROSS_BORDER or LOCAL."""

    id: str
    name: str
    region: str
    seller_type: str
    cipher: str
    code: str


class _Pair(Shape):
    access_token: Id
    access_token_expire_in: int
    refresh_token: Id
    refresh_token_expire_in: int
    open_id: Text = ""
    seller_name: Text = ""
    seller_base_region: Text = ""
    granted_scopes: Many[str] = ()


class _Shop(Shape):
    id: Id
    name: Text = ""
    region: Id
    seller_type: Text = ""
    cipher: Id
    code: Text = ""


class _Shops(Shape):
    shops: Many[_Shop] = ()


def consent_url(app: App, state: str) -> str:
    """The page on which a seller lets the app in. TikTok comes back to the redirect URL fixed in Partner Center."""
    host = app.services_url or (_SERVICES_US if app.us else _SERVICES)
    return f"{host}/open/authorize?{_query(service_id=app.service_id, state=state)}"


def exchange(http: Http, app: App, code: str) -> TokenPair:
    """A consent's code (single use, 30 minutes) for tokens. Raises `CredentialRefused` (36004004) for a bad one."""
    return _ask(http, app, "token.get", "/api/v2/token/get", code, auth_code=code, grant_type="authorized_code")


def refresh(http: Http, app: App, refresh_token: str) -> TokenPair:
    """A new pair for a refresh token. Raises `CredentialRefused` (36004005) when the seller must authorise again, and
    `Unknown` when no answer came: whether the old refresh token is still good is not documented, so try it again."""
    return _ask(
        http,
        app,
        "token.refresh",
        "/api/v2/token/refresh",
        refresh_token,
        refresh_token=refresh_token,
        grant_type="refresh_token",
    )


def authorised_shops(client: Client) -> tuple[AuthorisedShop, ...]:
    """Every shop of the authorisation, in TikTok's order. The call takes no shop_cipher and has no pages."""
    data = client.call("authorization.shops", "GET", "/authorization/202309/shops").data
    return tuple(
        AuthorisedShop(shop.id, shop.name, shop.region, shop.seller_type, shop.cipher, shop.code)
        for shop in read(_Shops, data).shops
    )


def _ask(http: Http, app: App, operation: str, path: str, secret: str, **fields: str) -> TokenPair:
    query = _query(app_key=app.key, app_secret=app.secret, **fields)
    response = http.send(Request(operation, "GET", f"{app.auth_url}{path}?{query}", write=True))
    envelope = classify(response.status, response.headers, response.body, write=True, hide=(app.secret, secret))
    pair = read(_Pair, envelope.data, written=True)
    return TokenPair(
        access=pair.access_token,
        refresh=pair.refresh_token,
        access_expires=pair.access_token_expire_in,
        refresh_expires=pair.refresh_token_expire_in,
        open_id=pair.open_id,
        seller_name=pair.seller_name,
        region=pair.seller_base_region,
        scopes=pair.granted_scopes,
    )


def _query(**fields: str) -> str:
    return urlencode(fields, quote_via=quote, safe="")
