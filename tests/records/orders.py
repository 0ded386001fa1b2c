"""Orders for the tests of search and count, put straight into the tables."""

from __future__ import annotations

import random

from tokbridge.records.models import Account, Line, Order

NAMES = ["Lucía Fernández", "Ada Byron", "Łukasz Groß", "Li Wei", "LUCIA O'Neil", "Óscar Núñez", "Eva 100%_x"]
GOODS = ["Crème brûlée set", "Enamel mug", "Wool cap"]


def fill(account: Account, count: int, seed: int = 3) -> list[Order]:
    rng = random.Random(seed)
    more = random.Random(-seed)  # so that the other columns stay what they are
    channel = account.channels.get().pk
    made = Order.objects.bulk_create(
        Order(
            account=account,
            channel_id=rng.choice([channel, None]),
            tiktok_id=f"5790000000{n:05}{rng.randrange(100):02}",
            status=rng.choice(["ON_HOLD", "COMPLETED", "COMPLETED", "CANCELLED"])
            if more.random() < 0.6
            else more.choice(["AWAITING_SHIPMENT", "PARTIALLY_SHIPPING"]),
            tokbridge_status=rng.choice(["waiting", "finished", "blocked"]),
            problem_code=rng.choice([None, None, "unmatched_sku", "bug"]),
            store_number=rng.choice([None, f"TTS-{n}"]),
            fulfilment_type=rng.choice(["merchant", "tiktok"]),
            logistic_mode=rng.choice(["seller", "platform"]),
            customer=rng.choice(NAMES),
            placed_at=1_700_000_000 + rng.randrange(40),
            ship_by=rng.choice([None, 1_700_000_000 + rng.randrange(9)]),
            currency=more.choice(["GBP", "GBP", "EUR"]),
            ready_at=more.choice([None, 1_700_000_060.0 + n]),
            imported_at=1,
            updated_at=1,
            created_at=rng.choice([None, 1_700_000_100.0 + n]),
        )
        for n in range(count)
    )
    Line.objects.bulk_create(
        Line(
            order=order,
            tiktok_id=f"l{order.pk}",
            position=0,
            product_id=str(kind),
            sku_id=f"sku{kind}",
            seller_sku=f"CODE-{kind}",
            product_name=GOODS[kind],
            sku_name="",
            image="",
            sale_price=1,
            is_gift=False,
            cancelled=False,
            package_id="",
            tracking_number=f"RM{order.pk:06}GB",
            provider_name="",
        )
        for order in made
        for kind in [rng.randrange(3)]
    )
    return made


def archive(orders: list[Order]) -> None:
    """As a person puts orders out of sight."""
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(archived_at=1, tokbridge_status="archived")
