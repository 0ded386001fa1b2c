"""What remains to be done once PrestaShop has made an order: put shipping, fees and a cent of rounding right, and seal it;
or take an order that ended in the error state out of the way (reference prestashop-webservice.md 5.5-5.7).

Whoever finds an order of ours without its seal finishes it: `create_order` that made it, or `find_order` after a crash in
between, from the record kept beside its address. Every write is absolute, so doing it twice changes nothing. The seal is
the order's note, written in the same call as the totals, last; where orders have no note (before 1.7.8) it is the
payment's transaction id. A sealed order is never touched again: staff may change it as they like.
"""

from __future__ import annotations

from decimal import Decimal

from tokbridge.core.errors import Refused, Retry
from tokbridge.core.saying import say
from tokbridge.stores.prestashop import mapping, readback
from tokbridge.stores.prestashop.pricing import decimal_of, minor_of
from tokbridge.stores.prestashop.record import Record
from tokbridge.stores.prestashop.shopfacts import CANCELLED, ERROR, ShopFacts
from tokbridge.stores.prestashop.transport import Row, Transport

_NOTE_SIZE = 60000
_MAKING = 300.0  # seconds
_SEAL = "TikTok Shop order "


class Finishing:
    def __init__(self, transport: Transport, facts: ShopFacts) -> None:
        self._transport = transport
        self._facts = facts

    def settle(self, order: Row, record: Record | None) -> Row | None:
        """The order, finished; None for one that ended in the error state, which is then cancelled and loses its mark.
        Raises the errors of the calls; an order without record, or sealed, is given back as it is."""
        if record is None or self._sealed_by_note(order, record):
            return order
        if self._in_the_making(order):
            raise Retry(
                "still being made", say("PrestaShop is not done with order {order}", order=order["id"]), after=5
            )
        payments = self._payments(order)
        if not readback.has_note(order) and any(row.get("transaction_id") == record.marker for row in payments):
            return order
        if self._failed(order, record):
            self._take_away(order, record)
            return None
        self._finish(order, record, payments)
        return self._transport.one("orders", str(order["id"])) or order

    def _in_the_making(self, order: Row) -> bool:
        """The shop inserts the order first, and gives it payment and state afterwards: what is written in between would
        be overwritten. That it has no state until then is not in the reference. An order that has none after some
        minutes was left so by a crash of the shop's, and is taken as it is."""
        stateless = str(order.get("current_state") or "0") == "0"
        return stateless and self._facts.now() - readback.moment(order.get("date_add"), self._facts) < _MAKING

    def _sealed_by_note(self, order: Row, record: Record) -> bool:
        return f"{_SEAL}{record.marker}" in readback.note_lines(order)

    def _payments(self, order: Row) -> list[Row]:
        reference = str(order.get("reference") or "")
        return self._transport.read("order_payments", f_order_reference=f"[{reference}]", sort="[id_ASC]")

    def _failed(self, order: Row, record: Record) -> bool:
        """In the error state; or cancelled by us out of it, and not yet without its mark: it holds the amount sent as
        paid, and another total (reference 5.6)."""
        state = str(order.get("current_state"))
        if state == self._facts.settings.get(ERROR):
            return True
        paid, total, sent = (
            Decimal(str(x or "0")) for x in (order["total_paid_real"], order["total_paid"], record.sent)
        )
        return state == self._facts.settings.get(CANCELLED) and paid == sent and total != sent

    def _take_away(self, order: Row, record: Record) -> None:
        """Cancel it once, then change its mark, so that no later look takes it for the order. Never repaired: moving it
        to a paid state would book a second payment (reference 5.6)."""
        ref, cancelled = str(order["id"]), self._facts.special(CANCELLED)
        if str(order.get("current_state")) != cancelled:
            self._transport.post("order_histories", {"id_order": ref, "id_order_state": cancelled})
        figures = f"{record.tag} paid {record.sent} of {order['total_paid']}"
        self._transport.change("orders", ref, {"gift_message": mapping.failed_mark(record.marker, figures)})

    def _finish(self, order: Row, record: Record, payments: list[Row]) -> None:
        ref = str(order["id"])
        currency = self._facts.currency_code(order.get("id_currency"))
        # A total that is not what was sent was made of other prices: nothing is covered up, both figures are shown.
        values: dict[str, str] = {}
        if minor_of(order.get("total_paid"), currency) == minor_of(record.sent, currency) != record.total:
            values = self._correct(order, record, payments, currency)
        if payments:
            amount = {"amount": values["total_paid"]} if values else {}
            self._transport.change("order_payments", str(payments[0]["id"]), amount | {"transaction_id": record.marker})
        if readback.has_note(order):
            values["note"] = _note(order, record)
        if values:
            self._transport.change("orders", ref, values)

    def _correct(self, order: Row, record: Record, payments: list[Row], currency: str) -> dict[str, str]:
        """Shipping and totals onto carrier row and invoice; returns what the order itself must say."""
        ref = str(order["id"])
        extras = decimal_of(record.extras, currency)
        shipping = Decimal(str(order["total_shipping_tax_incl"])) + extras
        bare = Decimal(str(order["total_shipping_tax_excl"])) + mapping.without_tax(
            extras, order.get("carrier_tax_rate")
        )
        total = decimal_of(record.total, currency)
        total_bare = Decimal(str(order["total_products"])) + bare
        goods = decimal_of(record.goods, currency)
        for row in self._transport.read("order_carriers", f_id_order=f"[{ref}]", sort="[id_ASC]")[:1]:
            costs = {"shipping_cost_tax_excl": str(bare), "shipping_cost_tax_incl": str(shipping)}
            self._transport.change("order_carriers", str(row["id"]), costs)
        for row in self._transport.read("order_invoices", f_id_order=f"[{ref}]", sort="[id_ASC]")[:1]:
            invoice = {
                "total_products_wt": str(goods),
                "total_shipping_tax_excl": str(bare),
                "total_shipping_tax_incl": str(shipping),
                "total_paid_tax_excl": str(total_bare),
                "total_paid_tax_incl": str(total),
            }
            self._transport.change("order_invoices", str(row["id"]), invoice)
        values = {
            "total_products_wt": str(goods),
            "total_shipping": str(shipping),
            "total_shipping_tax_incl": str(shipping),
            "total_shipping_tax_excl": str(bare),
            "total_paid": str(total),
            "total_paid_tax_incl": str(total),
            "total_paid_tax_excl": str(total_bare),
        }
        return values | ({"total_paid_real": str(total)} if payments else {})


def refusal(order: Row, record: Record) -> Refused:
    return payment_error(str(order["id"]), record.sent, str(order["total_paid"]))


def payment_error(ref: str, sent: str, total: str) -> Refused:
    return Refused(
        "payment_error",
        say(
            "PrestaShop made order {order} with a total of {total}, while {sent} was paid for it: it is in the error state"
            " and was cancelled. Mend the cause (taxes of the product, another carrier taken, a cart rule, rounding);"
            " changed prices are tried again by themselves. To try the same prices again, give that order back the"
            " state 'Payment error'.",
            order=ref,
            total=total,
            sent=sent,
        ),
    )


def _note(order: Row, record: Record) -> str:
    """The seal, the number of ours, the channel's note; what is there already stays."""
    lines = [f"{_SEAL}{record.marker}", record.number, *record.note.splitlines()]
    old = readback.note_lines(order)
    return "\n".join([*old, *(line for line in lines if line and line not in old)])[:_NOTE_SIZE]
