"""What people read for the words that the records hold. The explanations of problems are in `core.problems`."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tokbridge.core.errors import Actor
from tokbridge.core.order import FulfilmentType, Kind, LogisticMode
from tokbridge.core.standing import TokbridgeStatus
from tokbridge.core.status import Status
from tokbridge.records.models import BindingState, ConnectionState, ItemState, Outcome, RunState

Words = dict[str, str | Promise]

TIKTOK_STATUS: Words = {
    "": _("Not readable"),
    Status.UNPAID: _("Unpaid"),
    Status.ON_HOLD: _("On hold"),
    Status.AWAITING_SHIPMENT: _("Awaiting shipment"),
    Status.PARTIALLY_SHIPPING: _("Partially shipping"),
    Status.AWAITING_COLLECTION: _("Awaiting collection"),
    Status.IN_TRANSIT: _("In transit"),
    Status.DELIVERED: _("Delivered"),
    Status.COMPLETED: _("Completed"),
    Status.CANCELLED: _("Cancelled"),
}
TOKBRIDGE_STATUS: Words = {
    TokbridgeStatus.WAITING: _("Waiting"),
    TokbridgeStatus.READY: _("Ready"),
    TokbridgeStatus.CREATING: _("Creating"),
    TokbridgeStatus.UNKNOWN: _("Unknown"),
    TokbridgeStatus.CREATED: _("Created"),
    TokbridgeStatus.SHIPPED: _("Shipped"),
    TokbridgeStatus.FINISHED: _("Finished"),
    TokbridgeStatus.CANCELLED: _("Cancelled"),
    TokbridgeStatus.BLOCKED: _("Blocked"),
    TokbridgeStatus.NOT_OURS: _("Not ours"),
    TokbridgeStatus.ARCHIVED: _("Archived"),
}
FULFILMENT: Words = {FulfilmentType.MERCHANT: _("Merchant"), FulfilmentType.TIKTOK: _("TikTok")}
LOGISTICS: Words = {
    LogisticMode.SELLER: _("Seller's carrier"),
    LogisticMode.PLATFORM: _("TikTok's logistics"),
    LogisticMode.DIGITAL: _("Nothing to ship"),
}
KIND: Words = {Kind.SAMPLE: _("Sample"), Kind.REPLACEMENT: _("Replacement"), Kind.EXCHANGE: _("Exchange")}
ACTOR: Words = {
    Actor.NOBODY: _("Nobody: it is tried again by itself"),
    Actor.OPERATOR: _("Operator: somebody at the order desk"),
    Actor.OWNER: _("Shop owner: somebody who can change credentials and permissions"),
    Actor.DEVELOPER: _("Developer: send this page's words to them"),
}
OUTCOME: Words = {
    Outcome.OPEN: _("Begun"),
    Outcome.DONE: _("Done"),
    Outcome.FOUND: _("Found"),
    Outcome.EMPTY: _("Nothing found"),
    Outcome.RETRY: _("To be tried again"),
    Outcome.REFUSED: _("Refused"),
    Outcome.UNKNOWN: _("Outcome not known"),
}
BINDING: Words = {
    BindingState.INTENDED: _("Creation begun, its outcome is being looked up"),
    BindingState.ABSENT: _("Not created yet; it is tried again"),
    BindingState.BOUND: _("Bound"),
    BindingState.RELEASED: _("Released"),
}
ITEM: Words = {
    ItemState.WAITING: _("Waiting"),
    ItemState.ASKED: _("On its way"),
    ItemState.DONE: _("Done"),
    ItemState.REFUSED: _("Refused"),
    ItemState.BLOCKED: _("Blocked"),
    ItemState.LATER: _("Later"),
}
RUN: Words = {
    RunState.RUNNING: _("Running"),
    RunState.STOPPING: _("Stopping"),
    RunState.STOPPED: _("Stopped"),
    RunState.FINISHED: _("Finished"),
    RunState.FAILED: _("Failed"),
}
CONNECTION: Words = {
    ConnectionState.HEALTHY: _("Works"),
    ConnectionState.REFUSED: _("Refused"),
    ConnectionState.LIMITED: _("Slowed down by the platform"),
    ConnectionState.BROKEN: _("Does not answer"),
}
ORIGIN: Words = {"store": _("Store"), "tiktok": _("TikTok"), "desk": _("Order desk")}
REASON: Words = {
    "out of stock": _("Out of stock"),
    "pricing error": _("Pricing error"),
    "unable to deliver": _("Unable to deliver"),
    "buyer asked": _("The buyer asked for it"),
}
INITIATOR: Words = {"BUYER": _("buyer"), "SELLER": _("seller"), "OPERATOR": _("TikTok"), "SYSTEM": _("TikTok")}
STEP: Words = {
    "look": _("Read from TikTok"),
    "look for order": _("Look for the store order"),
    "look at store": _("Read from the store"),
    "create": _("Create the store order"),
    "release": _("Let the old store order go"),
    "ship": _("Tell TikTok of a parcel"),
    "add parcel": _("Tell the store of a parcel"),
    "cancel": _("Cancel in the store"),
    "cancel lines": _("Cancel units in the store"),
    "cancel on tiktok": _("Cancel on TikTok"),
    "answer buyer": _("Answer the buyer's request to cancel"),
    "update address": _("Update the address in the store"),
    "update status": _("Give the store order its status"),
    "invoice": _("Invoice what was shipped"),
    "block": _("Decide"),
    "bug": _("Work on the order"),
}


def word(words: Words, key: str) -> str:
    """The text for a key; a key nobody has given words to is shown as it is."""
    return str(words.get(key, key))
