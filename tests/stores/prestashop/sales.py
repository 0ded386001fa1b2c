"""What a small PrestaShop does when an order is asked for or moved: prices, taxes, stock, payment, invoice.

The arithmetic is written apart from the adapter's, in fractions.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from fractions import Fraction

from tests.stores.prestashop.rows import Row, Rows
from tokbridge.core.wire import Response


@dataclass
class Sales(Rows):
    mails: list[str] = field(default_factory=list)

    def make_history(self, fields: Row) -> Row | Response:
        order = self.table("orders").get(int(fields["id_order"]))
        if order is None or int(fields["id_order_state"]) not in self.table("order_states"):
            return Response(500, {"content-type": "text/html"}, b"")
        self.move(order, fields["id_order_state"])
        return self.add("order_histories", id_employee="0", date_add=self.stamp(), **fields)

    def move(self, order: Row, state: str) -> None:
        gone = {"6", "8"}
        if state in gone and order["current_state"] not in gone:
            self._stock(order, +1)
        elif order["current_state"] in gone and state not in gone:
            self._stock(order, -1)
        if state in {"3", "4", "5"}:
            order["delivery_number"] = "1"
        order["current_state"] = state
        order["date_upd"] = self.stamp()

    def _stock(self, order: Row, sign: int) -> None:
        for line in self.table("order_details").values():
            if line["id_order"] != str(order["id"]):
                continue
            for row in self.table("stock_availables").values():
                if (
                    row["id_product"] == line["product_id"]
                    and row["id_product_attribute"] == line["product_attribute_id"]
                ):
                    row["quantity"] = str(int(row["quantity"]) + sign * int(line["product_quantity"]))

    def round(self, amount: Fraction, decimals: int) -> Fraction:
        scaled, mode = amount * 10**decimals, int(self.setting("PS_PRICE_ROUND_MODE"))
        low = math.floor(scaled)
        if mode == 0:
            whole = math.ceil(scaled)
        elif mode == 1 or scaled - low < Fraction(1, 2):
            whole = low
        elif scaled - low > Fraction(1, 2):
            whole = low + 1
        else:  # exactly between: up, down, even, odd
            whole = {2: low + 1, 3: low, 4: low + low % 2, 5: low + 1 - low % 2}[mode]
        return Fraction(whole, 10**decimals)

    def tax(self, product: str) -> Fraction:
        return {"20": Fraction(1, 10), "55": Fraction(55, 1000), "77": Fraction(0)}.get(product, Fraction(1, 5))

    def make_order(self, fields: Row) -> Row | Response:
        cart = self.table("carts").get(int(fields["id_cart"]))
        taken = any(order["id_cart"] == fields["id_cart"] for order in self.table("orders").values())
        if cart is None or taken:
            words = b"Cart cannot be loaded or an order has already been placed using this cart"
            return Response(500, {"content-type": "text/html; charset=utf-8"}, words)
        if fields["module"] != "ps_wirepayment":
            return Response(500, {"content-type": "text/html; charset=utf-8"}, b"")
        kind = int(self.setting("PS_ROUND_TYPE"))
        currency = self.table("currencies")[int(cart["id_currency"])]
        places = int(currency["precision"])
        total, bare, lines = Fraction(0), Fraction(0), []
        for line in sorted(cart["associations"]["cart_rows"], key=lambda line: int(line["id_product"])):
            key = (line["id_product"], line["id_product_attribute"])
            mine = [
                row
                for row in self.table("specific_prices").values()
                if row["id_cart"] == str(cart["id"]) and (row["id_product"], row["id_product_attribute"]) == key
            ]
            net = Fraction(mine[0]["price"]) if mine else Fraction("11.9")
            unit = self.round(net * (1 + self.tax(key[0])), 6)
            number = int(line["quantity"])
            gross = (
                self.round(unit, places) * number
                if kind == 1
                else self.round(unit * number, places)
                if kind == 2
                else unit * number
            )
            total += gross
            bare += self.round(net * number, places)
            lines.append((key, number, net, unit, gross))
        goods = self.round(total, places)
        option = json.loads(cart["delivery_option"])[cart["id_address_delivery"]].strip(",")
        carrier = self.table("carriers").get(int(option))
        if carrier is None or carrier["deleted"] == "1" or carrier["active"] == "0":
            carrier = self.table("carriers")[1]
        cost = Fraction(0) if carrier["is_free"] == "1" else Fraction("8.40")
        cost_bare = Fraction(0) if carrier["is_free"] == "1" else Fraction(7)
        paid = Fraction(fields["total_paid"])
        target = self.setting("PS_OS_WS_PAYMENT")
        logable = self.table("order_states")[int(target)]["logable"] == "1"
        failed = logable and paid != goods + cost
        state = "8" if failed else target
        order = self.add(
            "orders",
            id_address_delivery=cart["id_address_delivery"],
            id_address_invoice=cart["id_address_invoice"],
            id_cart=cart["id"],
            id_currency=cart["id_currency"],
            id_lang=cart["id_lang"],
            id_customer=cart["id_customer"],
            id_carrier=carrier["id"],
            current_state=state,
            module=fields["module"],
            payment=fields["payment"],
            invoice_number="0" if failed or not logable else "1",
            delivery_number="0",
            valid="0" if failed else "1",
            date_add=self.stamp(),
            date_upd=self.stamp(),
            gift_message=cart["gift_message"],
            total_paid=six(goods + cost),
            total_paid_tax_incl=six(goods + cost),
            total_paid_tax_excl=six(bare + cost_bare),
            total_paid_real=six(paid) if logable else "0.000000",
            total_products=six(bare),
            total_products_wt=six(goods),
            total_shipping=six(cost),
            total_shipping_tax_incl=six(cost),
            total_shipping_tax_excl=six(cost_bare),
            carrier_tax_rate="20.000",
            reference=f"REF{len(self.table('orders')):06}",
        )
        if not self.version.startswith(("1.6", "1.7.6")):
            order["note"] = ""
        ref = str(order["id"])
        for (product, attribute), number, net, unit, gross in lines:
            self.add(
                "order_details",
                id_order=ref,
                product_id=product,
                product_attribute_id=attribute,
                product_quantity=number,
                product_name=f"Product {product}",
                product_reference=f"SKU-{product}-{attribute}",
                unit_price_tax_incl=six(unit),
                unit_price_tax_excl=six(net),
                total_price_tax_incl=six(gross),
                total_price_tax_excl=six(net * number),
            )
        if not failed:
            self._stock(order, -1)
        if logable:
            self.add(
                "order_payments",
                order_reference=order["reference"],
                id_currency=cart["id_currency"],
                amount=six(paid),
                payment_method=fields["payment"],
                transaction_id="",
            )
        if logable and not failed:
            self.add(
                "order_invoices",
                id_order=ref,
                number="1",
                total_paid_tax_incl=order["total_paid"],
                total_paid_tax_excl=order["total_paid_tax_excl"],
                total_products=order["total_products"],
                total_products_wt=order["total_products_wt"],
                total_shipping_tax_incl=order["total_shipping"],
                total_shipping_tax_excl=six(cost_bare),
            )
        self.add(
            "order_carriers",
            id_order=ref,
            id_carrier=carrier["id"],
            tracking_number="",
            shipping_cost_tax_incl=six(cost),
            shipping_cost_tax_excl=six(cost_bare),
        )
        self.add("order_histories", id_order=ref, id_order_state=state, id_employee="0", date_add=self.stamp())
        self.table("specific_prices").clear()
        customer = self.table("customers")[int(cart["id_customer"])]
        self.mails.append(customer["email"])
        return {"id": order["id"], "module": fields["module"], "total_paid": fields["total_paid"]}


def six(amount: Fraction) -> str:
    scaled = round(amount * 10**6)
    return f"{scaled // 10**6}.{scaled % 10**6:06}"
