"""Resources of sales: orders and what hangs on them.

In the compact form of schema.py; the fields are those of the reference's schemas (sections 5 to 8 and samples).
"""

TEXT = """
orders order Order
 id_address_delivery! int isUnsignedId @addresses
 id_address_invoice! int isUnsignedId @addresses
 id_cart! int isUnsignedId @carts
 id_currency! int isUnsignedId @currencies
 id_lang! int isUnsignedId @languages
 id_customer! int isUnsignedId @customers
 id_carrier! int isUnsignedId @carriers
 current_state int isUnsignedId @order_states+
 module! text isModuleName
 invoice_number int -
 invoice_date date -
 delivery_number int -
 delivery_date date -
 valid int -
 date_add date isDate
 date_upd date isDate
 shipping_number text - ~
 note text - #4194303
 id_shop_group int isUnsignedId
 id_shop int isUnsignedId
 secure_key text isMd5
 payment! text isGenericName
 recyclable int isBool
 gift int isBool
 gift_message text isCleanHtml #4194303
 mobile_theme int isBool
 total_discounts dec6 isPrice
 total_discounts_tax_incl dec6 isPrice
 total_discounts_tax_excl dec6 isPrice
 total_paid! dec6 isPrice
 total_paid_tax_incl dec6 isPrice
 total_paid_tax_excl dec6 isPrice
 total_paid_real! dec6 isPrice
 total_products! dec6 isPrice
 total_products_wt! dec6 isPrice
 total_shipping dec6 isPrice
 total_shipping_tax_incl dec6 isPrice
 total_shipping_tax_excl dec6 isPrice
 carrier_tax_rate dec3 isFloat
 total_wrapping dec6 isPrice
 total_wrapping_tax_incl dec6 isPrice
 total_wrapping_tax_excl dec6 isPrice
 round_mode int isUnsignedId
 round_type int isUnsignedId
 conversion_rate! dec6 isFloat
 reference text -
 + order_rows order_row - id product_id!@products product_attribute_id! product_quantity! product_name* \
   product_reference* product_ean13* product_isbn* product_upc* product_price* id_customization@customizations \
   unit_price_tax_incl* unit_price_tax_excl*

order_details order_detail OrderDetail
 id_order! int isUnsignedId @orders
 product_id int isUnsignedId
 product_attribute_id int isUnsignedId
 product_quantity_reinjected int isUnsignedInt
 group_reduction dec2 isFloat
 discount_quantity_applied int isInt
 download_hash text isGenericName
 download_deadline date isDateFormat
 id_order_invoice int isUnsignedId
 id_warehouse! int isUnsignedId @warehouse
 id_shop! int isUnsignedId
 id_customization int isUnsignedId
 product_name! text isGenericName #4194303
 product_quantity! int isInt
 product_quantity_in_stock int isInt
 product_quantity_return int isUnsignedInt
 product_quantity_refunded int isUnsignedInt
 product_price! dec6 isPrice
 reduction_percent dec2 isFloat
 reduction_amount dec6 isPrice
 reduction_amount_tax_incl dec6 isPrice
 reduction_amount_tax_excl dec6 isPrice
 product_quantity_discount dec6 isFloat
 product_ean13 text isEan13
 product_isbn text isIsbn
 product_upc text isUpc
 product_mpn text isMpn
 product_reference text isReference
 product_supplier_reference text isReference
 product_weight dec6 isFloat
 tax_computation_method int isUnsignedId
 id_tax_rules_group int isInt @tax_rule_groups
 ecotax dec6 isFloat
 ecotax_tax_rate dec3 isFloat
 download_nb int isInt
 unit_price_tax_incl dec6 isPrice
 unit_price_tax_excl dec6 isPrice
 total_price_tax_incl dec6 isPrice
 total_price_tax_excl dec6 isPrice
 total_shipping_price_tax_excl dec6 isPrice
 total_shipping_price_tax_incl dec6 isPrice
 purchase_supplier_price dec6 isPrice
 original_product_price dec6 isPrice
 original_wholesale_price dec6 isPrice
 total_refunded_tax_excl dec6 isPrice
 total_refunded_tax_incl dec6 isPrice
 + taxes tax taxes id

order_histories order_history OrderHistory
 id_employee int isUnsignedId
 id_order_state! int isUnsignedId @order_states
 id_order! int isUnsignedId @orders
 date_add date isDate

order_carriers order_carrier OrderCarrier
 id_order! int isUnsignedId @orders
 id_carrier! int isUnsignedId @carriers
 id_order_invoice int isUnsignedId
 weight dec6 isFloat
 shipping_cost_tax_excl dec6 isFloat
 shipping_cost_tax_incl dec6 isFloat
 tracking_number text isTrackingNumber
 date_add date isDate

order_invoices order_invoice OrderInvoice
 id_order! int isUnsignedId @orders
 number! int isUnsignedId
 delivery_number int isUnsignedId
 delivery_date date isDateFormat
 total_discount_tax_excl dec6 -
 total_discount_tax_incl dec6 -
 total_paid_tax_excl dec6 -
 total_paid_tax_incl dec6 -
 total_products dec6 -
 total_products_wt dec6 -
 total_shipping_tax_excl dec6 -
 total_shipping_tax_incl dec6 -
 shipping_tax_computation_method int -
 total_wrapping_tax_excl dec6 -
 total_wrapping_tax_incl dec6 -
 shop_address text isCleanHtml #4194303
 note text - #4194303
 date_add date isDate

order_payments order_payment OrderPayment
 order_reference text - #9
 id_currency! int isUnsignedId
 amount! dec6 isPrice
 payment_method text isGenericName
 conversion_rate dec6 isFloat
 transaction_id text - #254
 card_number text - #254
 card_brand text - #254
 card_expiration text - #254
 card_holder text - #254
 date_add date isDate
 id_employee blank isUnsignedId

order_slip order_slip OrderSlip order_slips
 id_customer! int isUnsignedId @customers
 id_order! int isUnsignedId @orders
 conversion_rate! dec6 isFloat
 total_products_tax_excl! dec6 isFloat
 total_products_tax_incl! dec6 isFloat
 total_shipping_tax_excl! dec6 isFloat
 total_shipping_tax_incl! dec6 isFloat
 amount dec6 isFloat
 shipping_cost int -
 shipping_cost_amount dec6 isFloat
 partial int -
 date_add date isDate
 date_upd date isDate
 order_slip_type int isInt
 + order_slip_details order_slip_detail - id id_order_detail! product_quantity! amount_tax_excl! amount_tax_incl!

order_states order_state OrderState <module_name,id %
 unremovable int isBool
 delivery int isBool
 hidden int isBool
 send_email int isBool
 module_name text isModuleName
 invoice int isBool
 color text isColor
 logable int isBool
 shipped int isBool
 paid int isBool
 pdf_delivery int isBool
 pdf_invoice int isBool
 deleted int isBool
 name! text isGenericName #64 i18n
 template text isTplName #64 i18n
"""
