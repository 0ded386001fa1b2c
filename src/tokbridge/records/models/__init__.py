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
from tokbridge.records.models.listings import Found, Listing, ListingKind
from tokbridge.records.models.notes import LONGEST_NOTE, Note
from tokbridge.records.models.orders import Article, Cancellation, Document, Line, Order, Tally
from tokbridge.records.models.pictures import Picture
from tokbridge.records.models.proofs import Proof
from tokbridge.records.models.runs import ItemState, ParcelTable, Run, RunItem, RunState
from tokbridge.records.models.users import SavedView, User

__all__ = [
    "LONGEST_NOTE",
    "Account",
    "Article",
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
    "Found",
    "Instruction",
    "ItemState",
    "Line",
    "Link",
    "Listing",
    "ListingKind",
    "Note",
    "Order",
    "Outcome",
    "Parcel",
    "ParcelTable",
    "Picture",
    "Problem",
    "Proof",
    "Run",
    "RunItem",
    "RunState",
    "SavedView",
    "Store",
    "Tally",
    "User",
    "Watermark",
]
