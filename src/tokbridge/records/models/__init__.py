"""All tables. Moments are Unix seconds (TikTok's clock where TikTok says them, ours elsewhere); money is minor units."""

from tokbridge.records.models.bindings import Binding, BindingState, Parcel
from tokbridge.records.models.connections import (
    Account,
    Authorisation,
    Channel,
    Connection,
    ConnectionState,
    Store,
    Watermark,
)
from tokbridge.records.models.dismissals import Dismissal
from tokbridge.records.models.journal import Attempt, Event, Instruction, Outcome, Problem
from tokbridge.records.models.links import Link
from tokbridge.records.models.orders import Cancellation, Document, Line, Order
from tokbridge.records.models.users import User

__all__ = [
    "Account",
    "Attempt",
    "Authorisation",
    "Binding",
    "BindingState",
    "Cancellation",
    "Channel",
    "Connection",
    "ConnectionState",
    "Dismissal",
    "Document",
    "Event",
    "Instruction",
    "Line",
    "Link",
    "Order",
    "Outcome",
    "Parcel",
    "Problem",
    "Store",
    "User",
    "Watermark",
]
