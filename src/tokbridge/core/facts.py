"""What `decide` is told of one order, and the steps that it answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tokbridge.core.order import FulfilmentType, Kind, LogisticMode
from tokbridge.core.status import Status


class Do(StrEnum):
    LOOK_TIKTOK = "look"  # read the order from TikTok again
    LOOK_MARKER = "look for order"  # is there a store order with our marker?
    LOOK_STORE = "look at store"  # read the store order and its parcels again
    CREATE = "create"
    RELEASE = "release"  # let a store order go that is cancelled or gone, so that a new one is created
    SHIP = "ship"  # tell TikTok of a parcel
    ADD_PARCEL = "add parcel"  # tell the store of a parcel
    CANCEL_STORE = "cancel"
    CANCEL_LINES = "cancel lines"  # in the store
    CANCEL_TIKTOK = "cancel on tiktok"
    ANSWER_BUYER = "answer buyer"  # who asked to cancel
    UPDATE_ADDRESS = "update address"
    UPDATE_STATUS = "update status"  # in the store
    INVOICE = "invoice"  # in the store, what was shipped
    WAIT = "wait"
    BLOCK = "block"


ON_TIKTOK = frozenset({Do.LOOK_TIKTOK, Do.SHIP, Do.CANCEL_TIKTOK, Do.ANSWER_BUYER})  # all other steps ask the store


@dataclass(frozen=True, slots=True)
class Step:
    """`subject` tells apart steps of one kind (a parcel, an instruction). WAIT has `until`; BLOCK has `code`."""

    do: Do
    subject: str = ""
    why: str = ""
    until: float | None = None
    code: str = ""


class Tie(StrEnum):
    """State of the binding as `decide` sees it."""

    NONE = "none"
    INTENDED = "intended"
    ABSENT = "absent"
    BOUND = "bound"


@dataclass(frozen=True, slots=True)
class BindingFacts:
    tie: Tie = Tie.NONE
    intended_at: float = 0
    settle: float = 0
    store_cancelled: bool = False
    cancelled_by_us: bool = False
    lines: frozenset[str] = frozenset()  # TikTok units the store order was made of
    cancelled_lines: frozenset[str] = frozenset()  # units already taken off in the store
    cancel_sent_at: float | None = None  # when TikTok was asked to cancel because the store did
    address_digest: str = ""
    status_given: str = ""  # the last store status that was given because of the channel's status map
    invoices: bool = False  # this store wants what was shipped to be invoiced
    invoiced_lines: frozenset[str] = frozenset()  # units told to it
    faults: frozenset[str] = frozenset()  # what the read-back showed: problem codes


@dataclass(frozen=True, slots=True)
class ParcelFacts:
    """`key` names it for good. `number` "" = not known yet; `tiktok_number` "" = TikTok was not told yet."""

    key: str
    number: str
    line_ids: frozenset[str]
    from_tiktok: bool = False
    cancelled: bool = False
    tiktok_number: str = ""
    in_store: bool = False
    rest_of_bundle: bool = False  # only pieces of units that went with another parcel: nothing to tell TikTok
    seen_at: float = 0  # when we first knew of it


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asked for and is not done yet."""

    id: int
    verb: str  # create, recreate, reject, cancel, sync, accept, decline


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known of one order, as of `read_at` (TikTok) and `store_read_at` (store); both our clock.
    `placed_at` and `paid_at` are TikTok's clock, which is `clock_ahead` seconds ahead of ours."""

    status: Status | None  # None: nobody could ever read the order
    placed_at: int
    paid_at: int | None
    read_at: float
    store_read_at: float = 0
    lines: Mapping[str, bool] = field(default_factory=dict)  # unit id -> cancelled
    shipped_lines: frozenset[str] = frozenset()  # units TikTok already knows a tracking number for
    fulfilment_type: FulfilmentType = FulfilmentType.MERCHANT
    logistic_mode: LogisticMode = LogisticMode.SELLER
    kind: Kind = Kind.NORMAL
    on_hold_shop: bool = True
    buyer_requests_cancel: bool = False
    address_digest: str = ""
    channels: int = 1  # how many channels match: exactly one is right
    archived: bool = False
    unreadable: bool = False  # TikTok's newest record of it could not be read
    binding: BindingFacts = BindingFacts()
    parcels: tuple[ParcelFacts, ...] = ()
    wishes: tuple[Wish, ...] = ()
    clock_ahead: float = 0
    doubts: Mapping[tuple[Do, str], float] = field(default_factory=dict)  # writes without outcome -> when begun
