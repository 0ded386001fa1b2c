"""The life of an order on the versions of each platform that behave differently from the usual one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest

from tests.conformance import (
    test_cancel,
    test_changes,
    test_connection,
    test_crash,
    test_create,
    test_find,
    test_parcels,
    test_status,
    test_stock,
)
from tests.conformance.subjects import SUBJECTS, Json, Subject
from tests.conformance.world import World

BY_NAME = {subject.name: subject for subject in SUBJECTS}


def _variant(
    name: str,
    variant: str,
    *,
    settings: Json | None = None,
    texts: Mapping[str, str] | None = None,
    cannot: Mapping[str, str] | None = None,
) -> Subject:
    """A subject with more settings, texts, and things it cannot do."""
    base = BY_NAME[name]
    return replace(
        base,
        variant=variant,
        settings={**base.settings, **(settings or {})},
        texts={**base.texts, **(texts or {})},
        cannot={**base.cannot, **(cannot or {})},
    )


VARIANTS = (
    _variant("shopify", "2026-01", texts={"api_version": "2026-01"}),
    _variant("shopify", "2026-10", texts={"api_version": "2026-10"}),
    _variant("magento", "2.4.4", settings={"version": "2.4.4"}),
    replace(
        _variant(
            "magento",
            "invoiced at creation",
            texts={"invoice": "creation"},
            cannot={
                "restock": "a refund of unshipped units lowers the source and gives them back as a reservation (reference"
                " magento-rest.md 9), which the next run of the compensation command takes away again"
            },
        ),
        statuses=("archived",),
    ),
    _variant(
        "prestashop",
        "1.7.8.10",
        settings={"version": "1.7.8.10"},
        cannot={"cancel_lines": "rows of an order can't be changed one field at a time before PrestaShop 8"},
    ),
    # PrestaShop 9.0 was seen to answer POST orders so (reference prestashop-webservice.md 3).
    replace(_variant("prestashop", "warning after each order", settings={"warning_mode": "orders.post"}), doubts=True),
)

Case = Callable[[World], None]

CASES: dict[str, Case] = {
    "connection": test_connection.test_everything_is_permitted,
    "money": lambda world: test_create.test_money(world, "several rows"),
    "discounts": lambda world: test_create.test_money(world, "both discounts"),
    "fees": lambda world: test_create.test_money(world, "paid shipping and fees"),
    "taxes inside": lambda world: test_create.test_money(world, "two tax rates inside"),
    "taxes on top": lambda world: test_create.test_taxes_on_top(world, "two rates and taxed shipping"),
    "masked buyer": lambda world: test_create.test_buyers(world, "masked"),
    "new address": lambda world: test_create.test_a_new_address(world, "Thai"),
    "found": test_find.test_only_the_order_with_exactly_this_marker,
    "twice": lambda world: test_find.test_the_same_creation_twice(world, same_journal=False),
    "broken": lambda world: test_crash.test_broken_at_every_call(world, "drop_after"),
    "staff ships": test_parcels.test_staff_ships_everything,
    "late number": test_parcels.test_a_late_number,
    "our parcel": test_parcels.test_our_parcel_with_everything,
    "our parcel broken": lambda world: test_parcels.test_a_parcel_broken_at_every_call(world, "drop_after"),
    "we cancel": test_cancel.test_we_cancel,
    "units go back": test_cancel.test_units_go_back_to_stock_once,
    "cancellation broken": lambda world: test_cancel.test_a_cancellation_broken_at_every_call(world, "drop_after"),
    "staff cancels": test_cancel.test_staff_cancels,
    "units off": test_cancel.test_we_take_units_off_once_per_key,
    "units off broken": lambda world: test_cancel.test_units_taken_off_broken_at_every_call(world, "drop_after"),
    "changes": test_changes.test_the_same_cursor_again,
    "statuses": test_status.test_every_status_that_applies,
    "blank status": lambda world: test_status.test_an_unknown_status(world, ""),
    "stock": test_stock.test_as_in_the_book_after_an_order,
    "stock set": lambda world: test_stock.test_set(world, 3),
}


@pytest.fixture(params=VARIANTS, ids=lambda subject: subject.label)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with World(request.param) as made:
        made.prepare()
        yield made


@pytest.mark.parametrize("case", CASES)
def test_version(world: World, case: str) -> None:
    CASES[case](world)
