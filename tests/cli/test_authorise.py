"""`authorise`: the page, the code, and TikTok's words when it is not taken."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cli.conftest import Run
from tests.sync.world import SHOP_ID, forget
from tokbridge.core.wire import Request, Response
from tokbridge.records.models import Account, Authorisation, Connection
from tokbridge.sync import connections, consent

pytestmark = pytest.mark.django_db(transaction=True)


class Outdoors:
    """What stands where the pool of real connections would be: TikTok's token host and its list of shops."""

    def __init__(self) -> None:
        self.seller = "seller-1"

    def send(self, request: Request) -> Response:
        return Response(200, {}, json.dumps(self._answer(request)).encode())

    def _answer(self, request: Request) -> dict[str, Any]:
        if request.operation == "authorization.shops":
            shop = {"id": SHOP_ID, "name": "Mugs", "region": "GB", "cipher": "c"}
            return {"code": 0, "message": "Success", "data": {"shops": [shop]}}
        code = parse_qs(urlsplit(request.url).query)["auth_code"]
        if code != ["good"]:
            return {"code": 36004004, "message": "invalid auth code", "data": None}
        later = int(time.time()) + 86400
        pair = {"access_token": "a", "refresh_token": "r", "open_id": self.seller, "seller_name": "Mug seller"}
        return {"code": 0, "data": {**pair, "access_token_expire_in": later, "refresh_token_expire_in": later}}


@pytest.fixture
def outdoors(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Outdoors:
    forget()
    settings.TIKTOK = {**settings.TIKTOK, "app_key": "k", "app_secret": "s", "service_id": "743"}
    outdoors = Outdoors()
    monkeypatch.setattr(connections, "pool", outdoors)
    monkeypatch.setattr(consent, "pool", outdoors)
    return outdoors


def test_without_a_code_the_page_is_printed(outdoors: Outdoors, run: Run) -> None:
    ran = run("authorise")
    assert ran.code == 0
    page = urlsplit(ran.out.strip())
    assert (page.scheme, page.netloc, page.path) == ("https", "services.tiktokshop.com", "/open/authorize")
    assert parse_qs(page.query)["service_id"] == ["743"]


def test_a_code_connects_the_shops(outdoors: Outdoors, run: Run) -> None:
    ran = run("authorise", "good")
    assert (ran.code, ran.out) == (0, f"connected: Mugs ({SHOP_ID}, GB)\n")
    assert Account.objects.get().shop_id == SHOP_ID
    assert Authorisation.objects.get().access_token == "a"


def test_a_refused_connection_works_again_at_once(outdoors: Outdoors, run: Run) -> None:
    run("authorise")
    Connection.objects.update(state="refused", retry_at=time.time() + 60)
    assert run("authorise", "good").code == 0
    assert Connection.objects.get().state == "healthy"


def test_a_wrong_code_changes_nothing(outdoors: Outdoors, run: Run) -> None:
    run("authorise", "good")
    ran = run("authorise", "used")
    assert ran.code == 1
    assert "invalid auth code" in ran.err
    assert Authorisation.objects.get().access_token == "a"


def test_another_sellers_code_is_refused(outdoors: Outdoors, run: Run) -> None:
    run("authorise", "good")
    outdoors.seller = "seller-2"
    ran = run("authorise", "good")
    assert ran.code == 1
    assert "not of Mug seller" in ran.err


def test_missing_settings_are_named(outdoors: Outdoors, run: Run, settings: Any) -> None:
    settings.TIKTOK = {**settings.TIKTOK, "service_id": ""}
    assert "TOKBRIDGE_TIKTOK_SERVICE_ID" in run("authorise").err
    settings.TIKTOK = {**settings.TIKTOK, "app_key": ""}
    assert "TOKBRIDGE_TIKTOK_APP_KEY" in run("authorise").err
