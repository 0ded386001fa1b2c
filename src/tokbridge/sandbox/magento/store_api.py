"""Store data, directory, sign-in, modules, bulk status (reference magento-rest.md 11, 12)."""

import hashlib
import json
import uuid

from tokbridge.sandbox.magento.context import Context
from tokbridge.sandbox.magento.countries import COUNTRIES, REGIONS
from tokbridge.sandbox.magento.criteria import tree
from tokbridge.sandbox.magento.refuse import Refused, missing, not_found
from tokbridge.sandbox.magento.values import SYMBOLS, Doc
from tokbridge.sandbox.wire import Answer, answer_json

MODULES = [
    "Magento_Store",
    "Magento_Sales",
    "Magento_Catalog",
    "Magento_CatalogInventory",
    "Magento_InventoryApi",
    "Magento_InventorySales",
    "Magento_InventorySalesApi",
    "Magento_Quote",
    "Magento_Integration",
]


def configs(context: Context) -> object:
    """GET store/storeConfigs"""
    codes = tree(context.call.query).get("store_codes") or {}
    return context.shop.scope.configs(context.base_url, [str(one) for one in codes.values()])


def views(context: Context) -> object:
    """GET store/storeViews"""
    return context.shop.scope.stores


def groups(context: Context) -> object:
    """GET store/storeGroups"""
    return context.shop.scope.groups


def websites(context: Context) -> object:
    """GET store/websites"""
    return context.shop.scope.websites


def modules(context: Context) -> object:
    """GET modules"""
    return MODULES


def currency(context: Context) -> object:
    """GET directory/currency"""
    code = context.shop.scope.currency(context.store["website_id"])
    symbol = SYMBOLS.get(code, code)
    return {
        "base_currency_code": code,
        "base_currency_symbol": symbol,
        "default_display_currency_code": code,
        "default_display_currency_symbol": symbol,
        "available_currency_codes": [code],
        "exchange_rates": [{"currency_to": code, "rate": 1}],
    }


def _country(code: str) -> Doc:
    three, name = COUNTRIES[code]
    regions = [{"id": str(number), "code": short, "name": full} for number, short, full in REGIONS.get(code, ())]
    return {
        "id": code,
        "two_letter_abbreviation": code,
        "three_letter_abbreviation": three,
        "full_name_locale": name,
        "full_name_english": name,
        **({"available_regions": regions} if regions else {}),
    }


def country(context: Context) -> object:
    """GET directory/countries/{id}"""
    code = context.path["id"].upper()
    if code not in COUNTRIES:
        raise not_found("The country isn't available.")
    return _country(code)


def countries(context: Context) -> object:
    """GET directory/countries"""
    return [_country(code) for code in COUNTRIES]


def sign_in(context: Context) -> object:
    """POST integration/admin/token"""
    given = context.json()
    for name in ("username", "password"):
        if not isinstance(given, dict) or not given.get(name):
            raise missing(name)
    return context.access.sign_in(str(given["username"]), str(given["password"]))


def accept(context: Context) -> Answer:
    """POST async/V1/…: 2.4.4 has no broker; later the call is accepted, and with no consumer running nothing comes
    of it (reference magento-rest.md 11)."""
    if not context.shop.since("2.4.5"):
        raise Refused("Something went wrong while processing the request.")
    body = context.json()
    number = str(uuid.uuid4())
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    items = [{"id": 0, "data_hash": digest, "status": "accepted"}]
    context.shop.bulks[number] = {"items": items, "at": context.shop.now()}
    context.shop.keep("bulk", number, context.shop.bulks[number])
    return answer_json({"bulk_uuid": number, "request_items": items, "errors": False}, 202)


def bulk(context: Context) -> object:
    """GET bulk/{uuid}/detailed-status: everything stays open, since no consumer runs."""
    found = context.shop.bulks.get(context.path["uuid"])
    if found is None:
        raise not_found("No such entity with %fieldName = %fieldValue")
    operations = [{"id": one["id"], "status": 4, "result_message": None} for one in found["items"]]
    return {
        "bulk_id": context.path["uuid"],
        "description": "Topic async.magento.sales.api.orderrepositoryinterface.save.post",
        "start_time": found["at"],
        "operation_count": len(operations),
        "operations_list": operations,
    }
