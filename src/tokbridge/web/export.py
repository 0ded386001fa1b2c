"""What the list shows, as a file: every order that fits, in the columns of the list, buyers masked as there. Always in
English and with figures as machines read them, so that what reads it does not depend on who asked for it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime

import xlsxwriter
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from tokbridge.core import money
from tokbridge.records import names
from tokbridge.records.selection import Selection
from tokbridge.web import words
from tokbridge.web.columns import COLUMNS, FIRST
from tokbridge.web.csv_file import STEADY, Value, csv_file
from tokbridge.web.desk import may_see_buyers
from tokbridge.web.rows import Row, read, rows
from tokbridge.web.templatetags.show import local
from tokbridge.web.wanted import Wanted

AT_ONCE = 1000
MOST_XLSX = 1_048_575  # rows of a sheet, less the head


@require_safe
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Any number of rows."""
    wanted = Wanted.read(request.GET)
    records = _records(wanted, wanted.selection(by_buyer=may_see_buyers(request)), sees_buyers=may_see_buyers(request))
    return csv_file(_name(wanted), _head(), records)


@require_safe
def as_xlsx(request: HttpRequest) -> HttpResponse | FileResponse:
    """As many rows as a sheet has. Written to a temporary file row by row, so that memory stays small."""
    wanted = Wanted.read(request.GET)
    sees_buyers = may_see_buyers(request)
    asked = wanted.selection(by_buyer=sees_buyers)
    if asked.count([wanted.tab.walked])[0][0] > MOST_XLSX:
        return _too_many(request)
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - closed and removed by the answer
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file.name, options) as book:
        sheet = book.add_worksheet("Orders")
        sheet.freeze_panes(1, 1)
        bold = book.add_format({"bold": True})
        for number, title in enumerate(_head()):
            sheet.write_string(0, number, title, bold)
        for line, record in enumerate(_records(wanted, asked, sees_buyers=sees_buyers), start=1):
            if line > MOST_XLSX:  # a filter is counted only roughly
                return _too_many(request)
            for number, value in enumerate(record):
                if isinstance(value, str):
                    sheet.write_string(line, number, value[:32_767])
                else:
                    sheet.write_number(line, number, value)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{_name(wanted)}.xlsx")


def _too_many(request: HttpRequest) -> HttpResponse:
    return render(request, "400.html", {"too_many": True}, status=400)


def _name(wanted: Wanted) -> str:
    return f"orders-{wanted.tab.key}-{timezone.localtime():%Y-%m-%d-%H%M}"


def _head() -> list[str]:
    with override(STEADY):
        shown = [(column.key, str(column.title)) for column in (FIRST, *COLUMNS) if column.key != "raw"]
    after = {"store": ["Store order id"], "total": ["Currency"], "base": ["Base currency", "Exchange rate"]}
    titles = [title for key, title in shown for title in (title, *after.get(key, []))]
    return [*titles, "Reason", "Problem", "Cancel reason"]


def _records(wanted: Wanted, asked: Selection, *, sees_buyers: bool) -> Iterator[list[Value]]:
    accounts = names.accounts()
    zone = timezone.get_current_timezone()  # of whoever asks; a stream is written after the request's middleware

    def written() -> Iterator[list[Value]]:
        for ids in asked.ids(wanted.tab.walked, at_once=AT_ONCE):
            with timezone.override(zone), override(STEADY):
                records = [_record(row) for row in rows(read(ids), accounts, sees_buyers=sees_buyers)]
            yield from records

    return written()


def _record(row: Row) -> list[Value]:
    order = row.order
    return [
        order.tiktok_id,
        words.word(words.TIKTOK_STATUS, order.status),
        order.store_status,
        words.word(words.TOKBRIDGE_STATUS, order.tokbridge_status),
        order.store_number or "",
        row.store_id,
        _figure(order.buyer_total, order.currency),
        order.currency,
        _figure(order.base_total, order.base_currency),
        order.base_currency or "",
        float(order.base_rate) if order.base_rate else "",
        row.items,
        row.customer,
        _moment(order.ship_by),
        _moment(order.placed_at),
        row.account,
        order.id,
        words.word(words.FULFILMENT, order.fulfilment_type),
        words.word(words.LOGISTICS, order.logistic_mode),
        _moment(order.imported_at),
        _moment(order.update_time),
        order.reason,
        f"{row.trouble.about.title}: {row.trouble.words}".removesuffix(": ") if row.trouble else "",
        order.cancel_reason,
    ]


def _figure(minor: int | None, currency: str | None) -> Value:
    """A number, for sums; empty where there is none."""
    return float(money.show(minor, currency)) if minor is not None and currency else ""


def _moment(seconds: float | None) -> str:
    """In the user's zone, as both spreadsheets and people read it."""
    when: datetime | None = local(seconds) if seconds else None
    return f"{when:%Y-%m-%d %H:%M:%S}" if when else ""
