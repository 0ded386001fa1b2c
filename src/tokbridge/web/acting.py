"""Who may ask for something, and the actions there are: what each will do on both sides, in words for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tokbridge.records.models import User
from tokbridge.web.words import REASON

Words = str | Promise
Answer = TypeVar("Answer", bound=HttpResponseBase)


def may_act(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.may_act


def acting(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Only for users who may act; others get the page for that."""

    @wraps(view)
    def checked(request: HttpRequest, *args: object, **more: object) -> Answer:
        if not may_act(request):
            raise PermissionDenied
        return view(request, *args, **more)

    return checked


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several things to choose: its value, its name, and what it means."""

    value: str
    title: Words
    about: Words = ""


@dataclass(frozen=True, slots=True)
class Action:
    """`on_tiktok`, `in_store`: what will happen there. `danger`: it cannot be taken back."""

    verb: str
    title: Words
    on_tiktok: Words
    in_store: Words
    icon: str
    danger: bool = False
    reasons: tuple[Choice, ...] = ()


_OUT = Choice("out of stock", REASON["out of stock"], _("No inventory is available."))
_PRICE = Choice("pricing error", REASON["pricing error"], _("The listed price was wrong."))
_DELIVER = Choice("unable to deliver", REASON["unable to deliver"], _("The address or the courier does not allow it."))
_BUYER = Choice("buyer asked", REASON["buyer asked"], _("Outside of TikTok, for example in a chat."))
_CHANNEL = Choice("", _("The channel's usual reason"), _("As its policy says."))
_NOTHING = _("Nothing changes there.")
_CANCELLED = _("An order that is in the store already is cancelled there, as the channel's policy says.")

ACTIONS = {
    each.verb: each
    for each in (
        Action(
            "create",
            _("Create sales order"),
            _("Nothing changes there; each order is read once more."),
            _(
                "An order is created for each that has none yet, also for those that would not be created by themselves."
            ),
            "plus",
        ),
        Action(
            "recreate",
            _("Create again"),
            _("Nothing changes there; each order is read once more."),
            _(
                "For orders whose store order is cancelled or was deleted: the store is asked once more, then the old one is"
                " let go as it is and a new one is created, with -2 after its number. One that is still alive is left alone."
            ),
            "arrow-path-rounded-square",
        ),
        Action(
            "validate",
            _("Validate"),
            _NOTHING,
            _("Nothing changes there; products and prices are looked up to say what would be created, or why not."),
            "clipboard-document-check",
        ),
        Action(
            "ship",
            _("Ship"),
            _("Each parcel is told to TikTok with its carrier and number, and the buyer is told that it was sent."),
            _("The parcel is added to the store order, as the channel's policy says."),
            "truck",
        ),
        Action(
            "sync",
            _("Sync status"),
            _("Nothing changes there; the orders are read."),
            _("Store orders are read too. Whatever is then found missing on either side is done, as always."),
            "arrow-path",
        ),
        Action(
            "reject",
            _("Reject"),
            _("The orders are cancelled for this reason, and the buyers get their money back."),
            _CANCELLED,
            "no-symbol",
            danger=True,
            reasons=(_OUT, _PRICE, _DELIVER),
        ),
        Action(
            "cancel",
            _("Cancel"),
            _("The orders are cancelled, and the buyers get their money back."),
            _CANCELLED,
            "x-circle",
            danger=True,
            reasons=(_CHANNEL, _BUYER, _OUT, _PRICE, _DELIVER),
        ),
        Action(
            "accept",
            _("Accept the buyer's request to cancel"),
            _("The buyer's request is granted: the order is cancelled and the buyer gets the money back."),
            _CANCELLED,
            "hand-thumb-up",
            danger=True,
        ),
        Action(
            "decline",
            _("Decline the buyer's request to cancel"),
            _("The buyer's request is refused with one of TikTok's reasons. The order goes on."),
            _("An order that waited for the answer is created."),
            "hand-thumb-down",
        ),
        Action(
            "archive",
            _("Delete (archive)"),
            _NOTHING,
            _(
                "Nothing changes there. Tokbridge no longer works on the orders; the list shows them only under the"
                " Tokbridge status Archived. Reading them again does not double them."
            ),
            "archive-box",
        ),
        Action(
            "restore",
            _("Restore"),
            _NOTHING,
            _("Tokbridge works on the orders again and does what they then need."),
            "arrow-uturn-left",
        ),
    )
}
BULK = ("create", "validate", "ship", "sync", "reject")
BULK_MORE = ("recreate", "cancel", "accept", "decline", "archive", "restore")
