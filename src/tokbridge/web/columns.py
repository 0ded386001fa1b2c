"""The columns of the Orders list, which of them a user sees, and by which it can be sorted."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tokbridge.records.models import User


@dataclass(frozen=True, slots=True)
class Column:
    """`sort`: its key among `filters.SORTS`, "" when it cannot be sorted by. `named`: its value does not say what it is,
    so on a phone, where there are no heads, the title stands before it."""

    key: str
    title: str | Promise
    sort: str = ""
    named: bool = False


FIRST = Column("order", _("TikTok order"))  # always there: it leads to the order
COLUMNS = (
    Column("tiktok", _("TikTok status")),
    Column("storestatus", _("Store status"), named=True),
    Column("tokbridge", _("Tokbridge status")),
    Column("store", _("Store order")),
    Column("total", _("Grand total")),
    Column("base", _("Grand total (base)"), "base", named=True),
    Column("items", _("Items")),
    Column("customer", _("Customer")),
    Column("due", _("Ship by"), "due"),
    Column("placed", _("Placed"), "placed"),
    Column("account", _("Account")),
    Column("own", _("Own id"), "own", named=True),
    Column("fulfilment", _("Fulfilment"), named=True),
    Column("mode", _("Logistics"), named=True),
    Column("imported", _("Imported"), "imported", named=True),
    Column("updated", _("Updated"), "updated", named=True),
    Column("raw", _("Raw record"), named=True),
)
BY_KEY = {column.key: column for column in COLUMNS}
USUAL = tuple(column.key for column in COLUMNS if column.key not in {"base", "raw"})


def columns_of(user: object) -> list[Column]:
    """In the order of the list. Who has chosen none sees the usual ones."""
    chosen = set(user.columns) & BY_KEY.keys() if isinstance(user, User) else set()
    return [column for column in COLUMNS if column.key in (chosen or USUAL)]
