"""What the Orders list can be filtered and sorted by, and what people call it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tokbridge.core.problems import KINDS
from tokbridge.records.choice import EVERY
from tokbridge.web import words
from tokbridge.web.tongue import told

SORTS: dict[str, tuple[str, bool]] = {  # (what the rows are sorted by, whether the first click shows the largest first)
    "placed": ("o.placed_at", True),
    "due": ("coalesce(o.ship_by, 99999999999)", False),
    "imported": ("o.imported_at", True),
    "updated": ("o.update_time", True),
    "own": ("o.id", True),
    "base": ("coalesce(o.base_total, 0)", True),
}
NEWEST = "-placed"
STANDINGS: words.Words = {EVERY: _("Any, archived too"), **words.TOKBRIDGE_STATUS}
CREATED: words.Words = {"no": _("Not created yet"), "yes": _("Created")}
SOON = 24 * 3600  # seconds
DUE: words.Words = {"all": _("All of it"), "late": _("Late"), "soon": _("Within 24 hours")}
CARRIED: words.Words = {
    "60": _("Not within 1 minute"),
    "300": _("Not within 5 minutes"),
    "3600": _("Not within 60 minutes"),
}
"""By the seconds from ready to standing in the store."""
TITLES: dict[str, str | Promise] = {
    "q": _("Search"),
    "account": _("Account"),
    "standing": _("Tokbridge status"),
    "store": _("Store"),
    "mode": _("Logistics"),
    "fulfilment": _("Fulfilled by"),
    "created": _("Store order"),
    "due": _("To ship"),
    "carried": _("Carried to the store"),
    "currency": _("Currency"),
    "problem": _("Problem"),
    "carrier": _("Waits for carrier"),
    "placed_from": _("Placed from"),
    "placed_to": _("Placed to"),
    "span": _("Placed within"),
    "created_from": _("Created from"),
    "created_to": _("Created to"),
    "customer": _("Customer"),
    "product": _("Product name"),
    "product_id": _("TikTok product id"),
}
"""Of the filters that can be taken away, by their names in addresses."""


def problem_title(code: str) -> str:
    """A code that is none of ours is its own name."""
    return told(KINDS[code].title) if code in KINDS else code
