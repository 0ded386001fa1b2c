"""Carrier codes of shipment tracks (reference magento-rest.md 9): four of the core, and "custom" with a title."""

from __future__ import annotations

from tokbridge.stores.magento.texts import MAX_CARRIER, short
from tokbridge.stores.nouns import Carrier

CUSTOM = "custom"
CARRIERS: tuple[Carrier, ...] = (
    Carrier("ups", "UPS"),
    Carrier("usps", "USPS"),
    Carrier("fedex", "FedEx"),
    Carrier("dhl", "DHL"),
    Carrier(CUSTOM, "Custom"),
)
_NAMES = {carrier.code: carrier.name for carrier in CARRIERS if carrier.code != CUSTOM}
# What the admin area itself writes as title when staff pick one of the core carriers, besides the name. Not in the
# reference: Magento's own default titles; anything else in the title is what somebody meant.
_OWN_TITLES = {
    "ups": frozenset({"ups", "united parcel service"}),
    "usps": frozenset({"usps", "united states postal service"}),
    "fedex": frozenset({"fedex", "federal express"}),
    "dhl": frozenset({"dhl"}),
}


def shown(code: str, title: str) -> str:
    """The carrier of a track as people say it: the code's name, unless the title tells more ("DHL Express")."""
    key = code.strip().casefold()
    said = title.strip()
    if key in _NAMES and (not said or said.casefold() in _OWN_TITLES[key]):
        return _NAMES[key]
    return said or ("" if key == CUSTOM else code.strip())


def coded(carrier: str) -> tuple[str, str]:
    """(carrier_code, title) of a carrier's name or code. A track without both is refused by Magento."""
    said = carrier.strip()
    for code, name in _NAMES.items():
        if said.casefold() in {code, name.casefold(), *_OWN_TITLES[code]}:
            return code, name
    return CUSTOM[:MAX_CARRIER], short(said) or "Carrier"
