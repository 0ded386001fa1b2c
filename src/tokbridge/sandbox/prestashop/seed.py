"""The fresh shop: what a start without kept data gives."""

from tokbridge.sandbox.prestashop import seed_catalogue, seed_places, seed_sales
from tokbridge.sandbox.prestashop.schema import Row
from tokbridge.sandbox.prestashop.shop import Shop


def fill(shop: Shop) -> None:
    """Fill the empty tables; every row keeps the id the reference gives."""
    _base(shop)
    _places(shop)
    _taxes(shop)
    _products(shop)
    _carriers(shop)
    _states(shop)
    _people(shop)
    _orders(shop)
    shop.note("seeded_order", 5)


def _put(shop: Shop, name: str, key: int, /, **values: object) -> Row:
    table = shop.table(name)
    while table.next_id() < key:
        pass
    return table.save(shop.row(table.resource, {"id": key, **values}))


def _both(text: str) -> dict[str, str]:
    english, _, french = text.partition("|")
    return {"1": english, "2": french or english}


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def _base(shop: Shop) -> None:
    _put(shop, "languages", 1, name="English (English)", iso_code="en", active=1, language_code="en-us", locale="en-US",
         date_format_lite="m/d/Y", date_format_full="m/d/Y H:i:s")  # fmt: skip
    _put(shop, "languages", 2, name="Français (French)", iso_code="fr", active=1, language_code="fr-fr", locale="fr-FR",
         date_format_lite="d/m/Y", date_format_full="d/m/Y H:i:s")  # fmt: skip
    settings = seed_sales.SETTINGS.items()
    for name, (key, value) in sorted(settings, key=lambda item: item[1][0]):
        _put(shop, "configurations", key, name=name, value=value, id_shop="", id_shop_group="")
    now = shop.time()
    _put(shop, "shop_groups", 1, name="Default", active=1)
    _put(shop, "shops", 1, name="SandboxShop", id_shop_group=1, id_category=2, active=1, theme_name="classic")
    _put(shop, "currencies", 1, names=_both("Euro|euro"), name="Euro", symbol=_both("€"), iso_code="EUR",
         numeric_iso_code="978", precision=2, conversion_rate=1, active=1, pattern=_both(""))  # fmt: skip
    for key, name in enumerate(("Visitor|Visiteur", "Guest|Invité", "Customer|Client"), 1):
        _put(shop, "groups", key, name=_both(name), show_prices=1, date_add=now, date_upd=now)
    for key, parent, name in seed_catalogue.CATEGORIES:
        _put(shop, "categories", key, id_parent=parent, active=1, name=_both(name))


def _places(shop: Shop) -> None:
    for key, name in seed_places.ZONES:
        _put(shop, "zones", key, name=name, active=1)
    for line in _lines(seed_places.COUNTRIES):
        number, code, zone_id, calling, zip_format, name = line.split(" ", 5)
        _put(
            shop,
            "countries",
            int(number),
            id_zone=zone_id,
            iso_code=code,
            call_prefix=seed_places.CALLING.get(code, calling),
            active=int(code in seed_places.ACTIVE),
            contains_states=int(code in ("US", "IT")),
            need_identification_number=int(code in seed_places.NEEDS_NUMBER),
            need_zip_code=int(code not in seed_places.WITHOUT_ZIP),
            zip_code_format="" if zip_format == "-" else zip_format,
            display_tax_label=int(code != "US"),
            name=_both(name),
        )
    for country, zone, (first, text) in ((21, 2, seed_places.US_STATES), (10, 1, seed_places.IT_STATES)):
        for key, one in enumerate(text.split(","), first):
            code, _, name = one.partition(" ")
            _put(shop, "states", key, id_zone=zone, id_country=country, iso_code=code, name=name, active=1)


def _taxes(shop: Shop) -> None:
    standard: dict[str, int] = {}
    for key, line in enumerate(_lines(seed_catalogue.TAXES), 1):
        country, rate, name = line.split(" ", 2)
        _put(shop, "taxes", key, rate=rate, active=1, name=_both(name))
        standard.setdefault(country, key)
    now, rule = shop.time(), 0
    for group, name in enumerate(seed_catalogue.GROUPS, 1):
        _put(shop, "tax_rule_groups", group, name=name, active=1, date_add=now, date_upd=now)
        for code in seed_catalogue.RULE_COUNTRIES:
            rule += 1
            country_row = shop.table("countries").find(iso_code=code)[0]
            tax = standard[code] if group == len(seed_catalogue.GROUPS) else group
            _put(shop, "tax_rules", rule, id_tax_rules_group=group, id_country=country_row["id"], id_tax=tax)


def _products(shop: Shop) -> None:
    now, combination = shop.time(), 0
    counts: list[tuple[int, int]] = []
    for key, line in enumerate(_lines(seed_catalogue.PRODUCTS), 1):
        reference, price, weight, pieces, name = line.split(" ", 4)
        _put(
            shop, "products", key, reference=reference, price=price, weight=weight, id_tax_rules_group=1, name=_both(name),
            id_manufacturer=1, id_supplier=1, id_category_default=4, type="simple", id_shop_default=1, state=1,
            product_type="combinations" if pieces != "0" else "standard", minimal_quantity=1, active=1, indexed=1,
            additional_delivery_times=1, redirect_type="301-category", available_for_order=1, condition="new",
            show_price=1, visibility="both", pack_stock_type=3, wholesale_price=seed_catalogue.WHOLESALE,
            manufacturer_name="Studio Design", position_in_category="1", id_default_image=str(key),
            cache_default_attribute=combination + 1 if pieces != "0" else 0, date_add=now, date_upd=now,
            link_rewrite=_both(reference.replace("_", "-")), _supplier_reference=reference, _images=[str(key)],
            _categories=["2", "4"],
        )  # fmt: skip
        counts.append((key, int(pieces)))
        for place in range(int(pieces)):
            combination += 1
            size, colour = seed_catalogue.SIZES[place // 2], seed_catalogue.COLOURS[place % 2]
            _put(
                shop, "combinations", combination, id_product=key, reference=reference, minimal_quantity=1,
                default_on="1" if place == 0 else "", _name=f"Size: {size} - Color: {colour[1]}",
                _values=[str(place // 2 + 1), colour[0]], _images=[str(key)],
            )  # fmt: skip
    for key, choices in counts:
        _stock(shop, key, key, 0, 300 * max(choices, 1))
    row = len(counts)
    for one in list(shop.table("combinations")):
        row += 1
        _stock(shop, row, int(one["id_product"]), int(one["id"]), 300)
    for key in (1, 2):
        _put(shop, "specific_prices", key, id_product=key, price=-1, from_quantity=1, reduction="0.2", reduction_tax=1,
             reduction_type="percentage")  # fmt: skip


def _stock(shop: Shop, key: int, product: int, attribute: int, pieces: int) -> None:
    values = {"id_product": product, "id_product_attribute": attribute, "quantity": pieces}
    _put(shop, "stock_availables", key, **values, id_shop=1, out_of_stock=2)


def _carriers(shop: Shop) -> None:
    for key, (name, active, free, handling, way, zones, delay) in enumerate(seed_catalogue.CARRIERS, 1):
        _put(
            shop, "carriers", key, name=name, active=active, is_free=free, shipping_handling=handling,
            shipping_method=way, id_tax_rules_group=1, id_reference=key, position=key - 1, delay=_both(delay),
            _zones=list(zones), _groups=["1", "2", "3"],
        )  # fmt: skip
    for table in ("price_ranges", "weight_ranges"):
        _put(shop, table, 1, _from="0", _to="10000")
    for key, (carrier, price, weight, zone) in enumerate(seed_catalogue.DELIVERIES, 1):
        _put(shop, "deliveries", key, id_carrier=carrier, id_range_price=price, id_range_weight=weight, id_zone=zone,
             id_shop="", id_shop_group="", price="5")  # fmt: skip


def _states(shop: Shop) -> None:
    for line in _lines(seed_sales.STATES):
        key, template, module, colour, flags, name = line.split(" ", 5)
        chosen = {column: int(letter in flags) for letter, column in seed_sales.FLAGS.items()}
        _put(
            shop, "order_states", int(key), unremovable=1, module_name="" if module == "-" else module, color=colour,
            name=_both(name), template=_both("" if template == "-" else template), **chosen,
        )  # fmt: skip


def _people(shop: Shop) -> None:
    now = shop.time()
    for key, (lastname, firstname, email, active, group) in enumerate(seed_sales.CUSTOMERS, 1):
        _put(
            shop, "customers", key, lastname=lastname, firstname=firstname, email=email, active=active,
            id_default_group=group, id_lang=1, secure_key=seed_sales.DEMO_KEY, passwd=shop.hashed(), id_shop=1,
            id_shop_group=1, date_add=now, date_upd=now, last_passwd_gen=now, _groups=[group],
        )  # fmt: skip
    for key, address in enumerate(seed_sales.ADDRESSES, 1):
        customer, country, state, alias, lastname, firstname, line, postcode, city = address
        _put(
            shop, "addresses", key, id_customer=customer, id_country=country, id_state=state, alias=alias,
            lastname=lastname, firstname=firstname, address1=line, postcode=postcode, city=city, date_add=now,
            date_upd=now,
        )  # fmt: skip


def _orders(shop: Shop) -> None:
    now, detail = shop.time(), 0
    common: Row = {"id_currency": 1, "id_lang": 1, "id_customer": 2, "id_shop": 1, "id_shop_group": 1}
    common |= {"id_address_delivery": 5, "id_address_invoice": 5, "id_carrier": 2, "secure_key": seed_sales.DEMO_KEY}
    for key, (reference, state, paid, goods, note, lines) in enumerate(seed_sales.ORDERS, 1):
        rows = [
            {"id_product": str(product), "id_product_attribute": str(attribute), "id_address_delivery": "5",
             "id_customization": "0", "quantity": str(pieces)} for product, attribute, pieces in lines
        ]  # fmt: skip
        _put(shop, "carts", key, **common, date_add=now, date_upd=now, _rows=rows)
        _put(
            shop, "orders", key, **common, id_cart=key, current_state=state, module="ps_checkpayment",
            payment="Payment by check", note=note, reference=reference, total_paid=paid, total_products=goods,
            total_products_wt=goods, total_paid_tax_incl="68.2" if key == 1 else paid,
            total_paid_tax_excl="66.8" if key == 1 else paid, total_shipping="7" if key == 1 else "0",
            total_shipping_tax_incl="8.4" if key == 1 else "0", total_shipping_tax_excl="7" if key == 1 else "0",
            conversion_rate=1, date_add=now, date_upd=now,
        )  # fmt: skip
        _put(shop, "order_carriers", key, id_order=key, id_carrier=2, shipping_cost_tax_excl="7",
             shipping_cost_tax_incl="8.4", date_add=now)  # fmt: skip
        for product, attribute, pieces in lines:
            detail += 1
            _line(shop, detail, key, product, attribute, pieces)
    for key, (order, state_id) in enumerate(seed_sales.HISTORIES, 1):
        _put(shop, "order_histories", key, id_order=order, id_order_state=state_id, date_add=now)


def _line(shop: Shop, key: int, order: int, product: int, attribute: int, pieces: int) -> None:
    row = shop.table("products").rows[product]
    choice = " - Color : White, Size : S" if attribute else ""
    _put(
        shop, "order_details", key, id_order=order, product_id=product, product_attribute_id=attribute, id_shop=1,
        product_name=row["name"]["1"] + choice, product_quantity=pieces, product_quantity_in_stock=pieces,
        product_price=row["price"], product_reference=row["reference"], unit_price_tax_incl=row["price"],
        unit_price_tax_excl=row["price"], total_price_tax_incl=row["price"], total_price_tax_excl=row["price"],
        product_weight=row["weight"],
    )  # fmt: skip
