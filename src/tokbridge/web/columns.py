"""The columns of the Orders list, which of them a user sees, and by which it can be sorted."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tokbridge.records.models import User


@dataclass(frozen=True, slots=True)
class Column:
    """`sort`: its key among `wanted.SORTS`, "" when it cannot be sorted by."""

    key: str
    title: str | Promise
    sort: str = ""


FIRST = Column("order", _("TikTok order"))  # always there: it leads to the order
COLUMNS = (
    Column("tiktok", _("TikTok status")),
    Column("tokbridge", _("Tokbridge status")),
    Column("store", _("Store order")),
    Column("total", _("Grand total")),
    Column("base", _("Grand total (base)"), "base"),
    Column("items", _("Items")),
    Column("customer", _("Customer")),
    Column("due", _("Ship by"), "due"),
    Column("placed", _("Placed"), "placed"),
    Column("storestatus", _("Store status")),
    Column("account", _("Account")),
    Column("own", _("Own id"), "own"),
    Column("fulfilment", _("Fulfilment")),
    Column("mode", _("Logistics")),
    Column("imported", _("Imported"), "imported"),
    Column("updated", _("Updated"), "updated"),
    Column("raw", _("Raw record")),
)
BY_KEY = {column.key: column for column in COLUMNS}
USUAL = tuple(column.key for column in COLUMNS if column.key not in {"base", "raw"})


def columns_of(user: object) -> list[Column]:
    """In the order of the list. Who has chosen none sees the usual ones."""
    chosen = set(user.columns) & BY_KEY.keys() if isinstance(user, User) else set()
    return [column for column in COLUMNS if column.key in (chosen or USUAL)]
