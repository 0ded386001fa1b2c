"""Texts that the shop's patterns would refuse (reference prestashop-webservice.md 5.2, 5.3)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores.plans import PRESTASHOP
from tokbridge.stores.prestashop import record, texts

ADDRESS = PRESTASHOP.address

REFUSED_NAME = re.compile(r"[0-9!<>,;?=+()/\\@#\"°*`{}_^$%:¤\[\]|]|\.(?![ ]|$)")
REFUSED_LINE = re.compile(r"[!<>?=+@{}_$%]")
REFUSED_CITY = re.compile(r"[!<>?=+@{}_$%;#\"°]")


@given(st.text(max_size=400))
def test_no_text_is_refused(text: str) -> None:
    name = texts.name(text, "TikTok")
    assert name and len(name) <= 255 and not REFUSED_NAME.search(name)
    first, second = texts.street(replace(ADDRESS, line1=text, line2=text[::-1]))
    assert first
    for part in (first, second):
        assert len(part) <= 128 and not REFUSED_LINE.search(part) and part == part.strip()
    city = texts.city(text)
    assert city and len(city) <= 64 and not REFUSED_CITY.search(city)
    assert re.fullmatch(r"[A-Za-z0-9 \-]{0,12}", texts.postcode(text))
    assert re.fullmatch(r"[0-9 +.()/\-]{0,32}", texts.phone(text))
    assert re.fullmatch(r"[A-Za-z0-9~:#,%&_=()\[\].? +\-@/]{0,64}", texts.tracking(text))
    assert not set("<>{}") & set(texts.message(text))
    assert not set("<>={}") & set(texts.company(text))


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("J***", "J"),
        ("***", "TikTok"),
        ("Пример 😀", "Пример 😀"),
        ("太郎", "太郎"),
        ("Jean-Luc O'Brien", "Jean-Luc O'Brien"),
        ("Dr.Who", "Dr. Who"),
        ("A.B.", "A. B."),
        ("Anna 2", "Anna"),
        ("-", "-"),
        ("...", "TikTok"),
        ("", "TikTok"),
    ],
)
def test_names(given: str, cleaned: str) -> None:
    assert texts.name(given, "TikTok") == cleaned


def test_names_of_the_oldest_shops() -> None:
    assert len(texts.name("x" * 80, "", texts.OLD_NAME_SIZE)) == 32


def test_no_address_at_all() -> None:
    assert texts.person(None) == ("TikTok", "Buyer")


def test_a_long_line_goes_on_at_a_blank() -> None:
    long = " ".join(["street"] * 30)
    first, second = texts.street(replace(ADDRESS, line1=long, line2="Door 3"))
    assert len(first) <= 128 and first.endswith("street")
    assert second.endswith("Door 3")
    assert f"{first} {second}" == f"{long}, Door 3"


def test_a_long_line_without_blanks() -> None:
    first, second = texts.street(replace(ADDRESS, line1="x" * 200, line2=""))
    assert (first, second) == ("x" * 128, "x" * 72)


def test_a_hidden_street() -> None:
    assert texts.street(replace(ADDRESS, line1="", line2="")) == ("Address hidden by TikTok", "")
    assert texts.street(replace(ADDRESS, line1="", line2="Door 3")) == ("Door 3", "")


def test_masked_phones_are_left_out() -> None:
    assert texts.phone("(+33)6*****12") == ""
    assert texts.phone("(+33)612345678") == "(+33)612345678"


KEPT = record.Record(
    marker="576",
    number="TTS-576",
    total=5521,
    goods=5097,
    extras=424,
    sent="50.97",
    tag="abc",
    note="line one\nline <two> & 100 % {x}",
    units={"1-1": ("2", "3"), "6-0": ("4",)},
)


def test_a_record_survives_the_field_it_is_kept_in() -> None:
    text = record.write(KEPT, texts.raw_address(ADDRESS))
    assert not set("<>{}") & set(text)
    assert record.read(text) == KEPT
    assert record.read(text.replace("\n", "\r\n")) == KEPT
    assert text.startswith("Zoë O'Néill\n12 rue de la Paix")


@pytest.mark.parametrize(
    "broken", ["", "typed over", "Tokbridge (leave this line): total=x", "Tokbridge (leave this line): "]
)
def test_a_broken_record_is_none(broken: str) -> None:
    assert record.read(broken) is None
