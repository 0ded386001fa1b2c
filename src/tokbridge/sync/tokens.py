"""The tokens of an authorisation: kept in its row, refreshed by one worker at a time, stored as a whole pair."""

from __future__ import annotations

import secrets
import threading
import time

from tokbridge.core.errors import CredentialRefused, Refused, Retry, Unknown
from tokbridge.core.saying import say
from tokbridge.core.wire import Http
from tokbridge.records.models import Authorisation
from tokbridge.sync.journal import close_connection_problem, note_connection_problem
from tokbridge.tiktok.app import App
from tokbridge.tiktok.tokens import TokenPair, exchange, refresh

MARGIN = 15 * 60  # refresh this long before expiry: our clock may be ten minutes off
LOCK = 60.0
PATIENCE = 25.0  # seconds to wait for another worker's refresh


def app_of(row: Authorisation) -> App:
    return App(
        key=row.app_key,
        secret=row.app_secret,
        us=row.us,
        service_id=row.service_id,
        api_url=row.api_url,
        auth_url=row.auth_url,
    )


class RowTokens:
    """Implements `tokbridge.tiktok.tokens.Tokens` on the row of an authorisation."""

    def __init__(self, authorisation_id: int, http: Http) -> None:
        self._id = authorisation_id
        self._http = http
        self._lock = threading.Lock()
        self._access = ""
        self._expires = 0

    def current(self) -> str:
        """The access token, refreshed before it expires. Raises `CredentialRefused` when the authorisation has ended."""
        with self._lock:
            if self._expires - MARGIN > time.time():
                return self._access
            row = Authorisation.objects.get(pk=self._id)
            if not row.access_token:
                raise CredentialRefused("not authorised", "this TikTok app was never authorised for a shop")
            if row.access_expires - MARGIN > time.time():
                return self._keep(row)
            try:
                return self._refresh(row.access_token)
            except Retry:
                if row.access_expires > time.time():
                    return row.access_token
                raise

    def renew(self, stale: str) -> str:
        """A token other than `stale`, which TikTok called expired."""
        with self._lock:
            return self._refresh(stale)

    def _refresh(self, stale: str) -> str:
        give_up = time.time() + PATIENCE
        token = secrets.token_hex(8)
        while True:
            row = Authorisation.objects.get(pk=self._id)
            if row.access_token != stale:
                return self._keep(row)
            now = time.time()
            if Authorisation.objects.filter(pk=self._id, lease_until__lt=now).update(
                lease_token=token, lease_until=now + LOCK
            ):
                break
            if now > give_up:
                raise Retry("token", "another worker is refreshing the token", after=5)
            time.sleep(0.2)
        try:
            row.refresh_from_db()
            if row.access_token == stale:
                self._store(row, refresh(self._http, app_of(row), row.refresh_token))
        except Refused as error:
            note_connection_problem(row.connection_id, "reauthorise", error)
            raise CredentialRefused(error.code, error.words) from error
        except Unknown as doubt:  # the call that wanted the token was not made, so nothing of it is in doubt
            raise Retry(doubt.code, doubt.words) from doubt
        finally:
            Authorisation.objects.filter(pk=self._id, lease_token=token).update(lease_token="", lease_until=0)
        return self._keep(row)

    def _store(self, row: Authorisation, pair: TokenPair) -> None:
        save_pair(row, pair)
        close_connection_problem(row.connection_id, "reauthorise")

    def _keep(self, row: Authorisation) -> str:
        self._access, self._expires = row.access_token, row.access_expires
        return self._access


def save_pair(row: Authorisation, pair: TokenPair) -> None:
    """Both tokens in one write; a half pair would end the authorisation."""
    row.access_token, row.refresh_token = pair.access, pair.refresh
    row.access_expires, row.refresh_expires = pair.access_expires, pair.refresh_expires
    row.open_id, row.seller_name = pair.open_id, pair.seller_name
    row.save(
        update_fields=[
            "access_token",
            "refresh_token",
            "access_expires",
            "refresh_expires",
            "open_id",
            "seller_name",
        ]
    )


def authorise(row: Authorisation, http: Http, code: str) -> None:
    """Exchange an authorisation code. Raises `Refused` with TikTok's words; a used code changes nothing."""
    pair = exchange(http, app_of(row), code)
    if row.open_id and pair.open_id != row.open_id:
        words = say("this is the log-in of {one}, not of {other}", one=pair.seller_name, other=row.seller_name)
        raise Refused("other seller", words)
    save_pair(row, pair)
    close_connection_problem(row.connection_id, "reauthorise")
