"""A product of the shop as an order row needs it, and the reference that names it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tokbridge.core.saying import say
from tokbridge.stores.nouns import Variant

SELLABLE = frozenset({"simple", "virtual"})  # an order row names the child itself, never its configurable parent
FIELDS = "items[id,sku,name,type_id,price,status,weight],total_count"
DISABLED = 2


@dataclass(frozen=True, slots=True)
class Product:
    id: int
    sku: str  # as the shop spells it
    name: str
    type_id: str
    enabled: bool
    weight: float

    @property
    def ref(self) -> str:
        """Orders need the id, everything about stock the SKU: a reference carries both, "12:TT-A"."""
        return f"{self.id}:{self.sku}"

    @property
    def virtual(self) -> bool:
        return self.type_id == "virtual"


def product(row: dict[str, Any]) -> Product | None:
    """A row of /products; None for one without id or SKU."""
    if not isinstance(row.get("id"), int) or not row.get("sku"):
        return None
    return Product(
        id=row["id"],
        sku=str(row["sku"]),
        name=str(row.get("name") or ""),
        type_id=str(row.get("type_id") or ""),
        enabled=row.get("status") != DISABLED,
        weight=float(row.get("weight") or 0),
    )


def variant(found: Product) -> Variant:
    """A disabled product can be imported, sold is sold; the desk is told."""
    return Variant(
        ref=found.ref,
        sku=found.sku,
        title=found.name,
        variant_title="" if found.enabled else say("disabled in Magento"),
        product_ref=str(found.id),
        requires_shipping=not found.virtual,
    )


def split_ref(ref: str) -> tuple[str, str]:
    """("12", "TT-A") of "12:TT-A"; ("", "") of anything else."""
    number, colon, sku = ref.partition(":")
    return (number, sku) if colon and number.isascii() and number.isdigit() and sku else ("", "")
