"""Letting Tokbridge into a seller's shop: the page where the seller agrees, and what comes back from it."""

from __future__ import annotations

import secrets

from django.conf import settings

from tokbridge.core.saying import say
from tokbridge.records.models import Account, Authorisation, Connection
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.connections import forget_connections, pool
from tokbridge.sync.setup import connect_from_settings
from tokbridge.sync.tokens import app_of, authorise
from tokbridge.tiktok.tokens import consent_url

WHERE = say("it stands on the app's page in TikTok's Partner Center")


def consent_page() -> str:
    """The address of the page. Raises `NotPossible` naming the setting that is missing."""
    row = _row()
    if not row.service_id:
        raise NotPossible(say("set TOKBRIDGE_TIKTOK_SERVICE_ID ({where})", where=WHERE))
    return consent_url(app_of(row), secrets.token_urlsafe(16))


def give_consent(code: str) -> list[Account]:
    """Exchange the code that the consent page came back with, and connect the shops it opens. Raises the errors of
    `core.errors` with TikTok's words; a wrong or used code changes nothing."""
    row = _row()
    authorise(row, pool, code.strip())
    # whatever was refused before this consent is tried at once
    Connection.objects.filter(pk=row.connection_id).update(retry_at=0)
    forget_connections()
    connect_from_settings()
    return list(Account.objects.filter(authorisation=row).order_by("name"))


def _row() -> Authorisation:
    key = settings.TIKTOK["app_key"]
    if not key:
        raise NotPossible(say("set TOKBRIDGE_TIKTOK_APP_KEY and TOKBRIDGE_TIKTOK_APP_SECRET ({where})", where=WHERE))
    if not Authorisation.objects.filter(app_key=key).exists():
        connect_from_settings()
    return Authorisation.objects.get(app_key=key)
