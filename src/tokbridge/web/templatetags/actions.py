"""What can be asked for, beside the orders: shown only to users who may act."""

from __future__ import annotations

from typing import Any

from django import template

from tokbridge.records.models import Cancellation, Order, User
from tokbridge.sync import runs, verbs
from tokbridge.sync.act.answer import PENDING
from tokbridge.web.acting import ACTIONS, BULK, BULK_MORE
from tokbridge.web.runs import shown

register = template.Library()


def _acts(context: dict[str, Any]) -> bool:
    user = context.get("user")
    return isinstance(user, User) and user.may_act


@register.inclusion_tag("web/orders/bulk.html", takes_context=True)
def bulk_bar(context: dict[str, Any]) -> dict[str, Any]:
    """The bar over the list: actions on ticked orders, or on all that fit. Takes the list's own `wanted` and tabs."""
    tabs = [*context.get("tabs", ()), *context.get("more_tabs", ())]
    return {
        "acts": _acts(context),
        "first": [ACTIONS[verb] for verb in BULK],
        "others": [ACTIONS[verb] for verb in BULK_MORE],
        "filter": context["wanted"].address(),
        "tally": next((each.tally for each in tabs if each.current), ""),
    }


@register.inclusion_tag("web/runs/active.html", takes_context=True)
def active_runs(context: dict[str, Any]) -> dict[str, Any]:
    return {"active": [shown(each) for each in runs.open_runs()[:3]]}


@register.inclusion_tag("web/order/actions.html", takes_context=True)
def order_actions(context: dict[str, Any], order: Order) -> dict[str, Any]:
    """The actions that make sense for this order now, and the buyer's request to cancel with its deadline."""
    possible = (
        [action for action in ACTIONS.values() if not verbs.why_not(order, action.verb)] if _acts(context) else []
    )
    request = None
    if order.buyer_requests_cancel:
        request = Cancellation.objects.filter(
            account_id=order.account_id, order_tiktok_id=order.tiktok_id, status=PENDING, type="BUYER_CANCEL"
        ).first()
    return {
        "order": order,
        "acts": _acts(context),
        "possible": [action for action in possible if action.verb not in {"accept", "decline"}],
        "asks": order.buyer_requests_cancel,
        "request": request,
    }
