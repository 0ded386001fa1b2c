"""Resources of the shop itself: settings, places, currencies, languages, groups.

In the compact form of schema.py; the fields are those of the reference's schemas (sections 5 to 8 and samples).
"""

TEXT = """
configurations configuration Configuration configurations <name
 value text -
 name! text isConfigName #254
 id_shop_group blank isUnsignedId
 id_shop blank isUnsignedId
 date_add date isDate
 date_upd date isDate

countries country Country
 id_zone! int isUnsignedId @zones
 id_currency int isUnsignedId @currencies
 call_prefix int isInt
 iso_code! text isLanguageIsoCode #3
 active int isBool
 contains_states! int isBool
 need_identification_number! int isBool
 need_zip_code int isBool
 zip_code_format text isZipCodeFormat
 display_tax_label! int isBool
 name! text isGenericName #64 i18n

states state State
 id_zone! int isUnsignedId @zones
 id_country! int isUnsignedId @countries
 iso_code! text isStateIsoCode #7
 name! text isGenericName #80
 active int isBool

zones zone Zone
 name! text isGenericName #64
 active int isBool

currencies currency Currency
 names text - i18n
 name! text isGenericName #255 ~
 symbol text - #255 i18n
 iso_code! text isLanguageIsoCode #3
 numeric_iso_code text isNumericIsoCode #3
 precision int isInt
 conversion_rate! dec6 isUnsignedFloat
 deleted int isBool
 active int isBool
 unofficial int isBool
 modified int isBool
 pattern text - #255 i18n

languages language Language
 name! text isGenericName #32
 iso_code! text isLanguageIsoCode #2
 locale text isLocale #5
 language_code text isLanguageCode #5
 active int isBool
 is_rtl int isBool
 date_format_lite! text isPhpDateFormat #32
 date_format_full! text isPhpDateFormat #32

groups group Group
 reduction dec2 isFloat
 price_display_method! int isPriceDisplayMethod
 show_prices int isBool
 date_add date isDate
 date_upd date isDate
 name! text isGenericName #32 i18n

shops shop Shop
 id_shop_group! int -
 id_category! int -
 active int isBool
 deleted int isBool
 name! text isGenericName #64
 color text isColor
 theme_name text isThemeName

shop_groups shop_group ShopGroup
 name! text isGenericName #64
 color text isColor
 share_customer int isBool
 share_order int isBool
 share_stock int isBool
 active int isBool
 deleted int isBool
"""

DESCRIPTIONS: tuple[tuple[str, str], ...] = (
    ("addresses", "The Customer, Brand and Customer addresses"),
    ("attachments", "The product Attachments"),
    ("carriers", "The Carriers"),
    ("cart_rules", "Cart rules management"),
    ("carts", "Customer's carts"),
    ("categories", "The product categories"),
    ("combinations", "The product combinations"),
    ("configurations", "Shop configuration"),
    ("contacts", "Shop contacts"),
    ("content_management_system", "Content management system"),
    ("countries", "The countries"),
    ("currencies", "The currencies"),
    ("customer_messages", "Customer services messages"),
    ("customer_threads", "Customer services threads"),
    ("customers", "The e-shop's customers"),
    ("customizations", "Customization values"),
    ("deliveries", "Product delivery"),
    ("employees", "The Employees"),
    ("groups", "The customer's groups"),
    ("guests", "The guests"),
    ("image_types", "The image types"),
    ("images", "The images"),
    ("languages", "Shop languages"),
    ("manufacturers", "The product brands"),
    ("messages", "The Messages"),
    ("order_carriers", "The Order carriers"),
    ("order_cart_rules", "The Order cart rules"),
    ("order_details", "Details of an order"),
    ("order_histories", "The Order histories"),
    ("order_invoices", "The Order invoices"),
    ("order_payments", "The Order payments"),
    ("order_slip", "The Order slips"),
    ("order_states", "The Order statuses"),
    ("orders", "The Customers orders"),
    ("price_ranges", "Price ranges"),
    ("product_customization_fields", "Customization Field"),
    ("product_feature_values", "The product feature values"),
    ("product_features", "The product features"),
    ("product_option_values", "The product options value"),
    ("product_options", "The product options"),
    ("product_suppliers", "Product Suppliers"),
    ("products", "The products"),
    ("search", "Search"),
    ("shop_groups", "Shop groups from multi-shop feature"),
    ("shop_urls", "Shop URLs from multi-shop feature"),
    ("shops", "Shops from multi-shop feature"),
    ("specific_price_rules", "Specific price management"),
    ("specific_prices", "Specific price management"),
    ("states", "The available states of countries"),
    ("stock_availables", "Available quantities"),
    ("stock_movement_reasons", "Stock movement reason"),
    ("stock_movements", "Stock movements"),
    ("stocks", "Stocks"),
    ("stores", "The stores"),
    ("suppliers", "The product suppliers"),
    ("supply_order_details", "Supply Order Details"),
    ("supply_order_histories", "Supply Order Histories"),
    ("supply_order_receipt_histories", "Supply Order Receipt Histories"),
    ("supply_order_states", "Supply Order Statuses"),
    ("supply_orders", "Supply Orders"),
    ("tags", "The Products tags"),
    ("tax_rule_groups", "Tax rule groups"),
    ("tax_rules", "Tax rules entity"),
    ("taxes", "The tax rate"),
    ("translated_configurations", "Shop configuration"),
    ("warehouse_product_locations", "Location of products in warehouses"),
    ("warehouses", "Warehouses"),
    ("weight_ranges", "Weight ranges"),
    ("zones", "The Countries zones"),
)
"""Every resource the root lists, in its order, with its description (reference 2)."""

WITHOUT_SCHEMA = frozenset({"attachments", "images", "search"})
"""Resources the root lists without links to their schemas."""
