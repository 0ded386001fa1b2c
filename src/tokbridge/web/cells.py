"""The rows of the Orders list as HTML, composed in Python: a template with its tags per cell took four fifths of the
time of a page (docs/figures.md). Every value goes through `escape`, here and nowhere else; what is not a value is
written out in this file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tokbridge.web import words
from tokbridge.web.columns import Column
from tokbridge.web.numbers import amount
from tokbridge.web.rows import Listed, Row, Trouble
from tokbridge.web.templatetags.show import Moments
from tokbridge.web.templatetags.show import rate as exchange
from tokbridge.web.tongue import told

Cell = Callable[["Table", Row], str]
_LIVE = (
    "tiktok",
    "tokbridge",
    "store",
    "storestatus",
    "base",
    "due",
    "updated",
)  # those that change while somebody looks
_TITLED = {"items", "customer", "account", "total"}  # cells whose title tells more than there is room for


@dataclass(frozen=True, slots=True)
class _Said:
    """What the table says in one language, escaped."""

    tiktok: dict[str, str]
    standing: dict[str, str]
    fulfilment: dict[str, str]
    mode: dict[str, str]
    actor: dict[str, str]
    actions: str
    not_created: str
    seller: str
    select: str
    who: str
    what: str
    fix: str
    again: str
    raw: str


@lru_cache(maxsize=16)
def _said_in(_language: str | None) -> _Said:
    """Of the language, which is in force; looking it all up takes a tenth of a page."""
    return _Said(
        tiktok=_escaped(words.TIKTOK_STATUS),
        standing=_escaped(words.TOKBRIDGE_STATUS),
        fulfilment=_escaped(words.FULFILMENT),
        mode=_escaped(words.LOGISTICS),
        actor=_escaped(words.ACTOR),
        actions=escape(_("Actions for order %s")),
        not_created=escape(_("not created")),
        seller=escape(_("Seller's view: %s")),
        select=escape(_("Select order %s")),
        who=escape(_("Who must act")),
        what=escape(_("What to do")),
        fix=escape(_("Fix the cause")),
        again=escape(_("Try again now")),
        raw=escape(_("JSON")),
    )


class Table:
    """The rows of one answer. `live`: the cells are sent alone and replace those with the same ids. `acts`: the reader
    may act on orders, so rows can be picked and have a menu, and what stands in the way can be fixed and tried again
    (by the page's form `again`)."""

    def __init__(self, columns: Sequence[Column], *, live: bool = False, acts: bool = False) -> None:
        self._columns = columns
        self._acts = acts
        self._said = _said_in(get_language())
        self._menu = reverse("order-actions", args=[0])
        self._oob = ' hx-swap-oob="true"' if live else ""
        self.moments = Moments()
        self._address = reverse("order", args=[0])
        self._again = reverse("order-again", args=[0])

    def body(self, rows: Sequence[Row]) -> SafeString:
        """All rows of the table."""
        cells = [(column.key, self._begin(column), _CELLS[column.key]) for column in self._columns]
        return mark_safe("".join(self._row(row, cells) for row in rows))  # noqa: S308 - every cell escapes its values

    def changed(self, rows: Sequence[Row]) -> SafeString:
        """The cells that can change, of the columns that are shown."""
        shown = [_CELLS[column.key] for column in self._columns if column.key in _LIVE]
        return mark_safe("".join(cell(self, row) for row in rows for cell in shown))  # noqa: S308 - as above

    def _begin(self, column: Column) -> str:
        """A cell's tag but for its end. A phone shows the title before a value that needs it."""
        title = f' data-label="{escape(str(column.title))}"' if column.named else ""
        return f'<td role="cell" class="c-{column.key}"{title}'

    def _row(self, row: Row, cells: Sequence[tuple[str, str, Cell]]) -> str:
        order = row.order
        number = escape(order.tiktok_id)
        pick, menu = self._pick(order.id, number) if self._acts else ("", "")
        parts = [
            f'<tr role="row" data-row>{pick}<th role="rowheader" scope="row" class="c-order">'
            f'<a class="open" href="{self._open(order.id)}">{number}</a>{menu}</th>'
        ]
        for key, begin, cell in cells:
            title = f' title="{self._title(key, row)}"' if key in _TITLED else ""
            parts.append(f"{begin}{title}>{cell(self, row)}</td>")
        parts.append("</tr>\n")
        return "".join(parts)

    def _pick(self, order_id: int, number: str) -> tuple[str, str]:
        """The box before a row and the menu behind its number; `number` is escaped."""
        pick = (
            '<td role="cell" class="c-pick"><input type="checkbox" class="pick" name="order" form="bulk" '
            f'value="{order_id}" aria-label="{self._said.select % number}"></td>'
        )
        address = self._menu.replace("0", str(order_id))
        return pick, f'<a class="row-menu" href="{address}" aria-label="{self._said.actions % number}">⋯</a>'

    def _open(self, order_id: int) -> str:
        return self._address.replace("0", str(order_id))

    def _title(self, key: str, row: Row) -> str:
        if key == "total":
            return self._said.seller % escape(amount(row.order.seller_total, row.order.currency))
        return escape({"items": row.items, "customer": row.customer, "account": row.account}[key])

    def _living(self, name: str, row: Row, inner: str, more: str = "", attributes: str = "") -> str:
        return f'<span class="live{more}" id="{name}-{row.order.id}"{self._oob}{attributes}>{inner}</span>'

    def tiktok(self, row: Row) -> str:
        order = row.order
        word = self._said.tiktok.get(order.status) or escape(order.status)
        look = escape(order.status.lower() or "unreadable")
        if not order.cancel_reason:
            return self._living("tiktok", row, f'<span class="pill s-{look}">{word}</span>')
        why = escape(order.cancel_reason)
        inner = f'<span class="pill s-{look} why" tabindex="0" title="{why}">{word}<span class="unseen">: {why}</span></span>'
        return self._living("tiktok", row, inner)

    def tokbridge(self, row: Row) -> str:
        order = row.order
        word = self._said.standing.get(order.tokbridge_status) or escape(order.tokbridge_status)
        if row.trouble is not None:
            inner = f'<span class="standing t-blocked">{word}</span>{self._reason(order, row.trouble)}'
            return self._living("tokbridge", row, inner)
        look = escape(order.tokbridge_status.replace(" ", "-"))
        note = escape(told(order.reason))
        said = f'<span class="note" title="{note}">{note}</span>' if note else ""
        return self._living("tokbridge", row, f'<span class="standing t-{look}">{word}</span>{said}')

    def _reason(self, order: Listed, trouble: Trouble) -> str:
        about, name = trouble.about, f"why-{order.id}"
        quoted = f"<q>{escape(told(trouble.words))}</q>" if trouble.words else ""
        title = escape(told(about.title))
        code = f' <small class="code">{escape(trouble.code)}</small>' if trouble.code else ""
        return (
            f'<button type="button" class="reason" popovertarget="{name}">{title}</button>'
            f'<span class="explanation" id="{name}" popover role="dialog" aria-label="{title}"><b>{title}{code}</b>'
            f"<span>{escape(told(about.explanation))}</span>{quoted}"
            f"<span><b>{self._said.who}:</b> {self._said.actor.get(about.actor, '')}</span>"
            f"<span><b>{self._said.what}:</b> {escape(told(about.fix))}</span>"
            f"{self._remedies(order, trouble.fix, title) if self._acts else ''}</span>"
        )

    def _remedies(self, order: Listed, fix: str, title: str) -> str:
        """What can be done about a problem; `title` is escaped."""
        say = self._said
        page = f'<a class="button primary" href="{fix}" aria-label="{say.fix}: {title}">{say.fix}</a>' if fix else ""
        again, number = self._again.replace("0", str(order.id)), escape(order.tiktok_id)
        return (
            f'<span class="buttons">{page}<button class="button" form="again" formaction="{again}" '
            f'aria-label="{say.again}: {number}">{say.again}</button></span>'
        )

    def store(self, row: Row) -> str:
        number = row.order.store_number
        shown = f"{row.store_id} · {number}" if row.store_id else number
        inner = escape(shown) if shown else f'<span class="faint">{self._said.not_created}</span>'
        return self._living("store", row, inner)

    def base(self, row: Row) -> str:
        order = row.order
        if order.base_total is None or not order.base_currency:
            return self._living("base", row, '<span class="faint">—</span>')
        rate = escape(exchange(order.base_rate, order.currency, order.base_currency))
        title = f' title="{rate}"' if rate else ""
        return self._living("base", row, escape(amount(order.base_total, order.base_currency)), attributes=title)

    def storestatus(self, row: Row) -> str:
        status = escape(row.order.store_status)
        return self._living("storestatus", row, status or "—", attributes=f' title="{status}"')

    def due(self, row: Row) -> str:
        clock = row.clock
        if clock is None:
            return self._living("due", row, '<span class="faint">—</span>', " due")
        inner = f'<span class="{clock.tone}" title="{escape(clock.exact)}">{escape(clock.words)}</span>'
        return self._living("due", row, inner, " due")

    def updated(self, row: Row) -> str:
        return self._living("updated", row, self.moments.html(row.order.update_time), " still")

    def fulfilment(self, row: Row) -> str:
        return self._said.fulfilment.get(row.order.fulfilment_type) or escape(row.order.fulfilment_type) or "—"

    def mode(self, row: Row) -> str:
        return self._said.mode.get(row.order.logistic_mode) or escape(row.order.logistic_mode) or "—"

    def raw(self, row: Row) -> str:
        return f'<a class="out" href="{self._open(row.order.id)}#raw">{self._said.raw}</a>'


def _escaped(table: Mapping[str, object]) -> dict[str, str]:
    return {key: escape(str(text)) for key, text in table.items()}


_CELLS: dict[str, Cell] = {
    "tiktok": Table.tiktok,
    "tokbridge": Table.tokbridge,
    "store": Table.store,
    "total": lambda _table, row: escape(amount(row.order.buyer_total, row.order.currency)),
    "base": Table.base,
    "items": lambda _table, row: escape(row.items),
    "customer": lambda _table, row: escape(row.customer) or "—",
    "due": Table.due,
    "placed": lambda table, row: table.moments.html(row.order.placed_at),
    "storestatus": Table.storestatus,
    "account": lambda _table, row: escape(row.account),
    "own": lambda _table, row: f"#{row.order.id}",
    "fulfilment": Table.fulfilment,
    "mode": Table.mode,
    "imported": lambda table, row: table.moments.html(row.order.imported_at),
    "updated": Table.updated,
    "raw": Table.raw,
}
