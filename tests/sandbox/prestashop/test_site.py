"""What every sandbox has, here: operations, faults, a book, a memory; and what the shop's staff does."""

from pathlib import Path

import pytest

from tests.sandbox.prestashop.conftest import Api
from tokbridge.sandbox.prestashop.site import PrestaShopSite
from tokbridge.sandbox.server import Running


def test_operations_and_subjects(api: Api) -> None:
    made = api.cart((api.product("CUP"), 1), marker="tts:1")
    api.control("DELETE", "calls")
    api.control("POST", "faults", {"operation": "carts.post", "subject": "tts:2", "kind": "http", "status": 503})
    api.control("POST", "faults", {"operation": "orders.post", "subject": "tts:1", "kind": "drop_after"})
    api.control("POST", "faults", {"operation": "orders.get", "subject": "tts:1", "kind": "http", "status": 502})
    with pytest.raises(AssertionError):
        api.cart(("6-0", 1), marker="tts:2")
    with pytest.raises(Exception, match=r"disconnected|reset|closed"):
        api.order(made, "10.00")
    assert api.raw("GET", f"orders?filter[id_cart]={made['cart']}").status_code == 502
    order = api.get(f"orders?filter[id_cart]={made['cart']}&display=full")[0]
    assert order["current_state"] == "11"
    api.control("POST", "faults", {"operation": "order_histories.post", "subject": "tts:1", "kind": "error", "code": 46,
                                   "message": "Unable to save resource"})  # fmt: skip
    with pytest.raises(AssertionError, match="Unable to save"):
        api.post("order_histories", id_order=order["id"], id_order_state=4)
    api.post("order_histories", id_order=order["id"], id_order_state=4)
    carrier = api.get(f"order_carriers?filter[id_order]={order['id']}")[0]
    api.patch("order_carriers", id=carrier["id"], tracking_number="T1")
    api.raw("GET", "")
    calls = api.control("GET", "calls")["since_reset"]
    assert calls["orders.post"] == 1
    assert calls["carts.post"] == 1
    assert {"root.get", "order_histories.post", "order_carriers.patch", "customers.post", "addresses.post"} <= set(
        calls
    )


def test_a_fault_before_applies_nothing(api: Api) -> None:
    made = api.cart((api.product("CUP"), 1))
    api.control("POST", "faults", {"operation": "orders.post", "kind": "drop_before"})
    with pytest.raises(Exception, match=r"disconnected|reset|closed"):
        api.order(made, "10.00")
    assert api.order(made, "10.00")["current_state"] == "11"


def test_staff_ships_tracks_and_takes_back(api: Api) -> None:
    sku, other = api.product("CUP"), api.product("TEE")
    order = api.order(api.cart((sku, 2), (other, 1), marker="tts:7"), "30.00")
    ship = "orders/7/ship"
    api.control("POST", ship, {"items": [{"sku": "CUP", "quantity": 1}]}, status=400)
    whole = [{"sku": "CUP", "quantity": 2}, {"sku": "TEE", "quantity": 1}]
    api.control("POST", ship, {"carrier": "UPS", "number": "1Z1", "items": whole})
    api.control("POST", ship, {"number": "1Z2"}, status=400)
    booked = api.booked("tts:7")
    assert booked["status"] == "Shipped"
    assert booked["fulfillments"][0]["status"] == "SUCCESS"
    assert booked["fulfillments"][0]["tracking"] == [
        {"company": "UPS", "number": "1Z1", "url": "https://track.example/1Z1"}
    ]
    assert [part["quantity"] for part in booked["fulfillments"][0]["lines"]] == [2, 1]
    row = api.get(f"order_carriers?filter[id_order]={order['id']}&display=full")[0]
    carrier = api.get(f"carriers/{row['id_carrier']}?display=full")[0]
    assert (row["tracking_number"], carrier["name"]) == ("1Z1", "UPS")
    assert api.read(order["id"])["shipping_number"] == "1Z1"
    subjects = [one["subject"] for one in api.control("GET", "mails")["mails"]]
    assert subjects == ["Remote payment accepted", "Order confirmation", "Package in transit", "Shipped"]
    before = api.read(order["id"])["date_upd"]
    api.settings(clock_skew_s=100)
    api.control("POST", f"orders/{order['reference']}/track", {"carrier": "DHL", "number": "D9"})
    assert api.read(order["id"])["date_upd"] == before
    assert api.booked("tts:7")["fulfillments"][0]["tracking"][0]["company"] == "DHL"
    api.control("POST", f"orders/{order['id']}/unship")
    assert api.booked("tts:7")["fulfillments"][0]["status"] == "CANCELLED"
    assert api.booked("tts:7")["status"] == "Processing in progress"


def test_staff_cancels_and_chooses_states(api: Api) -> None:
    order = api.order(api.cart((api.product("CUP"), 2), marker="tts:8"), "20.00")
    assert (api.stock("CUP"), api.booked("tts:8")["cancelled_at"]) == (3, None)
    api.control("POST", "orders/8/cancel", {"reason": "CUSTOMER", "restock": True})
    assert (api.stock("CUP"), api.booked("tts:8")["status"]) == (5, "Canceled")
    assert api.booked("tts:8")["cancelled_at"].endswith("Z")
    api.control("POST", "orders/8/cancel", status=400)
    api.control("POST", "orders/8/ship", status=400)
    api.control("POST", "orders/8/status", {"status": "delivered"})
    assert (api.stock("CUP"), api.booked("tts:8")["status"]) == (3, "Delivered")
    api.control("POST", "orders/8/status", {"status": 7})
    assert (api.stock("CUP"), api.read(order["id"])["current_state"]) == (3, "7")
    api.control("POST", "orders/8/status", {"status": "Lost"}, status=400)
    api.control("POST", "orders/nobody/cancel", status=400)


def test_stock_rows_and_sums(api: Api) -> None:
    sizes = [
        {"sku": "P-S", "stock": 2, "title": "Small"},
        {"sku": "P-L", "stock": 3, "title": "Large", "price": "12.50"},
    ]
    made = api.control("POST", "products", {"sku": "P", "price": "10", "variants": sizes})
    small, large = (one["id"] for one in made["products"][0]["variants"])
    product, attribute = large.split("-")
    assert api.order(api.cart((large, 1)), "12.50")["current_state"] == "11"
    rows = api.get(f"stock_availables?filter[id_product]={product}&display=full")
    assert [one["quantity"] for one in rows] == ["4", "2", "2"]
    api.control("PUT", "stock", {"sku": "P-S", "available": 9})
    row = next(one for one in rows if one["id_product_attribute"] == attribute)
    api.patch("stock_availables", id=row["id"], quantity=1)
    assert [one["quantity"] for one in api.get(f"stock_availables?filter[id_product]={product}&display=full")] == [
        "10",
        "9",
        "1",
    ]
    assert (api.stock("P-S"), api.stock("P-L")) == (9, 1)
    assert small in {one["variant"] for one in api.control("GET", "book")["stock"]["P-S"]}
    api.control("PUT", "stock", {"sku": "nothing", "available": 1}, status=400)


def test_an_edited_carrier_has_a_new_id(api: Api) -> None:
    sku, old = api.product("CUP"), api.carrier
    made = api.control("POST", f"carriers/{old}/edit", {"name": "TikTok Shop 2"})
    assert (made["id_reference"], str(made["id"]) != old) == (old, True)
    live = api.get(f"carriers?filter[id_reference]={old}&filter[deleted]=0&display=full")
    assert [(one["id"], one["name"]) for one in live] == [(made["id"], "TikTok Shop 2")]
    assert api.order(api.cart((sku, 1)), "10.00")["id_carrier"] == str(made["id"])
    dear = api.control("POST", "carriers", {"name": "Dear", "price": "4.90", "zones": [2]})
    api.carrier = str(dear["id"])
    assert api.order(api.cart((sku, 1)), "14.90")["total_shipping"] == "4.900000"
    abroad = api.order(api.cart((sku, 1), country=11), "10.00")
    assert (abroad["id_carrier"], abroad["current_state"]) == (str(made["id"]), "11")
    api.control("POST", "carriers/999/edit", status=400)


def test_the_book_knows_only_new_orders(api: Api) -> None:
    assert api.control("GET", "products") == {"products": []}
    assert api.control("GET", "book")["orders"] == []
    api.control("POST", "empty")
    assert api.get("orders") == []
    assert api.order(api.cart((api.product("CUP"), 1)), "10.00")["id"] == 6
    assert len(api.control("GET", "products")["products"]) == 1


def test_mail_out_of_reach(api: Api) -> None:
    api.settings(mail_server=False)
    order = api.order(api.cart((api.product("CUP"), 1)), "10.00")
    assert api.control("GET", "mails")["mails"] == []
    body = f"<order_history><id_order>{order['id']}</id_order><id_order_state>4</id_order_state></order_history>"
    assert api.raw("POST", "order_histories?sendemail=1", body).status_code == 500
    assert api.read(order["id"])["current_state"] == "4"


def test_staff_ships_by_itself(api: Api) -> None:
    api.order(api.cart((api.product("CUP"), 1), marker="tts:3"), "10.00")
    api.settings(clock_skew_s=60, auto_ship_seconds=30)
    while not api.booked("tts:3")["fulfillments"]:
        pass
    assert api.booked("tts:3")["fulfillments"][0]["tracking"][0]["company"] == "UPS"


def test_the_shop_remembers(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.sqlite3"
    with Running(PrestaShopSite, data=file) as running:
        api = Api(running.urls["prestashop"])
        sku = api.product("CUP")
        made = api.cart((sku, 1), marker="tts:1")
        api.price(made, sku, "7.00")
        first = api.order(api.cart((sku, 1), marker="tts:0"), "10.00")
        waiting = api.get(f"specific_prices?filter[id_cart]={made['cart']}&display=full")
        book = {name: api.control("GET", "book")[name] for name in ("orders", "stock", "mails")}
        api.http.close()
    with Running(PrestaShopSite, data=file) as running:
        again = Api(running.urls["prestashop"])
        assert {name: again.control("GET", "book")[name] for name in ("orders", "stock", "mails")} == book
        assert again.read(first["id"]) == first
        assert again.get(f"specific_prices?filter[id_cart]={made['cart']}&display=full") == waiting
        second = again.order(made, "7.00")
        assert (second["id"], second["current_state"], second["invoice_number"]) == (first["id"] + 1, "11", "2")
        again.http.close()


def test_twenty_thousand_orders_are_found_by_their_indexes(api: Api) -> None:
    order = api.order(api.cart((api.product("CUP"), 1), marker="tts:one"), "10.00")
    with Running(PrestaShopSite) as running:
        many = Api(running.urls["prestashop"])
        site = running.sites["prestashop"]
        assert isinstance(site, PrestaShopSite)
        table = site.shop.table("orders")
        row = dict(table.rows[1])
        many.control("POST", "empty")
        for key in range(6, 20_006):
            day = f"2026-0{1 + key % 9}-11 00:00:{key % 60:02d}"
            table.save({**row, "id": key, "id_cart": str(key), "gift_message": f"tts:{key}", "date_upd": day})
        assert table.equal("gift_message", "TTS:777") == [777]
        assert table.equal("id_cart", "20000") == [20_000]
        newest = table.between("date_upd", "2026-09-11 00:00:57", None, strict=True)
        assert newest is not None and 0 < len(newest) < 200
        assert many.get("orders?filter[gift_message]=[tts:777]") == [{"id": 777}]
        assert many.get("orders?filter[id_cart]=[20000|20001]") == [{"id": 20_000}, {"id": 20_001}]
        found = many.get("orders?filter[date_upd]=>[2026-09-11 00:00:57]&date=1&sort=[date_upd_DESC,id_ASC]&limit=0,3")
        assert [one["id"] for one in found] == sorted(
            key for key in range(6, 20_006) if key % 9 == 8 and key % 60 == 59
        )[:3]
        assert many.get("orders?filter[id]=>[20003]") == [{"id": 20_004}, {"id": 20_005}]
        many.http.close()
    assert api.get("orders?filter[gift_message]=[tts:one]") == [{"id": order["id"]}]
