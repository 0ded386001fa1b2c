"""Settings, states, customers and orders of the fresh shop (reference, data of the fresh shop)."""

SETTINGS = {
    "PS_LANG_DEFAULT": (1, "1"),
    "PS_CURRENCY_DEFAULT": (6, "1"),
    "PS_COUNTRY_DEFAULT": (8, "8"),
    "PS_CARRIER_DEFAULT": (49, "1"),
    "PS_TIMEZONE": (65, "Europe/Paris"),
    "PS_PRICE_ROUND_MODE": (72, "2"),
    "PS_OS_CHEQUE": (117, "1"),
    "PS_OS_PAYMENT": (118, "2"),
    "PS_OS_PREPARATION": (119, "3"),
    "PS_OS_SHIPPING": (120, "4"),
    "PS_OS_DELIVERED": (121, "5"),
    "PS_OS_CANCELED": (122, "6"),
    "PS_OS_REFUND": (123, "7"),
    "PS_OS_ERROR": (124, "8"),
    "PS_OS_OUTOFSTOCK": (125, "9"),
    "PS_OS_BANKWIRE": (126, "10"),
    "PS_OS_WS_PAYMENT": (127, "11"),
    "PS_OS_OUTOFSTOCK_PAID": (128, "9"),
    "PS_OS_OUTOFSTOCK_UNPAID": (129, "12"),
    "PS_OS_COD_VALIDATION": (130, "13"),
    "PS_TAX_ADDRESS_TYPE": (150, "id_address_delivery"),
    "PS_UNIDENTIFIED_GROUP": (165, "1"),
    "PS_GUEST_GROUP": (166, "2"),
    "PS_CUSTOMER_GROUP": (167, "3"),
    "PS_SHIPPING_HANDLING": (189, "2.00"),
    "PS_SHIPPING_METHOD": (190, "1"),
    "PS_SHOP_NAME": (241, "SandboxShop"),
    "PS_MAIL_SMTP_PORT": (250, "8125"),
    "PS_ROUND_TYPE": (273, "2"),
    "PS_WEBSERVICE": (418, "1"),
}
"""name: (id, value). Ids that the reference does not tell are chosen."""

STATES = """
1 cheque ps_checkpayment #34209E m Awaiting check payment|En attente du paiement par chèque
2 payment - #3498D8 mlpid Payment accepted|Paiement accepté
3 preparation - #3498D8 mlpis Processing in progress|En cours de préparation
4 shipped - #01B887 mlpish Shipped|Expédié
5 - - #01B887 lpish Delivered|Livré
6 order_canceled - #2C3E50 m Canceled|Annulé
7 refund - #01B887 mi Refunded|Remboursé
8 payment_error - #E74C3C m Payment error|Erreur de paiement
9 outofstock - #3498D8 mpi On backorder (paid)|En attente de réapprovisionnement (payé)
10 bankwire ps_wirepayment #34209E m Awaiting bank wire payment|En attente de virement bancaire
11 payment - #3498D8 mlpi Remote payment accepted|Paiement à distance accepté
12 outofstock - #34209E m On backorder (not paid)|En attente de réapprovisionnement (non payé)
13 cashondelivery ps_cashondelivery #34209E - Awaiting Cash On Delivery validation|En attente de paiement à la livraison
"""
"""id, mail template, module, colour, flags (m send_email, l logable, p paid, i invoice, s delivery slip, h shipped, d invoice
as PDF), English|French name"""

FLAGS = {
    "m": "send_email", "l": "logable", "p": "paid", "i": "invoice", "s": "delivery", "h": "shipped", "d": "pdf_invoice",
}  # fmt: skip

DEMO_KEY = "b44a6d9efd7a0076a0fbce6b15eaf3b1"

CUSTOMERS = (
    ("Anonymous", "Anonymous", "anonymous@psgdpr.com", "0", "1"),
    ("DOE", "John", "pub@prestashop.com", "1", "3"),
)
"""lastname, firstname, e-mail, active, group; ids count from 1"""

ADDRESSES = (
    (1, 8, "0", "Anonymous", "Anonymous", "Anonymous", "Anonymous", "00000", "Anonymous"),
    (2, 8, "0", "Mon adresse", "DOE", "John", "16, Main street", "75002", "Paris"),
    (0, 21, "12", "supplier", "supplier", "supplier", "767 Fifth Ave.", "10153", "New York"),
    (0, 21, "12", "manufacturer", "manufacturer", "manufacturer", "767 Fifth Ave.", "10154", "New York"),
    (2, 21, "12", "My address", "DOE", "John", "16, Main street", "33133", "Miami"),
    (0, 8, "0", "accessories_manufacturer", "manufacturer", "manufacturer", "Avenue", "75001", "Paris"),
)
"""customer, country, state, alias, lastname, firstname, address1, postcode, city; ids count from 1. Only 5 is known."""

ORDERS = (
    ("XKBKNABJK", "6", "61.80", "59.80", "Test", ((1, 1, 1), (2, 9, 1))),
    ("OHSATSERP", "1", "169.90", "169.90", "", ((4, 16, 5), (8, 0, 1))),
    ("UOYEVOLI1", "8", "14.90", "14.90", "", ((16, 28, 1),)),
    ("FFATNOMMJ", "1", "14.90", "14.90", "", ((16, 28, 1),)),
    ("KHWLILZLL", "10", "20.90", "18.90", "", ((10, 24, 1),)),
)
"""reference, state, paid, goods, note, lines (product, combination, pieces); ids count from 1. Order 1 is known in full,
of the others reference of 2, states, totals and lines' number; the reference of order 3 to 5 is chosen."""

HISTORIES = ((1, 1), (2, 1), (3, 1), (4, 1), (5, 10), (1, 6), (3, 8))
"""order, state; ids count from 1"""
