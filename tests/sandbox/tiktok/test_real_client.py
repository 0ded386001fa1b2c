"""The public client tiktok-shop-api, which nobody here wrote, against the running sandbox.

Its models are imported where they are used: that takes seconds, which only these tests should pay.
"""

import json

import pytest
from tiktok_shop_api import TikTokShop, TikTokShopAuth, TikTokShopError, Webhooks

from tests.sandbox.receiver import receiving
from tests.sandbox.tiktok.client import KEY, SECRET, Shop


def client(shop: Shop, secret: str = SECRET) -> TikTokShop:
    return TikTokShop(
        app_key=KEY,
        app_secret=secret,
        access_token=shop.token,
        shop_cipher=shop.cipher,
        base_url=str(shop.http.base_url),
    )


def test_it_gets_and_refreshes_tokens(shop: Shop) -> None:
    auth = TikTokShopAuth(KEY, SECRET, base_url=str(shop.http.base_url))
    first = auth.exchange_code("sandbox-auth-code")
    second = auth.refresh(first.refresh_token)
    assert first.open_id == second.open_id == shop.open_id
    with pytest.raises(TikTokShopError):
        auth.refresh(first.refresh_token)


def test_it_lists_all_pages_and_reads_an_order(shop: Shop) -> None:
    from tiktok_shop_api.generated.models import GetOrderListRequest, GetOrderListSortField, GetOrderListSortOrder

    ids = [shop.place(age_seconds=100 - number) for number in range(5)]
    with client(shop) as tiktok:
        found: list[str] = []
        token = ""
        while True:
            answer = tiktok.orders.get_order_list(
                body=GetOrderListRequest(update_time_ge=0),
                page_size=2,
                sort_field=GetOrderListSortField.UPDATE_TIME,
                sort_order=GetOrderListSortOrder.ASC,
                **({"page_token": token} if token else {}),
            )
            found += [order.id for order in answer.data.orders]
            token = answer.data.next_page_token
            if not token:
                break
        assert found == ids
        order = tiktok.orders.get_order_detail(ids=[ids[0]]).data.orders[0]
        assert (order.id, order.payment.total_amount, len(order.line_items)) == (ids[0], "10.00", 1)
        assert tiktok.authorization.get_authorized_shops().data.shops[0].cipher == shop.cipher


def test_it_ships(shop: Shop) -> None:
    from tiktok_shop_api.generated.models import MarkPackageAsShippedRequest

    order = shop.ready()
    body = MarkPackageAsShippedRequest.from_dict(
        {
            "order_line_list": [{"order_line_id": order["line_items"][0]["id"]}],
            "shipping_info_list": [{"tracking_number": "JX12345", "shipping_provider_id": shop.provider(order)}],
        }
    )
    with client(shop) as tiktok:
        assert tiktok.fulfillment.mark_package_as_shipped(order["id"], body=body).data.order_id == order["id"]
    assert shop.order(order["id"])["tracking_number"] == "JX12345"


def test_it_sees_the_platforms_refusals(shop: Shop) -> None:
    with client(shop, "wrong") as tiktok, pytest.raises(TikTokShopError) as caught:
        tiktok.orders.get_order_detail(ids=["1"])
    assert caught.value.code == 106001


def test_it_verifies_and_parses_webhooks(shop: Shop) -> None:
    with receiving() as receiver:
        shop.settings(app_webhook_url=receiver.url)
        order_id = shop.place()
        ((headers, body),) = receiver.wait(1)
        sent = {"app_key": KEY, "app_secret": SECRET, "raw_body": body, "signature": headers["authorization"]}
        assert Webhooks.verify(**sent)
        assert not Webhooks.verify(**{**sent, "raw_body": body + b" "})
        assert Webhooks.verify_and_parse(**sent).data.order_id == order_id == json.loads(body)["data"]["order_id"]
