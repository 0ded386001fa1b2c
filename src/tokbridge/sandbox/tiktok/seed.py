"""What stands at the first start: an app, a seller, a shop; and what every shop has by its region."""

import hashlib

from tokbridge.sandbox.tiktok.money import currency_of
from tokbridge.sandbox.wire import Json

APP_KEY = "sandbox0appkey"
APP_SECRET = "sandbox0appsecret0of0forty0characters000"  # noqa: S105 - public by design
AUTH_CODE = "sandbox-auth-code"
PRODUCT_SCOPE = "sandbox.product.info"
"""A name of the sandbox's own: the reference knows that products need a scope and not what it is called."""
SCOPES = ["seller.authorization.info", "seller.order.info", "seller.fs.order&fufillment.management", PRODUCT_SCOPE]

PROVIDERS = {
    "US": ["USPS", "UPS", "FedEx", "DHL eCommerce", "OnTrac", "DFL_US"],
    "GB": ["Royal Mail", "Evri", "DPD UK", "DHL"],
    "FR": ["Colissimo", "Chronopost", "Mondial Relay", "DPD France"],
    "DE": ["DHL", "Hermes", "DPD", "GLS"],
    "ES": ["Correos", "SEUR", "GLS"],
    "IT": ["Poste Italiane", "BRT", "GLS"],
    "JP": ["Yamato Transport", "Sagawa Express", "Japan Post"],
    "VN": ["GHTK", "GHN", "J&T Express", "Viettel Post"],
}
EVERYWHERE = ["DHL", "FedEx", "UPS"]

KNOWN_PROVIDER_IDS = {("US", "seller", "USPS"): "7117858858072016686"}
"""Printed in the official specification (reference samples); all other ids are made up, stable and distinct."""

ADDRESSES: dict[str, Json] = {
    "US": {"line1": "1199 Coleman Ave", "line2": "Suite 100", "city": "San Jose", "county": "Santa Clara",
           "state": "California", "state_code": "CA", "postal_code": "95110", "country": "United States",
           "phone": "(+1)4085550134"},
    "GB": {"line1": "17 Rood Hill", "line2": "", "city": "Congleton", "county": "Cheshire East", "state": "England",
           "state_code": "", "postal_code": "CW12 1LG", "country": "United Kingdom", "phone": "(+44)7700900123"},
    "FR": {"line1": "12 rue des Écoles", "line2": "Bât. B", "city": "Lyon", "county": "Rhône",
           "state": "Auvergne-Rhône-Alpes", "state_code": "", "postal_code": "69007", "country": "France",
           "phone": "(+33)612345678"},
    "DE": {"line1": "Große Straße 7", "line2": "", "city": "Köln", "county": "", "state": "Nordrhein-Westfalen",
           "state_code": "", "postal_code": "50667", "country": "Germany", "phone": "(+49)15112345678"},
    "JP": {"line1": "丸の内1-9-1", "line2": "", "city": "千代田区", "county": "", "state": "東京都", "state_code": "",
           "postal_code": "100-0005", "country": "日本", "phone": "(+81)9012345678"},
    "VN": {"line1": "12 Nguyễn Huệ", "line2": "", "city": "Phường Bến Nghé", "county": "Quận 1",
           "state": "Thành phố Hồ Chí Minh", "state_code": "", "postal_code": "", "country": "Việt Nam",
           "phone": "(+84)901234567"},
}  # fmt: skip
NAMES = ["David Kong", "Zoë O'Neil", "Maria del Carmen Ruiz", "José Ángel Muñoz", "Ann Lee", "Jürgen Groß"]


def number_of(*parts: str) -> str:
    """A stable 19-digit id for a thing named by its parts."""
    digest = int.from_bytes(hashlib.sha256("|".join(parts).encode()).digest()[:8], "big")
    return f"7{digest % 10**18:018d}"


def shop(wanted: Json, open_id: str) -> Json:
    """A shop document with warehouses, delivery options and providers of its region."""
    region = str(wanted.get("region", "US"))
    name = str(wanted["name"])
    shop_id = str(wanted.get("id") or number_of("shop", region, name))
    prefix = "TTP_" if region == "US" else "GCP_" if region == "GB" else "ROW_"
    return {
        "id": shop_id,
        "name": name,
        "region": region,
        "seller_type": str(wanted.get("seller_type", "LOCAL")),
        "cipher": str(wanted.get("cipher") or prefix + hashlib.sha256(shop_id.encode()).hexdigest()[:28]),
        "code": f"{region}LC{shop_id[-8:]}",
        "open_id": open_id,
        "currency": str(wanted.get("currency") or currency_of(region)),
        "on_hold": bool(wanted.get("on_hold", True)),
        "packages_before_shipping": bool(wanted.get("packages_before_shipping", region not in {"US", "GB"})),
        "warehouses": [_warehouse(shop_id, region, "Main", True), _warehouse(shop_id, region, "Second", False)],
        "delivery_options": _options(region),
    }


def address_of(region: str) -> Json:
    """A sound address of the region (of the US where we have none)."""
    return {**ADDRESSES.get(region, ADDRESSES["US"]), "region_code": region}


def _warehouse(shop_id: str, region: str, name: str, default: bool) -> Json:
    place = address_of(region)
    return {
        "id": number_of("warehouse", shop_id, name),
        "entity_id": number_of("entity", shop_id, name),
        "name": name,
        "effect_status": "ENABLED",
        "type": "SALES_WAREHOUSE",
        "sub_type": "DOMESTIC_WAREHOUSE",
        "is_default": default,
        "address": {
            "region": place["country"],
            "state": place["state"],
            "city": place["city"],
            "distict": place["county"],
            "town": "",
            "contact_person": "Lee",
            "postal_code": place["postal_code"],
            "full_address": f"{place['line1']}, {place['city']}",
            "region_code": region,
            "phone_number": "188****2234",
            "address_line1": place["line1"],
        },
    }


def _options(region: str) -> list[Json]:
    options = []
    for key, name, kind in (
        ("seller", "Shipped by seller", "SEND_BY_SELLER"),
        ("economy", "Economy shipping by seller", "SEND_BY_SELLER"),
        ("standard", "Standard shipping", "STANDARD"),
    ):
        names = PROVIDERS.get(region, EVERYWHERE)
        # The economy option carries fewer providers, and the same provider has another id there (reference 4.3).
        listed = names if key == "seller" else names[:2] if key == "economy" else []
        options.append(
            {
                "id": number_of("option", region, key),
                "name": name,
                "type": kind,
                "description": name,
                "dimension_limit": {"max_height": 100, "max_length": 100, "max_width": 100, "unit": "CM"},
                "weight_limit": {"max_weight": 30000, "min_weight": 0, "unit": "GRAM"},
                "platform": ["TIKTOK_SHOP"],
                "providers": [
                    {
                        "id": KNOWN_PROVIDER_IDS.get((region, key, one)) or number_of("provider", region, key, one),
                        "name": one,
                    }
                    for one in listed
                ],
            }
        )
    return options
