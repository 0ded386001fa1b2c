"""Keys, permissions, hosts, shops, versions, and answers that lie (reference 2, 3)."""

import pytest

from tests.sandbox.prestashop.conftest import Api, xml


def test_the_credentials_do_what_they_say(api: Api) -> None:
    given = api.settings_texts
    statuses = {}
    for name in ("connect", "read_only", "wrong", "partial"):
        api.key = given[name]["key"]
        statuses[name] = [
            api.raw("GET", "orders?limit=1").status_code,
            api.raw("POST", "order_histories", xml("order_history", id_order=1)).status_code,
        ]
    assert statuses == {"connect": [200, 400], "read_only": [200, 405], "wrong": [401, 401], "partial": [200, 401]}
    for missing in given["partial"]["missing"]:
        api.key = given["partial"]["key"]
        assert api.codes(api.raw("GET", f"{missing}?output_format=JSON")) == [26]
    assert api.http.get("/api/", auth=(given["partial"]["key"], "")).text.count("<order_histories") == 0
    assert given["connect"]["shop"] == api.url


def test_rights_are_per_verb(api: Api) -> None:
    api.control("POST", "keys", {"key": "X" * 32, "permissions": {"orders": ["GET"], "carts": ["POST"]}})
    api.key = "X" * 32
    assert api.raw("GET", "orders").status_code == 200
    assert api.codes(api.raw("DELETE", "orders/1?output_format=JSON")) == [25]
    assert api.codes(api.raw("GET", "carts?output_format=JSON")) == [25]
    assert api.codes(api.raw("GET", "customers?output_format=JSON")) == [26]
    assert api.codes(api.raw("GET", "nothing?output_format=JSON")) == [27]
    root = api.raw("GET", "").text
    assert 'post="true"' in root and root.count("<schema ") == 4
    api.control("POST", "keys", {"key": "X" * 32, "active": False})
    assert api.codes(api.raw("GET", "orders?output_format=JSON")) == [20, 21]
    api.control("DELETE", "keys/" + "X" * 32)
    assert api.raw("GET", "orders").status_code == 401


def test_ways_to_send_the_key(api: Api) -> None:
    assert api.http.get(f"/api/orders?ws_key={api.key}").status_code == 200
    assert api.http.get("/api/orders").text == "401 Unauthorized"
    assert api.http.get("/api/orders", auth=("short", "")).text.count("<error>") == 1
    assert api.http.get(f"/api/orders?ws_key={api.key}", auth=("Z" * 32, "")).status_code == 401


def test_another_host_or_shop_is_sent_away(api: Api) -> None:
    for method, path, headers in (
        ("GET", "orders?limit=1", {"Host": "elsewhere.example"}),
        ("POST", "orders", {"Host": "elsewhere.example"}),
        ("GET", "orders?id_shop=9&limit=1", {}),
    ):
        response = api.raw(method, path, "" if method == "POST" else None, headers=headers)
        assert (response.status_code, response.text) == (302, "")
        assert response.headers["location"].startswith(f"{api.url}/?url=orders")
    api.settings(domain="shop.example")
    assert api.raw("GET", "orders").status_code == 302
    assert api.raw("GET", "orders", headers={"Host": "shop.example"}).status_code == 200


def test_multistore(api: Api) -> None:
    second = api.control("POST", "shops", {"name": "Second"})["id"]
    api.control("POST", "keys", {"key": "S" * 32, "shops": [second]})
    sku = api.product("CUP")
    order = api.order(api.cart((sku, 1)), "10.00")
    assert order["id_shop"] == "1"
    assert [one["id"] for one in api.get("orders?id_shop=1")] == [1, 2, 3, 4, 5, order["id"]]
    assert api.get(f"orders?id_shop={second}") == []
    assert len(api.get("orders?id_shop=all")) == 6
    assert api.codes(api.raw("GET", f"orders/1?id_shop={second}&output_format=JSON")) == [131]
    api.key = "S" * 32
    assert api.codes(api.raw("GET", "orders?output_format=JSON")) == [132]
    assert api.get(f"orders?id_shop={second}") == []
    assert api.raw("GET", "orders?id_group_shop=7").status_code == 500


def test_versions(api: Api) -> None:
    order = api.order(api.cart((api.product("CUP"), 1)), "10.00")
    for version, status in (("1.7.8", 405), ("8.2.4", 200), ("9.1.0", 200)):
        api.settings(version=version)
        response = api.raw("PATCH", "orders?output_format=JSON", xml("order", id=order["id"], reference="ABCDEFGHIJKL"))
        assert (response.status_code, response.headers["psws-version"]) == (status, version)
        if version == "8.2.4":
            assert api.read(order["id"])["reference"] == "ABCDEFGHI"
    assert api.read(order["id"])["reference"] == "ABCDEFGHIJKL"
    assert api.codes(api.raw("GET", "supply_orders?output_format=JSON")) == [27]
    api.control("PUT", "settings", {"version": "newest"}, status=400)


def test_put_does_on_old_versions_what_patch_does_later(api: Api) -> None:
    api.settings(version="1.7.8")
    order = api.order(api.cart((api.product("CUP"), 1)), "10.00")
    whole = api.raw("GET", f"orders/{order['id']}").text
    body = whole.replace("<note><![CDATA[]]>", "<note><![CDATA[kept]]>").encode()
    response = api.http.put(f"/api/orders/{order['id']}", content=body, auth=(api.key, ""))
    assert response.status_code == 200, response.text
    after = api.read(order["id"])
    assert after | {"date_upd": ""} == order | {"note": "kept", "date_upd": ""}
    assert len(api.get(f"order_histories?filter[id_order]={order['id']}")) == 1


def test_a_bad_query_is_400_in_debug_mode_alone(api: Api) -> None:
    for path, code in (("filter[nope]=1", 32), ("sort=[nope_ASC]", 38), ("display=[nope]", 35), ("schema=x", 28)):
        response = api.raw("GET", f"orders?{path}&output_format=JSON")
        assert (response.status_code, api.codes(response)) == (500, [code, 3, 3, 3, 3])
    api.settings(debug=True)
    for path, code in (("filter[nope]=1", 32), ("sort=[nope_ASC]", 38), ("display=[nope]", 35), ("schema=x", 28)):
        response = api.raw("GET", f"orders?{path}&output_format=JSON")
        assert (response.status_code, api.codes(response)) == (400, [code])


def test_warning_mode_answers_500_after_the_save(api: Api) -> None:
    sku = api.product("CUP")
    made = api.cart((sku, 1), marker="tts:5")
    api.settings(warning_mode="orders.post")
    response = api.raw("POST", "orders?output_format=JSON", api.order_body(made, "10.00"))
    assert (response.status_code, api.codes(response)) == (500, [3])
    assert [one["current_state"] for one in api.get(f"orders?filter[id_cart]={made['cart']}&display=full")] == ["11"]
    assert api.cart((sku, 1))
    api.settings(warning_mode=True)
    note = xml("order", id=1, note="x")
    assert api.raw("PATCH", "orders", note).status_code == 500
    assert api.read(1)["note"] == "x"
    api.settings(debug=True)
    assert api.raw("PATCH", "orders", note).status_code == 200


def test_the_webservice_can_be_switched_off(api: Api) -> None:
    row = api.get("configurations?filter[name]=PS_WEBSERVICE")[0]["id"]
    api.patch("configurations", id=row, value=0)
    response = api.raw("GET", "orders?output_format=JSON")
    assert (response.status_code, api.codes(response), response.headers["psws-version"]) == (503, [22], "0")


@pytest.mark.parametrize("path", ["/", "/index.php", "/apis/orders"])
def test_outside_the_webservice_there_is_nothing(api: Api, path: str) -> None:
    assert api.http.get(path).status_code == 404


def test_a_missing_row_has_no_content_type(api: Api) -> None:
    response = api.raw("GET", "orders/999")
    assert (response.status_code, response.text, "content-type" in response.headers) == (404, "", False)
