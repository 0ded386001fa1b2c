"""The proof: both sandboxes' books against what was expected before the run. Tokbridge's own tables prove nothing;
they are asked only for the code that a blocked order shows to people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tokbridge.cli.demo.cases import SHIPS_ONLY_WHAT_IT_HAS, SOLD_OUT, Json
from tokbridge.cli.demo.marks import marker_of

PAID_BY_TIKTOK = (
    "platform_discount",
    "payment_platform_discount",
    "shipping_fee_platform_discount",
    "shipping_fee_cofunded_discount",
)


SHOWS_WHAT_IS_LEFT = frozenset({"prestashop"})  # its order has one total, of the units that are still on it


@dataclass
class Audit:
    """TikTok ids by what is wrong with them, with words; and what there is."""

    lost: dict[str, str] = field(default_factory=dict)
    doubled: dict[str, str] = field(default_factory=dict)
    cents_off: dict[str, str] = field(default_factory=dict)
    wrong_outcome: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.cents_off or self.wrong_outcome)

    @property
    def faults(self) -> int:
        return len(self.lost) + len(self.doubled) + len(self.cents_off) + len(self.wrong_outcome)


def seller_view(payment: Mapping[str, str]) -> str:
    """What the buyer paid plus what TikTok pays, as a decimal text (design, section 1)."""
    total = Decimal(payment["total_amount"]) + sum(Decimal(payment.get(name) or "0") for name in PAID_BY_TIKTOK)
    return str(total)


def audit(
    tiktok: Json, stores: Mapping[str, Json], codes: Mapping[str, str], stock: Mapping[str, Mapping[str, int]]
) -> Audit:
    """`tiktok`, `stores` (by platform): the sandboxes' books. `codes`: TikTok id -> problem code shown by Tokbridge.
    `stock`: by platform, SKU -> units in the store before the first order."""
    result = Audit()
    made: dict[str, list[Json]] = {}
    for platform, store in stores.items():
        for row in store["orders"]:
            made.setdefault(marker_of(row), []).append({**row, "platform": platform})
    expected: Json = tiktok["expected"]
    for order_id, wanted in expected.items():
        _one(result, order_id, wanted, tiktok["orders"][order_id], made.pop(order_id, []), codes)
    for marker, rows in made.items():
        if rows and marker not in expected:
            result.wrong_outcome[marker] = "a store order nobody expected"
    for platform, store in stores.items():
        _stock(result, expected, store, platform, stock.get(platform, {}))
    return result


def _one(result: Audit, order_id: str, wanted: Json, order: Json, made: list[Json], codes: Mapping[str, str]) -> None:
    most, least = {
        "created": (1, 1),
        "cancelled": (1, 0),
        "cancelled or never created": (1, 0),
    }.get(wanted["end"], (0, 0))
    if wanted["end"] == "cancelled" and wanted["deed"] != "cancel at once":
        least = 1
    if wanted["deed"] == "cancel at once":
        most = 0
    if len(made) > max(most, 1) or (len(made) > most and most == 0 and made):
        kind = result.doubled if len(made) > 1 else result.wrong_outcome
        kind[order_id] = f"{len(made)} store orders"
        return
    if len(made) < least:
        result.lost[order_id] = f"no store order, TikTok says {order['status']}"
        return
    result.counts["created"] += len(made)
    for row in made:
        if row["platform"] != wanted["platform"]:
            result.wrong_outcome[order_id] = f"made in {row['platform']}, belongs to {wanted['platform']}"
            return
        total = Decimal(wanted["total"]) - (_taken_off(order, row) if row["platform"] in SHOWS_WHAT_IS_LEFT else 0)
        if Decimal(str(row["total"])) != total:
            result.cents_off[order_id] = f"store {row['total']}, must be {total}"
    if words := _wrong(wanted, order, made, codes.get(order_id, "")):
        result.wrong_outcome[order_id] = words
    _count(result, wanted, order, made)


def _taken_off(order: Json, row: Json) -> Decimal:
    """What the units cost that were cancelled on TikTok and are no longer on the living store order; a store order that
    was cancelled as a whole keeps its total."""
    if row["cancelled_at"]:
        return Decimal(0)
    gone = [line for line in order["lines"] if line["display_status"] == "CANCELLED"]
    parts = [Decimal(line[name] or "0") for line in gone for name in ("sale_price", "platform_discount")]
    taxes = [Decimal(tax["tax_amount"]) for line in gone for tax in line.get("item_tax") or ()]
    return sum([*parts, *taxes], Decimal(0))


def _wrong(wanted: Json, order: Json, made: list[Json], code: str) -> str:
    """What is not as it must be, "" when all is well."""
    if wanted["tiktok_status"] and order["status"] != wanted["tiktok_status"]:
        return f"TikTok says {order['status']}, not {wanted['tiktok_status']}"
    if code != wanted["code"]:
        return f"problem {code or 'none'}, not {wanted['code'] or 'none'}"
    for row in made:
        if bool(row["cancelled_at"]) != (order["status"] == "CANCELLED"):
            return f"store order cancelled: {bool(row['cancelled_at'])}, TikTok says {order['status']}"
        live = [line for line in order["lines"] if line["display_status"] != "CANCELLED"]
        in_store = sum(int(item["current_quantity"]) for item in row["lines"] if item["variant"])
        if not row["cancelled_at"] and in_store != len(live):
            return f"{in_store} units in the store, {len(live)} live on TikTok"
    shown = sorted({line["tracking_number"] for line in order["lines"] if line.get("tracking_number")})
    if shown != wanted.get("numbers", []):
        return f"TikTok shows parcels {shown}, not {wanted.get('numbers', [])}"
    if "store_numbers" in wanted:
        there = sorted(
            tracking["number"]
            for row in made
            for parcel in row["fulfillments"]
            if parcel["status"] == "SUCCESS"
            for tracking in parcel["tracking"]
        )
        if there != wanted["store_numbers"]:
            return f"the store shows parcels {there}, not {wanted['store_numbers']}"
    return ""


def _count(result: Audit, wanted: Json, order: Json, made: list[Json]) -> None:
    if any(line.get("tracking_number") for line in order["lines"]) and made:
        result.counts["shipped"] += 1
    if order["status"] == "CANCELLED" and wanted["end"] != "before start":
        result.counts["cancelled"] += 1
    if wanted["code"]:
        result.counts["blocked"] += 1


def _stock(result: Audit, expected: Json, store: Json, platform: str, stock: Mapping[str, int]) -> None:
    """Every unit of a live store order has left the store's stock, every other is there again."""
    sold: Counter[str] = Counter()
    for row in store["orders"]:
        if marker_of(row) in expected:
            for item in row["lines"]:
                if item["variant"] and not row["cancelled_at"]:
                    sold[str(item["sku"])] += int(item["current_quantity"])
    for sku, variants in store["stock"].items():
        left = sum(int(variant["available"]) for variant in variants)
        if sku == SOLD_OUT and platform in SHIPS_ONLY_WHAT_IT_HAS:
            continue  # goods arrived in the course of the demo, so that what was sold could be shipped
        if left != stock.get(sku, left + sold[sku]) - sold[sku]:
            result.wrong_outcome[f"stock of {sku} in {platform}"] = f"{left} left, must be {stock[sku] - sold[sku]}"
