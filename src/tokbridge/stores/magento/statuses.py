"""Statuses of orders: a label that belongs to a state (reference magento-rest.md 8). Magento tells no list of them."""

from __future__ import annotations

from collections.abc import Sequence

from tokbridge.core.errors import Actor, Refused
from tokbridge.core.saying import say
from tokbridge.stores.magento import readback
from tokbridge.stores.magento.comments import comment
from tokbridge.stores.magento.config import MagentoConfig
from tokbridge.stores.magento.orders import Orders
from tokbridge.stores.magento.transport import Transport
from tokbridge.stores.nouns import StoreStatus

# Default statuses with the states they belong to. Up to 2.4.6 Magento sets a status of another state without a word,
# and the order then shows what is not so; since 2.4.7 it refuses it.
STATES: dict[str, frozenset[str]] = {
    "pending": frozenset({"new"}),
    "pending_payment": frozenset({"pending_payment"}),
    "processing": frozenset({"processing"}),
    "complete": frozenset({"complete"}),
    "closed": frozenset({"closed"}),
    "canceled": frozenset({"canceled"}),
    "holded": frozenset({"holded"}),
    "payment_review": frozenset({"payment_review"}),
    "fraud": frozenset({"payment_review", "processing"}),
}
_NAMES = {
    "pending": "Pending",
    "pending_payment": "Pending Payment",
    "processing": "Processing",
    "complete": "Complete",
    "closed": "Closed",
    "canceled": "Canceled",
    "holded": "On Hold",
    "payment_review": "Payment Review",
    "fraud": "Suspected Fraud",
}


class Statuses:
    def __init__(self, transport: Transport, config: MagentoConfig, orders: Orders) -> None:
        self._transport = transport
        self._config = config
        self._orders = orders

    def all(self) -> Sequence[StoreStatus]:
        """The default ones, and those that the merchant has named in the settings."""
        names = _NAMES | dict(self._config.statuses)
        return tuple(StoreStatus(code, name) for code, name in names.items())

    def give(self, ref: str, status: str) -> None:
        """By a comment with the status. A default status of another state is refused: such an order must be shipped,
        cancelled or refunded, not relabelled. A code nobody has named is refused too: Magento up to 2.4.6 would take any
        text, and show the order without a status (reference 7)."""
        if status not in {known.code for known in self.all()}:
            words = say(
                "{code} is none of the statuses known here: name it in the setting `statuses`, code=Name",
                code=repr(status),
            )
            raise Refused("status_unknown", words, Actor.OWNER)
        order = self._orders.known(ref)
        if readback.status_of(order) == status:
            return
        state = readback.state_of(order)
        # A merchant may have assigned a default status to another state and named it in the settings to say so.
        if status in STATES and status not in dict(self._config.statuses) and state not in STATES[status]:
            belongs = " or ".join(sorted(STATES[status]))
            words = say(
                "the status {code} belongs to the state {belongs}, the order is in state {state}",
                code=status,
                belongs=belongs,
                state=state or say("none"),
            )
            raise Refused("status_of_other_state", words)
        comment(self._transport, order, "Status set by Tokbridge", status)
