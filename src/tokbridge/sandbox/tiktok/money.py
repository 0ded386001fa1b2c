"""The amounts of an order, built from its units: the identities of reference tiktok-shop-api.md 3.5 hold exactly."""

from decimal import Decimal, InvalidOperation

from tokbridge.sandbox.wire import Json, Reject

CURRENCIES = {
    "US": "USD", "GB": "GBP", "JP": "JPY", "MX": "MXN", "BR": "BRL", "ID": "IDR", "MY": "MYR", "PH": "PHP",
    "SG": "SGD", "TH": "THB", "VN": "VND", "CZ": "CZK", "HU": "HUF", "PL": "PLN",
}  # fmt: skip
"""By region; every other region pays in EUR."""

NO_DECIMALS = frozenset({"VND", "JPY", "IDR"})
BEFORE_TAX = frozenset({"US"})
"""Regions whose sub_total and shipping_fee are before tax (reference 3.5)."""

FEES = frozenset({
    "small_order_fee", "retail_delivery_fee", "buyer_service_fee", "handling_fee", "shipping_insurance_fee",
    "item_insurance_fee", "item_insurance_tax", "distance_shipping_fee", "distance_fee",
})  # fmt: skip


def currency_of(region: str) -> str:
    """The currency a shop of this region sells in."""
    return CURRENCIES.get(region, "EUR")


def amount(value: object, currency: str) -> Decimal:
    """An amount from a template; more decimals than the currency has are refused."""
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise Reject(f"not an amount: {value}") from error
    if number != number.quantize(_quantum(currency)) or number < 0:
        raise Reject(f"{value} is no {currency} amount")
    return number


def text(number: Decimal, currency: str) -> str:
    """An amount on the wire: "0" for nothing, else with all the currency's decimals."""
    return "0" if number == 0 else str(number.quantize(_quantum(currency)))


def line_amounts(unit: Json, region: str, currency: str, free: bool) -> Json:
    """The money fields of one unit. `free` (samples, replacements, gifts) makes everything zero."""
    gift = bool(unit.get("gift"))
    price = amount(unit.get("price", "10" if currency not in NO_DECIMALS else "10000"), currency)
    zero = Decimal(0)
    seller, platform, tax = (
        zero if free or gift else amount(unit.get(name, 0), currency)
        for name in ("seller_discount", "platform_discount", "tax")
    )
    original = zero if free or gift else price
    if seller + platform > original:
        raise Reject("a unit's discounts exceed its price")
    if tax and region not in BEFORE_TAX:
        raise Reject(f"prices in {region} include tax; a unit has no tax of its own")
    fields: Json = {
        "currency": currency,
        "original_price": text(original, currency),
        "sale_price": text(original - seller - platform, currency),
        "seller_discount": text(seller, currency),
        "platform_discount": text(platform, currency),
        "is_gift": gift,
        "gift_retail_price": text(price if gift else zero, currency),
    }
    if tax:
        rate = (tax / (original - seller - platform)).quantize(Decimal("0.0001")) if original > seller + platform else 0
        fields["item_tax"] = [{"tax_type": "SALES_TAX", "tax_amount": text(tax, currency), "tax_rate": str(rate)}]
    return fields


def payment(lines: list[Json], template: Json, region: str, currency: str) -> Json:
    """The payment object. Named fees are what the buyer pays on top; the template's own `payment` overrides last."""

    def total(field: str) -> Decimal:
        return sum((Decimal(line[field]) for line in lines), Decimal(0))

    def given(name: str) -> Decimal:
        return amount(template.get(name, 0), currency)

    product_tax = sum((Decimal(tax["tax_amount"]) for line in lines for tax in line.get("item_tax", [])), Decimal(0))
    shipping_tax = given("shipping_tax")
    if shipping_tax and region not in BEFORE_TAX:
        raise Reject(f"shipping in {region} includes tax")
    shipping = given("shipping_fee") - given("shipping_seller_discount") - given("shipping_platform_discount")
    if shipping < 0:
        raise Reject("the shipping discounts exceed the shipping fee")
    sub_total = total("original_price") - total("seller_discount") - total("platform_discount")
    fees = {name: amount(fee, currency) for name, fee in template.get("fees", {}).items()}
    if unknown := set(fees) - FEES:
        raise Reject(f"unknown fees: {sorted(unknown)}")
    whole = sub_total + shipping + product_tax + shipping_tax + sum(fees.values(), Decimal(0))
    numbers = {
        "sub_total": sub_total,
        "shipping_fee": shipping,
        "seller_discount": total("seller_discount"),
        "platform_discount": total("platform_discount"),
        "total_amount": whole,
        "original_total_product_price": total("original_price"),
        "original_shipping_fee": given("shipping_fee"),
        "shipping_fee_seller_discount": given("shipping_seller_discount"),
        "shipping_fee_platform_discount": given("shipping_platform_discount"),
        "shipping_fee_cofunded_discount": Decimal(0),
        "tax": product_tax + shipping_tax,
        **fees,
    }
    if region in BEFORE_TAX:
        numbers |= {"product_tax": product_tax, "shipping_fee_tax": shipping_tax}
    fields: Json = {"currency": currency} | {name: text(number, currency) for name, number in numbers.items()}
    for name, value in template.get("payment", {}).items():
        if value is None:
            fields.pop(name, None)
        else:
            fields[name] = value
    return fields


def _quantum(currency: str) -> Decimal:
    return Decimal(1) if currency in NO_DECIMALS else Decimal("0.01")
