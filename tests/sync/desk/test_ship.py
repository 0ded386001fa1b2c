"""Shipping at the desk: which units, by which carrier, under which number."""

from __future__ import annotations

import pytest

from tests.sync.running import one
from tests.sync.world import ROYAL, World
from tokbridge.records.models import Parcel
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.offers import offered
from tokbridge.sync.outcome import State
from tokbridge.sync.shipping import ship

pytestmark = pytest.mark.django_db(transaction=True)


def test_ship_all_units(world: World) -> None:
    row = world.take()
    result = one([ship(row.pk, "royal mail", " RM123456789GB ")])
    assert (result.state, result.words) == (State.DONE, "TikTok has parcel RM123456789GB as package 115000001")
    parcel = Parcel.objects.get()
    assert (parcel.origin, parcel.carrier, parcel.provider_id) == ("desk", "Royal Mail", ROYAL)
    assert len(parcel.line_ids) == 2


def test_ship_in_two_parcels(world: World) -> None:
    row = world.take()
    first, second = "579000000000000101", "579000000000000102"
    assert one([ship(row.pk, ROYAL, "RM-0001", [first])]).state is State.DONE
    with pytest.raises(NotPossible, match=f"{first}; left are: {second}"):
        ship(row.pk, "DPD", "DPD-0002", [first])
    assert one([ship(row.pk, "DPD", "DPD-0002")]).state is State.DONE
    assert [parcel.line_ids for parcel in Parcel.objects.order_by("id")] == [[first], [second]]
    with pytest.raises(NotPossible, match="no unit left to ship"):
        ship(row.pk, "DPD", "DPD-0003")


def test_a_refused_parcel_is_kept_and_its_carrier_can_be_corrected(world: World) -> None:
    row = world.take()
    world.tiktok.answers["orders.mark_shipped"] = {"code": 21011007, "message": "wrong carrier", "data": None}
    result = one([ship(row.pk, "Royal Mail", "RM123456789GB")])
    assert (result.state, result.words) == (State.BLOCKED, "wrong carrier")
    del world.tiktok.answers["orders.mark_shipped"]
    assert one([ship(row.pk, "DPD", "RM123456789GB")]).state is State.DONE
    assert Parcel.objects.get().carrier == "DPD"
    assert Parcel.objects.count() == 1


def test_ship_names_the_carriers_that_tiktok_takes(world: World) -> None:
    row = world.take()
    with pytest.raises(NotPossible, match=r"'Hermes'.*it takes: DPD, Royal Mail"):
        ship(row.pk, "Hermes", "RM123456789GB")
    assert [one.name for one in offered(row.pk)] == ["DPD", "Royal Mail"]
    assert not Parcel.objects.exists()


@pytest.mark.parametrize("number", ["", "RM1", "R" * 51, "RM 123 456", "RM123#4", "ÄRM12345"])
def test_ship_refuses_what_is_no_tracking_number(world: World, number: str) -> None:
    with pytest.raises(NotPossible, match="4 to 50 characters"):
        ship(world.take().pk, "Royal Mail", number)


def test_platform_logistics_is_not_ours_to_ship(world: World) -> None:
    row = world.take(shipping_type="TIKTOK")
    with pytest.raises(NotPossible, match="TikTok ships it"):
        ship(row.pk, "Royal Mail", "RM123456789GB")
