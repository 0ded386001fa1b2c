"""Invoicing: POST /V1/order/{id}/invoice (reference magento-rest.md 7, 9). An invoice is made from the lines; the
first one carries the whole shipping."""

from decimal import Decimal

from tokbridge.sandbox.magento import life
from tokbridge.sandbox.magento.refuse import Refused
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import ZERO, Doc, cents, dec, num

COPIED = [
    "base_currency_code",
    "base_to_global_rate",
    "base_to_order_rate",
    "billing_address_id",
    "discount_description",
    "global_currency_code",
    "order_currency_code",
    "shipping_address_id",
    "store_currency_code",
    "store_id",
    "store_to_base_rate",
    "store_to_order_rate",
]
PAID = 2
BASES = ("", "base_")


def share(order_item: Doc, name: str, done: str, quantity: Decimal, already: Decimal) -> Decimal:
    """The part of a line amount that belongs to `quantity` units: the rest for the last units, else rounded."""
    total, ordered = dec(order_item.get(name)), dec(order_item["qty_ordered"])
    if not ordered or already + quantity >= ordered:
        return total - dec(order_item.get(done))
    return cents(total * quantity / ordered)


def invoice(shop: Shop, order: Doc, body: Doc) -> int:
    """Bill the given items, everything left without; with offline methods it is paid at once. Gives the id."""
    wanted = _wanted(order, body.get("items"))
    _refuse(order, wanted)
    now, number = shop.now(), shop.next("invoice")
    row, first = order["row"], order["row"].get("shipping_invoiced") is None
    doc: Doc = {"row": {"entity_id": number, "order_id": row["entity_id"]}, "items": [], "comments": []}
    head: Doc = doc["row"]
    head |= {name: row[name] for name in COPIED if row.get(name) is not None}
    head |= {
        "increment_id": shop.next_increment("invoice", row.get("store_id")),
        "state": PAID,
        "can_void_flag": 0,
        "total_qty": num(sum((quantity for _, quantity in wanted), ZERO)),
        "created_at": now,
        "updated_at": now,
    }
    with shop.changing(order):
        doc["items"] = [_line(shop, item, quantity, number) for item, quantity in wanted]
        for base in BASES:
            _head(head, order, doc["items"], base, first)
            _book(order, head, base)
        row["base_total_invoiced_cost"] = num(
            sum((dec(item.get("base_cost")) * dec(item["qty_invoiced"]) for item in order["items"]), ZERO)
        )
        life.after_action(order)
        life.settle(order)
    comment = body.get("comment")
    if comment and comment.get("comment"):
        doc["comments"].append(
            {
                "entity_id": shop.next("invoice_comment"),
                "parent_id": number,
                "comment": comment["comment"],
                "is_customer_notified": 0,
                "is_visible_on_front": comment.get("is_visible_on_front", 0),
                "created_at": now,
            }
        )
    shop.invoices.save(doc)
    return number


def _wanted(order: Doc, given: list[Doc] | None) -> list[tuple[Doc, Decimal]]:
    billable = {item["item_id"]: item for item in order["items"] if life.left_to_invoice(item) > 0}
    if not given:
        return [(item, life.left_to_invoice(item)) for item in billable.values()]
    wanted = []
    for one in given:
        item, quantity = billable.get(one.get("order_item_id")), dec(one.get("qty"))
        if item is None or quantity <= 0:
            continue
        if quantity > life.left_to_invoice(item):
            raise Refused('We found an invalid quantity to invoice item "%1".', 400, [item.get("name")])
        wanted.append((item, quantity))
    return wanted


def _refuse(order: Doc, wanted: list[tuple[Doc, Decimal]]) -> None:
    lines = []
    if not wanted:
        lines.append("The invoice can't be created without products. Add products and try again.")
    state = order["row"].get("state")
    if state in ("holded", "payment_review", "canceled", "closed"):
        lines.append(f"An invoice cannot be created when an order has a status of {state}")
    elif not life.can_invoice(order):
        lines.append("The order does not allow an invoice to be created.")
    if lines:
        raise Refused("\n".join(["Invoice Document Validation Error(s):", *lines]))


def _line(shop: Shop, item: Doc, quantity: Decimal, parent: int) -> Doc:
    already = dec(item["qty_invoiced"])
    line: Doc = {
        "entity_id": shop.next("invoice_item"),
        "parent_id": parent,
        "order_item_id": item["item_id"],
        "name": item.get("name"),
        "sku": item.get("sku"),
        "product_id": item.get("product_id"),
        "qty": num(quantity),
        "base_cost": item.get("base_cost"),
    }
    for base in BASES:
        row = share(item, f"{base}row_total", f"{base}row_invoiced", quantity, already)
        tax = share(item, f"{base}tax_amount", f"{base}tax_invoiced", quantity, already)
        discount = share(item, f"{base}discount_amount", f"{base}discount_invoiced", quantity, already)
        gross = dec(item.get(f"{base}row_total_incl_tax"))
        ordered = dec(item["qty_ordered"]) or Decimal(1)
        line |= {
            f"{base}price": item.get(f"{base}price"),
            f"{base}price_incl_tax": item.get(f"{base}price_incl_tax"),
            f"{base}row_total": num(row),
            f"{base}row_total_incl_tax": num(cents(gross * quantity / ordered)),
            f"{base}tax_amount": num(tax),
            f"{base}discount_tax_compensation_amount": 0,
            **({f"{base}discount_amount": num(discount)} if discount else {}),
        }
        item[f"{base}row_invoiced"] = num(dec(item.get(f"{base}row_invoiced")) + row)
        item[f"{base}tax_invoiced"] = num(dec(item.get(f"{base}tax_invoiced")) + tax)
        item[f"{base}discount_invoiced"] = num(dec(item.get(f"{base}discount_invoiced")) + discount)
        item.setdefault(f"{base}discount_tax_compensation_invoiced", 0)
    item["qty_invoiced"] = num(already + quantity)
    item["weee_tax_applied"] = item.get("weee_tax_applied") or "[]"
    return line


def _head(head: Doc, order: Doc, lines: list[Doc], base: str, first: bool) -> None:
    """Totals of the invoice; the fields of shipping are there only when it carries shipping."""
    row = order["row"]

    def total(name: str) -> Decimal:
        return sum((dec(line.get(f"{base}{name}")) for line in lines), ZERO)

    subtotal, tax, discount = total("row_total"), total("tax_amount"), total("discount_amount")
    shipping = ZERO
    if first and row.get(f"{base}shipping_amount") is not None:
        shipping = dec(row[f"{base}shipping_amount"])
        tax += dec(row.get(f"{base}shipping_tax_amount"))
        discount += dec(row.get(f"{base}shipping_discount_amount"))
        for name in ("shipping_amount", "shipping_incl_tax", "shipping_tax_amount"):
            head[f"{base}{name}"] = num(dec(row.get(f"{base}{name}")))
    head |= {
        f"{base}subtotal": num(subtotal),
        f"{base}subtotal_incl_tax": num(total("row_total_incl_tax")),
        f"{base}tax_amount": num(tax),
        f"{base}discount_amount": num(-discount),
        f"{base}discount_tax_compensation_amount": 0,
        f"{base}grand_total": num(subtotal + tax + shipping - discount),
    }


def _book(order: Doc, head: Doc, base: str) -> None:
    """Add the invoice to the order's and the payment's sums."""
    row, payment = order["row"], order["payment"]

    def add(target: Doc, name: str, by: Decimal) -> None:
        target[base + name] = num(dec(target.get(base + name)) + by)

    add(row, "subtotal_invoiced", dec(head[f"{base}subtotal"]))
    add(row, "tax_invoiced", dec(head[f"{base}tax_amount"]))
    add(row, "shipping_invoiced", dec(head.get(f"{base}shipping_amount")))
    add(row, "discount_invoiced", dec(head[f"{base}discount_amount"]))
    add(row, "discount_tax_compensation_invoiced", ZERO)
    for name in ("total_invoiced", "total_paid"):
        add(row, name, dec(head[f"{base}grand_total"]))
    add(payment, "amount_paid", dec(head[f"{base}grand_total"]))
    add(payment, "shipping_captured", dec(head.get(f"{base}shipping_amount")))
