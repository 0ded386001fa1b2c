"""A desk's worth of orders, taken in as TikTok sends them and then carried to wherever a test wants them."""

from __future__ import annotations

import itertools
import time
from typing import Any

from tokbridge.core import money
from tokbridge.core.problems import kind
from tokbridge.core.saying import say
from tokbridge.core.standing import TokbridgeStatus
from tokbridge.records.models import (
    Account,
    Attempt,
    Authorisation,
    Binding,
    BindingState,
    Channel,
    Connection,
    Listing,
    ListingKind,
    Order,
    Parcel,
    Problem,
    Store,
    User,
)
from tokbridge.sync.channels import forget_channels
from tokbridge.sync.connections import forget_connections
from tokbridge.sync.intake import store_orders

PASSWORD = "a long enough password"
_ids = itertools.count(579000000000001000)


def user(name: str = "dora", password: str | None = None, **other: Any) -> User:
    """Without a password, which takes long to hash, unless the test logs in by the form."""
    return User.objects.create_user(username=name, password=password, **other)


def account(name: str = "Mug Shop UK", region: str = "GB") -> Account:
    """An account with a channel to one store; the channel started long ago."""
    number = next(_ids)
    authorisation = Authorisation.objects.create(
        connection=Connection.objects.create(name=f"TikTok {name}"),
        app_key=f"key{number}",
        app_secret="secret",
        api_url="http://127.0.0.1:1",
        auth_url="http://127.0.0.1:1",
    )
    made = Account.objects.create(
        authorisation=authorisation, shop_id=str(number), name=name, region=region, cipher="cipher"
    )
    store = Store.objects.create(
        connection=Connection.objects.create(name=f"Store of {name}"),
        platform="shopify",
        address=f"shop-{number}.example",
        credentials="{}",
        currency="GBP",
    )
    Channel.objects.create(account=made, store=store, start=0)
    forget_channels()  # of another test, whose rows may have had the same ids
    forget_connections()
    return made


def second_store(of: Account) -> Store:
    """A further store of the account; the orders of one warehouse go there."""
    made = Store.objects.create(
        connection=Connection.objects.create(name=f"Second store of {of.name}"),
        platform="shopify",
        address=f"second-{of.pk}.example",
        credentials="{}",
        currency="GBP",
    )
    Channel.objects.create(account=of, store=made, rule="warehouse", value="7000000000000000002", start=0)
    forget_channels()
    return made


def unit(sku: str = "MUG-BLUE", name: str = "Enamel mug", **other: Any) -> dict[str, Any]:
    return {
        "id": str(next(_ids)),
        "product_id": "1729",
        "product_name": name,
        "sku_id": f"id-{sku}",
        "sku_name": "Blue",
        "seller_sku": sku,
        "currency": "GBP",
        "original_price": "12.00",
        "sale_price": "9.50",
        "seller_discount": "2.00",
        "platform_discount": "0.50",
        **other,
    }


def raw(units: list[dict[str, Any]] | None = None, **other: Any) -> dict[str, Any]:
    """A British order whose figures add up: units at 9.50, shipping 2.49 after 1.00 from TikTok."""
    lines = units or [unit(), unit()]
    now = int(time.time())

    def total(field: str) -> int:
        return sum(round(float(line[field]) * 100) for line in lines)

    placed = other.get("create_time", now - 7200)
    return {
        "id": str(next(_ids)),
        "paid_time": placed + 60,
        "status": "AWAITING_SHIPMENT",
        "create_time": now - 7200,
        "update_time": now - 3600,
        "rts_sla_time": now + 40 * 3600,
        "fulfillment_type": "FULFILLMENT_BY_SELLER",
        "shipping_type": "SELLER",
        "delivery_option_name": "Standard shipping",
        "is_on_hold_order": True,
        "user_id": "7021000000000000001",
        "buyer_email": "v2relay@chat.example",
        "buyer_nickname": "mugfriend",
        "buyer_message": "Please wrap it.",
        "payment_method_name": "Card",
        "payment": {
            "currency": "GBP",
            "total_amount": f"{(total('sale_price') + 249) / 100:.2f}",
            "sub_total": f"{total('sale_price') / 100:.2f}",
            "original_total_product_price": f"{total('original_price') / 100:.2f}",
            "seller_discount": f"{total('seller_discount') / 100:.2f}",
            "platform_discount": f"{total('platform_discount') / 100:.2f}",
            "shipping_fee": "2.49",
            "original_shipping_fee": "3.49",
            "shipping_fee_seller_discount": "0",
            "shipping_fee_platform_discount": "1.00",
            "tax": "0",
        },
        "recipient_address": {
            "name": "Ada Byron",
            "phone_number": "(+44)7700900123",
            "address_line1": "1 Mill Lane",
            "address_line2": "Flat 2",
            "postal_code": "LS1 1AA",
            "post_town": "Leeds",
            "region_code": "GB",
            "district_info": [
                {"address_level": "L0", "address_name": "United Kingdom", "iso_code": "GB"},
                {"address_level": "L1", "address_name": "England"},
            ],
        },
        "line_items": lines,
        **other,
    }


def order(of: Account, status: str = "AWAITING_SHIPMENT", *, row: dict[str, Any] | None = None, **other: Any) -> Order:
    """Taken in through intake; `row`: columns that the workers would have written."""
    sent = raw(status=status, **other)
    store_orders(of, [sent], time.time())
    if row:
        Order.objects.filter(account=of, tiktok_id=sent["id"]).update(**row)
    return Order.objects.get(account=of, tiktok_id=sent["id"])


def created(of: Account, status: str = "AWAITING_SHIPMENT", *, total: int = 2449, **other: Any) -> Order:
    """An order that stands in the store, with what was tried on the way."""
    now = time.time()
    made = order(of, status, **other)
    number = f"TTS-{made.tiktok_id}"
    columns = {"store_number": number, "store_status": "PAID / UNFULFILLED", "created_at": now - 60}
    Order.objects.filter(pk=made.pk).update(tokbridge_status=TokbridgeStatus.CREATED, reason="", **columns)
    Binding.objects.create(
        order=made,
        store=of.channels.get().store,
        state=BindingState.BOUND,
        marker=made.tiktok_id,
        number=number,
        view="transaction",
        expected_total=2449,
        read_total=total,
        read_currency="GBP",
        intended_at=now - 61,
        bound_at=now - 60,
        ref=f"gid-{made.pk}",
    )
    marked = {"number": number, "marker": made.tiktok_id, "rows": 1, "total": "24.49 GBP"}
    sent = say("{number} for {marker}: {rows} rows, total {total}", **marked)
    back = {"number": number, "ref": f"gid-{made.pk}", "total": f"{money.show(total, 'GBP')} GBP"}
    came = say("{number} ({ref}), total {total}", **back)
    for outcome, answer in (("retry", "http 503: busy"), ("done", came)):
        Attempt.objects.create(
            order=made,
            step="create",
            why=say("{why} ({occasion})", why=say("ready"), occasion=say("poll of orders")),
            request=sent,
            answer=answer,
            outcome=outcome,
            worker="worker",
            began_at=now - 61,
            ended_at=now - 60,
        )
    made.refresh_from_db()
    return made


def shipped(of: Account, status: str = "IN_TRANSIT", **other: Any) -> Order:
    made = created(of, status, **other)
    Order.objects.filter(pk=made.pk).update(tokbridge_status=TokbridgeStatus.SHIPPED, store_status="PAID / FULFILLED")
    Parcel.objects.create(
        order=made,
        origin="store",
        store_ref=f"f-{made.pk}",
        number="RM966268170GB",
        number_key="RM966268170GB",
        carrier="Royal Mail",
        line_ids=[line.tiktok_id for line in made.lines.all()],
        tiktok_number="RM966268170GB",
        in_store=True,
        seen_at=time.time() - 50,
        sent_at=time.time() - 49,
    )
    made.refresh_from_db()
    return made


def blocked(of: Account, code: str = "unmatched_sku", words: str = "MUG-GREEN: no such SKU", **other: Any) -> Order:
    made = order(of, **other)
    Problem.objects.create(
        order=made,
        step="create",
        code=code,
        words=words,
        actor=kind(code).actor.value,
        first_at=time.time() - 30,
        last_at=time.time(),
        next_at=time.time() + 60,
        tries=2,
    )
    Order.objects.filter(pk=made.pk).update(problem_code=code, tokbridge_status=TokbridgeStatus.BLOCKED, reason=code)
    made.refresh_from_db()
    return made


def listed(store: Store, *sku_ids: str) -> None:
    """SKUs that a reading of products has found on TikTok, and not on sale."""
    account = store.channels.select_related("account").first().account  # type: ignore[union-attr]
    for sku_id in sku_ids:
        Listing.objects.create(
            store=store, account=account, sku_id=sku_id, kind=ListingKind.RESTING, on_sale=False, read_at=1.7e9
        )


def desk(of: Account) -> list[Order]:
    """One or more orders for every tab."""
    now = int(time.time())
    other_buyer = {**raw()["recipient_address"], "name": "Lucía Fernández"}
    three = [unit(), unit(), unit("CAP-RED", "Wool cap with a rather long name for a product")]
    return [
        order(of, "ON_HOLD", create_time=now - 90, recipient_address=None),
        order(of, "UNPAID", create_time=now - 30, paid_time=None),
        order(of, create_time=now - 4000, recipient_address=other_buyer, line_items=three),
        blocked(of, create_time=now - 5000, rts_sla_time=now + 3 * 3600),
        created(of, create_time=now - 6000, rts_sla_time=now - 5 * 3600),
        created(of, "PARTIALLY_SHIPPING", create_time=now - 7000),
        shipped(of, "AWAITING_COLLECTION", create_time=now - 90000),
        shipped(of, "IN_TRANSIT", create_time=now - 100000),
        shipped(of, "DELIVERED", create_time=now - 200000),
        order(
            of,
            "COMPLETED",
            create_time=now - 900000,
            row={"tokbridge_status": TokbridgeStatus.FINISHED, "store_number": "TTS-9", "reason": ""},
        ),
        order(
            of,
            "CANCELLED",
            create_time=now - 8000,
            cancel_reason="Buyer changed their mind",
            cancellation_initiator="BUYER",
        ),
    ]
