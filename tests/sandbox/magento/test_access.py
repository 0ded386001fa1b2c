"""OAuth, bearer tokens, rights, admin users (reference magento-rest.md 2)."""

import time
from typing import Any

import httpx2
import pytest

from tests.sandbox.magento.conftest import Api, entity, signed
from tokbridge.sandbox.magento import oauth

UNAUTHORISED = "The consumer isn't authorized to access %resources."


def call(api: Api, header: str, path: str = "V1/store/websites", query: str = "") -> httpx2.Response:
    return api.http.get(f"{api.url}/rest/{path}{query}", headers={"Authorization": header})


def test_a_signature_without_the_port_passes_and_one_with_it_does_not(api: Api) -> None:
    url = f"{api.url}/rest/V1/store/websites"
    assert call(api, signed("GET", url, [], api.secrets)).status_code == 200
    refused = call(api, signed("GET", url, [], api.secrets, port="yes"))
    assert (refused.status_code, refused.json()["message"]) == (401, "The signature is invalid. Verify and try again.")


def test_a_worked_example_of_the_signature() -> None:
    """RFC 5849 1.2, with the port's absence natural and HMAC-SHA256 computed by another library (openssl)."""
    base = oauth.base_string("GET", "http://photos.example.net:8081/photos", [("size", "original"), ("a b", "c+d")])
    assert base == "GET&http%3A%2F%2Fphotos.example.net%2Fphotos&a%2520b%3Dc%252Bd%26size%3Doriginal"
    assert oauth.signature("base", "kd94hf93k423kf44", "pfkkdhi9sl3r4s00") == (
        "hUz1edMiGyYH0tefrEAycg/bi+zffBrQeWoxgOvhR0c="
    )


@pytest.mark.parametrize(
    ("query", "status"),
    [("?searchCriteria%5BpageSize%5D=1&x=a%20b", 200), ("?searchCriteria%5BpageSize%5D=1&x=a+b", 401)],
)
def test_a_blank_must_be_sent_as_percent_20(api: Api, query: str, status: int) -> None:
    pairs = [("searchCriteria[pageSize]", "1"), ("x", "a b")]
    header = signed("GET", f"{api.url}/rest/V1/orders", pairs, api.secrets)
    assert call(api, header, "V1/orders", query).status_code == status


@pytest.mark.parametrize("query", ["?a&searchCriteria=all", "?searchCriteria=all&searchCriteria=all"])
def test_bare_and_repeated_names_break_the_signature(api: Api, query: str) -> None:
    pairs = [tuple((part + "=").split("=")[:2]) for part in query[1:].split("&")]
    header = signed("GET", f"{api.url}/rest/V1/orders", pairs, api.secrets)  # type: ignore[arg-type]
    assert call(api, header, "V1/orders", query).status_code == 401


def test_a_nonce_works_once_and_the_future_is_refused_but_not_the_past(api: Api) -> None:
    url, now = f"{api.url}/rest/V1/store/websites", int(time.time())
    header = signed("GET", url, [], api.secrets)
    assert [call(api, header).status_code for _ in range(2)] == [200, 401]
    used = call(api, header).json()
    assert used["message"] == "The nonce is already being used by the consumer with ID %1"
    future = signed("GET", url, [], api.secrets, oauth_timestamp=str(now + 700))
    assert call(api, future).json()["message"] == "An error occurred validating the nonce"
    past = signed("GET", url, [], api.secrets, oauth_timestamp=str(now - 86400))
    assert call(api, past).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"consumer_key": "nobody"}, 401, "A consumer having the specified key does not exist"),
        ({"access_token": "nothing"}, 401, "Specified token does not exist"),
        ({"access_secret": "wrong"}, 401, "The signature is invalid. Verify and try again."),
        ({"method": "HMAC-SHA1"}, 400, "Signature method %1 is not supported"),
    ],
)
def test_wrong_secrets_are_told_apart(api: Api, changes: dict[str, str], status: int, message: str) -> None:
    more = {"oauth_signature_method": changes.pop("method")} if "method" in changes else {}
    answer = call(api, signed("GET", f"{api.url}/rest/V1/store/websites", [], {**api.secrets, **changes}, **more))
    assert (answer.status_code, answer.json()["message"]) == (status, message)


def test_a_bearer_works_only_behind_the_switch_and_a_revoked_token_no_more(api: Api) -> None:
    header = f"Bearer {api.secrets['access_token']}"
    refused = call(api, header)
    assert refused.status_code == 401
    assert refused.json() == {"message": UNAUTHORISED, "parameters": {"resources": "Magento_Backend::store"}}
    api.set(integration_as_bearer=True)
    assert call(api, header).status_code == 200
    api.control("DELETE", "integrations/connect")
    assert call(api, header).status_code == 401


def test_rights_are_checked_per_route(api: Api) -> None:
    known = api.control("GET", "credentials")
    api.secrets = known["read_only"]
    assert api.find("V1/orders")["total_count"] == 0
    answer = api.raw("POST", "V1/orders", {"entity": entity()})
    assert (answer.status_code, answer.json()["parameters"]) == (401, {"resources": "Magento_Sales::create"})
    api.secrets = known["partial"]
    assert known["partial"]["missing"] == ["Magento_Sales::create", "Magento_Sales::invoice"]
    assert api.raw("POST", "V1/order/1/invoice", {}).json()["parameters"] == {"resources": "Magento_Sales::invoice"}
    assert api.refused("POST", "V1/order/1/ship", {})[0] == 404
    api.secrets = known["wrong"]
    assert api.refused("GET", "V1/store/websites")[0] == 401


@pytest.mark.parametrize("settings", [{"version": "2.4.8"}, {"security_patch": True}])
def test_the_order_save_right_is_its_own_since_the_patches(api: Api, settings: dict[str, Any]) -> None:
    made = api.control("POST", "integrations", {"name": "old", "rights": ["Magento_Sales::create"]})
    api.secrets = made
    assert api.place()["entity_id"] == 1
    api.set(**settings)
    answer = api.raw("POST", "V1/orders", {"entity": entity()})
    assert (answer.status_code, answer.json()["parameters"]) == (401, {"resources": "Magento_Sales::api_actions"})
    assert api("PUT", "V1/orders/create", {"entity": entity()})["entity_id"] == 2


def test_an_admin_signs_in_for_an_hour_unless_locked_or_asked_for_a_code(api: Api) -> None:
    def sign_in(password: str) -> httpx2.Response:
        given = {"username": "admin", "password": password}
        return api.http.post("/rest/V1/integration/admin/token", json=given)

    token = sign_in("Sandbox-admin-1").json()
    assert len(token.split(".")) == 3
    assert call(api, f"Bearer {token}").status_code == 200
    assert call(api, f"Bearer {token[:-2]}").status_code == 401
    api.set(clock_skew_s=3601)
    assert call(api, f"Bearer {token}").status_code == 401
    assert [sign_in("wrong").status_code for _ in range(6)] == [401] * 6
    assert sign_in("Sandbox-admin-1").status_code == 401
    api.set(clock_skew_s=3601 + 1801)
    assert sign_in("Sandbox-admin-1").status_code == 200
    api.set(two_factor=True)
    assert sign_in("Sandbox-admin-1").status_code == 401


def test_limits_and_maintenance_stand_before_magento(api: Api) -> None:
    api.set(maintenance=True, retry_after_s=30)
    down = api.raw("GET", "V1/store/websites")
    assert down.status_code == 503 and down.text.startswith("<html") and down.headers["Retry-After"] == "30"
    api.set(maintenance=False, rate_limit_per_s=0)
    assert api.raw("GET", "V1/store/websites").status_code == 429
