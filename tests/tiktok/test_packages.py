from __future__ import annotations

from tests.tiktok.scripted import SHOP, ScriptedHttp, client_of, done, path_of, query_of
from tokbridge.tiktok import packages
from tokbridge.tiktok.packages import Package

ONE, TWO = "579000000000000101", "579000000000000102"
PACKAGE = "1153000000000000001"


def test_read_package_uses_the_details_names() -> None:
    data = {
        "package_id": PACKAGE,
        "package_status": "TO_FULFILL",
        "orders": [{"id": "1", "skus": [{"id": "9", "quantity": 1}]}, {"id": "2"}],
        "order_line_item_ids": [ONE, TWO],
        "shipping_provider_name": "Royal Mail",
        "recipient_address": "[hidden]",
        "create_time": 1700000000,
    }
    http = ScriptedHttp(done(data))
    assert packages.read_package(client_of(http), SHOP, PACKAGE) == Package(
        id=PACKAGE,
        status="TO_FULFILL",
        order_ids=("1", "2"),
        line_ids=(ONE, TWO),
        number="",
        provider_id="",
        provider_name="Royal Mail",
        create_time=1700000000,
        update_time=None,
    )
    assert (http.only.method, path_of(http.only)) == ("GET", f"/fulfillment/202309/packages/{PACKAGE}")


def test_search_packages_uses_the_lists_names() -> None:
    package = {"id": PACKAGE, "status": "PROCESSING", "tracking_number": "JX1", "shipping_provider_id": "p"}
    http = ScriptedHttp(done({"packages": [package], "total_count": 1, "next_page_token": "n="}), done({}))
    client = client_of(http)
    page = packages.search_packages(client, SHOP, update_from=5, update_to=9)
    assert [(p.id, p.status, p.number, p.provider_id) for p in page.packages] == [(PACKAGE, "PROCESSING", "JX1", "p")]
    assert (page.total_count, page.next_page_token) == (1, "n=")
    assert http.sent[0].body == b'{"update_time_ge":5,"update_time_lt":9}'
    asked = query_of(http.sent[0])
    assert (asked["page_size"], asked["sort_field"], asked["sort_order"]) == ("50", "update_time", "ASC")
    assert packages.search_packages(client, SHOP, update_from=5, page_token="n=").packages == ()
    assert query_of(http.sent[1])["page_token"] == "n="
