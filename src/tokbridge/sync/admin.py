"""The page of a store order in the store's own admin."""

from __future__ import annotations

from tokbridge.records.models import Binding
from tokbridge.stores.registry import PLATFORMS


def admin_page(binding: Binding) -> str:
    """Its address by the store's settings as they are now; "" when they name no admin, or there is no store order yet."""
    store = binding.store
    if binding.ref is None:
        return ""
    return PLATFORMS[store.platform].admin_page({"shop": store.address, **store.options}, binding.ref)


def admin_setting(platform: str) -> str:
    """The setting that makes the link; "" where the platform needs none."""
    named = any(setting.name == "admin_url" for setting in PLATFORMS[platform].settings)
    return f"TOKBRIDGE_{platform}_ADMIN_URL".upper() if named else ""


def shown_number(binding: Binding, number: str) -> str:
    """What people call the store order: "6 · CUHCSNXQB" where they use its id beside its number."""
    with_id = PLATFORMS[binding.store.platform].shows_ids and binding.ref is not None
    return f"{binding.ref} · {number}" if with_id else number
