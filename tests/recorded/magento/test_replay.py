"""The recorded exchanges of real Magento 2.4.4 and 2.4.7-p3 against the sandbox."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.recorded.magento.compare import FREE, TIMES, Pairs, differences
from tests.recorded.magento.replay import RECORDINGS, Rewriting, exchanges, replaying

OTHERWISE = Rewriting(
    texts=[
        ("TT-", "QX-9"),
        ("tt-a", "qx-9a"),
        ("TT/C", "QX/9C"),
        ("Shirt A", "Sweater Q"),
        ("shirt-a", "sweater-q"),
        ("Mug B", "Bowl R"),
        ("mug-b", "bowl-r"),
        ("5764600", "1885311"),
        ("5764%", "1885%"),
        ("TTS-", "MK-"),
        ("ann@example.test", "bo@example.test"),
        ("Austin", "Dallas"),
    ],
    units=4,
    prices=3,
)


@pytest.mark.parametrize("version", RECORDINGS)
def test_every_recorded_call_is_answered_alike(version: str) -> None:
    with replaying(version) as replay:
        results = replay.run(exchanges(version))
    assert len(results) == 216
    assert {f"#{one.number} {one.name}": one.wrong for one in results if one.wrong} == {}


@pytest.mark.parametrize("version", RECORDINGS)
def test_the_same_calls_with_other_skus_quantities_and_prices(version: str) -> None:
    with replaying(version, OTHERWISE) as replay:
        sent = {json.dumps(replay.rewritten(pair), sort_keys=True) for pair in exchanges(version)}
        results = replay.run(exchanges(version))
    assert not sent & {json.dumps(pair["request"], sort_keys=True) for pair in exchanges(version) if _sells(pair)}
    assert {f"#{one.number} {one.name}": one.wrong for one in results if one.wrong} == {}


def _sells(pair: dict[str, Any]) -> bool:
    """Whether a call names goods or amounts, so that rewriting must change it."""
    return "TT-" in json.dumps(pair["request"]) or "grand_total" in json.dumps(pair["request"])


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, (*path, place))
    else:
        yield path


def _changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return "something else" if value is None else value + "x"


def test_the_comparison_sees_every_changed_missing_and_added_field() -> None:
    """Each leaf of the answers of one scenario is changed in turn; only ids (alone) and times may pass."""
    pairs = [one for one in exchanges("2.4.4") if one["scenario"] == "discount and two invoices"]
    seen = 0
    for pair in pairs:
        body = pair["response"]["body"]
        for path in _leaves(body) if isinstance(body, dict) else ():
            key = next(part for part in reversed(path) if isinstance(part, str))
            if key in TIMES or key in FREE:
                continue
            other = copy.deepcopy(body)
            place = other
            for part in path[:-1]:
                place = place[part]
            place[path[-1]] = _changed(place[path[-1]])
            known = Pairs()
            assert differences(body, body, "orders", known) == []
            assert differences(body, other, "orders", known), path
            seen += 1
            if isinstance(path[-1], str):
                del place[path[-1]]
                assert differences(body, other, "orders", known), path
                place[path[-1]], place["more"] = body, 1
                assert differences(body, other, "orders", known), path
    assert seen > 300
