"""What a user who may not see buyers is shown instead."""

from __future__ import annotations

import re
from typing import Any

HIDDEN = "•••"
# Words in the names of TikTok's fields under which a buyer is named, reached or described (reference 3.4-3.6).
_BUYER = re.compile(
    r"buyer|recipient|address|phone|email|user_id|cpf|tax_id|nickname|message|note|full_name|first_name|last_name"
)


def name(full: str) -> str:
    """ "Ada Byron" -> "A••• B•••": enough to tell two rows apart, too little to know who it is."""
    return " ".join(part[0] + HIDDEN for part in full.split())


def document(value: Any, *, buyer: bool = False) -> Any:
    """A raw order with every text and number of the buyer's replaced; its shape stays. `buyer`: we are inside."""
    if isinstance(value, dict):
        return {key: document(inner, buyer=buyer or bool(_BUYER.search(key.lower()))) for key, inner in value.items()}
    if isinstance(value, list):
        return [document(inner, buyer=buyer) for inner in value]
    if not buyer or isinstance(value, bool) or value in (None, ""):
        return value
    return HIDDEN
