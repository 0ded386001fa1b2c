"""What an order of ours must become, kept in the shop itself beside the buyer's raw address. Pure.

PrestaShop makes an order in several calls and keeps no TikTok units. Whoever finds an order that was made and not
finished (a crash in between) has no plan, and the buyer may have cancelled meanwhile; so the figures to put right, and
the units of each row, are written into `addresses.other` before the order is asked for: a free text that refuses only
`< > { }` (reference prestashop-webservice.md 5.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

_HEAD = "Tokbridge (leave this line): "


@dataclass(frozen=True, slots=True)
class Record:
    """Amounts in minor units of the order's currency. `extras` is what the shop does not know of at creation (shipping
    and fees, tax included), `goods` the rows, `total` both plus the carrier's own price. `sent` is the decimal text paid
    at creation, `tag` names the prices tried."""

    marker: str
    number: str
    total: int
    goods: int
    extras: int
    sent: str
    tag: str
    note: str = ""
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # "product-attribute" -> TikTok units


def write(record: Record, address: str) -> str:
    """The text of `addresses.other`: the raw address, then one line for us."""
    fields = {
        "marker": record.marker,
        "number": record.number,
        "total": str(record.total),
        "goods": str(record.goods),
        "extras": str(record.extras),
        "sent": record.sent,
        "tag": record.tag,
        "note": record.note,
        "units": " ".join(f"{variant}:{','.join(ids)}" for variant, ids in record.units.items()),
    }
    return f"{address}\n{_HEAD}{urlencode(fields)}"


def line_of(other: str) -> str:
    """Our line of the text, to carry it over to another address; "" without one."""
    return next((line for line in other.splitlines() if line.startswith(_HEAD)), "")


def read(other: str) -> Record | None:
    """None when there is no such line, or somebody broke it."""
    line = line_of(other)
    if not line:
        return None
    fields = dict(parse_qsl(line.removeprefix(_HEAD), keep_blank_values=True))
    try:
        units = dict(part.split(":", 1) for part in fields["units"].split())
        return Record(
            marker=fields["marker"],
            number=fields["number"],
            total=int(fields["total"]),
            goods=int(fields["goods"]),
            extras=int(fields["extras"]),
            sent=fields["sent"],
            tag=fields["tag"],
            note=fields.get("note", ""),
            units={variant: tuple(ids.split(",")) for variant, ids in units.items()},
        )
    except (KeyError, ValueError):
        return None
