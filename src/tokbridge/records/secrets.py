"""Encryption at rest: text columns that only this installation's keys can read (MultiFernet, rotating)."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    _Text = models.TextField[str, str]
else:
    _Text = models.TextField


class Unreadable(Exception):
    """A secret was written under a key that is no longer among TOKBRIDGE_SECRET_KEYS."""


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    derived = (
        HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"tokbridge secrets").derive(key.encode())
        for key in keys
    )
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


def _box() -> MultiFernet:
    return _fernet((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


class SecretField(_Text):
    """A text column, encrypted in the database and plain in Python."""

    def get_prep_value(self, value: Any) -> Any:
        return value if value in (None, "") else _box().encrypt(str(value).encode()).decode()

    def from_db_value(self, value: str | None, *_args: object) -> str | None:
        if value in (None, ""):
            return value
        try:
            return _box().decrypt(str(value).encode()).decode()
        except InvalidToken:
            raise Unreadable(
                f"{self.model.__name__}.{self.name} was encrypted under a key that is not in TOKBRIDGE_SECRET_KEYS; "
                "add the old key at the end of the list"
            ) from None
