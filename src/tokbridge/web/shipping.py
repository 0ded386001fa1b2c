"""Shipping orders: one line for each with carrier and number, typed, pasted from a spreadsheet, or from a CSV file; more
of them than a form holds as a table (`web.ship_table`). For one order alone its units can be chosen, so that it can go in
several parcels."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tokbridge.records.models import ParcelTable, Run
from tokbridge.sync import parcel_table, runs, shipping
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.parcel_table import Entry, Given
from tokbridge.sync.table import text_of
from tokbridge.web import ship_form, unit_choice
from tokbridge.web.acting import ACTIONS, acting
from tokbridge.web.actions import is_token, meant, new_token, user_of
from tokbridge.web.choice import Chosen
from tokbridge.web.desk import may_see_buyers
from tokbridge.web.ship_form import Form, Line
from tokbridge.web.tongue import told

MOST_LINES = 300
MOST_BYTES = 10 * 1024 * 1024


@require_http_methods(["GET", "HEAD", "POST"])
@acting
def ship(request: HttpRequest) -> HttpResponse:
    """GET shows the lines; POST with `fill` takes what was pasted or uploaded into them, or as a table where that is more
    than they hold; any other POST starts."""
    posted = request.method == "POST"
    given = request.POST if posted else request.GET
    filling = posted and "fill" in given
    chosen, form = Chosen.read(given), Form()
    ids = chosen.order_ids(by_buyer=may_see_buyers(request))
    rows = _sent(request, form) if filling else []
    found = parcel_table.entries(rows, parcel_table.why_not) if len(rows) <= MOST_LINES else []
    together = list(dict.fromkeys([*ids, *(one.order_id for one in found if one.order_id)]))
    if rows and max(len(rows), len(together)) > MOST_LINES:
        try:
            return redirect("ship-table", _kept(request, rows).token)
        except NotPossible as refused:
            form.errors.append(told(str(refused)))
    else:
        ids = together
    if many := len(ids) > MOST_LINES:
        if posted and not filling:
            form.errors.append(_("These are more orders than the form has lines for; send a table."))
    else:
        form.lines = [Line(one) for one in meant(ids, "ship", sees_buyers=may_see_buyers(request))]
        _take(form, given, rows, found, posted=posted)
    if posted and not filling and not form.wrong:
        try:
            return redirect("run", _start(request, form, chosen).pk)
        except NotPossible as refused:
            form.errors.append(told(str(refused)))
    context = {
        "section": "orders",
        "action": ACTIONS["ship"],
        "chosen": chosen,
        "form": form,
        "n": len(ids) if many else form.n,
        "many": many,
        "too_many": len(ids) > runs.MOST,
        "most_orders": runs.MOST,
        "token": given.get("token") or new_token(),
        "most": MOST_LINES,
        "carrier": given.get("carrier", ""),
        "pasted": given.get("pasted", "") if form.errors else "",
    }
    return render(request, "web/act/ship.html", context)


def _take(form: Form, given: QueryDict, rows: list[Given], found: list[Entry], *, posted: bool) -> None:
    """What was typed and sent, checked; of a first look only what can be chosen."""
    if form.alone:
        _offer_units(form.alone, given, posted=posted)
    if posted:
        ship_form.read(form, given)
        ship_form.fill(form, rows, found)
    ship_form.ask_carriers(form)
    if posted:
        ship_form.check(form, complete="fill" not in given)


def _offer_units(line: Line, given: QueryDict, *, posted: bool) -> None:
    """Those in no parcel yet; with the number of a parcel that TikTok was not told of, also that one's. Where nothing
    else is left, such a parcel is offered to be corrected."""
    order = line.meant.order
    number = given.get(f"number-{order.pk}" if posted else "number", "").strip()
    same = shipping.not_told(order, number) if number else None
    if same is None and not posted and not shipping.left_to_ship(order):
        same = shipping.not_told(order)
    if same is not None and not posted:
        line.number, line.carrier = same.number, same.carrier
    line.units = unit_choice.left_of(order, same)


def _sent(request: HttpRequest, form: Form) -> list[Given]:
    """The lines of the file, or of the text where no file was chosen."""
    file = request.FILES.get("file")
    try:
        return parcel_table.parse(
            text_of(file.read(MOST_BYTES + 1), MOST_BYTES) if file else request.POST.get("pasted", "")
        )
    except NotPossible as refused:
        form.errors.append(_("Nothing was taken: %s.") % told(str(refused)))
        return []


def _kept(request: HttpRequest, rows: list[Given]) -> ParcelTable:
    """The checked table. Raises `NotPossible`."""
    if any(name.startswith("number-") and request.POST[name].strip() for name in request.POST):
        raise NotPossible(
            _("Numbers are typed into the form as well. Ship or clear these first, and then send the table.")
        )
    by = user_of(request)
    assert by is not None  # noqa: S101 - only users may act
    return parcel_table.check(rows, request.POST.get("carrier", "").strip(), by)


def _start(request: HttpRequest, form: Form, chosen: Chosen) -> Run:
    each = {line.meant.order.pk: line.args for line in form.lines if line.number}
    token = request.POST.get("token", "")
    if not is_token(token):
        raise NotPossible(_("This form is not complete; go back to the orders and start again."))
    return runs.start("ship", list(each), token=token, by=user_of(request), chosen=chosen.told, each=each)
