"""Resources of the catalogue: products, stock, taxes, carriers.

In the compact form of schema.py; the fields are those of the reference's schemas (sections 5 to 8 and samples).
"""

TEXT = """
products product Product
 id_manufacturer int isUnsignedId @manufacturers
 id_supplier int isUnsignedId @suppliers
 id_category_default int isUnsignedId @categories
 new text -
 cache_default_attribute int -
 id_default_image text - ~
 id_default_combination int - ~ @combinations
 id_tax_rules_group int isUnsignedId @tax_rule_groups
 position_in_category text - ~
 manufacturer_name text - ~ locked
 quantity int - ~ locked
 type text - ~
 id_shop_default int isUnsignedId
 reference text isReference #64
 supplier_reference text isReference #64
 location text isString #255
 width dec6 isUnsignedFloat
 height dec6 isUnsignedFloat
 depth dec6 isUnsignedFloat
 weight dec6 isUnsignedFloat
 quantity_discount int isBool
 ean13 text isEan13 #13
 isbn text isIsbn #32
 upc text isUpc #12
 mpn text isMpn #40
 cache_is_pack int isBool
 cache_has_attachments int isBool
 is_virtual int isBool
 state int isUnsignedId
 additional_delivery_times int isUnsignedId
 delivery_in_stock text isGenericName #255 i18n
 delivery_out_stock text isGenericName #255 i18n
 product_type text isGenericName
 on_sale int isBool
 online_only int isBool
 ecotax dec6 isPrice
 minimal_quantity int isPositiveInt
 low_stock_threshold null isInt
 low_stock_alert int isBool
 price! dec6 isPrice
 wholesale_price dec6 isPrice
 unity text isString
 unit_price dec6 isPrice
 unit_price_ratio dec6 -
 additional_shipping_cost dec6 isPrice
 customizable int isUnsignedInt
 text_fields int isUnsignedInt
 uploadable_files int isUnsignedInt
 active int isBool
 redirect_type text isString
 id_type_redirected int isUnsignedId
 available_for_order int isBool
 available_date day isDateFormat
 show_condition int isBool
 condition text isGenericName
 show_price int isBool
 indexed int isBool
 visibility text isProductVisibility
 advanced_stock_management int isBool
 date_add date isDate
 date_upd date isDate
 pack_stock_type int isUnsignedInt
 meta_description text isGenericName #512 i18n
 meta_keywords text isGenericName #255 i18n
 meta_title text isGenericName #255 i18n
 link_rewrite text isLinkRewrite #128 i18n
 name text isCatalogName #128 i18n
 description text isCleanHtml #4194303 i18n
 description_short text isCleanHtml #4194303 i18n
 available_now text isGenericName #255 i18n
 available_later text IsGenericName #255 i18n
 + categories category categories id!
 + images image images id
 + combinations combination combinations id!
 + product_option_values product_option_value product_option_values id!
 + product_features product_feature product_features id! id_feature_value!@product_feature_values
 + tags tag tags id!
 + stock_availables stock_available stock_availables id! id_product_attribute!
 + attachments attachment attachments id!
 + accessories product products id!
 + product_bundle product products id! id_product_attribute quantity

combinations combination Combination
 id_product! int isUnsignedId @products
 ean13 text isEan13 #13
 isbn text isIsbn #32
 upc text isUpc #12
 mpn text isMpn #40
 reference text - #64
 supplier_reference text - #64
 wholesale_price dec6 isNegativePrice #27
 price dec6 isNegativePrice #20
 ecotax dec6 isPrice #20
 weight dec6 isFloat
 unit_price_impact dec6 isNegativePrice #20
 minimal_quantity! int isPositiveInt
 low_stock_threshold null isInt
 low_stock_alert int isBool
 default_on blank isBool
 available_date day isDateFormat
 available_now text isGenericName #255 i18n
 available_later text IsGenericName #255 i18n
 + product_option_values product_option_value product_option_values id
 + images image images/products id

stock_availables stock_available StockAvailable !POST !DELETE
 id_product! int isUnsignedId @products
 id_product_attribute! int isUnsignedId
 id_shop int isUnsignedId @shops
 id_shop_group int isUnsignedId
 quantity! int isInt
 depends_on_stock! int isBool
 out_of_stock! int isInt
 location text isString #255

taxes tax Tax %
 rate! dec3 isFloat
 active int -
 deleted int -
 name! text isGenericName #32 i18n

tax_rules tax_rule TaxRule
 id_tax_rules_group! int isUnsignedId @tax_rule_groups
 id_state int isUnsignedId @states
 id_country! int isUnsignedId @countries
 zipcode_from zip isPostCode
 zipcode_to zip isPostCode
 id_tax! int isUnsignedId @taxes
 behavior int isUnsignedInt
 description text isString

tax_rule_groups tax_rule_group TaxRulesGroup
 name! text isGenericName #64
 active int isBool
 deleted int isBool
 date_add date isDate
 date_upd date isDate

carriers carrier Carrier
 deleted int isBool
 is_module int isBool
 id_tax_rules_group int - @tax_rule_groups ~
 id_reference int -
 name! text isCarrierName #64
 active! int isBool
 is_free int isBool
 url text isAbsoluteUrl
 shipping_handling int isBool
 shipping_external int -
 range_behavior int isBool
 shipping_method int isUnsignedInt
 max_width int isUnsignedInt
 max_height int isUnsignedInt
 max_depth int isUnsignedInt
 max_weight dec6 isFloat
 grade int isUnsignedInt #1
 external_module_name text - #64
 need_range int -
 position int -
 delay! text isGenericName #512 i18n

deliveries delivery Delivery deliveries <id_zone,id
 id_carrier! int isUnsignedId @carriers
 id_range_price! int isUnsignedId
 id_range_weight! int isUnsignedId
 id_zone! int isUnsignedId @zones
 id_shop blank -
 id_shop_group blank -
 price! dec6 isPrice

categories category Category
 id_parent int isUnsignedId @categories
 active! int isBool
 name! text isCatalogName #128 i18n
"""
