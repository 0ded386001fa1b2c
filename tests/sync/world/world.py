"""Both sides and the rows between them: orders to carry, and the flow to carry them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.sync.world.process import Mortal
from tests.sync.world.shop import Made
from tests.sync.world.store import FakeStore
from tests.sync.world.tiktok import SHOP_ID, TikTok
from tests.sync.world.wire import Clock, Wire
from tokbridge.core.status import Status
from tokbridge.records.models import (
    Account,
    Authorisation,
    Binding,
    Channel,
    Connection,
    Instruction,
    Order,
    Problem,
    Run,
)
from tokbridge.records.models import Parcel as ParcelRow
from tokbridge.records.models import Store as StoreRow
from tokbridge.sync import catalogue, channels, feeds, queue
from tokbridge.sync import connections as live
from tokbridge.sync.act import parcels as parcels_act
from tokbridge.sync.intake import store_orders
from tokbridge.sync.limits import Outside
from tokbridge.sync.run_work import advance
from tokbridge.sync.tokens import RowTokens, app_of
from tokbridge.sync.watch import watch
from tokbridge.sync.work import work
from tokbridge.tiktok.transport import Client

SECRET = "5f1d9a3c7b2e4860"
KEY = "68xu9ks5p4i8"


class World(Mortal):
    """Both sides, the rows between them, and the clock. `policy`: the channel's, where it is not the usual one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, policy: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.monkeypatch = monkeypatch
        self.clock = Clock(1_700_100_000.0)
        monkeypatch.setattr(time, "time", self.clock)
        monkeypatch.setattr(time, "sleep", self.clock.sleep)
        self.woken: list[int] = []
        monkeypatch.setattr(queue, "wake", lambda ids, why: self.woken.extend(ids))
        monkeypatch.setattr(queue, "advance_run", lambda _run_id: None)  # the test is the worker
        self.tiktok = TikTok(self.clock)
        forget()
        self._rows(policy or {})
        self.tiktok_wire = Wire(self.tiktok, self.moment)
        self.tiktok_out = Outside(self.tiktok_wire, self.authorisation.connection_id)
        tokens = RowTokens(self.authorisation.pk, self.tiktok_out)
        app = app_of(self.authorisation)
        self.client = Client(self.tiktok_out, app, tokens, self.clock)
        live._marketplaces[self.authorisation.pk] = live.Marketplace(self.client, self.tiktok_out, app)
        self.store_wire = Wire(lambda request: self.store.handle(request), self.moment)  # noqa: PLW0108 - made below
        self.store_out = Outside(self.store_wire, self.store_row.connection_id)
        self.store = FakeStore(self.store_out, self.clock)
        live._stores[self.store_row.pk] = live.WebStore(self.store, self.store_out, self.store_row.pk, "shopify")
        self._made = 0

    def _rows(self, policy: dict[str, Any]) -> None:
        now = self.clock()
        self.authorisation = Authorisation.objects.create(
            connection=Connection.objects.create(name="TikTok Shop", since=now, rate=1000, burst=1000),
            app_key=KEY,
            app_secret=SECRET,
            api_url="http://127.0.0.1",
            auth_url="http://127.0.0.1",
            access_token="access-1",
            refresh_token="refresh-1",
            access_expires=int(now) + 7 * 86400,
            refresh_expires=int(now) + 90 * 86400,
            open_id="open-1",
        )
        self.account = Account.objects.create(
            authorisation=self.authorisation, shop_id=SHOP_ID, name="Mugs", region="GB", cipher="cipher"
        )
        self.store_row = StoreRow.objects.create(
            connection=Connection.objects.create(name="Store", since=now, rate=1000, burst=1000),
            platform="shopify",
            address="ada.example",
            credentials="{}",
            currency="GBP",
        )
        self.channel = Channel.objects.create(account=self.account, store=self.store_row, start=0, policy=policy)

    # --- orders

    def order(self, units: int = 2, status: Status = Status.AWAITING_SHIPMENT, **changes: Any) -> str:
        """A new order on TikTok: units of 10.00 GBP, two of a SKU, 2.00 shipping."""
        self._made += 1
        order_id = f"5790000000{self._made:08d}"
        now = self.tiktok.now()
        lines = [
            {
                "id": f"{order_id}-{at}",
                "product_id": "1",
                "product_name": "Mug",
                "sku_id": f"s{at // 2}",
                "sku_name": "Blue",
                "seller_sku": f"MUG-{at // 2}",
                "currency": "GBP",
                "original_price": "10.00",
                "sale_price": "10.00",
                "display_status": status.value,
            }
            for at in range(units)
        ]
        self.tiktok.orders[order_id] = {
            "id": order_id,
            "status": status.value,
            "create_time": now - 100,
            "paid_time": now - 90,
            "update_time": now - 50,
            "fulfillment_type": "FULFILLMENT_BY_SELLER",
            "shipping_type": "SELLER",
            "delivery_option_id": "709",
            "delivery_option_name": "Shipped by seller",
            "is_on_hold_order": True,
            "user_id": "7021",
            "payment": {
                "currency": "GBP",
                "total_amount": f"{units * 10 + 2}.00",
                "sub_total": f"{units * 10}.00",
                "original_total_product_price": f"{units * 10}.00",
                "shipping_fee": "2.00",
                "original_shipping_fee": "2.00",
                "tax": "0",
            },
            "recipient_address": {
                "name": "Ada Byron",
                "address_line1": "1 Mill Lane",
                "postal_code": "LS1 1AA",
                "region_code": "GB",
                "post_town": "Leeds",
                "phone_number": "(+44)7700900123",
            },
            "line_items": lines,
            **changes,
        }
        return order_id

    def take(self, **changes: Any) -> Order:
        """TikTok has a whole record like this one, and it was just read."""
        raw = self.tiktok.put(**changes)
        store_orders(self.account, [raw], self.clock())
        return self.row(str(raw["id"]))

    def units(self, order_id: str) -> list[str]:
        return [line["id"] for line in self.tiktok.orders[order_id]["line_items"]]

    def known(self, order_id: str) -> bool:
        return Order.objects.filter(tiktok_id=order_id).exists()

    def row(self, order_id: str) -> Order:
        return Order.objects.get(tiktok_id=order_id)

    def binding(self, order_id: str) -> Binding:
        return Binding.objects.get(order__tiktok_id=order_id)

    def parcels(self, order_id: str) -> list[ParcelRow]:
        return list(ParcelRow.objects.filter(order__tiktok_id=order_id).order_by("id"))

    def problems(self, order_id: str) -> list[str]:
        rows = Problem.objects.filter(order__tiktok_id=order_id, closed_at__isnull=True)
        return sorted(rows.values_list("code", flat=True))

    def wish(self, order_id: str, verb: str, **args: Any) -> Instruction:
        return Instruction.objects.create(order=self.row(order_id), verb=verb, args=args, at=self.clock())

    def set_policy(self, **choices: Any) -> None:
        """The channel's policy is this from now on."""
        self.channel.policy = choices
        self.channel.save()
        channels.forget_channels()

    def store_orders(self, order_id: str) -> list[Made]:
        return self.store.of(order_id)

    # --- the flow

    def read(self, order_id: str) -> None:
        """What a webhook does."""
        feeds.fetch_ids(self.account.pk, [order_id])

    def poll(self) -> None:
        feeds.poll(self.account.pk, "orders", 60)
        feeds.poll(self.account.pk, "cancellations", 60)

    def watch(self) -> list[int]:
        """One poll of the store; the orders it says to look at."""
        due = watch(self.store_row.pk, 60)
        assert due is not None, "another worker reads the store"
        return due

    def look(self, order_id: str) -> None:
        assert work(self.row(order_id).pk, "test")

    def carry(self, order_id: str, seconds: float = 1200.0) -> None:
        """Look, then look again whenever the row says so, until it wants nothing for `seconds`. What was begun to try
        orders again comes first, as with any worker."""
        for run in Run.objects.filter(verb="replay", ended_at=None):
            self.clock.at = max(self.clock.at, run.next_at)
            advance(run.pk)
        for _ in range(60):
            self.look(order_id)
            due_at = self.row(order_id).due_at
            if due_at is None or due_at > self.clock() + seconds:
                return
            self.clock.at = max(self.clock.at, due_at)
        raise AssertionError(f"no rest: {self.row(order_id).reason}, {self.problems(order_id)}")

    def bring(self, order_id: str) -> Made:
        """The usual way to a store order."""
        self.read(order_id)
        self.carry(order_id)
        (made,) = self.store_orders(order_id)
        return made

    def new_process(self) -> None:
        """Another process takes over: nothing in memory is left, the dead one's leases run out."""
        self.clock.sleep(61)
        catalogue.forget_products()
        parcels_act._providers.clear()


def forget() -> None:
    """Nothing of another test's world stays in the caches."""
    live.forget_connections()
    channels.forget_channels()
    catalogue.forget_products()
    parcels_act._providers.clear()
