"""Route A beyond the recording: keys, cutting, reading, searching (reference magento-rest.md 1, 6, 7, 11)."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sandbox.magento.conftest import Api, address, entity
from tokbridge.sandbox.magento.search import search
from tokbridge.sandbox.magento.table import Table


def test_one_number_and_store_makes_one_order_however_often_it_is_sent_at_once(api: Api) -> None:
    with ThreadPoolExecutor(4) as pool:
        posts = [pool.submit(api.raw, "POST", "V1/orders", {"entity": entity(increment_id="TTS-1")}) for _ in range(4)]
    assert sorted(one.result().status_code for one in posts) == [200, 400, 400, 400]
    assert api.refused("PUT", "V1/orders/create", {"entity": entity(increment_id="TTS-1")}) == (
        400,
        "Unique constraint violation found",
    )


def test_without_a_store_the_key_does_not_protect(api: Api) -> None:
    first, second = (api.place(increment_id="TTS-1", store_id=None) for _ in range(2))
    assert first["entity_id"] != second["entity_id"]
    api.control("POST", "stores", {"code": "second", "name": "Second"})
    api.place(increment_id="TTS-1", store_id=1)
    assert api.place(increment_id="TTS-1", store_id=2)["increment_id"] == "TTS-1"
    assert api.place(store_id=2)["increment_id"] == "2000000001"


@pytest.mark.parametrize(("version", "length"), [("2.4.4", 32), ("2.4.7", 50)])
def test_long_ids_are_echoed_whole_and_kept_cut(api: Api, version: str, length: int) -> None:
    api.set(version=version)
    made = api.place(increment_id="N" * 60, ext_order_id="E" * 40)
    assert (made["increment_id"], made["ext_order_id"]) == ("N" * 60, "E" * 40)
    kept = api.order(made["entity_id"])
    assert (kept["increment_id"], kept["ext_order_id"]) == ("N" * length, "E" * 32)
    assert api.refused("POST", "V1/orders", {"entity": entity(increment_id="N" * 59)})[0] == 400


def test_four_byte_characters_become_question_marks_and_html_stays(api: Api) -> None:
    line = {**entity()["items"][0], "name": "Cup 😀 <b>"}
    made = api.place(items=[line], billing_address=address(firstname="Ann 𠮷"))
    assert made["items"][0]["name"] == "Cup 😀 <b>"
    kept = api.order(made["entity_id"])
    assert kept["items"][0]["name"] == "Cup ???? <b>"
    assert kept["billing_address"]["firstname"] == "Ann ????"


def test_every_missing_part_of_an_address_is_told_in_one_parameter(api: Api) -> None:
    bare = {"entity": entity(billing_address={"country_id": "IE", "firstname": "", "lastname": "B", "street": ["x"]})}
    answer = api.raw("POST", "V1/orders", bare)
    assert answer.json() == {
        "message": "We can't save the address:\n%1",
        "parameters": ['"City" is required. Enter and try again.\n"Phone Number" is required. Enter and try again.'],
    }


def test_tax_rows_with_a_null_item_id_vanish(api: Api) -> None:
    tax = {"code": "T", "title": "T", "percent": 8, "amount": 1.6, "base_amount": 1.6}
    extension = {**entity()["extension_attributes"], "converting_from_quote": True, "applied_taxes": [tax]}
    extension["item_applied_taxes"] = [{"type": "product", "item_id": None, "applied_taxes": [tax]}]
    kept = api.order(api.place(extension_attributes=extension)["entity_id"])["extension_attributes"]
    assert kept["applied_taxes"] == [tax] and kept["item_applied_taxes"] == []


def test_an_update_writes_blindly_and_wipes_the_payments_information(api: Api, later: Any) -> None:
    number = api.place(payment={"method": "checkmo", "additional_information": ["TikTok Shop"]})["entity_id"]
    before = api.order(number)
    later()
    shown = api("POST", "V1/orders", {"entity": {"entity_id": number, "ext_order_id": "5764"}})
    assert shown["ext_order_id"] == "5764" and shown["grand_total"] is None and "state" not in shown
    after = api.order(number)
    assert {name for name in after if after[name] != before.get(name)} == {"ext_order_id", "updated_at"}
    api("POST", "V1/orders", {"entity": {"entity_id": number, "payment": {"method": "checkmo"}}})
    assert api.order(number)["payment"]["additional_information"] == []


def test_an_address_is_changed_alone_and_does_not_move_the_order(api: Api, later: Any) -> None:
    number = api.place()["entity_id"]
    before = api.order(number)
    ship_to = before["extension_attributes"]["shipping_assignments"][0]["shipping"]["address"]
    later()
    changed = {**address(city="Dallas"), "entity_id": ship_to["entity_id"], "parent_id": number}
    assert api("PUT", f"V1/orders/{number}", {"entity": changed})["city"] == "Dallas"
    after = api.order(number)
    assert after["extension_attributes"]["shipping_assignments"][0]["shipping"]["address"]["city"] == "Dallas"
    assert (after["billing_address"]["city"], after["updated_at"]) == ("Austin", before["updated_at"])


def test_conditions(api: Api) -> None:
    api.place(increment_id="TTS-1", ext_order_id="E1")
    api.place(increment_id="TTS-2", ext_order_id="E2", grand_total=35)
    api.place(increment_id="TTS-3", grand_total=45)
    cases: list[tuple[list[tuple[str, str, str]], int]] = [
        ([("increment_id", "like", "TTS-%")], 3),
        ([("increment_id", "like", "%3")], 1),
        ([("increment_id", "nlike", "%3")], 2),
        ([("ext_order_id", "null", "1")], 1),
        ([("ext_order_id", "notnull", "1")], 2),
        ([("ext_order_id", "in", "E1,E2,E9")], 2),
        ([("increment_id", "nin", "TTS-1,TTS-2")], 1),
        ([("grand_total", "gt", "25")], 2),
        ([("grand_total", "gteq", "25.00"), ("grand_total", "lt", "35")], 1),
        ([("created_at", "from", "2020-01-01T00:00:00Z"), ("created_at", "to", "2099-01-01")], 3),
        ([("created_at", "gteq", "2099-01-01 00:00:00")], 0),
        ([("updated_at", "lteq", "2099-01-01 00:00:00"), ("state", "neq", "new")], 0),
        ([("created_at", "gteq", "None")], 3),
    ]
    assert [api.find("V1/orders", *search)["total_count"] for search, _ in cases] == [count for _, count in cases]


class Watched(Table):
    """A table that counts what is looked at."""

    looked = 0

    def get(self, number: int) -> Any:
        self.looked += 1
        return super().get(number)


def test_a_search_by_number_marker_or_time_looks_at_no_other_order() -> None:
    table = Watched("order", lambda *_: None, lambda _: {}, ("increment_id", "ext_order_id"), ("updated_at",))
    for number in range(1, 1001):
        moment = f"2026-01-01 00:{number // 60:02d}:{number % 60:02d}"
        row = {"entity_id": number, "increment_id": f"T{number}", "ext_order_id": f"E{number}", "updated_at": moment}
        table.save({"row": row})
    moved = table.get(7)
    moved["row"] |= {"updated_at": "2026-01-01 00:59:00", "ext_order_id": "E7b"}
    table.save(moved)
    filters = [
        ("increment_id", "in", "T5,T6"),
        ("ext_order_id", "eq", "e7B"),
        ("updated_at", "gt", "2026-01-01 00:16:38"),
    ]
    for (name, condition, value), numbers in zip(filters, ([5, 6], [7], [7, 999, 1000]), strict=True):
        root = "searchCriteria[filter_groups][0][filters][0]"
        query = ((f"{root}[field]", name), (f"{root}[condition_type]", condition), (f"{root}[value]", value))
        table.looked = 0
        found = search(table, query, ("increment_id", "ext_order_id", "updated_at"), lambda doc: doc["row"])
        assert [one["entity_id"] for one in found["items"]] == numbers
        assert table.looked <= len(numbers) + 1


def test_pages_and_trimmed_answers(api: Api) -> None:
    numbers = [api.place(increment_id=f"TTS-{one}")["entity_id"] for one in range(5)]
    pages = []
    for one in (1, 2, 3, 4):
        more = {"searchCriteria[pageSize]": 2, "searchCriteria[currentPage]": one}
        order = {"searchCriteria[sortOrders][0][field]": "entity_id", "searchCriteria[sortOrders][0][direction]": "ASC"}
        found = api.find("V1/orders", **more, **order, fields="items[entity_id,items[sku],nope],total_count")
        pages.append([item["entity_id"] for item in found["items"] or []])
        assert found["total_count"] == 5 and set(found) == {"items", "total_count"}
        assert all(item["items"] == [{"sku": "CUP"}] for item in found["items"] or [])
    assert pages == [numbers[:2], numbers[2:4], numbers[4:], []]
    lines = api.find("V1/orders/items", ("sku", "eq", "cup"))
    assert lines["total_count"] == 5


def test_stamps_and_other_stores_in_the_path(api: Api) -> None:
    assert api.raw("GET", "all/V1/store/websites").status_code == 200
    assert api.refused("GET", "nowhere/V1/store/websites") == (400, "Specified request cannot be processed.")
    assert api.refused("PATCH", "V1/orders") == (404, "Request does not match any route.")
    answer = api.http.get("/rest/V1/directory/countries/US", headers={"Accept": "text/html"})
    assert answer.status_code == 406


def test_amounts_keep_four_decimals_without_float_noise(api: Api) -> None:
    line = {**entity()["items"][0], "qty_ordered": 3, "price": 0.1, "row_total": 0.3, "tax_amount": 0.1 + 0.2}
    number = api.place(items=[line], grand_total="0.70005", tax_amount=0.1)["entity_id"]
    shown = api.raw("GET", f"V1/orders/{number}").text
    assert '"tax_amount":0.3,' in shown and '"grand_total":0.7001' in shown
    assert not re.search(r"\d\.\d{5}", shown)
    api("POST", f"V1/order/{number}/invoice", {"items": [{"order_item_id": 1, "qty": 1}]})
    item = api.order(number)["items"][0]
    assert (item["row_invoiced"], item["tax_invoiced"]) == (0.1, 0.1)


def test_an_async_order_is_accepted_and_never_made(api: Api) -> None:
    answer = api.raw("POST", "async/V1/orders", {"entity": entity()})
    assert answer.status_code == 202
    shown = api("GET", f"V1/bulk/{answer.json()['bulk_uuid']}/detailed-status")
    assert [one["status"] for one in shown["operations_list"]] == [4]
    assert api.find("V1/orders")["total_count"] == 0


def test_a_shop_in_another_currency(api: Api) -> None:
    api.set(currency="VND")
    assert api("GET", "V1/store/storeConfigs")[0]["base_currency_code"] == "VND"
    currencies = {"order_currency_code": "VND", "base_currency_code": "VND"}
    number = api.place(**currencies)["entity_id"]
    assert "error" in api.control("PUT", "settings", {"currency": "JPY"}, status=400)
    api("POST", f"V1/order/{number}/invoice", {})
    api("POST", f"V1/order/{number}/refund", {})
    assert api.order(number)["status_histories"][0]["comment"] == "We refunded ₫25 offline."
