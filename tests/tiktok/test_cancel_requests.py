from __future__ import annotations

from tests.tiktok.scripted import SHOP, ScriptedHttp, client_of, done, path_of, query_of
from tokbridge.tiktok import cancel_requests
from tokbridge.tiktok.cancel_requests import RejectReason


def test_answer_a_buyers_request() -> None:
    http = ScriptedHttp(done(), done(), done())
    client = client_of(http)
    cancel_requests.approve(client, SHOP, "4035", key="k1")
    cancel_requests.reject(client, SHOP, "4035", "packed", "It is on the van.", key="k2")
    cancel_requests.reject(client, SHOP, "4035", "packed")
    base = "/return_refund/202309/cancellations/4035"
    assert [path_of(sent) for sent in http.sent] == [f"{base}/approve", f"{base}/reject", f"{base}/reject"]
    assert [sent.body for sent in http.sent] == [
        b"{}",
        b'{"reject_reason":"packed","comment":"It is on the van."}',
        b'{"reject_reason":"packed"}',
    ]
    assert [query_of(sent).get("idempotency_key") for sent in http.sent] == ["k1", "k2", None]
    assert all(sent.write for sent in http.sent)


def test_reject_reasons() -> None:
    http = ScriptedHttp(done({"reasons": [{"name": "packed", "text": "Already packed"}]}), done({}))
    client = client_of(http)
    assert cancel_requests.reject_reasons(client, SHOP, "4035", "en-GB") == (RejectReason("packed", "Already packed"),)
    assert path_of(http.sent[0]) == "/return_refund/202309/reject_reasons"
    assert (query_of(http.sent[0])["return_or_cancel_id"], query_of(http.sent[0])["locale"]) == ("4035", "en-GB")
    assert cancel_requests.reject_reasons(client, SHOP, "4035") == ()
