"""Is the merchant's stock remedy running? Proven by orders, told in one problem, and never in an order's way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.world import Made, World
from tokbridge.core.errors import CredentialRefused, OutsideError, Refused, Retry
from tokbridge.records.models import Binding, Problem, Store
from tokbridge.sync.stock_proof import look_for_reservations

QUARTER, DAY = 900.0, 86400.0


@pytest.fixture
def proving(world: World) -> World:
    """A store whose orders take stock only by a remedy; it runs at once unless a test says otherwise."""
    world.store.stock_to_prove = True
    return world


def proof(world: World) -> dict[str, Any]:
    kept: dict[str, Any] = Store.objects.get(pk=world.store_row.pk).stock_proof
    return kept


def state(world: World) -> str:
    return str(proof(world).get("state", "none"))


def later(world: World, seconds: float = QUARTER + 1) -> str:
    world.clock.sleep(seconds)
    look_for_reservations()
    return state(world)


def banners(world: World) -> list[str]:
    found = Problem.objects.filter(connection=world.store_row.connection_id, order=None, closed_at=None)
    return list(found.values_list("code", flat=True))


def asked(world: World) -> int:
    return world.store_wire.sent.count("stock")


def one(world: World, units: int = 2) -> tuple[str, Made]:
    order_id = world.order(units)
    return order_id, world.bring(order_id)


def of_another_variant(world: World) -> Made:
    order_id = world.order()
    for line in world.tiktok.orders[order_id]["line_items"]:
        line |= {"seller_sku": "CUP-1", "sku_id": "cup"}
    return world.bring(order_id)


def test_an_order_whose_units_are_reserved_is_the_proof(proving: World) -> None:
    world = proving
    order_id, _ = one(world)
    kept = proof(world)
    assert kept == {
        "state": "waiting",
        "order": order_id,
        "variant": "v-MUG-0",
        "sku": "MUG-0",
        "quantity": 2,
        "reserved": 0,
        "at": kept["at"],
        "tries": 0,
    }
    assert later(world, QUARTER - 60) == "waiting"
    assert asked(world) == 1, "looked before the job could have run"
    assert later(world, 61) == "proven"
    assert proof(world)["reserved_after"] == 2
    assert banners(world) == []


def test_units_reserved_before_are_the_base(proving: World) -> None:
    world = proving
    world.store.stock_to_prove = False
    one(world)
    world.store.stock_to_prove = True
    one(world)
    assert proof(world)["reserved"] == 2
    assert later(world) == "proven"
    assert proof(world)["reserved_after"] == 4


def test_rows_of_one_variant_are_counted_together(proving: World) -> None:
    world = proving
    order_id = world.order(2)
    raw = world.tiktok.orders[order_id]
    raw["line_items"][1] |= {"sale_price": "12.00", "original_price": "12.00"}
    raw["payment"] |= {"total_amount": "24.00", "sub_total": "22.00", "original_total_product_price": "22.00"}
    made = world.bring(order_id)
    assert len(made.plan.lines) == 2
    assert proof(world)["quantity"] == 2


def test_after_three_looks_it_counts_as_missing_and_the_owner_is_told(proving: World) -> None:
    world = proving
    world.store.reserves_after = None
    order_id, _ = one(world)
    for tries in (1, 2):
        assert later(world) == "waiting"
        assert (proof(world)["tries"], banners(world)) == (tries, [])
    assert later(world) == "missing"
    problem = Problem.objects.get(code="stock_not_reserved")
    assert (problem.connection_id, problem.actor) == (world.store_row.connection_id, "shop owner")
    assert all(word in problem.words for word in (order_id, "2 of MUG-0", "reserves 0"))
    assert world.problems(order_id) == []
    looks = asked(world)
    assert later(world) == "missing"
    assert asked(world) == looks, "looked on after the verdict"


def test_fewer_units_than_ordered_prove_nothing(proving: World) -> None:
    world = proving
    one(world)
    world.store.made[0].off["staff"] = (world.units(world.store.made[0].plan.marker)[0],)
    assert [later(world) for _ in range(3)] == ["waiting", "waiting", "missing"]


def test_a_job_that_runs_rarely_is_waited_for(proving: World) -> None:
    world = proving
    world.store.reserves_after = 2 * QUARTER
    one(world)
    assert [later(world) for _ in range(3)] == ["waiting", "proven", "proven"]
    assert banners(world) == []


def test_the_problem_ends_with_the_next_proof_which_the_next_order_begins(proving: World) -> None:
    world = proving
    world.store.reserves_after = None
    one(world)
    for _ in range(3):
        later(world)
    assert banners(world) == ["stock_not_reserved"]
    world.store.reserves_after = 0.0
    second, _ = one(world)
    assert (proof(world)["order"], state(world), banners(world)) == (second, "waiting", ["stock_not_reserved"])
    assert later(world) == "proven"
    assert banners(world) == []


def test_it_goes_on_missing_as_one_problem(proving: World) -> None:
    world = proving
    world.store.reserves_after = None
    for _ in range(2):
        one(world)
        for _ in range(3):
            later(world)
    assert Problem.objects.get(code="stock_not_reserved").tries == 2


def _shipped(world: World, order_id: str, made: Made) -> None:
    world.store.staff_ship(made, world.units(order_id)[:1], "")
    world.watch()


def _cancelled_by_staff(world: World, _order_id: str, made: Made) -> None:
    world.store.staff_cancel(made)
    world.watch()


def _cancelled_on_tiktok(world: World, order_id: str, _made: Made) -> None:
    world.tiktok.cancel(order_id)
    world.read(order_id)
    world.carry(order_id)


def _unit_cancelled(world: World, order_id: str, _made: Made) -> None:
    world.tiktok.cancel(order_id, world.units(order_id)[:1])
    world.read(order_id)
    world.carry(order_id)


@pytest.mark.parametrize("event", [_shipped, _cancelled_by_staff, _cancelled_on_tiktok, _unit_cancelled])
def test_an_order_that_changed_meanwhile_proves_nothing_and_the_next_begins_anew(proving: World, event: Any) -> None:
    world = proving
    world.store.reserves_after = None
    order_id, made = one(world)
    event(world, order_id, made)
    looks = asked(world)
    assert later(world) == "none"
    assert (asked(world), banners(world)) == (looks, [])
    world.store.reserves_after = 0.0
    second, _ = one(world)
    assert proof(world)["order"] == second
    assert later(world) == "proven"


def _another_is_made(world: World, _first: Made) -> None:
    one(world)


def _another_is_shipped(world: World, first: Made) -> None:
    world.store.staff_ship(first, world.units(first.plan.marker), "RM 1")
    world.watch()


def _another_is_shipped_unseen(world: World, first: Made) -> None:
    world.store.staff_ship(first, world.units(first.plan.marker), "RM 1")


@pytest.mark.parametrize("event", [_another_is_made, _another_is_shipped, _another_is_shipped_unseen])
def test_another_order_of_the_variant_that_moves_disturbs_the_proof(proving: World, event: Any) -> None:
    """It moves what is reserved as well, so neither verdict would be right."""
    world = proving
    world.store.stock_to_prove = False
    _, first = one(world)
    world.clock.sleep(60)
    world.store.stock_to_prove = True
    one(world)
    looks = asked(world)
    event(world, first)
    assert later(world) == "none"
    assert (asked(world), banners(world)) == (looks, [])


def test_a_creation_that_was_refused_proves_nothing(proving: World) -> None:
    world = proving
    world.store.errors["create_order"] = Refused("no", "not today")
    order_id = world.order()
    world.read(order_id)
    world.look(order_id)
    assert state(world) == "waiting"
    assert later(world) == "none"


@pytest.mark.parametrize("error", [Retry("http 503", "busy"), Refused("404", "no such source")])
def test_a_stock_that_cannot_be_read_holds_up_no_order(proving: World, error: OutsideError) -> None:
    world = proving
    world.store.errors["stock"] = error
    order_id, made = one(world)
    assert made.plan.marker == order_id
    assert (state(world), world.problems(order_id), banners(world)) == ("none", [], [])
    del world.store.errors["stock"]
    second, _ = one(world)
    assert proof(world)["order"] == second, "the next order does not begin it"


@pytest.mark.parametrize("error", [Retry("http 503", "busy"), CredentialRefused("401", "no")])
def test_a_look_that_fails_is_made_again_and_not_counted(proving: World, error: OutsideError) -> None:
    world = proving
    one(world)
    world.store.errors["stock"] = error
    assert [later(world) for _ in range(5)] == ["waiting"] * 5
    assert proof(world)["tries"] == 0
    del world.store.errors["stock"]
    assert later(world) == "proven"


def test_reading_the_stock_takes_nothing_of_the_settle_time(proving: World) -> None:
    """That counts from the intention; a slow answer must come before it."""
    world = proving
    intended: list[bool] = []
    world.store_wire.on_send = lambda request: (
        intended.append(Binding.objects.exists()) if request.operation == "stock" else None
    )
    one(world)
    assert intended == [False]


def test_once_a_day(proving: World) -> None:
    world = proving
    one(world)
    of_another_variant(world)
    assert asked(world) == 1, "a second proof beside one that waits"
    later(world)
    assert asked(world) == 2
    for _ in range(3):
        of_another_variant(world)
        world.clock.sleep(DAY / 4)
    assert asked(world) == 2
    world.clock.sleep(DAY / 4)
    order_id, _ = one(world)
    assert (asked(world), proof(world)["order"], state(world)) == (3, order_id, "waiting")


def test_a_product_that_nobody_counts_proves_nothing(proving: World) -> None:
    world = proving
    world.store.uncounted = {"MUG-0"}
    one(world)
    assert state(world) == "none"
    world.store.uncounted = set()
    one(world)
    world.store.uncounted = {"MUG-0"}
    assert later(world) == "none"


def test_a_store_that_reserves_by_itself_is_not_asked(world: World) -> None:
    one(world)
    assert (asked(world), state(world)) == (0, "none")
