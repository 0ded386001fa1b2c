"""The form for shipping: one line for each order, what was typed or sent into it, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tokbridge.core.errors import OutsideError
from tokbridge.sync import offers, shipping
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.parcel_table import Entry, Given
from tokbridge.tiktok.logistics import Provider
from tokbridge.web import unit_choice
from tokbridge.web.actions import Meant
from tokbridge.web.numbers import grouped
from tokbridge.web.tongue import told
from tokbridge.web.unit_choice import Units

NAMED = 20  # mistakes that are told one by one


@dataclass(slots=True)
class Line:
    """One order of the form. `carriers`: what TikTok takes for it, () when it could not be asked. `units`: what is left
    of it to choose from, when it stands alone."""

    meant: Meant
    carriers: tuple[Provider, ...] = ()
    carrier: str = ""
    number: str = ""
    error: str = ""
    units: tuple[Units, ...] = ()

    @property
    def wrong(self) -> bool:
        return bool(self.error) or any(one.error for one in self.units)

    @property
    def foreign(self) -> str:
        """The carrier of its number, when TikTok does not take that one: shown, so that nothing replaces it unseen."""
        taken = {one.name.casefold() for one in self.carriers}
        return self.carrier if self.number and taken and self.carrier.casefold() not in taken else ""

    @property
    def args(self) -> dict[str, Any]:
        """What the run gets of it."""
        args: dict[str, Any] = {"carrier": self.carrier, "number": self.number}
        units = unit_choice.chosen(self.units)
        return args if units is None else {**args, "line_ids": units}


@dataclass(slots=True)
class Form:
    """`errors` stand in the way; `notes` do not."""

    lines: list[Line] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> bool:
        return bool(self.errors) or any(line.wrong for line in self.lines)

    @property
    def n(self) -> int:
        """So many can be shipped."""
        return sum(not line.meant.why_not for line in self.lines)

    @property
    def alone(self) -> Line | None:
        """The only line, when it can be shipped."""
        return self.lines[0] if len(self.lines) == 1 and not self.lines[0].meant.why_not else None

    @property
    def carriers(self) -> list[str]:
        """Of all lines, for the choice that fills them."""
        return sorted({one.name for line in self.lines for one in line.carriers})


def read(form: Form, given: QueryDict) -> None:
    """The typed lines. A line without carrier gets the one chosen for all."""
    usual = given.get("carrier", "").strip()
    for line in form.lines:
        pk = line.meant.order.pk
        line.carrier = given.get(f"carrier-{pk}", "").strip() or usual
        line.number = given.get(f"number-{pk}", "").strip()
        unit_choice.read(line.units, given)


def fill(form: Form, rows: Sequence[Given], found: Sequence[Entry]) -> None:
    """What was pasted or uploaded: lines that name their order (`found`) go there, a column of numbers from the top down."""
    if any(row.key for row in rows):
        _fill_named(form, found)
    else:
        _fill_column(form, rows)


def _fill_named(form: Form, found: Sequence[Entry]) -> None:
    lines = {line.meant.order.pk: line for line in form.lines}
    wrong = []
    for entry in found:
        line = lines.get(entry.order_id)
        if entry.wrong or line is None:
            wrong.append(_("Line %(line)s: %(words)s.") % {"line": entry.line, "words": told(entry.wrong)})
        else:
            line.carrier, line.number = entry.carrier or line.carrier, entry.number
    form.errors += wrong[:NAMED]
    if more := len(wrong) - NAMED if len(wrong) > NAMED else 0:
        form.errors.append(
            ngettext("and %(shown)s more line", "and %(shown)s more lines", more) % {"shown": grouped(more)}
        )


def _fill_column(form: Form, rows: Sequence[Given]) -> None:
    """An order that cannot be shipped has its place in the column as well, so a column copied beside the orders fits."""
    for line, row in zip(form.lines, rows, strict=False):
        if not line.meant.why_not:
            line.number = row.number
        elif row.number:
            form.notes.append(
                _("%(number)s was left out: order %(order)s cannot be shipped (%(why)s).")
                % {"number": row.number, "order": line.meant.order.tiktok_id, "why": line.meant.why_not}
            )
    over = [row.number for row in rows[len(form.lines) :] if row.number]
    if over:
        form.errors.append(
            ngettext(
                "There are more numbers than orders; %(n)s was left out: %(numbers)s",
                "There are more numbers than orders; %(n)s were left out: %(numbers)s",
                len(over),
            )
            % {"n": grouped(len(over)), "numbers": ", ".join(over[:NAMED]) + (" …" if len(over) > NAMED else "")}
        )


def ask_carriers(form: Form) -> None:
    """What TikTok takes for each line; a note where it does not answer."""
    for line in form.lines:
        if line.meant.why_not:
            continue
        try:
            line.carriers = offers.offered(line.meant.order.pk)
        except NotPossible as error:
            line.error = line.error or told(str(error))
        except OutsideError as error:
            words = _("TikTok could not be asked for its carriers (%s); type the carrier's name.") % told(error.words)
            if words not in form.notes:
                form.notes.append(words)


def check(form: Form, *, complete: bool) -> None:
    """Every line that has a number, before anything is sent; the others are left out. `complete`: nothing may be missing
    any more. After `ask_carriers`."""
    filled = [line for line in form.lines if line.number]
    if complete and not filled:
        form.errors.append(_("No line has a tracking number."))
    for line in filled:
        line.error = line.meant.why_not or line.error or _number_and_carrier(line)
        if complete and not line.carrier:
            line.error = line.error or _("Choose a carrier.")
        if complete and line is form.alone:
            line.error = line.error or unit_choice.check(line.units)
    wrong = sum(line.wrong for line in filled)
    if wrong and len(form.lines) > 1:
        words = ngettext("%s line must be corrected; it says why.", "%s lines must be corrected; each says why.", wrong)
        form.errors.append(words % grouped(wrong))


def _number_and_carrier(line: Line) -> str:
    """What is wrong with them; a carrier gets the name that TikTok writes."""
    try:
        line.number = shipping.tracking_number(line.number)
        if line.carrier and line.carriers:
            line.carrier = offers.choose_provider(line.carriers, line.carrier).name
    except NotPossible as error:
        return told(str(error))
    return ""
