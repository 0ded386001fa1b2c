"""What route A does to stock, and the remedy (reference magento-rest.md 5, 9, 12)."""

from pathlib import Path

from tests.sandbox.magento.conftest import Api, entity, shop


def levels(api: Api) -> tuple[float, float]:
    return api.at_source("CUP"), api.salable("CUP")


def test_the_table_of_the_reference(api: Api) -> None:
    shipped, cancelled = api.place()["entity_id"], api.place()["entity_id"]
    assert levels(api) == (100, 100)
    api("POST", f"V1/order/{shipped}/ship", {})
    assert levels(api) == (98, 100)
    assert api("POST", f"V1/orders/{cancelled}/cancel") is True
    assert levels(api) == (98, 102)


def test_compensations_put_it_right_for_open_shipped_part_shipped_and_cancelled_orders(api: Api) -> None:
    opened, shipped, part, cancelled = (api.place()["entity_id"] for _ in range(4))
    api("POST", f"V1/order/{shipped}/ship", {})
    api("POST", f"V1/order/{shipped}/invoice", {})
    api("POST", f"V1/order/{part}/ship", {"items": [{"order_item_id": 3, "qty": 1}]})
    api("POST", f"V1/orders/{cancelled}/cancel")
    done = api.control("POST", "compensate")
    assert not done["crashed"] and len(done["compensations"]) == 4
    # 97 lie there; two of the open order and one of the half-shipped one are promised.
    assert levels(api) == (97, 94)
    assert api.control("POST", "compensate") == {"crashed": False, "compensations": []}
    api("POST", f"V1/order/{opened}/ship", {})
    assert levels(api) == (95, 94)
    assert api.control("POST", "compensate")["compensations"] == []


def test_compensations_skip_orders_without_a_store_and_crash_on_a_null_status(api: Api) -> None:
    api.place(store_id=None)
    assert api.control("POST", "compensate") == {"crashed": False, "compensations": []}
    broken = api.place(status=None)["entity_id"]
    assert api.control("POST", "compensate") == {"crashed": True, "compensations": []}
    api("POST", "V1/orders", {"entity": {"entity_id": broken, "status": "pending"}})
    assert len(api.control("POST", "compensate")["compensations"]) == 1


def test_the_merchants_cron_compensates_by_itself() -> None:
    with shop() as api:
        api.control("POST", "products", {"sku": "CUP", "stock": 100})
        api.place()
        api.set(compensate_s=0)
        while api.salable("CUP") == 100:
            pass
        assert api.salable("CUP") == 98


def test_no_stock_moves_for_unknown_skus_and_lines_without_product(api: Api) -> None:
    line = {"sku": "CUP", "name": "Cup", "qty_ordered": 2, "price": 10, "row_total": 20}
    api.place(items=[line, {**line, "sku": "NOPE", "product_id": 77}])
    api("POST", "V1/order/1/ship", {})
    assert levels(api) == (100, 100)
    assert api.raw("GET", "V1/inventory/get-product-salable-quantity/NOPE/1").status_code == 500


def test_a_source_that_lacks_stock_refuses_the_shipment_whole(api: Api) -> None:
    number = api.place()["entity_id"]
    api("POST", "V1/inventory/source-items", {"sourceItems": [{"sku": "CUP", "source_code": "default", "quantity": 1}]})
    assert api.refused("POST", f"V1/order/{number}/ship", {}) == (
        400,
        "Could not save a shipment, see error log for details",
    )
    assert api.find("V1/shipments")["total_count"] == 0
    assert api.order(number)["items"][0]["qty_shipped"] == 0 and api.at_source("CUP") == 1


def test_refunding_what_never_left_and_returning_it(api: Api) -> None:
    first, second = api.place()["entity_id"], api.place()["entity_id"]
    api.control("POST", "compensate")
    assert levels(api) == (100, 96)
    for number in (first, second):
        api("POST", f"V1/order/{number}/invoice", {})
    api("POST", f"V1/order/{first}/refund", {})
    assert levels(api) == (98, 96)
    returned = {"extension_attributes": {"return_to_stock_items": [2]}}
    api("POST", f"V1/order/{second}/refund", {"arguments": returned})
    assert levels(api) == (96, 98)


def test_a_website_sells_from_its_own_stock_and_sources(api: Api) -> None:
    api.control("POST", "sources", {"source_code": "east"})
    api.control("POST", "websites", {"code": "eu", "name": "Europe", "currency": "EUR"})
    api.control("POST", "stores", {"code": "de", "website": "eu"})
    stock = api.control("POST", "stocks", {"name": "Europe", "websites": ["eu"], "sources": ["east"]})["stock_id"]
    assert api("GET", "V1/inventory/stock-resolver/website/eu")["stock_id"] == stock == 2
    assert api("GET", "V1/inventory/stock-resolver/website/base")["stock_id"] == 1
    items = [{"sku": "CUP", "source_code": "east", "quantity": 7, "status": 1}]
    api("POST", "V1/inventory/source-items", {"sourceItems": items})
    number = api.place(store_id=2)["entity_id"]
    api.control("POST", "compensate")
    assert (api.salable("CUP", 1), api.salable("CUP", 2)) == (100, 5)
    api("POST", f"V1/order/{number}/ship", {"arguments": {"extension_attributes": {"source_code": "east"}}})
    assert (api.at_source("CUP", "east"), api.salable("CUP", 2)) == (5, 5)
    assert [one["base_currency_code"] for one in api("GET", "V1/store/storeConfigs")] == ["USD", "EUR"]


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "kept.sqlite3"
    with shop(data) as api:
        api.control("POST", "products", {"sku": "CUP", "stock": 100})
        api.control("POST", "stores", {"code": "second"})
        api.place(increment_id="TTS-1", ext_order_id="E1")
        api.control("POST", "compensate")
        api.control("POST", "orders/E1/ship", {"carrier": "UPS", "number": "1Z"})
        before = (api.order(1), api.find("V1/shipments")["items"], levels(api), api.control("GET", "book")["orders"])
    with shop(data) as api:
        after = (api.order(1), api.find("V1/shipments")["items"], levels(api), api.control("GET", "book")["orders"])
        assert after == before
        assert api.find("V1/orders", ("ext_order_id", "eq", "E1"))["total_count"] == 1
        assert api.refused("POST", "V1/orders", {"entity": entity(increment_id="TTS-1")})[0] == 400
        assert api.place(store_id=2)["entity_id"] == 3
