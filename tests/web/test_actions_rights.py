"""Who may ask for actions, and by what: not who may only look, no link, no form of elsewhere."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.web import factory
from tests.web.asking import TOKEN
from tokbridge.records.models import Account, Run, RunState

pytestmark = pytest.mark.usefixtures("nobody_works")

VIEWER_GETS = ["/act/sync/", "/act/ship/", "/fetch/", "/orders/{order}/actions/"]
VIEWER_POSTS = ["/act/sync/", "/act/ship/", "/fetch/", "/runs/{run}/stop/", "/runs/{run}/again/"]


@pytest.mark.parametrize(
    ("method", "address"),
    [*(("get", one) for one in VIEWER_GETS), *(("post", one) for one in VIEWER_POSTS)],
)
def test_who_may_only_look_cannot_act(client: Client, shop: Account, method: str, address: str) -> None:
    order = factory.order(shop)
    run = Run.objects.create(verb="sync", token="t", at=1, total=1)
    client.force_login(factory.user("max", may_act=False))
    address = address.format(order=order.pk, run=run.pk)
    data = {"token": TOKEN, "orders": str(order.pk), "what": "new"}
    assert getattr(client, method)(address, data).status_code == 403
    assert Run.objects.count() == 1
    assert Run.objects.get().state == RunState.RUNNING


def test_who_may_only_look_is_offered_no_action_but_sees_runs(client: Client, shop: Account) -> None:
    order = factory.order(shop)
    run = Run.objects.create(verb="sync", token="t", at=1, total=1)
    client.force_login(factory.user("max", may_act=False))
    for address in ("/", f"/orders/{order.pk}/"):
        html = client.get(address).content.decode()
        assert "/act/" not in html
        assert 'class="pick"' not in html
    page = client.get(f"/runs/{run.pk}/")
    assert page.status_code == 200
    assert "Stop" not in page.content.decode()
    assert client.get("/activity/").status_code == 200


@pytest.mark.parametrize("address", ["/act/delete/", "/act/fetch/", "/runs/99/", "/orders/99/actions/"])
def test_what_is_not_there(desk: Client, address: str) -> None:
    assert desk.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/runs/1/stop/", "/runs/1/again/"])
def test_nothing_is_done_by_a_link(desk: Client, address: str) -> None:
    assert desk.get(address).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/act/sync/", "/act/ship/", "/fetch/", "/runs/1/stop/", "/runs/1/again/"])
def test_a_form_of_elsewhere_is_refused(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factory.user())
    assert client.post(address, {"token": TOKEN, "orders": "1"}).status_code == 403
