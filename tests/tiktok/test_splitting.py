from __future__ import annotations

import pytest

from tests.tiktok.scripted import SHOP, ScriptedHttp, body_of, client_of, done, path_of, query_of
from tokbridge.core.errors import Unknown
from tokbridge.tiktok import splitting
from tokbridge.tiktok.splitting import SplitAttributes

ONE, TWO = "579000000000000101", "579000000000000102"


def test_split() -> None:
    attributes = [
        {"order_id": "1", "can_split": False, "must_split_reasons": [], "reason": "not allowed"},
        {"order_id": "2", "can_split": True},
    ]
    made = [{"splittable_group_id": "b", "id": "22"}, {"splittable_group_id": "a", "id": 21}, {"id": "23"}]
    http = ScriptedHttp(done({"split_attributes": attributes}), done({"packages": made}))
    client = client_of(http)
    assert splitting.split_attributes(client, SHOP, ["1", "2"]) == (
        SplitAttributes("1", False, "not allowed", False),
        SplitAttributes("2", True, "", False),
    )
    assert query_of(http.sent[0])["order_ids"] == "1,2"
    assert splitting.split(client, SHOP, "2", {"a": [ONE], "b": [TWO]}) == {"a": "21", "b": "22"}
    assert path_of(http.sent[1]) == "/fulfillment/202309/orders/2/split"
    assert body_of(http.sent[1]) == {
        "splittable_groups": [
            {"id": "a", "order_line_item_ids": [ONE]},
            {"id": "b", "order_line_item_ids": [TWO]},
        ]
    }


def test_a_split_that_names_not_every_group_is_doubt() -> None:
    http = ScriptedHttp(done({"packages": [{"splittable_group_id": "a", "id": "21"}]}))
    with pytest.raises(Unknown):
        splitting.split(client_of(http), SHOP, "2", {"a": [ONE], "b": [TWO]})
