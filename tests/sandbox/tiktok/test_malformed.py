"""Bodies of the wrong shape are refused in the platform's own words, never by a broken server."""

import pytest

from tests.sandbox.tiktok.client import Shop

WRONG: list[object] = ["text", 5, {"a": 1}, ["text"], [[1]], [{"a": None}], [{}], None, True]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/order/202406/orders/external_orders", "orders"),
        ("/fulfillment/202610/orders/{id}/packages", "order_line_list"),
        ("/fulfillment/202610/orders/{id}/packages", "shipping_info_list"),
        ("/fulfillment/202309/orders/{id}/packages", "order_line_item_ids"),
        ("/fulfillment/202309/orders/{id}/split", "splittable_groups"),
        ("/return_refund/202602/cancellations", "skus"),
        ("/return_refund/202602/cancellations", "order_line_list"),
    ],
)
def test_wrong_shapes(shop: Shop, path: str, field: str) -> None:
    order = shop.ready(units=[{"sku": "A", "quantity": 2}])
    body = {
        "order_id": order["id"],
        "cancel_reason": "seller_cancel_reason_out_of_stock",
        "tracking_number": "TRACK-0001",
        "shipping_provider_id": shop.provider(order),
        "order_line_list": [{"order_line_id": order["line_items"][0]["id"]}],
    }
    if "cancellations" in path:
        del body["order_line_list"]
    for wrong in WRONG:
        code = shop.code("POST", path.replace("{id}", order["id"]), None, {**body, field: wrong})
        assert code in {36009004, 98001004}, wrong
    assert shop.order(order["id"])["status"] == "AWAITING_SHIPMENT"
