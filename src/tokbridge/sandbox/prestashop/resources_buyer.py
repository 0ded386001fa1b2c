"""Resources of buyers: customers, addresses, carts, prices by cart, messages.

In the compact form of schema.py; the fields are those of the reference's schemas (sections 5 to 8 and samples).
"""

TEXT = """
customers customer Customer
 id_default_group int - @groups
 id_lang int isUnsignedId @languages
 newsletter_date_add date -
 ip_registration_newsletter text -
 last_passwd_gen date - ro
 secure_key text isMd5 ro
 deleted int isBool
 passwd! text isHashedPassword #255
 lastname! text isCustomerName #255
 firstname! text isCustomerName #255
 email! text isEmail #255
 id_gender int isUnsignedId
 birthday day isBirthDate
 newsletter int isBool
 optin int isBool
 website text isUrl
 company text isGenericName
 siret text isGenericName
 ape text isApe
 outstanding_allow_amount dec6 isFloat
 show_public_prices int isBool
 id_risk int isUnsignedInt
 max_payment_days int isUnsignedInt
 active int isBool
 note text - #4194303
 is_guest int isBool
 id_shop int isUnsignedId
 id_shop_group int isUnsignedId
 date_add date isDate
 date_upd date isDate
 reset_password_token text isSha1 #40
 reset_password_validity date isDateOrNull
 + groups group groups id

addresses address Address
 id_customer int isNullOrUnsignedId @customers
 id_manufacturer int isNullOrUnsignedId @manufacturers
 id_supplier int isNullOrUnsignedId @suppliers
 id_warehouse int isNullOrUnsignedId @warehouse
 id_country! int isUnsignedId @countries
 id_state int isNullOrUnsignedId @states
 alias! text isGenericName #32
 company text isGenericName #255
 lastname! text isName #255
 firstname! text isName #255
 vat_number text isGenericName
 address1! text isAddress #128
 address2 text isAddress #128
 postcode text isPostCode #12
 city! text isCityName #64
 other text isMessage #4194303
 phone text isPhoneNumber #32
 phone_mobile text isPhoneNumber #32
 dni text isDniLite #16
 deleted int isBool
 date_add date isDate
 date_upd date isDate

carts cart Cart
 id_address_delivery int isUnsignedId @addresses
 id_address_invoice int isUnsignedId @addresses
 id_currency! int isUnsignedId @currencies
 id_customer int isUnsignedId @customers
 id_guest int isUnsignedId
 id_lang! int isUnsignedId @languages
 id_shop_group int isUnsignedId
 id_shop int isUnsignedId
 id_carrier int isUnsignedId @carriers
 recyclable int isBool
 gift int isBool
 gift_message text isCleanHtml #4194303
 mobile_theme int isBool
 delivery_option text - #4194303
 secure_key text - #32
 allow_seperated_package int isBool
 date_add date isDate
 date_upd date isDate
 + cart_rows cart_row - id_product!@products id_product_attribute!@combinations id_address_delivery!@addresses \
   id_customization@customizations quantity!

specific_prices specific_price SpecificPrice
 id_shop_group int isUnsignedId @shop_groups
 id_shop! int isUnsignedId @shops
 id_cart! int isUnsignedId @carts
 id_product! int isUnsignedId @products
 id_product_attribute int isUnsignedId @product_attributes
 id_currency! int isUnsignedId @currencies
 id_country! int isUnsignedId @countries
 id_group! int isUnsignedId @groups
 id_customer! int isUnsignedId @customers
 id_specific_price_rule int isUnsignedId
 price! dec6 isNegativePrice
 from_quantity! int isUnsignedInt
 reduction! dec6 isPrice
 reduction_tax! int isBool
 reduction_type! text isReductionType
 from! date isDateFormat
 to! date isDateFormat

messages message Message
 id_cart int isUnsignedId @carts
 id_order int isUnsignedId @orders
 id_customer int isUnsignedId @customers
 id_employee int isUnsignedId
 message! text isCleanHtml #4194303
 private int isBool
 date_add date isDate

customer_threads customer_thread CustomerThread
 id_lang! int isUnsignedId @languages
 id_shop int isUnsignedId
 id_customer int isUnsignedId @customers
 id_order int isUnsignedId @orders
 id_product int isUnsignedId @products
 id_contact! int isUnsignedId
 email text isEmail #255
 token! text isGenericName
 status text -
 date_add date isDate
 date_upd date isDate
 + customer_messages customer_message customer_messages id

customer_messages customer_message CustomerMessage
 id_employee int isUnsignedId
 id_customer_thread int -
 ip_address text isIp2Long #15
 message! text isCleanHtml #4194303
 file_name text -
 user_agent text -
 private int isBool
 date_add date isDate
 date_upd date isDate
 read int isBool
"""
