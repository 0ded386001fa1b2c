"""What is read off an order's parts, for GraphQL and webhooks alike."""

from decimal import Decimal

from tokbridge.sandbox.shopify.fulfil import find
from tokbridge.sandbox.shopify.values import Doc, cents, total

CARRIER_URLS = {
    "UPS": "https://www.ups.com/track?tracknum={}",
    "USPS": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
    "FedEx": "https://www.fedex.com/fedextrack/?trknbr={}",
    "DHL Express": "https://www.dhl.com/en/express/tracking.html?AWB={}",
    "Royal Mail": "https://www.royalmail.com/track-your-item#/tracking-results/{}",
    "Evri": "https://www.evri.com/track/parcel/{}",
}
"""Carrier names, exact and case-sensitive, that get a tracking URL by themselves (reference 4.2)."""


def parcel(entry: Doc) -> Doc:
    """One trackingInfo; the URL of a known carrier comes by itself."""
    known = CARRIER_URLS.get(entry["company"] or "")
    url = entry["url"] or (known.format(entry["number"]) if known and entry["number"] else None)
    return {"company": entry["company"], "number": entry["number"], "url": url}


def unfulfilled(order: Doc, line: Doc) -> int:
    """What of a line still waits in a living fulfilment order."""
    return sum(
        part["remaining"]
        for one in order["fulfillmentOrders"]
        if one["status"] != "CLOSED"
        for part in one["lines"]
        if part["lineId"] == line["id"]
    )


def refund_line_sums(order: Doc, entry: Doc) -> tuple[Decimal, Decimal]:
    """(subtotal, tax) of a refunded line."""
    line = find(order["lines"], entry["lineId"])
    share = Decimal(entry["quantity"]) / line["quantity"]
    subtotal = Decimal(line["price"]) * entry["quantity"] - cents(Decimal(line["discount"]) * share)
    return subtotal, cents(total([Decimal(tax["price"]) for tax in line["taxLines"]]) * share)


def refund_total(order: Doc, refund: Doc) -> Decimal:
    """What the refund's transactions gave back."""
    return total([Decimal(find(order["transactions"], key)["amount"]) for key in refund["transactionIds"]])
