"""Sellers who authorised the app, and their tokens (reference tiktok-shop-api.md 1.3)."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from tokbridge.sandbox.tiktok import seed
from tokbridge.sandbox.tiktok.errors import BAD_AUTH_CODE, BAD_REFRESH_TOKEN, TOKEN_EXPIRED, ApiError, invalid
from tokbridge.sandbox.wire import Json, Reject


class Tokens:
    """Apps, sellers (by open_id), auth codes and tokens; all expiries are absolute Unix seconds."""

    def __init__(
        self,
        store: Callable[[str, str, object], None],
        load: Callable[[str], dict[str, Any]],
        settings: Mapping[str, Any],
        now: Callable[[], float],
    ) -> None:
        self._store = store
        self._settings = settings
        self._now = now
        self.apps: dict[str, str] = load("app") or {seed.APP_KEY: seed.APP_SECRET}
        self.sellers: dict[str, Json] = load("seller")
        self._codes: dict[str, Json] = load("auth_code")
        self._access: dict[str, Json] = load("access_token")
        self._refresh: dict[str, Json] = load("refresh_token")

    def add_app(self, key: str, secret: str) -> None:
        """One more app (the US and the rest of the world have their own)."""
        self.apps[key] = secret
        self._store("app", key, secret)

    def add_seller(self, open_id: str, app_key: str, name: str, region: str) -> Json:
        """A seller who may authorise the app; existing ones stay as they are."""
        if app_key not in self.apps:
            raise Reject(f"no app {app_key}")
        seller = self.sellers.get(open_id) or {
            "open_id": open_id,
            "app_key": app_key,
            "seller_name": name,
            "seller_base_region": region,
            "scopes": seed.SCOPES,
        }
        self.save_seller(seller)
        return seller

    def save_seller(self, seller: Json) -> None:
        self.sellers[seller["open_id"]] = seller
        self._store("seller", seller["open_id"], seller)

    def add_code(self, open_id: str, code: str = "") -> str:
        """An auth code: single use, valid for setting auth_code_seconds."""
        code = code or f"TTP_{secrets.token_urlsafe(24)}"
        self._codes[code] = {"open_id": open_id, "made": self._now()}
        self._store("auth_code", code, self._codes[code])
        return code

    def secret_of(self, open_id: str) -> tuple[str, str]:
        """App key and secret of the app the seller authorised."""
        key = self.sellers[open_id]["app_key"]
        return key, self.apps[key]

    def exchange(self, call_app: tuple[str, str], code: str) -> Json:
        """token/get."""
        found = self._codes.pop(code, None)
        self._store("auth_code", code, None)
        seconds = float(self._settings["auth_code_seconds"])
        if found is None or self._now() > found["made"] + seconds or not self._is_app(call_app, found["open_id"]):
            raise ApiError(BAD_AUTH_CODE)
        return self.issue(found["open_id"])

    def renew(self, call_app: tuple[str, str], refresh_token: str) -> Json:
        """token/refresh. With setting refresh_rotates the old refresh token is spent."""
        found = self._refresh.get(refresh_token)
        if found is None or self._now() >= found["expires_at"] or not self._is_app(call_app, found["open_id"]):
            raise ApiError(BAD_REFRESH_TOKEN)
        if self._settings["refresh_rotates"]:
            self._forget(self._refresh, "refresh_token", refresh_token)
        return self.issue(found["open_id"], found["expires_at"])

    def issue(self, open_id: str, refresh_until: float | None = None) -> Json:
        """A fresh pair as token/get shows it; a refreshed pair ends with the authorisation it came from."""
        if open_id not in self.sellers:
            raise Reject(f"no seller {open_id}")
        seller = self.sellers[open_id]
        prefix = "TTP_" if seller["seller_base_region"] == "US" else "ROW_"
        access, refresh = (prefix + secrets.token_urlsafe(42) for _ in range(2))
        access_until = int(self._now() + float(self._settings["access_token_seconds"]))
        until = int(refresh_until or self._now() + float(self._settings["refresh_token_seconds"]))
        self._remember(self._access, "access_token", access, {"open_id": open_id, "expires_at": access_until})
        self._remember(self._refresh, "refresh_token", refresh, {"open_id": open_id, "expires_at": until})
        return {
            "access_token": access,
            "access_token_expire_in": access_until,
            "refresh_token": refresh,
            "refresh_token_expire_in": until,
            "open_id": open_id,
            "seller_name": seller["seller_name"],
            "seller_base_region": seller["seller_base_region"],
            "user_type": 0,
            "granted_scopes": seller["scopes"],
        }

    def seller_of(self, access_token: str, app_key: str) -> Json:
        """The seller behind an access token of this app; unknown → 36009004, expired → 105002."""
        found = self._access.get(access_token)
        if found is None or self.sellers[found["open_id"]]["app_key"] != app_key:
            raise invalid("Invalid credentials. The `x-tts-access-token` header is invalid.")
        if self._now() >= found["expires_at"]:
            raise ApiError(TOKEN_EXPIRED)
        return self.sellers[found["open_id"]]

    def expire(self, open_id: str | None, refresh_too: bool) -> None:
        """End all access tokens (and refresh tokens) of a seller, or of everybody, now."""
        kinds = [(self._access, "access_token")] + ([(self._refresh, "refresh_token")] if refresh_too else [])
        for tokens, kind in kinds:
            for token, entry in tokens.items():
                if open_id in {None, entry["open_id"]}:
                    self._remember(tokens, kind, token, {**entry, "expires_at": int(self._now()) - 1})

    def revoke(self, open_id: str) -> None:
        """The seller withdraws the authorisation: tokens are unknown from now on."""
        for tokens, kind in ((self._access, "access_token"), (self._refresh, "refresh_token")):
            for token in [token for token, entry in tokens.items() if entry["open_id"] == open_id]:
                self._forget(tokens, kind, token)

    def _is_app(self, call_app: tuple[str, str], open_id: str) -> bool:
        return call_app == self.secret_of(open_id)

    def _remember(self, tokens: dict[str, Json], kind: str, token: str, entry: Json) -> None:
        tokens[token] = entry
        self._store(kind, token, entry)

    def _forget(self, tokens: dict[str, Json], kind: str, token: str) -> None:
        del tokens[token]
        self._store(kind, token, None)
