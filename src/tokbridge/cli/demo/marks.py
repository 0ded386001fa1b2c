"""The TikTok order id in a store order, as each store's book shows it."""

from __future__ import annotations

from tokbridge.cli.demo.cases import Json


def marker_of(order: Json) -> str:
    """PrestaShop's cart message bears "tts:" before the id; "" for an order that is not ours."""
    return str(order["source_identifier"] or "").removeprefix("tts:")
