"""Stored sentences are told in the reader's language, with the values in them; what nobody here said stays."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from tests.web.german import sayings
from tokbridge.core.saying import say
from tokbridge.core.status import spoken
from tokbridge.web.tongue import told


def test_every_saying_is_found_again_whatever_its_values() -> None:
    wrong = []
    for template, other in sayings().items():
        values = {name: f"{name}7x" for name in re.findall(r"{(\w+)}", template)}
        with override("de"):
            if told(say(template, **values)) != say(other, **values):
                wrong.append(template)
        with override("en"):
            assert told(say(template, **values)) == say(template, **values)
    assert wrong == []


def test_values_of_sayings_are_told_as_well() -> None:
    why = say("it is {status}", status=spoken("IN_TRANSIT"))
    nested = say("order {order} cannot be shipped: {why}", order="57601", why=why)
    several = "; ".join(
        [
            say("{sku}: {why}", sku="MUG", why=say("{n} products in the store have this SKU", n=2)),
            say("{sku}: {why}", sku="CAP", why=say("no product in the store has this SKU")),
        ]
    )
    with override("de"):
        assert told(nested) == "Bestellung 57601 kann nicht versandt werden: ihr Status ist „Unterwegs“"
        assert told(several) == "MUG: 2 Artikel im Store haben diese SKU; CAP: kein Artikel im Store hat diese SKU"
        sums = say(
            "{explanation}: expected {expected}, TikTok says {actual}",
            explanation="a = b",
            expected="1234.50 EUR",
            actual="-1 JPY",
        )
        assert told(sums) == "a = b: erwartet 1.234,50\u00a0€, TikTok sagt −1\u00a0¥"
        many = say("{n} orders are more than one run takes ({most}); narrow the choice", n="60,000", most="50,000")
        assert told(many).startswith("60.000 Bestellungen sind mehr, als ein Vorgang aufnimmt (50.000)")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Throttled: try later",
        "401",
        "a\nb",
        "{n} {",
        "(",
        "x" * 5000,
        "; ; ",
        "x: " * 300,
        "; " * 400,
        "(" * 900,
        "a (b) " * 150,
    ],
)
def test_what_nobody_here_said_stays_as_it_is(text: str) -> None:
    with override("de"):
        assert told(text) == text
