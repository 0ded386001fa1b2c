"""Shipping orders: one line for each with carrier and number, typed, pasted from a spreadsheet, or from a CSV file. For
one order alone its units can be chosen, so that it can go in several parcels."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tokbridge.core.errors import OutsideError
from tokbridge.records.models import Run
from tokbridge.sync import desk, offers, runs
from tokbridge.sync.asked import NotPossible
from tokbridge.web import unit_choice
from tokbridge.web.acting import ACTIONS, acting
from tokbridge.web.actions import Meant, meant, new_token, user_of
from tokbridge.web.choice import Chosen
from tokbridge.web.desk import may_see_buyers
from tokbridge.web.numbers import grouped
from tokbridge.web.tongue import told
from tokbridge.web.unit_choice import Units

MOST_LINES = 300
MOST_BYTES = 200_000


@dataclass(slots=True)
class Line:
    """One order of the form. `carriers`: names that TikTok takes for it, () when it could not be asked. `units`: what is
    left of it to choose from, when it stands alone."""

    meant: Meant
    carriers: tuple[str, ...] = ()
    carrier: str = ""
    number: str = ""
    error: str = ""
    units: tuple[Units, ...] = ()

    @property
    def wrong(self) -> bool:
        return bool(self.error) or any(one.error for one in self.units)


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody pasted or uploaded, one row: the order's key ("" = the next line of the form), carrier, number."""

    key: str
    carrier: str
    number: str


@dataclass(slots=True)
class Form:
    lines: list[Line]
    errors: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> bool:
        return bool(self.errors) or any(line.wrong for line in self.lines)

    @property
    def alone(self) -> Line | None:
        """The only line, when it can be shipped."""
        return self.lines[0] if len(self.lines) == 1 and not self.lines[0].meant.why_not else None

    @property
    def carriers(self) -> list[str]:
        """Of all lines, for the choice that fills them."""
        return sorted({name for line in self.lines for name in line.carriers})


@require_http_methods(["GET", "HEAD", "POST"])
@acting
def ship(request: HttpRequest) -> HttpResponse:
    """GET shows the lines; POST with `fill` takes what was pasted or uploaded into them; any other POST starts."""
    posted = request.method == "POST"
    given = request.POST if posted else request.GET
    chosen = Chosen.read(given)
    form, rows = Form([]), []
    if posted and "fill" in given:
        rows = _given(request, form)
    ids = chosen.order_ids(by_buyer=may_see_buyers(request))
    named = _named(rows, form)
    ids += [pk for pk in dict.fromkeys(named.values()) if pk not in ids]
    if len(ids) > MOST_LINES:
        form.errors.append(
            _("%(n)s orders are more than this form takes (%(most)s); choose fewer.")
            % {"n": grouped(len(ids)), "most": MOST_LINES}
        )
        ids = ids[:MOST_LINES]
    form.lines = [Line(one) for one in meant(ids, "ship", sees_buyers=may_see_buyers(request))]
    if form.alone:
        _offer_units(form.alone, given, posted=posted)
    if posted:
        _read(form, given)
        _fill(form, rows, named)
    if posted and "fill" not in given:
        _check(form)
        if not form.wrong:
            try:
                return redirect("run", _start(request, form, chosen).pk)
            except NotPossible as refused:
                form.errors.append(told(str(refused)))
    for line in form.lines:
        if not line.meant.why_not:
            line.carriers = _carriers(line, form)
    context = {
        "section": "orders",
        "action": ACTIONS["ship"],
        "form": form,
        "n": sum(not line.meant.why_not for line in form.lines),
        "token": given.get("token") or new_token(),
        "most": MOST_LINES,
    }
    return render(request, "web/act/ship.html", context)


def _offer_units(line: Line, given: QueryDict, *, posted: bool) -> None:
    """Those in no parcel yet; with the number of a parcel that TikTok was not told of, also that one's. Where nothing
    else is left, such a parcel is offered to be corrected."""
    order = line.meant.order
    number = given.get(f"number-{order.pk}" if posted else "number", "").strip()
    same = desk.not_told(order, number) if number else None
    if same is None and not posted and not desk.left_to_ship(order):
        same = desk.not_told(order)
    if same is not None and not posted:
        line.number, line.carrier = same.number, same.carrier
    line.units = unit_choice.left_of(order, same)


def _start(request: HttpRequest, form: Form, chosen: Chosen) -> Run:
    each = {line.meant.order.pk: _args(line) for line in form.lines if line.number}
    token = request.POST.get("token", "")
    if not 16 <= len(token) <= 64:
        raise NotPossible(_("This form is not complete; go back to the orders and start again."))
    return runs.start("ship", list(each), token=token, by=user_of(request), chosen=chosen.told, each=each)


def _args(line: Line) -> dict[str, Any]:
    args: dict[str, Any] = {"carrier": line.carrier, "number": line.number}
    units = unit_choice.chosen(line.units)
    return args if units is None else {**args, "line_ids": units}


def _carriers(line: Line, form: Form) -> tuple[str, ...]:
    try:
        return tuple(one.name for one in offers.offered(line.meant.order.pk))
    except NotPossible as error:
        line.error = line.error or told(str(error))
    except OutsideError as error:
        words = _("TikTok could not be asked for its carriers (%s); type the carrier's name.") % told(error.words)
        if words not in form.errors:
            form.errors.append(words)
    return ()


def _read(form: Form, given: QueryDict) -> None:
    """The typed lines. A line without carrier gets the one chosen for all."""
    usual = given.get("carrier", "").strip()
    for line in form.lines:
        pk = line.meant.order.pk
        line.carrier = given.get(f"carrier-{pk}", "").strip() or usual
        line.number = given.get(f"number-{pk}", "").strip()
        unit_choice.read(line.units, given)


def _check(form: Form) -> None:
    """Every number before anything is sent. A line without number is left out."""
    filled = [line for line in form.lines if line.number]
    if not filled:
        form.errors.append(_("No line has a tracking number."))
    for line in filled:
        line.error = line.meant.why_not
        try:
            desk.tracking_number(line.number)
        except NotPossible as error:
            line.error = line.error or told(str(error))
        if not line.carrier:
            line.error = line.error or _("Choose a carrier.")
        if line is form.alone:
            line.error = line.error or unit_choice.check(line.units)


def _given(request: HttpRequest, form: Form) -> list[Given]:
    text = request.POST.get("pasted", "")
    sent = request.FILES.get("file")
    if sent is not None:
        if (sent.size or 0) > MOST_BYTES:
            form.errors.append(_("The file is too large."))
            return []
        try:
            text = sent.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            form.errors.append(_("The file is not text in UTF-8."))
            return []
    return parse(text)


def parse(text: str) -> list[Given]:
    """Rows with tabs, semicolons or commas between: number; order and number; or order, carrier and number. A first row
    of titles, and empty rows, are passed over."""
    lines = [line for line in text.splitlines() if line.strip()]
    comma = next((sign for sign in "\t;," if lines and sign in lines[0]), ",")
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=comma)]
    found = []
    for at, row in enumerate(rows):
        if at == 0 and not any(sign.isdigit() for cell in row for sign in cell):
            continue
        if len(row) == 1:
            found.append(Given("", "", row[0]))
        elif len(row) == 2:
            found.append(Given(row[0], "", row[1]))
        else:
            found.append(Given(row[0], row[1], row[2]))
    return found


def _named(rows: Sequence[Given], form: Form) -> dict[str, int]:
    """The orders that the rows name, by their keys. A key that may mean several is refused: its number goes nowhere."""
    keys = [row.key for row in rows if row.key]
    if len(keys) > MOST_LINES:
        form.errors.append(
            _("%(n)s lines are more than this form takes (%(most)s).") % {"n": grouped(len(keys)), "most": MOST_LINES}
        )
        return {}
    found: dict[str, int] = {}
    wrong = []
    for key in keys:
        try:
            found[key] = desk.find([key])[0].pk
        except NotPossible as error:
            wrong.append(told(str(error)))
    form.errors += wrong[:10]
    return found


def _fill(form: Form, rows: Sequence[Given], named: Mapping[str, int]) -> None:
    """Rows that name their order go there; the others from the top down."""
    lines = {line.meant.order.pk: line for line in form.lines}
    free = iter([line for line in form.lines if not line.meant.why_not])
    for row in rows:
        line = lines.get(named.get(row.key, 0)) if row.key else next(free, None)
        if line is None:
            if not row.key:
                form.errors.append(_("There are more numbers than orders."))
                return
            continue
        line.carrier, line.number = row.carrier or line.carrier, row.number
