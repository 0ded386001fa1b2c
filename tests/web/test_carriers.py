"""The Carriers page: drop-downs from both sides, texts where a side is silent, and orders that go on after saving."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.sync.world import World, forget
from tests.web import factory
from tokbridge.core.errors import Refused, Retry
from tokbridge.records.models import Account, Channel, Instruction, Order, Run
from tokbridge.sync import carriermap, queue
from tokbridge.sync.channels import policy_of
from tokbridge.sync.run_work import advance


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget()
    carriermap.forget()
    yield
    forget()
    carriermap.forget()


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(queue, "wake", lambda ids, why: None)
    return World(monkeypatch)


@pytest.fixture
def logged_in(client: Client, world: World) -> Client:
    client.force_login(factory.user())
    return client


def get(client: Client) -> str:
    answer = client.get("/carriers/")
    assert answer.status_code == 200
    return answer.content.decode()


def form(html: str, **changes: Any) -> dict[str, Any]:
    """The form as a browser would send it: carriers and the values chosen."""
    version = re.search(r'name="version" value="(\w+)"', html)
    assert version
    names = re.findall(r'type="hidden" name="carrier" value="([^"]*)"', html)
    empty = [""] * len(names)
    new = {"new": "", "new-provider-0": ""}
    return {"version": version[1], "carrier": names, "provider-0": empty, "default": "", **new, **changes}


def blocked(world: World, carrier: str, number: str) -> str:
    order_id = world.order()
    made = world.bring(order_id)
    world.store.staff_ship(made, world.units(order_id), number, carrier)
    world.watch()
    world.carry(order_id)
    assert world.problems(order_id) == ["unmapped_carrier"]
    return order_id


def save(client: Client, world: World, **posted: Any) -> str:
    return client.post(f"/carriers/{world.channel.pk}/", posted, follow=True).content.decode()


@pytest.mark.django_db
def test_only_for_people_who_are_logged_in(client: Client) -> None:
    assert client.get("/carriers/").status_code == 302
    assert client.post("/carriers/1/").status_code == 302
    client.force_login(factory.user())
    assert client.get("/carriers/1/").status_code == 405
    assert client.post("/carriers/1/").status_code == 404
    assert "No channel yet" in get(client)


def test_both_sides_fill_the_choices(logged_in: Client, world: World) -> None:
    blocked(world, "DFL", "X 1")
    html = get(logged_in)
    assert "<option>DPD</option><option>Royal Mail</option>" in html
    assert html.index("<b>DFL</b>") < html.index("<b>Royal Mail</b>")  # what blocks orders comes first
    assert "blocks 1 order" in html
    assert "TikTok has the same name" in html
    world.tiktok_wire.sent.clear()
    get(logged_in)
    assert world.tiktok_wire.sent == []  # kept for some minutes
    assert logged_in.post("/carriers/refresh/").status_code == 302
    get(logged_in)
    assert "providers.list" not in world.tiktok_wire.sent  # these the workers had asked for as well
    assert "warehouses.list" in world.tiktok_wire.sent


def test_saving_sends_exactly_the_parcels_that_waited(logged_in: Client, world: World) -> None:
    first, other = blocked(world, "DFL", "X 1"), blocked(world, "Uncle Bob", "Y 1")
    posted = form(html := get(logged_in))
    assert html.count("blocks 1 order") == 2
    posted["provider-0"] = ["DPD" if name == "DFL" else "" for name in posted["carrier"]]
    html = save(logged_in, world, **posted)
    assert "The carriers were saved." in html and "1 order is tried again." in html
    assert Channel.objects.get().policy["carriers"] == [["dfl", "DPD"]]
    run = Run.objects.get()
    assert world.clock() + 2 <= run.next_at <= world.clock() + 5  # once every process reads the new map
    world.clock.sleep(3)
    advance(run.pk)
    assert Instruction.objects.get(verb="replay").order_id == world.row(first).pk
    world.carry(first)
    assert world.problems(first) == [] and world.parcels(first)[0].tiktok_number == "X 1"
    assert world.problems(other) == ["unmapped_carrier"]


def test_the_default_takes_what_nobody_mapped(logged_in: Client, world: World) -> None:
    order_id = blocked(world, "Uncle Bob", "Y 1")
    assert "1 order is tried again." in save(logged_in, world, **form(get(logged_in), default="DPD"))
    assert policy_of(world.channel.pk).default_provider == "DPD"
    assert "goes as the default" in get(logged_in) or "blocks 1 order" in get(logged_in)
    world.clock.sleep(3)
    world.carry(order_id)
    assert world.problems(order_id) == []


def test_a_new_carrier_can_be_written_and_a_mapping_taken_off(logged_in: Client, world: World) -> None:
    posted = form(get(logged_in))
    save(logged_in, world, **{**posted, "new": "Pigeon", "new-provider-0": "Royal Mail"})
    assert Channel.objects.get().policy["carriers"] == [["pigeon", "Royal Mail"]]
    html = get(logged_in)
    assert "<option selected>Royal Mail</option>" in html and "mapped" in html
    save(logged_in, world, **form(html))
    assert Channel.objects.get().policy["carriers"] == []


def test_several_delivery_options_have_a_column_each(logged_in: Client, world: World) -> None:
    world.tiktok.answers["delivery_options.list"] = {
        "delivery_options": [
            {"id": "709", "name": "Shipped by seller", "type": "SEND_BY_SELLER"},
            {"id": "710", "name": "Express", "type": "SEND_BY_SELLER"},
            {"id": "711", "name": "By TikTok", "type": "STANDARD"},
        ]
    }
    html = get(logged_in)
    assert "For every delivery option" in html and "Express" in html and "By TikTok" not in html
    posted = form(html, option=["Express", "Shipped by seller"])
    posted |= {"provider-0": ["DPD"], "provider-1": ["Royal Mail"], "provider-2": [""]}
    save(logged_in, world, **posted)
    assert Channel.objects.get().policy["carriers"] == [["royal mail", "DPD"], ["royal mail", "Royal Mail", "Express"]]


def test_a_rule_of_a_delivery_option_holds_there_only(world: World) -> None:
    world.set_policy(carriers=[["dfl", "DPD", "Shipped by seller"], ["dfl", "Royal Mail"]])
    order_id = world.order()
    made = world.bring(order_id)
    world.store.staff_ship(made, world.units(order_id), "X 1", "DFL")
    world.watch()
    world.carry(order_id)
    assert world.tiktok.orders[order_id]["line_items"][0]["shipping_provider_name"] == "DPD"


def test_a_refused_parcel_is_sent_again_when_its_mapping_changes(logged_in: Client, world: World) -> None:
    world.set_policy(carriers=[["dfl", "Royal Mail"]])
    order_id = world.order()
    made = world.bring(order_id)
    world.tiktok.answers["orders.mark_shipped"] = {"code": 21011007, "message": "wrong carrier", "data": None}
    world.store.staff_ship(made, world.units(order_id), "X 1", "DFL")
    world.watch()
    world.carry(order_id)
    del world.tiktok.answers["orders.mark_shipped"]
    posted = form(get(logged_in))
    posted["provider-0"] = ["DPD" if name == "dfl" or name == "DFL" else "" for name in posted["carrier"]]
    assert "1 order is tried again." in save(logged_in, world, **posted)


def test_where_tiktok_is_silent_a_text_is_asked_for_and_it_says_so(logged_in: Client, world: World) -> None:
    world.tiktok.answers["warehouses.list"] = Retry("http 503", "come back later")
    html = get(logged_in)
    assert "TikTok did not say which providers it takes" in html and "come back later" in html
    assert '<input class="field" name="provider-0"' in html and "<select" not in html
    posted = form(html)
    posted["provider-0"] = ["Anything"]
    assert "The carriers were saved." in save(logged_in, world, **posted)


def test_where_the_store_is_silent_it_says_so(logged_in: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses() -> None:
        raise Refused("403", "no scope")

    monkeypatch.setattr(world.store, "carriers", refuses)
    html = get(logged_in)
    assert "The store did not say which carriers it has" in html and "no scope" in html
    assert "<b>Royal Mail</b>" not in html


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"provider-0": ["Pigeon Post"]}, "TikTok does not take Pigeon Post here."),
        ({"carrier": ["DFL", "dfl "], "provider-0": ["DPD", "DPD"]}, "is there twice"),
        ({"new-provider-0": "DPD"}, "Write the name of the carrier that goes so."),
        ({"new": "Pigeon"}, "Choose what Pigeon is on TikTok, or clear its name."),
        ({"version": "old"}, "somebody else changed this map"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_saved(
    logged_in: Client, world: World, changes: dict[str, Any], words: str
) -> None:
    assert words in save(logged_in, world, **form(get(logged_in), **changes))
    assert Channel.objects.get().policy == {}


def selected(html: str, label: str) -> str:
    """What the drop-down has chosen."""
    inside = html.split(f'aria-label="{label}')[1].split("</select>", maxsplit=1)[0]
    found = re.search(r"<option[^>]* selected>([^<]*)", inside)
    return found[1] if found else ""


def test_words_stand_at_the_field_and_nothing_that_was_chosen_is_lost(logged_in: Client, world: World) -> None:
    world.set_policy(carriers=[["dfl", "Royal Mail"]])
    posted = form(get(logged_in), default="DPD", new="Pigeon")
    posted["provider-0"] = ["DPD" for _name in posted["carrier"]]
    html = save(logged_in, world, **posted)
    assert "The carriers were saved." not in html and "Nothing was saved: what is marked below cannot be." in html
    field = html.split('aria-label="Provider for another carrier')[1].split("</td>")[0]
    key = re.search(r'aria-invalid="true" aria-describedby="([^"]+)"', field)
    assert key and f'id="{key[1]}">Choose what Pigeon is on TikTok' in field
    assert 'name="new" value="Pigeon"' in html
    assert selected(html, "Provider for dfl") == "DPD" and selected(html, "Default provider") == "DPD"
    assert "In force: Royal Mail" in html
    html = save(logged_in, world, **{**posted, "new-provider-0": "DPD"})
    assert "The carriers were saved." in html and "In force" not in html
    assert ["pigeon", "DPD"] in Channel.objects.get().policy["carriers"]


def test_after_somebody_else_saved_the_choices_stay_beside_what_is_in_force(logged_in: Client, world: World) -> None:
    posted = form(get(logged_in), default="DPD")
    posted["provider-0"] = ["DPD" if name == "Royal Mail" else "" for name in posted["carrier"]]
    world.set_policy(carriers=[["royal mail", "Royal Mail"], ["dfl", "DPD"]])
    html = save(logged_in, world, **posted)
    assert "somebody else changed this map meanwhile; what is in force stands beside your choices" in html
    assert selected(html, "Provider for Royal Mail") == "DPD" and "In force: Royal Mail" in html
    assert selected(html, "Provider for dfl") == "DPD", "what one did not see is not undone"
    assert selected(html, "Default provider") == "DPD"
    shown = form(html, default="DPD")
    assert shown["version"] != posted["version"]
    shown["provider-0"] = [selected(html, f"Provider for {name}") for name in shown["carrier"]]
    assert "The carriers were saved." in save(logged_in, world, **shown)
    assert sorted(Channel.objects.get().policy["carriers"]) == [["dfl", "DPD"], ["royal mail", "DPD"]]


def test_channels_that_block_orders_come_first_and_lead_to_the_orders(logged_in: Client, world: World) -> None:
    first = Account.objects.create(
        authorisation=world.account.authorisation, shop_id="1", name="A first account", region="GB", cipher="c"
    )
    factory.second_store(first)
    waits, _other = blocked(world, "DFL", "X 1"), blocked(world, "Uncle Bob", "Y 1")
    html = get(logged_in)
    assert html.index("Mugs") < html.index(first.name)
    address = html.split("<b>DFL</b>")[1].split('class="pill-link" href="')[1].split('"')[0].replace("&amp;", "&")
    listed = logged_in.get(address).content.decode()
    assert waits in listed and _other not in listed
    assert "Waits for carrier" in listed and 'name="carrier" value="DFL"' in listed


def test_two_stores_of_one_account_have_tables_of_different_names(logged_in: Client, world: World) -> None:
    factory.second_store(world.account)
    labels = re.findall(r'aria-label="(Table of carriers[^"]*)"', get(logged_in))
    assert len(labels) == 2 and len(set(labels)) == 2


def test_a_provider_that_tiktok_no_longer_takes_is_shown_and_may_stay(logged_in: Client, world: World) -> None:
    world.set_policy(carriers=[["dfl", "Gone Post"]], number_prefix="X-")
    html = get(logged_in)
    assert "Gone Post (TikTok no longer takes it)" in html
    posted = form(html)
    posted["provider-0"] = ["Gone Post" if name == "dfl" else "" for name in posted["carrier"]]
    assert "The carriers were saved." in save(logged_in, world, **posted)
    assert Channel.objects.get().policy == {
        "carriers": [["dfl", "Gone Post"]],
        "default_provider": "",
        "number_prefix": "X-",
    }


def test_a_long_list_shows_only_what_matters(logged_in: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from tokbridge.stores.nouns import Carrier

    monkeypatch.setattr(world.store, "carriers", lambda: [Carrier(str(n), f"Carrier {n}") for n in range(40)])
    html = get(logged_in)
    assert "<b>Carrier 1</b>" not in html
    assert '<option value="Carrier 1"></option>' in html


def test_without_a_network_the_page_still_stands(desk: Client, shop: Account) -> None:
    order = factory.blocked(shop, "unmapped_carrier")
    assert Order.objects.get(pk=order.pk).problem_code == "unmapped_carrier"
    html = get(desk)
    assert "TikTok did not say" in html
