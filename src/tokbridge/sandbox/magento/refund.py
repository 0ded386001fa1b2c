"""Credit memos: POST /V1/order/{id}/refund and /V1/invoice/{id}/refund (reference magento-rest.md 9)."""

from decimal import Decimal

from tokbridge.sandbox.magento import life
from tokbridge.sandbox.magento.invoice import BASES, COPIED, PAID, share
from tokbridge.sandbox.magento.refuse import Refused
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import ZERO, Doc, dec, num, shown_price

TITLE = "Creditmemo Document Validation Error(s):"
MOST = "The most money available to refund is 0."
TOO_MANY = "The quantity to refund must not be greater than the unrefunded quantity."


def refund(shop: Shop, order: Doc, body: Doc) -> int:
    """Give money back offline for the given items, everything billed without; shipping too unless told otherwise."""
    wanted = _wanted(shop, order, body.get("items"))
    arguments = body.get("arguments") or {}
    _refuse(shop, order, wanted, arguments)
    row, now, number = order["row"], shop.now(), shop.next("creditmemo")
    doc: Doc = {"row": {"entity_id": number, "order_id": row["entity_id"]}, "items": [], "comments": []}
    head: Doc = doc["row"]
    head |= {name: row[name] for name in COPIED if row.get(name) is not None}
    head |= {
        "increment_id": shop.next_increment("creditmemo", row.get("store_id")),
        "state": PAID,
        "created_at": now,
        "updated_at": now,
    }
    returned = (arguments.get("extension_attributes") or {}).get("return_to_stock_items") or []
    _stock(shop, order, wanted, {int(one) for one in returned})
    with shop.changing(order):
        doc["items"] = [_line(shop, item, quantity, number) for item, quantity in wanted]
        for base in BASES:
            _head(head, order, doc["items"], base, arguments)
            _book(order, head, base)
        row["customer_note_notify"] = 1 if body.get("notify") else 0
        life.settle(order)
        order["histories"].append(
            {
                "entity_id": shop.next("history"),
                "parent_id": row["entity_id"],
                "comment": f"We refunded {_price(order, head)} offline.",
                "created_at": now,
                "entity_name": "creditmemo",
                "is_customer_notified": 0,
                "is_visible_on_front": 0,
                "status": row.get("status"),
            }
        )
    shop.creditmemos.save(doc)
    return number


def _price(order: Doc, head: Doc) -> str:
    currency = order["row"].get("base_currency_code") or "USD"
    return shown_price(dec(head["base_grand_total"]), currency)


def _wanted(shop: Shop, order: Doc, given: list[Doc] | None) -> list[tuple[Doc, Decimal]]:
    if not given:
        found = [(item, life.left_to_refund(item)) for item in order["items"]]
        return [(item, quantity) for item, quantity in found if quantity > 0]
    known = {item["item_id"]: item for item in order["items"]}
    wanted = []
    for one in given:
        item, quantity = known.get(one.get("order_item_id")), dec(one.get("qty"))
        if item is None or quantity <= 0:
            continue
        if quantity > life.left_to_refund(item):
            raise _too_many(shop, order, item)
        wanted.append((item, quantity))
    return wanted


def _too_many(shop: Shop, order: Doc, item: Doc) -> Refused:
    if not shop.since("2.4.7"):
        return Refused('We found an invalid quantity to refund item "%1".', 400, [item.get("name")])
    return Refused("\n".join([TITLE, *_state_line(order), TOO_MANY]))


def _state_line(order: Doc) -> list[str]:
    state = order["row"].get("state")
    if state in ("canceled", "closed", "holded", "payment_review"):
        return [f"A creditmemo can not be created when an order has a status of {state}"]
    return []


def _refuse(shop: Shop, order: Doc, wanted: list[tuple[Doc, Decimal]], arguments: Doc) -> None:
    lines = _state_line(order)
    if not lines and not life.can_refund(order) and not shop.since("2.4.7"):
        lines.append("The order does not allow a creditmemo to be created.")
    money = sum((dec(item.get("row_total")) for item, _ in wanted), ZERO)
    money += _shipping(order, "", arguments) + dec(arguments.get("adjustment_positive"))
    if dec(order["row"].get("total_paid")) - dec(order["row"].get("total_refunded")) <= 0 and money >= 0:
        lines.append(MOST)
    elif not wanted and money <= 0:
        lines.append("You can't create a creditmemo without products.")
    if lines:
        raise Refused("\n".join([TITLE, *lines]))


def _shipping(order: Doc, base: str, arguments: Doc) -> Decimal:
    row = order["row"]
    left = dec(row.get(f"{base}shipping_invoiced")) - dec(row.get(f"{base}shipping_refunded"))
    asked = arguments.get("shipping_amount")
    if asked is None:
        return left
    rate = dec(row.get("base_to_order_rate")) or Decimal(1)
    wanted = dec(asked) if not base else dec(asked) / rate
    if wanted > left:
        raise Refused(f"Maximum shipping amount allowed to refund is: {num(left)}")
    return wanted


def _line(shop: Shop, item: Doc, quantity: Decimal, parent: int) -> Doc:
    already = dec(item["qty_refunded"])
    line: Doc = {
        "entity_id": shop.next("creditmemo_item"),
        "parent_id": parent,
        "order_item_id": item["item_id"],
        "name": item.get("name"),
        "sku": item.get("sku"),
        "product_id": item.get("product_id"),
        "qty": num(quantity),
        "base_cost": item.get("base_cost"),
        "weee_tax_applied": "[]",
        "weee_tax_applied_row_amount": 0,
        "weee_tax_row_disposition": 0,
        "base_weee_tax_row_disposition": 0,
    }
    ordered = dec(item["qty_ordered"]) or Decimal(1)
    for base in BASES:
        row = share(item, f"{base}row_total", f"{base}amount_refunded", quantity, already)
        tax = share(item, f"{base}tax_amount", f"{base}tax_refunded", quantity, already)
        discount = share(item, f"{base}discount_amount", f"{base}discount_refunded", quantity, already)
        line |= {
            f"{base}price": item.get(f"{base}price"),
            f"{base}price_incl_tax": item.get(f"{base}price_incl_tax"),
            f"{base}row_total": num(row),
            f"{base}row_total_incl_tax": num(dec(item.get(f"{base}row_total_incl_tax")) * quantity / ordered),
            f"{base}tax_amount": num(tax),
            f"{base}discount_tax_compensation_amount": 0,
            **({f"{base}discount_amount": num(discount)} if discount else {}),
        }
        for name, part in (("amount_refunded", row), ("tax_refunded", tax), ("discount_refunded", discount)):
            item[base + name] = num(dec(item.get(base + name)) + part)
        item.setdefault(f"{base}discount_tax_compensation_refunded", 0)
    item["qty_refunded"] = num(already + quantity)
    return line


def _head(head: Doc, order: Doc, lines: list[Doc], base: str, arguments: Doc) -> None:
    row = order["row"]

    def total(name: str) -> Decimal:
        return sum((dec(line.get(f"{base}{name}")) for line in lines), ZERO)

    shipping = _shipping(order, base, arguments)
    whole = dec(row.get(f"{base}shipping_amount"))
    tax_of_shipping = ZERO
    if whole:
        tax_of_shipping = dec(row.get(f"{base}shipping_tax_amount")) * shipping / whole
    plus, minus = dec(arguments.get("adjustment_positive")), dec(arguments.get("adjustment_negative"))
    subtotal, discount = total("row_total"), total("discount_amount")
    tax = total("tax_amount") + tax_of_shipping
    head |= {
        f"{base}subtotal": num(subtotal),
        f"{base}subtotal_incl_tax": num(total("row_total_incl_tax")),
        f"{base}tax_amount": num(tax),
        f"{base}shipping_amount": num(shipping),
        f"{base}shipping_incl_tax": num(shipping + tax_of_shipping),
        f"{base}shipping_tax_amount": num(tax_of_shipping),
        f"{base}discount_amount": num(-discount),
        f"{base}discount_tax_compensation_amount": 0,
        f"{base}adjustment": num(plus - minus),
        f"{base}adjustment_positive": num(plus),
        f"{base}adjustment_negative": num(minus),
        f"{base}grand_total": num(subtotal + tax + shipping - discount + plus - minus),
    }


def _book(order: Doc, head: Doc, base: str) -> None:
    row, payment = order["row"], order["payment"]

    def add(target: Doc, name: str, by: Decimal) -> None:
        target[base + name] = num(dec(target.get(base + name)) + by)

    for name, source in (
        ("subtotal_refunded", "subtotal"),
        ("tax_refunded", "tax_amount"),
        ("shipping_refunded", "shipping_amount"),
        ("shipping_tax_refunded", "shipping_tax_amount"),
        ("total_refunded", "grand_total"),
        ("total_offline_refunded", "grand_total"),
        ("adjustment_positive", "adjustment_positive"),
        ("adjustment_negative", "adjustment_negative"),
    ):
        add(row, name, dec(head[base + source]))
    add(row, "discount_refunded", -dec(head[f"{base}discount_amount"]))
    add(row, "discount_tax_compensation_refunded", ZERO)
    add(payment, "amount_refunded", dec(head[f"{base}grand_total"]))
    add(payment, "shipping_refunded", dec(head[f"{base}shipping_amount"]))


def _stock(shop: Shop, order: Doc, wanted: list[tuple[Doc, Decimal]], returned: set[int]) -> None:
    """Units that never left are deducted from the source as if shipped and lose their reservation; returning them is
    a positive reservation. Units that had left go back to the source when they are returned, and only then."""
    stock, number = shop.stock_for(order), order["row"]["entity_id"]
    for item, quantity in wanted:
        product = shop.product(item.get("sku"))
        if product is None or item.get("product_id") is None:
            continue
        sku = product["row"]["sku"]
        away = max(dec(item["qty_shipped"]) - dec(item["qty_refunded"]), ZERO)
        shipped = min(quantity, away)
        kept = quantity - shipped
        if kept:
            shop.inventory.move(sku, "default", -kept)
            shop.inventory.reserve(sku, stock["stock_id"], kept, number, "creditmemo_created")
        if item["item_id"] in returned:
            if kept:
                shop.inventory.reserve(sku, stock["stock_id"], kept, number, "creditmemo_created")
            if shipped:
                shop.inventory.move(sku, _source(shop, order, item), shipped)


def _source(shop: Shop, order: Doc, item: Doc) -> str:
    """Where the units had left from: the last shipment of the item."""
    for doc in reversed(shop.shipments.by("order_id", order["row"]["entity_id"])):
        if any(line["order_item_id"] == item["item_id"] for line in doc["items"]):
            return str(doc["source"])
    return "default"
