"""What is special about writing each resource; what is not here is stored as it comes."""

from tokbridge.sandbox.prestashop import ordering, stock
from tokbridge.sandbox.prestashop.checks import invalid
from tokbridge.sandbox.prestashop.columns import stored
from tokbridge.sandbox.prestashop.database import fold
from tokbridge.sandbox.prestashop.errors import Dead, Refusal
from tokbridge.sandbox.prestashop.save import NOT_SAVED, Kind, Writing
from tokbridge.sandbox.prestashop.schema import Row
from tokbridge.sandbox.prestashop.states import enter, record, tell

EMAIL_USED = (140, "The email is already used, please choose another one.")
PASSWORD_AGE_S = 360 * 60
"""PS_PASSWD_TIME_FRONT: last_passwd_gen of a new customer lies six hours back."""

UNIQUE_PRICE = (
    "id_product", "id_product_attribute", "id_shop", "id_shop_group", "id_cart", "id_currency", "id_country", "id_group",
    "id_customer", "from_quantity", "id_specific_price_rule", "from", "to",
)  # fmt: skip


def _customer(writing: Writing, one: Row) -> None:
    shop = writing.shop
    if _email_taken(writing, one):
        raise Refusal(500, EMAIL_USED, NOT_SAVED)
    one["id_shop"] = int(writing.id_shop)
    one["id_shop_group"] = "1"
    one["id_lang"] = one["id_lang"] or shop.number("PS_LANG_DEFAULT", 1)
    one["secure_key"] = shop.secure_key()
    one["last_passwd_gen"] = shop.time(PASSWORD_AGE_S)
    one["passwd"] = shop.hashed()
    if str(one["id_default_group"] or "") == shop.config("PS_CUSTOMER_GROUP"):
        guest = one["is_guest"] == "1"
        one["id_default_group"] = shop.number("PS_GUEST_GROUP" if guest else "PS_CUSTOMER_GROUP")
    one["_groups"] = [str(one["id_default_group"])] if one["id_default_group"] else []


def _email_taken(writing: Writing, one: Row) -> bool:
    """A registered customer's e-mail is refused; guests may share one among themselves (reference 5.2)."""
    if writing.shop.version() < (1, 7, 8):
        return False
    others = writing.shop.table("customers").find(email=one["email"])
    return any(
        str(other["id"]) != str(one.get("id")) and (one["is_guest"] != "1" or other["is_guest"] != "1")
        for other in others
    )


def _customer_change(writing: Writing, one: Row, row: Row) -> None:
    if fold(one["email"]) != fold(row["email"]) and _email_taken(writing, one):
        raise Refusal(500, EMAIL_USED, NOT_SAVED)
    if one["passwd"] != row["passwd"]:
        one["passwd"] = writing.shop.hashed()


def _groups(writing: Writing, row: Row, items: list[Row]) -> None:
    row["_groups"] = [item["id"] for item in items if item.get("id")]


def _address(writing: Writing, one: Row) -> None:
    country = writing.shop.table("countries").get(one["id_country"])
    if country and country["need_identification_number"] == "1" and not one["dni"]:
        raise invalid("Property Address-&gt;dni is empty.")


def _cart(writing: Writing, one: Row) -> None:
    one["id_shop"] = int(writing.id_shop)
    one["id_shop_group"] = "1"


def _cart_added(writing: Writing, one: Row, row: Row) -> None:
    customer = writing.shop.table("customers").get(row["id_customer"])
    if customer and not row["secure_key"]:
        writing.shop.update("carts", row, secure_key=customer["secure_key"])


def _cart_rows(writing: Writing, row: Row, items: list[Row]) -> None:
    """Rows come back by product id. None at all, or the same product twice, kills the call (reference 5.4)."""
    names = ("id_product", "id_product_attribute", "id_address_delivery", "id_customization", "quantity")
    rows = [{name: str(stored("int", item.get(name))) for name in names} for item in items]
    keys = {tuple(one[name] for name in names[:4]) for one in rows}
    if not rows or len(keys) < len(rows):
        raise Dead
    row["_rows"] = sorted(rows, key=lambda one: (int(one["id_product"]), int(one["id_product_attribute"])))


def _specific_price(writing: Writing, one: Row) -> None:
    """The database's key: the same price a second time kills the call, the first stays (reference 5.5).

    The refused row uses up its id."""
    table = writing.shop.table("specific_prices")
    new = writing.shop.row(table.resource, {**one, "id": 0})
    if any(all(new[name] == old[name] for name in UNIQUE_PRICE) for old in table.find(id_cart=new["id_cart"])):
        table.next_id()
        raise Dead


def _product(writing: Writing, one: Row) -> None:
    one["type"] = one["type"] or "simple"
    one["condition"] = one["condition"] or "new"
    one["id_default_combination"] = one["id_default_combination"] or "0"


def _product_added(writing: Writing, one: Row, row: Row) -> None:
    shop = writing.shop
    shop.update("products", row, indexed="1")
    shop.insert(
        "stock_availables", id_product=row["id"], id_product_attribute=0, id_shop=writing.id_shop, out_of_stock=2
    )


def _combination_added(writing: Writing, one: Row, row: Row) -> None:
    writing.shop.insert(
        "stock_availables",
        id_product=row["id_product"],
        id_product_attribute=row["id"],
        id_shop=writing.id_shop,
        out_of_stock=2,
    )


def _stock_change(writing: Writing, one: Row, row: Row) -> None:
    one["_before"] = int(row["quantity"])


def _stock_changed(writing: Writing, one: Row, row: Row) -> None:
    before = row.pop("_before", int(row["quantity"]))
    if row["id_product_attribute"] != "0":
        stock.add_to_sum(writing.shop, row, int(row["quantity"]) - before)


def _carrier(writing: Writing, one: Row) -> None:
    """A carrier made by the API has no zones and no groups, so it is never offered (reference 5.6)."""
    places = [int(row["position"]) for row in writing.shop.table("carriers") if row["deleted"] == "0"]
    one["position"] = max(places, default=-1) + 1


def _carrier_added(writing: Writing, one: Row, row: Row) -> None:
    writing.shop.update("carriers", row, id_reference=row["id"])


def _order_detail(writing: Writing, one: Row) -> None:
    product = writing.shop.table("products").get(one["product_id"] or "")
    if product:
        one["original_wholesale_price"] = product["wholesale_price"]


def _slip_details(writing: Writing, row: Row, items: list[Row]) -> None:
    number = int(writing.shop.notes.get("slip_detail", 0))
    details = []
    for item in items:
        number += 1
        details.append(
            {
                "id": str(number),
                "id_order_detail": stored("int", item.get("id_order_detail")),
                "product_quantity": stored("int", item.get("product_quantity")),
                "amount_tax_excl": stored("dec6", item.get("amount_tax_excl")),
                "amount_tax_incl": stored("dec6", item.get("amount_tax_incl")),
            }
        )
    writing.shop.note("slip_detail", number)
    row["_details"] = details


def _history(writing: Writing, one: Row) -> Row:
    """A line in the history changes the order's state; a mail goes only when asked for (reference 6)."""
    shop = writing.shop
    order = shop.table("orders").get(one["id_order"])
    if order is None:
        raise Dead
    state = enter(shop, order, one["id_order_state"])
    line = record(shop, order, state, int(one["id_employee"] or 0))
    if writing.sendemail and not tell(shop, order, state):
        raise Refusal(500, NOT_SAVED)
    return {**one, "id": str(line["id"]), "id_order_state": int(state["id"]), "date_add": line["date_add"]}


def _order_change(writing: Writing, one: Row, row: Row) -> None:
    """A changed current_state moves the order, and mails without being asked (reference 6)."""
    shop = writing.shop
    wanted = str(one["current_state"] or "")
    if not wanted or wanted == row["current_state"]:
        one["current_state"] = one["current_state"] or row["current_state"]
        return
    followed = ("invoice_number", "invoice_date", "delivery_number", "delivery_date", "valid", "total_paid_real")
    carried = [name for name in followed if one[name] == row[name]]
    state = enter(shop, row, wanted)
    record(shop, row, state)
    tell(shop, row, state)
    one.update({name: row[name] for name in carried}, current_state=int(state["id"]))


def _order_changed(writing: Writing, one: Row, row: Row) -> None:
    length = 255 if writing.shop.version() >= (9,) else 9
    if len(row["reference"]) > length:
        writing.shop.update("orders", row, reference=row["reference"][:length])


def _tracking_changed(writing: Writing, one: Row, row: Row) -> None:
    """sendemail=1: "Package in transit", if the carrier has a tracking address (reference 7)."""
    shop = writing.shop
    carrier = shop.table("carriers").get(row["id_carrier"])
    order = shop.table("orders").get(row["id_order"])
    customer = shop.table("customers").get(order["id_customer"]) if order else None
    if not (writing.sendemail and row["tracking_number"] and carrier and carrier["url"] and customer):
        return
    if not shop.mail(customer["email"], "Package in transit"):
        raise Refusal(500, NOT_SAVED)


KINDS: dict[str, Kind] = {
    "customers": Kind(prepare=_customer, change=_customer_change, parts=_groups),
    "addresses": Kind(verify=_address),
    "carts": Kind(prepare=_cart, added=_cart_added, parts=_cart_rows),
    "specific_prices": Kind(prepare=_specific_price),
    "products": Kind(prepare=_product, added=_product_added),
    "combinations": Kind(added=_combination_added),
    "stock_availables": Kind(change=_stock_change, changed=_stock_changed),
    "carriers": Kind(prepare=_carrier, added=_carrier_added),
    "orders": Kind(insert=ordering.place, change=_order_change, changed=_order_changed),
    "order_details": Kind(prepare=_order_detail),
    "order_slip": Kind(parts=_slip_details),
    "order_histories": Kind(insert=_history),
    "order_carriers": Kind(changed=_tracking_changed),
}
PLAIN = Kind()
