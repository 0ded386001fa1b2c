"""Taxes, products and carriers of the fresh shop (reference, data of the fresh shop; prices of unused products are chosen)."""

TAXES = """
FR 20.000 TVA FR 20%
FR 10.000 TVA FR 10%
FR 5.500 TVA FR 5.5%
FR 2.100 TVA FR 2.1%
AT 20.000 USt. AT 20%
BE 21.000 TVA BE 21%
BG 20.000 ДДС BG 20%
CY 19.000 ΦΠΑ CY 19%
CZ 21.000 DPH CZ 21%
DE 19.000 MwSt. DE 19%
DK 25.000 moms DK 25%
EE 20.000 km EE 20%
ES 21.000 IVA ES 21%
FI 25.500 ALV FI 25.5%
GB 20.000 VAT UK 20%
GR 24.000 ΦΠΑ GR 24%
HR 25.000 Croatia PDV 25%
HU 27.000 ÁFA HU 27%
IE 23.000 VAT IE 23%
IT 22.000 IVA IT 22%
LT 21.000 PVM LT 21%
LU 17.000 TVA LU 17%
LV 21.000 PVN LV 21%
MC 20.000 TVA MC 20%
MT 18.000 VAT MT 18%
NL 21.000 BTW NL 21%
PL 23.000 PTU PL 23%
PT 23.000 IVA PT 23%
RO 19.000 TVA RO 19%
SE 25.000 Moms SE 25%
SI 22.000 DDV SI 22%
SK 23.000 DPH SK 23%
"""
"""country, rate, name; ids count from 1"""

GROUPS = (
    "FR Taux standard (20%)",
    "FR Taux réduit (10%)",
    "FR Taux réduit (5.5%)",
    "FR Taux super réduit (2.1%)",
    "EU VAT For Virtual Products",
)
"""Tax groups 1 to 5. The first four use French rates in all of RULE_COUNTRIES, the fifth each country's own."""

RULE_COUNTRIES = "AT BE BG CY CZ DE DK EE ES FR FI GB GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK".split()  # noqa: SIM905

"""Rules of a group in the order of their ids (the reference fixes France: 10 in group 1, 39 in group 2)."""

PRODUCTS = """
demo_1 23.900000 0.300000 8 Hummingbird printed t-shirt|T-shirt imprimé colibri
demo_3 35.900000 0.300000 4 Hummingbird printed sweater|Pull imprimé colibri
demo_6 29.000000 0.300000 3 The best is yet to come' Framed poster|Affiche encadrée The best is yet to come
demo_5 29.000000 0.300000 3 The adventure begins Framed poster|Affiche encadrée The adventure begins
demo_7 29.000000 0.300000 3 Today is a good day Framed poster|Affiche encadrée Today is a good day
demo_11 11.900000 0.300000 0 Mug The best is yet to come|Mug The best is yet to come
demo_12 11.900000 0.300000 0 Mug The adventure begins|Mug The adventure begins
demo_13 11.900000 0.300000 0 Mug Today is a good day|Mug Today is a good day
demo_15 18.900000 0.300000 2 Mountain fox cushion|Coussin renard
demo_16 18.900000 0.300000 2 Brown bear cushion|Coussin ours brun
demo_17 18.900000 0.300000 2 Hummingbird cushion|Coussin colibri
demo_18 9.000000 0.000000 0 Mountain fox - Vector graphics|Illustration vectorielle Renard
demo_19 9.000000 0.000000 0 Brown bear - Vector graphics|Illustration vectorielle Ours brun
demo_20 9.000000 0.000000 0 Hummingbird - Vector graphics|Illustration vectorielle Colibri
demo_21 35.000000 0.000000 0 Pack Mug + Framed poster|Pack Mug + Affiche encadrée
demo_8 12.900000 0.300000 4 Mountain fox notebook|Carnet de notes Renard
demo_9 12.900000 0.300000 4 Brown bear notebook|Carnet de notes Ours brun
demo_10 12.900000 0.300000 4 Hummingbird notebook|Carnet de notes Colibri
demo_14 13.900000 0.000000 0 Customizable mug|Mug personnalisable
"""
"""reference, net price, weight, number of combinations, English|French name; ids count from 1"""

SIZES = ("S", "M", "L", "XL")
COLOURS = (("8", "White"), ("11", "Black"))
WHOLESALE = "5.490000"

CARRIERS = (
    ("Click and collect", "1", "1", "0", "0", ("1",), "Pick up in-store|Retrait en magasin"),
    ("My carrier", "1", "0", "1", "0", ("1", "2"), "Delivery next day!|Livraison le lendemain\N{NO-BREAK SPACE}!"),
    ("My cheap carrier", "0", "0", "1", "2", ("1", "2"), "Buy more to pay less!|Achetez plus vous paierez moins!"),
    ("My light carrier", "0", "0", "1", "1", ("1", "2"), "The lighter the cheaper!|Panier léger, prix allégé!"),
)
"""name, active, free, handling, method as stored, zones, delay; ids count from 1. Zones of the first are chosen."""

DELIVERIES = ((2, 0, 1, 1), (2, 0, 1, 2), (2, 1, 0, 1), (2, 1, 0, 2))
"""carrier, price range, weight range, zone of the rows 1 to 4, each 5.00"""

CATEGORIES = ((1, 0, "Root"), (2, 1, "Home"), (3, 2, "Clothes"), (4, 3, "Men"))
