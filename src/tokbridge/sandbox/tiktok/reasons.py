"""Cancel reasons: which a seller may give by region and status, and their words (reference tiktok-shop-api.md 5.3)."""

EU = frozenset({"ES", "IE", "FR", "DE", "IT"})
DELIVER_WITHDRAWN = frozenset({"VN", "TH", "SG", "PH"})
PARTIAL = frozenset({"US", "GB"})

_UNPAID = {
    "out_of_stock": "seller_cancel_unpaid_reason_out_of_stock",
    "pricing_error": "seller_cancel_unpaid_reason_wrong_price",
    "buyer_did_not_pay": "seller_cancel_unpaid_reason_buyer_hasnt_paid_within_time_allowed",
    "buyer_requested": "seller_cancel_unpaid_reason_buyer_requested_cancellation",
}
_PAID = {
    "out_of_stock": "seller_cancel_reason_out_of_stock",
    "pricing_error": "seller_cancel_reason_wrong_price",
    "unable_to_deliver": "seller_cancel_paid_reason_address_not_deliver",
    "buyer_requested": "seller_cancel_paid_reason_buyer_requested_cancellation",
}
_MISSING = {
    ("GB", True): {"buyer_requested"},
    ("GB", False): {"buyer_requested"},
    ("ID", True): {"buyer_requested"},
    ("ID", False): {"buyer_requested", "unable_to_deliver"},
    ("BR", False): {"pricing_error"},
}

_REJECT = {
    "US": ["ecom_reverse_reject_cancel_reason_product_packed", "seller_reject_apply_unable_to_change_address"],
    "GB": ["seller_reject_apply_product_has_been_packed"],
    "ID": ["seller_reject_apply_product_has_been_packed"],
    "BR": ["seller_reject_apply_product_has_been_packed", "seller_reject_apply_unable_to_change_address"],
}
_REJECT_ELSEWHERE = ["ecom_reverse_reject_cancel_reason_product_packed"]

ENGLISH = {
    "out_of_stock": "Out of stock",
    "pricing_error": "Pricing error",
    "unable_to_deliver": "Unable to deliver to customer address",
    "buyer_requested": "Buyer requested cancellation",
    "buyer_did_not_pay": "Buyer has not paid within the time allowed",
    "packed": "Product has been packed",
    "other": "No longer needed",
}
_WORDS = {
    "FR": {"out_of_stock": "Rupture de stock", "pricing_error": "Erreur de prix", "other": "Plus besoin"},
    "DE": {"out_of_stock": "Nicht auf Lager", "pricing_error": "Preisfehler", "other": "Wird nicht mehr benötigt"},
    "VN": {
        "out_of_stock": "Hết hàng",
        "pricing_error": "Lỗi giá",
        "unable_to_deliver": "Không thể giao hàng đến địa chỉ khách hàng",
        "other": "Không còn nhu cầu",
    },
    "JP": {"out_of_stock": "在庫切れ", "pricing_error": "価格の誤り", "other": "不要になった"},
}


def seller_reasons(region: str, unpaid: bool) -> dict[str, str]:
    """Reason names a seller may use, by their meaning. Regions whose section was not read follow the US table."""
    reasons = dict(_UNPAID if unpaid else _PAID)
    for meaning in _MISSING.get((region, unpaid), set()):
        reasons.pop(meaning, None)
    if region in DELIVER_WITHDRAWN:
        reasons.pop("unable_to_deliver", None)
    if region == "GB":
        reasons = {meaning: f"{name}_uk" for meaning, name in reasons.items()}
    if region == "JP" and not unpaid:
        reasons["high_risk_order"] = "seller_cancel_order_reason_potential_fraud"
    return reasons


def reject_reasons(region: str) -> list[str]:
    """Names a seller may use to reject a buyer's cancellation."""
    return _REJECT.get(region, _REJECT_ELSEWHERE)


def english(name: str) -> str:
    """`cancel_reason_text` of a reason name (a Vietnamese shop sees English here too)."""
    return ENGLISH[_meaning(name)]


def localised(name: str, region: str) -> str:
    """What the order's own `cancel_reason` shows: display text in the shop's language, never the name."""
    meaning = _meaning(name)
    return _WORDS.get(region, ENGLISH).get(meaning, ENGLISH[meaning])


def _meaning(name: str) -> str:
    for part, meaning in (
        ("out_of_stock", "out_of_stock"),
        ("wrong_price", "pricing_error"),
        ("not_deliver", "unable_to_deliver"),
        ("buyer_requested", "buyer_requested"),
        ("hasnt_paid", "buyer_did_not_pay"),
        ("packed", "packed"),
    ):
        if part in name:
            return meaning
    return "other"
