"""What each step does. An action does one step, writes down what happened together with the new facts, and returns;
or raises `Blocked` (somebody must change something), or an `OutsideError`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tokbridge.core.facts import Do, Step
from tokbridge.sync.act.answer import answer_buyer
from tokbridge.sync.act.blocked import Blocked
from tokbridge.sync.act.cancel import cancel_lines, cancel_store, cancel_tiktok
from tokbridge.sync.act.create import create
from tokbridge.sync.act.look import look_marker, look_store, look_tiktok
from tokbridge.sync.act.parcels import add_parcel, ship
from tokbridge.sync.act.recipient import update_address
from tokbridge.sync.act.release import release
from tokbridge.sync.act.state import invoice, update_status
from tokbridge.sync.facts import View
from tokbridge.sync.lease import Lease

__all__ = ["ACTIONS", "Blocked"]

ACTIONS: Mapping[Do, Callable[[View, Step, Lease, str], None]] = {
    Do.LOOK_TIKTOK: look_tiktok,
    Do.LOOK_MARKER: look_marker,
    Do.LOOK_STORE: look_store,
    Do.CREATE: create,
    Do.RELEASE: release,
    Do.SHIP: ship,
    Do.ADD_PARCEL: add_parcel,
    Do.CANCEL_STORE: cancel_store,
    Do.CANCEL_LINES: cancel_lines,
    Do.CANCEL_TIKTOK: cancel_tiktok,
    Do.ANSWER_BUYER: answer_buyer,
    Do.UPDATE_ADDRESS: update_address,
    Do.UPDATE_STATUS: update_status,
    Do.INVOICE: invoice,
}
