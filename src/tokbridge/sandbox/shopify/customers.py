"""Customers: found or made by orderCreate, their default address overwritten by each order (reference 2.2)."""

from tokbridge.sandbox.shopify.places import address
from tokbridge.sandbox.shopify.refuse import refuse
from tokbridge.sandbox.shopify.shop import Shop
from tokbridge.sandbox.shopify.values import Doc, number


def customer_for(shop: Shop, given: Doc, shipping: Doc | None) -> int | None:
    """The number of the order's customer; None without customer and e-mail."""
    wanted = given.get("customer") or {}
    if wanted.get("toAssociate"):
        customer = _known(shop, wanted["toAssociate"])
    elif given.get("customerId"):
        customer = _known(shop, {"id": given["customerId"]})
    elif wanted.get("toUpsert"):
        customer = _upsert(shop, wanted["toUpsert"])
    elif given.get("email"):
        customer = _find(shop, {"email": given["email"]}) or _new(shop, given["email"])
    else:
        return None
    customer["orders"] += 1
    if shipping:
        customer["defaultAddress"] = {**shipping, "id": shop.next_id()}
    shop.save_customer(customer)
    return int(customer["id"])


def check_customer(shop: Shop, given: Doc) -> None:
    """Refuse an order for a customer that does not exist, before anything is changed."""
    wanted = (given.get("customer") or {}).get("toAssociate") or (
        {"id": given["customerId"]} if given.get("customerId") else None
    )
    if wanted:
        _known(shop, wanted)


def _find(shop: Shop, wanted: Doc) -> Doc | None:
    if wanted.get("id"):
        return shop.customers.get(number(wanted["id"], "Customer"))
    found = shop.customer_by_email.get(str(wanted.get("email") or "").lower())
    return None if found is None else shop.customers[found]


def _known(shop: Shop, wanted: Doc) -> Doc:
    customer = _find(shop, wanted)
    if customer is None:
        raise refuse(["order", "customer"], "Customer does not exist", "INVALID")
    return customer


def _new(shop: Shop, email: str | None) -> Doc:
    return {
        "id": shop.next_id(), "createdAt": shop.now(), "email": email, "firstName": None, "lastName": None,
        "phone": None, "note": None, "tags": [], "defaultAddress": None, "orders": 0,
    }  # fmt: skip


def _upsert(shop: Shop, wanted: Doc) -> Doc:
    customer = _find(shop, wanted) or _new(shop, wanted.get("email"))
    for name in ("email", "firstName", "lastName", "phone", "note", "tags"):
        if wanted.get(name) is not None:
            customer[name] = wanted[name]
    if wanted.get("addresses"):
        customer["defaultAddress"] = address(wanted["addresses"][0], shop.next_id())
    return customer


def display_name(customer: Doc) -> str:
    """First and last name, else the e-mail."""
    name = " ".join(part for part in (customer["firstName"], customer["lastName"]) if part)
    return name or customer["email"] or ""
