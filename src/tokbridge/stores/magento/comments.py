"""Comments on an order: always with its status, since Magento up to 2.4.6 empties the status without one."""

from __future__ import annotations

from tokbridge.stores.magento.readback import Node, status_of
from tokbridge.stores.magento.texts import storable
from tokbridge.stores.magento.transport import Transport, as_id


def comment(transport: Transport, order: Node, text: str, status: str = "") -> None:
    """Add a comment to an order as it was just read, with its own status or the one given. Nobody is mailed
    (reference magento-rest.md 9)."""
    history = {
        "comment": storable(text),
        "status": status or status_of(order),
        "is_customer_notified": 0,
        "is_visible_on_front": 0,
    }
    if not history["status"]:
        del history["status"]  # it has none, which is wrong already: a comment must not invent one
    path = f"orders/{as_id(str(order['entity_id']))}/comments"
    transport.write("order.comment", "POST", path, {"statusHistory": history})
