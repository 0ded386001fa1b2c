"""Every way an order or a connection can stand still: what it means, who must act, what to do. Texts for people."""

from __future__ import annotations

from dataclasses import dataclass

from tokbridge.core.errors import Actor


@dataclass(frozen=True, slots=True)
class Kind:
    title: str
    explanation: str
    actor: Actor
    fix: str


KINDS: dict[str, Kind] = {
    "unreadable": Kind(
        "Cannot be read",
        "TikTok's record of this order lacks something that every order needs, or has it in an unknown form.",
        Actor.DEVELOPER,
        "The raw record is kept. It is read again every few hours and after every update of Tokbridge.",
    ),
    "no_channel": Kind(
        "No channel",
        "No channel takes orders of this account with this warehouse or these SKUs.",
        Actor.OWNER,
        "Add a channel for this account, or widen the rule of one.",
    ),
    "several_channels": Kind(
        "Several channels",
        "More than one channel takes this order, so it is not clear which store it belongs to.",
        Actor.OWNER,
        "Narrow the rules so that exactly one channel matches.",
    ),
    "buyer_requests_cancel": Kind(
        "Buyer asks to cancel",
        "The buyer asked to cancel and nobody has answered yet; an order that is not in the store yet waits for the answer.",
        Actor.OPERATOR,
        "Accept or decline the request on the order's page before its deadline; without an answer TikTok decides.",
    ),
    "unmatched_sku": Kind(
        "SKU not found in the store",
        "A unit's seller SKU has no product in the store, or more than one.",
        Actor.OPERATOR,
        "Correct the SKU on TikTok or in the store, or link the two; the order is tried again by itself.",
    ),
    "does_not_add_up": Kind(
        "Amounts do not add up",
        "TikTok's own figures for this order do not give its total, so no store order can be right to the cent.",
        Actor.DEVELOPER,
        "Compare both figures; it is read again every few hours. If it cannot wait, enter it by hand in the store's own admin"
        " and archive it here, or it is created as well once the figures agree; then ship it in Seller Center.",
    ),
    "currency": Kind(
        "Currency differs",
        "The order's currency is not the store's.",
        Actor.OWNER,
        "Connect this account to a store with the order's currency.",
    ),
    "too_old": Kind(
        "Too old to create safely",
        "The store cannot find orders of this age again, so a double could not be excluded.",
        Actor.OWNER,
        "Grant the read_all_orders permission, or enter the order by hand.",
    ),
    "total_differs": Kind(
        "Store total differs",
        "The store order was created, and the store computed another total than the seller's view.",
        Actor.OPERATOR,
        "Compare both figures in the store. Nothing is cancelled by itself.",
    ),
    "line_unlinked": Kind(
        "A row lost its product",
        "The store made a row without product, so its stock was not reduced.",
        Actor.OPERATOR,
        "Correct the row in the store.",
    ),
    "unmapped_carrier": Kind(
        "Carrier not mapped",
        "The parcel's carrier in the store has no counterpart among TikTok's providers for this delivery option.",
        Actor.OPERATOR,
        "Map the carrier; the parcel is sent again by itself.",
    ),
    "parcel_refused": Kind(
        "Parcel refused by TikTok",
        "TikTok did not accept this parcel. Its words are below.",
        Actor.OPERATOR,
        "Correct the carrier or the number in the store; the parcel is kept and sent again.",
    ),
    "shipped_without_tracking": Kind(
        "Shipped without tracking",
        "The store shipped this order, but there is no tracking number, so TikTok still waits for the shipment.",
        Actor.OPERATOR,
        "Add the carrier and the tracking number in the store, or ship the order from its page here.",
    ),
    "parcel_too_late": Kind(
        "Parcel came too late",
        "TikTok already shows the units of this parcel as shipped, with another number.",
        Actor.OPERATOR,
        "Compare both numbers; correct the one that is wrong.",
    ),
    "parcel_splits_package": Kind(
        "Parcel covers part of a package",
        "TikTok has one package for units that the store shipped apart, and does not allow to split it.",
        Actor.OPERATOR,
        "Ship the rest in the store, or ship the whole package in Seller Center.",
    ),
    "store_cancelled_shipped": Kind(
        "Cancelled in the store after it was shipped",
        "The store order was cancelled, but TikTok already has a parcel of it; TikTok does not allow to cancel it.",
        Actor.OPERATOR,
        "Settle it with the buyer on TikTok.",
    ),
    "not_cancelled_on_tiktok": Kind(
        "Still open on TikTok",
        "The store order was cancelled and TikTok was asked to cancel too, but it still shows the order as open.",
        Actor.OPERATOR,
        "Look at the order in Seller Center: answer or end the cancellation that is open there, or cancel the order. If it"
        " shall be shipped after all, create it again.",
    ),
    "many_cancellations": Kind(
        "Many cancellations at once",
        "More store orders were cancelled in a short time than the channel allows to carry over without asking.",
        Actor.OPERATOR,
        "Check whether they were meant. If so, cancel them on TikTok; if not, create them again in the store: both all at"
        " once from the Problems page. Trying again cancels no more at a time than the channel allows.",
    ),
    "cancel_refused": Kind(
        "Cancellation refused",
        "The other side did not accept the cancellation. Its words are below.",
        Actor.OPERATOR,
        "Read the words; settle it there by hand if it is final.",
    ),
    "decline_reason": Kind(
        "Reason for declining needed",
        "TikTok wants one of its own reasons for declining the buyer's request to cancel.",
        Actor.OPERATOR,
        "Decline again with one of the reasons named below.",
    ),
    "clash": Kind(
        "Two store orders for one",
        "The store shows more than one order with this TikTok order's mark.",
        Actor.OPERATOR,
        "Cancel all but one in the store; then sync the order.",
    ),
    "store_order_gone": Kind(
        "Store order is gone",
        "The store no longer shows the store order of this TikTok order: it was deleted there, or it is too old for us to see.",
        Actor.OPERATOR,
        "Create it again: Tokbridge looks once more, lets the old store order go and creates a new one. If it shall have"
        " none, archive it here.",
    ),
    "refused": Kind(
        "Refused",
        "The platform refused the call. Its words are below.",
        Actor.OPERATOR,
        "Read the words and correct the cause; it is tried again by itself, less and less often.",
    ),
    "retry": Kind(
        "Trying again",
        "The platform did not answer, or answered that it cannot right now.",
        Actor.NOBODY,
        "It is tried again by itself.",
    ),
    "outcome_unknown": Kind(
        "Outcome not known",
        "A call may or may not have been carried out. The other side is looked at before anything is done again.",
        Actor.NOBODY,
        "It is looked up by itself.",
    ),
    "credential": Kind(
        "Connection refused",
        "The platform refuses the credentials or permissions of this connection.",
        Actor.OWNER,
        "Renew the credentials; everything that was missed is caught up.",
    ),
    "reauthorise": Kind(
        "Authorisation has ended",
        "TikTok no longer accepts this authorisation.",
        Actor.OWNER,
        "Authorise the shop again; everything that was missed is caught up.",
    ),
    "prepare": Kind(
        "Could not be prepared",
        "What must exist in this store (webhooks, the field for TikTok's order number) could not be looked at or made.",
        Actor.OWNER,
        "Read the words; it is tried again every minute.",
    ),
    "incomplete": Kind(
        "Something is missing",
        "The connection works, but not everything Tokbridge needs is there or permitted.",
        Actor.OWNER,
        "Read what is missing, grant or correct it in the store; it is looked at again every day.",
    ),
    "stock_not_reserved": Kind(
        "Stock is not reserved",
        "The store does not take the units of our orders off what it offers; it may sell them twice.",
        Actor.OWNER,
        "Set up the stock remedy of your platform's page, or run it more often; the next order proves it again.",
    ),
    "clock": Kind(
        "Clock is wrong",
        "This machine's clock differs from TikTok's by more than 30 seconds.",
        Actor.OWNER,
        "Let the machine set its clock by NTP. Tokbridge uses TikTok's time meanwhile.",
    ),
    "bug": Kind(
        "Unexpected error",
        "Tokbridge did not expect this. Nothing was lost; the step is tried again.",
        Actor.DEVELOPER,
        "Send the log lines of this moment to the developers.",
    ),
}


def kind(code: str) -> Kind:
    """The texts for a code; an unknown one is a platform's own code and reads as refused."""
    return KINDS.get(code, KINDS["refused"])
