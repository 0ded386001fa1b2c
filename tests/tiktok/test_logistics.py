from __future__ import annotations

from tests.tiktok.scripted import SHOP, ScriptedHttp, client_of, done, path_of
from tokbridge.tiktok import logistics
from tokbridge.tiktok.logistics import DeliveryOption, Provider, Warehouse


def test_from_warehouse_to_carrier() -> None:
    place = {"region_code": "GB", "city": "Leeds", "distict": "Holbeck", "district": "wrong"}
    shed = {
        "id": "61",
        "name": "Shed",
        "type": "SALES_WAREHOUSE",
        "effect_status": "ENABLED",
        "is_default": True,
        "address": place,
    }
    http = ScriptedHttp(
        done({"warehouses": [shed, {"id": "62"}]}),
        done({"delivery_options": [{"id": "71", "name": "By seller", "type": "SEND_BY_SELLER", "platform": []}]}),
        done({"shipping_providers": [{"id": "81", "name": "Royal Mail"}, {"id": "82", "name": "DPD UK"}]}),
    )
    client = client_of(http)
    assert logistics.warehouses(client, SHOP) == (
        Warehouse("61", "Shed", "SALES_WAREHOUSE", "ENABLED", True, "GB", "Leeds", "Holbeck"),
        Warehouse("62", "", "", "", False, "", "", ""),
    )
    assert logistics.delivery_options(client, SHOP, "61") == (DeliveryOption("71", "By seller", "SEND_BY_SELLER"),)
    assert logistics.providers(client, SHOP, "71") == (Provider("81", "Royal Mail"), Provider("82", "DPD UK"))
    assert [path_of(sent) for sent in http.sent] == [
        "/logistics/202309/warehouses",
        "/logistics/202309/warehouses/61/delivery_options",
        "/logistics/202309/delivery_options/71/shipping_providers",
    ]


def test_no_warehouses_is_an_absent_list() -> None:
    assert logistics.warehouses(client_of(ScriptedHttp(done({}))), SHOP) == ()
