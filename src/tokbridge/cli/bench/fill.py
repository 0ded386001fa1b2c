"""A year of orders for `tokbridge bench page`, written as rows: nothing is asked of a platform. The same every time."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db import connection, models, transaction

from tokbridge.cli.demo.cases import normal
from tokbridge.records.direct import defaults
from tokbridge.records.facets import compact
from tokbridge.records.models import Account, Authorisation, Channel, Connection, Document, Line, Order, Problem, Store

AT_ONCE = 5000
YEAR = 365 * 86400
NEWEST = 1_790_000_000  # when the newest order was placed
RARE, COMMON = "Lucía Quintanilla", "Olivia"
RARE_EVERY = 4400  # 227 of a million
FORMER = "Zacharias Oldman"  # has bought nothing for long
RETIRED = ("172900009999", "173100009999", "SAMOVAR", "Antique samovar")  # an article that is no longer sold
OLD, OLD_EVERY = 0.7, 100  # 3,000 of a million, all of them older than this part of the year


def _words(text: str) -> list[str]:
    return text.split()


FIRST_NAMES = _words(
    "Ada Ben Cleo Dewi Emil Fatma Grace Hugo Ines Jonas Kenji Lan Mara Noah Otto Paul Priya Rosa Somchai Tom "
    "Uma Vera Wei Ximena Yara Zoë André Björn Chloé Đặng Eoin Frida Gül Håkon Iva João Kai Liam Mía Nuno"
)
SURNAMES = _words("Byron Smith García Müller Rossi Novák Nguyễn Kovács Silva Jensen Okafor Tanaka Haddad Petrov Moreau")
GOODS = _words(
    "Mug Lamp Cap Balm Brush Mat Bottle Case Strip Band Towel Candle Kettle Basket Mirror Clock Frame Apron Vase Rug"
)
LOOKS = _words(
    "Enamel Bamboo Retro Vegan Cordless Silky Cozy Foldable Matte Glow Mini Magnetic Stainless Wool Linen Crème"
)
PROBLEMS = ("unmatched_sku", "unmapped_carrier", "refused", "total_differs")
DOCUMENT_EVERY = 5000  # orders with a raw document: those whose page is measured

Row = tuple[Any, ...]


def fill(count: int) -> None:
    """So many orders in an empty database, oldest first, as years bring them."""
    channels = [_channel(number) for number in range(5)]
    rng = random.Random(7)  # noqa: S311 - the same orders every time
    articles = [article(n) for n in range(600)]
    order_columns, order_defaults = _columns(Order)
    line_columns, line_defaults = _columns(Line)
    numbers = itertools.count(1)
    lines = itertools.count(1)
    for first in range(0, count, AT_ONCE):
        orders, units, documents, problems = [], [], [], []
        for place in range(first, min(first + AT_ONCE, count)):
            pk = next(numbers)
            row = _order(rng, place, count, channels)
            orders.append((pk, *({**order_defaults, **row}[name] for name in order_columns)))
            for position in range(rng.choices((1, 2, 3), (70, 20, 10))[0]):
                sold = articles[min(len(articles) - 1, int(rng.expovariate(0.012)))]
                if position == 0 and _is_old(place, count, 0):
                    sold = RETIRED
                unit = _line(rng, pk, position, next(lines), sold, row)
                units.append((unit["id"], *({**line_defaults, **unit}[name] for name in line_columns)))
            if place % DOCUMENT_EVERY == 0:
                documents.append((pk, _raw(rng)))
            if row["problem_code"]:
                problems.append(
                    Problem(order_id=pk, code=row["problem_code"], words="seen by the bench", first_at=1, last_at=1)
                )
        with transaction.atomic():
            _write(Order, order_columns, orders)
            _write(Line, line_columns, units)
            Document.objects.bulk_create(Document(order_id=pk, raw=raw) for pk, raw in documents)
            Problem.objects.bulk_create(problems)
    compact()  # as the workers do
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in ("records_order", "records_line"):
                newest = f"(SELECT max(id) FROM {table})"  # noqa: S608 - a name of ours
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {newest})")
            cursor.execute("VACUUM ANALYZE")
    else:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _channel(number: int) -> tuple[int, int]:
    """An account with its channel; two accounts share a store."""
    authorisation = Authorisation.objects.create(
        connection=Connection.objects.create(name=f"TikTok {number}"),
        app_key=f"key{number}",
        app_secret="bench",  # noqa: S106 - of nothing
    )
    account = Account.objects.create(
        authorisation=authorisation, shop_id=str(number), name=f"Shop {number}", region="GB", cipher="c"
    )
    address = f"shop-{number // 2}.example"
    store = Store.objects.filter(address=address).first()
    if store is None:
        link = Connection.objects.create(name=f"Store {number // 2}")
        store = Store.objects.create(connection=link, platform="shopify", address=address, credentials="{}")
    return account.pk, Channel.objects.create(account=account, store=store, start=0).pk


def article(number: int) -> tuple[str, str, str, str]:
    """(product id, SKU id, SKU, title); the first one is sold most often."""
    return f"17290000{number:04}", f"17310000{number:04}", f"SKU-{number:04}", _title(number)


def _title(number: int) -> str:
    return f"{LOOKS[number % len(LOOKS)]} {GOODS[number // len(LOOKS) % len(GOODS)]} {number}"


def _order(rng: random.Random, place: int, count: int, channels: Sequence[tuple[int, int]]) -> dict[str, Any]:
    age = (count - place) / count  # 1 = the oldest
    placed = NEWEST - int(age * YEAR) + rng.randrange(-600, 600)
    status, standing = _standing(rng, age)
    account, channel = channels[min(4, int(rng.expovariate(0.6)))]
    ill = rng.random() < (0.05 if age < 0.01 else 0.0005)
    number = f"{577_000_000_000_000_000 + place * 1_009_007 + rng.randrange(1000)}"
    created = standing in {"created", "shipped", "finished"}
    return {
        "account_id": account,
        "channel_id": channel,
        "tiktok_id": number,
        "status": status,
        "tokbridge_status": "blocked" if ill else standing,
        "problem_code": rng.choice(PROBLEMS) if ill else None,
        "store_number": f"TTS-{number}" if created else None,
        "store_status": "PAID / FULFILLED" if standing in {"shipped", "finished"} else "PAID / UNFULFILLED" * created,
        "placed_at": placed,
        "update_time": placed + 60,
        "ship_by": placed + 3 * 86400,
        "currency": "GBP",
        "buyer_total": rng.randrange(500, 20_000),
        "seller_total": rng.randrange(500, 20_000),
        "fulfilment_type": "tiktok" if rng.random() < 0.1 else "merchant",
        "logistic_mode": "platform" if rng.random() < 0.6 else "seller",
        "customer": FORMER if _is_old(place, count, 50) else _name(rng, place),
        "cancel_reason": "Ordered by mistake" if status == "CANCELLED" else "",
        "imported_at": placed + 20.5,
        "updated_at": placed + 90.25,
        "created_at": placed + 30.0 if created else None,
    }


def _standing(rng: random.Random, age: float) -> tuple[str, str]:
    """By age: on hold, to be shipped, on the way, delivered, completed."""
    if rng.random() < 0.085:
        return "CANCELLED", "cancelled"
    for until, status, standing in (
        (0.00002, "UNPAID", "waiting"),
        (0.00004, "ON_HOLD", "waiting"),
        (0.0035, "AWAITING_SHIPMENT", "created"),
        (0.0057, "AWAITING_COLLECTION", "shipped"),
        (0.0134, "IN_TRANSIT", "shipped"),
        (0.0345, "DELIVERED", "shipped"),
    ):
        if age <= until:
            return status, standing
    return "COMPLETED", "finished"


def _is_old(place: int, count: int, turn: int) -> bool:
    """One of a few among the old orders."""
    return (count - place) / count > OLD and place % OLD_EVERY == turn


def _name(rng: random.Random, place: int) -> str:
    if place % RARE_EVERY == 5:
        return RARE
    first = COMMON if rng.random() < 0.013 else rng.choice(FIRST_NAMES)
    return f"{first} {rng.choice(SURNAMES)}"


def _line(rng: random.Random, order: int, position: int, pk: int, sold: Row, row: dict[str, Any]) -> dict[str, Any]:
    product, sku, code, title = sold
    shipped = row["tokbridge_status"] in {"shipped", "finished"}
    return {
        "id": pk,
        "order_id": order,
        "tiktok_id": str(578_000_000_000_000_000 + pk),
        "position": position,
        "product_id": product,
        "sku_id": sku,
        "seller_sku": code,
        "product_name": title,
        "sku_name": rng.choice(("Black", "Rose", "Blue")),
        "image": "",
        "sale_price": 995,
        "is_gift": False,
        "cancelled": row["status"] == "CANCELLED",
        "package_id": "",
        "tracking_number": f"RM{order:09}GB" if shipped else "",
        "provider_name": "",
    }


def _raw(rng: random.Random) -> str:
    return json.dumps(normal(rng))


def _columns(model: type[models.Model]) -> tuple[list[str], dict[str, Any]]:
    found = defaults(model)
    return list(found), found


def _write(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """With all triggers and indexes, as fast as the database takes it."""
    names = ", ".join(f'"{name}"' for name in ("id", *columns))
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cast(Any, cursor).copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * (len(columns) + 1))
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', list(rows))  # noqa: S608 - names of ours
