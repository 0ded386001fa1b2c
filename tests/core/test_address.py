"""City, province, street, phone and name, country by country."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.orders import address
from tokbridge.core.address import clean_phone, to_plan_address
from tokbridge.core.order import District


@pytest.mark.parametrize(
    ("country", "districts", "city", "province", "code", "line2"),
    [
        (
            "US",
            {"L0": "United States", "L1": "California", "L2": "Los Angeles", "L3": "Culver City"},
            "Culver City",
            "California",
            "CA",
            "Suite 2",
        ),
        ("US", {"L1": "New York", "L2": "Kings"}, "Kings", "New York", "NY", "Suite 2"),
        (
            "ID",
            {"L1": "Jawa Barat", "L2": "Bandung", "L3": "Coblong", "L4": "Dago"},
            "Bandung",
            "Jawa Barat",
            "JB",
            "Suite 2, Coblong, Dago",
        ),
        (
            "VN",
            {"L1": "Tỉnh Thanh Hóa", "L2": "Quận 1", "L3": "Phường Bến Nghé"},
            "Quận 1",
            "Tỉnh Thanh Hóa",
            "21",
            "Suite 2, Phường Bến Nghé",
        ),
        (
            "PH",
            {"L1": "Region IV-A", "L2": "Cavite", "L3": "Bacoor", "L4": "Molino III"},
            "Bacoor",
            "Cavite",
            "CAV",
            "Suite 2, Molino III",
        ),
        ("TH", {"L1": "Phayao", "L2": "Mueang", "L3": "Wiang"}, "Mueang", "Phayao", "56", "Suite 2, Wiang"),
        ("MY", {"L1": "Selangor", "L2": "Petaling Jaya"}, "Petaling Jaya", "Selangor", "10", "Suite 2"),
        ("MX", {"L1": "Queretaro", "L2": "Corregidora"}, "Corregidora", "Queretaro", "QUE", "Suite 2"),
        ("IT", {"L1": "Lombardia", "L2": "Milano", "L3": "Legnano"}, "Legnano", "Milano", "MI", "Suite 2"),
        ("SG", {"L0": "Singapore"}, "Singapore", "", "", "Suite 2"),
        ("DE", {"L1": "Nowhere", "L2": "Köln"}, "Köln", "Nowhere", "", "Suite 2"),
    ],
)
def test_districts(country: str, districts: dict[str, str], city: str, province: str, code: str, line2: str) -> None:
    plan = to_plan_address(address(country, districts))
    assert (plan.city, plan.province, plan.province_code, plan.country_code) == (city, province, code, country)
    assert (plan.line1, plan.line2) == ("1 Main St", line2)
    assert not plan.masked


def test_uk_post_town() -> None:
    plan = to_plan_address(address("GB", {"L1": "England", "L2": "Lancashire"}, post_town="Ribbleton"))
    assert (plan.city, plan.province_code, plan.line2) == ("Ribbleton", "ENG", "Suite 2")


def test_japan_has_the_town_before_the_block() -> None:
    districts = {"L1": "Tokyo", "L2": "Shibuya-ku", "L3": "Jingumae"}
    plan = to_plan_address(address("JP", districts, lines=("1-2-3", "Room 5")))
    assert (plan.city, plan.province_code) == ("Shibuya-ku", "13")
    assert (plan.line1, plan.line2) == ("Jingumae 1-2-3", "Room 5")


def test_tiktoks_iso_code_is_taken_only_when_it_is_the_countrys() -> None:
    for iso, code in (("QC", "QC"), ("CA-QC", "QC"), ("ZZ", "")):
        recipient = replace(address("CA", {}), districts=(District("L1", "La belle province", iso),))
        assert to_plan_address(recipient).province_code == code


@pytest.mark.parametrize(
    ("phone", "clean"),
    [
        ("(+1)213-555-0100", "+12135550100"),
        ("(+84)987654321", "+84987654321"),
        ("0171 5550", "01715550"),
        ("(+1)213-***-1234", ""),
        ("", ""),
    ],
)
def test_phone(phone: str, clean: str) -> None:
    assert clean_phone(phone) == clean


@pytest.mark.parametrize(
    ("country", "name", "first", "last", "expected"),
    [
        ("US", "Ada Lovelace", "Ada", "Lovelace", ("Ada", "Lovelace")),
        ("US", "Ada King Lovelace", "Ada King Lovelace", "", ("Ada King", "Lovelace")),
        ("VN", "Nguyễn Văn A", "Nguyễn Văn A", "", ("Văn A", "Nguyễn")),
        ("ID", "Budi", "Budi", "", ("Budi", "-")),
        ("US", "", "", "", ("TikTok", "Buyer")),
    ],
)
def test_name(country: str, name: str, first: str, last: str, expected: tuple[str, str]) -> None:
    plan = to_plan_address(address(country, {}, name=name, first_name=first, last_name=last))
    assert (plan.first_name, plan.last_name) == expected


def test_masked_parts_become_stated_placeholders() -> None:
    """The shape of a masked Indonesian order: province and city readable, the rest in asterisks."""
    plan = to_plan_address(
        address(
            "ID",
            {"L1": "Bali", "L2": "Denpasar", "L3": "Se*******", "L4": "Se********"},
            name="a***",
            first_name="",
            last_name="",
            phone="(+62)123******43",
            lines=("Su******",),
            postal_code="",
            masked=True,
        )
    )
    assert plan.masked
    assert (plan.first_name, plan.last_name, plan.phone) == ("TikTok", "Buyer", "")
    assert (plan.line1, plan.line2) == ("Address hidden by TikTok", "")
    assert (plan.city, plan.province_code) == ("Denpasar", "BA")
    assert "*" not in repr(plan)


def test_only_the_phone_masked_is_still_an_address() -> None:
    plan = to_plan_address(address("US", {"L1": "Ohio", "L3": "Dayton"}, phone="(+1)213***", masked=True))
    assert not plan.masked
    assert plan.phone == ""


def test_street_falls_back_to_detail() -> None:
    plan = to_plan_address(address("FR", {"L2": "Lyon"}, lines=(), detail="3 rue X", full="France, Lyon, 3 rue X"))
    assert plan.line1 == "3 rue X"
