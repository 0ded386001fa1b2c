"""Addresses of an order: what each must hold, and whose e-mail it gets (reference magento-rest.md 4)."""

import re

from tokbridge.sandbox.magento.refuse import Refused
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import Doc

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
REQUIRED = {
    "postcode": "Zip code",
    "lastname": "Last name",
    "street": "Street",
    "city": "City",
    "email": "Email",
    "country_id": "Country",
    "firstname": "First Name",
    "telephone": "Phone Number",
}
NO_POSTCODE = frozenset({"HK", "IE", "MO", "PA"})


def complete_email(shop: Shop, entity: Doc) -> None:
    """`customer_email` fills addresses without e-mail. Without it 2.4.7 takes the shipping address's; before, the
    addresses' e-mails are emptied with it (recorded: "no customer_email")."""
    assignments = (entity.get("extension_attributes") or {}).get("shipping_assignments") or [{}]
    shipping = (assignments[0].get("shipping") or {}).get("address") or {}
    billing = entity.get("billing_address") or {}
    email = entity.get("customer_email")
    if not email and shop.since("2.4.7") and shipping.get("email"):
        email = entity["customer_email"] = shipping["email"]
    for address in (billing, shipping):
        if address and (not email or not address.get("email")):
            address["email"] = email


def addresses(entity: Doc, shipping: Doc | None) -> dict[str, Doc]:
    """The given addresses by kind, all complaints in one error."""
    found = {}
    for kind, address in (("billing", entity.get("billing_address")), ("shipping", shipping)):
        if address:
            check_address(address)
            found[kind] = {**address, "address_type": kind}
    return found


def check_address(address: Doc) -> None:
    """400 with every missing part of an address; empty texts pass."""
    complaints = []
    for field, label in REQUIRED.items():
        if field == "postcode" and address.get("country_id") in NO_POSTCODE:
            continue
        if field not in address or (address[field] is None and field != "email"):
            complaints.append(f'"{label}" is required. Enter and try again.')
    if not EMAIL.fullmatch(str(address.get("email") or "")):
        complaints.append("Email has a wrong format")
    if complaints:
        raise Refused("We can't save the address:\n%1", 400, ["\n".join(complaints)])
