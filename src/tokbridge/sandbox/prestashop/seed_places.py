"""Zones, countries and states of the fresh shop.

From the reference: the active countries, AT, zone 7 of GB, the ids of California, Michigan and Milano, Spain's number.
The other countries and the ids above 38 are chosen; all but the seven active ones wait for `POST /_sandbox/ready`.
"""

ZONES = (
    (1, "Europe"), (2, "North America"), (3, "Asia"), (4, "Africa"), (5, "Oceania"), (6, "South America"),
    (7, "Europe (non-EU)"), (8, "Central America/Antilla"),
)  # fmt: skip

ACTIVE = frozenset({"DE", "ES", "FR", "IT", "GB", "US", "IE"})

COUNTRIES = """
1 DE 1 49 NNNNN Germany|Allemagne
2 AT 1 43 NNNN Austria|Autriche
3 BE 1 32 NNNN Belgium|Belgique
4 CA 2 1 - Canada|Canada
5 CN 3 86 NNNNNN China|Chine
6 ES 1 34 NNNNN Spain|Espagne
7 FI 1 358 NNNNN Finland|Finlande
8 FR 1 33 NNNNN France|France
9 GR 1 30 NNNNN Greece|Grèce
10 IT 1 39 NNNNN Italy|Italie
11 JP 3 81 NNN-NNNN Japan|Japon
12 LU 1 352 NNNN Luxembourg|Luxembourg
13 NL 1 31 - Netherlands|Pays-Bas
14 PL 1 48 NN-NNN Poland|Pologne
15 PT 1 351 NNNN-NNN Portugal|Portugal
16 CZ 1 420 - Czechia|Tchéquie
17 GB 7 44 - United Kingdom|Royaume-Uni
18 SE 1 46 - Sweden|Suède
19 CH 7 41 NNNN Switzerland|Suisse
20 DK 1 45 NNNN Denmark|Danemark
21 US 2 1 NNNNN United States|États-Unis
22 HK 3 852 - Hong Kong SAR China|R.A.S. chinoise de Hong Kong
23 NO 7 47 NNNN Norway|Norvège
24 AU 5 61 NNNN Australia|Australie
25 SG 3 65 NNNNNN Singapore|Singapour
26 IE 1 0 - Ireland|Irlande
27 NZ 5 64 NNNN New Zealand|Nouvelle-Zélande
28 KR 3 82 NNNNN South Korea|Corée du Sud
36 RO 1 40 NNNNNN Romania|Roumanie
37 SK 1 421 - Slovakia|Slovaquie
58 BR 6 55 NNNNN-NNN Brazil|Brésil
74 HR 1 385 NNNNN Croatia|Croatie
76 CY 1 357 NNNN Cyprus|Chypre
86 EE 1 372 NNNNN Estonia|Estonie
111 ID 3 62 NNNNN Indonesia|Indonésie
125 LV 1 371 - Latvia|Lettonie
131 LT 1 370 - Lithuania|Lituanie
137 MY 3 60 NNNNN Malaysia|Malaisie
139 MT 1 356 - Malta|Malte
143 HU 1 36 NNNN Hungary|Hongrie
145 MX 2 52 NNNNN Mexico|Mexique
148 MC 1 377 980NN Monaco|Monaco
171 PH 3 63 NNNN Philippines|Philippines
193 SI 1 386 - Slovenia|Slovénie
204 TH 3 66 NNNNN Thailand|Thaïlande
233 BG 1 359 NNNN Bulgaria|Bulgarie
239 VN 3 84 NNNNNN Vietnam|Vietnam
"""
"""id, code, zone, calling code (0: not known), zip format, English|French name"""

CALLING = {"IE": "353"}
WITHOUT_ZIP = frozenset({"IE", "HK"})
NEEDS_NUMBER = frozenset({"ES"})

US_STATES = (
    4,
    "AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,FL Florida,GA Georgia,"
    "HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,KY Kentucky,LA Louisiana,ME Maine,MD Maryland,"
    "MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,MO Missouri,MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,"
    "NJ New Jersey,NM New Mexico,NY New York,NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,"
    "RI Rhode Island,SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,WA Washington,"
    "WV West Virginia,WI Wisconsin,WY Wyoming,PR Puerto Rico,VI US Virgin Islands,DC District of Columbia",
)
IT_STATES = (
    126,
    "AG Agrigento,AL Alessandria,AN Ancona,AO Aosta,AR Arezzo,AP Ascoli Piceno,AT Asti,AV Avellino,BA Bari,"
    "BT Barletta-Andria-Trani,BL Belluno,BN Benevento,BG Bergamo,BI Biella,BO Bologna,BZ Bolzano,BS Brescia,BR Brindisi,"
    "CA Cagliari,CL Caltanissetta,CB Campobasso,CI Carbonia-Iglesias,CE Caserta,CT Catania,CZ Catanzaro,CH Chieti,CO Como,"
    "CS Cosenza,CR Cremona,KR Crotone,CN Cuneo,EN Enna,FM Fermo,FE Ferrara,FI Firenze,FG Foggia,FC Forlì-Cesena,"
    "FR Frosinone,GE Genova,GO Gorizia,GR Grosseto,IM Imperia,IS Isernia,AQ L'Aquila,SP La Spezia,LT Latina,LE Lecce,"
    "LC Lecco,LI Livorno,LO Lodi,LU Lucca,MC Macerata,MN Mantova,MS Massa,MT Matera,VS Medio Campidano,ME Messina,"
    "MI Milano,MO Modena,MB Monza e della Brianza,NA Napoli,NO Novara,NU Nuoro,OG Ogliastra,OT Olbia-Tempio,OR Oristano,"
    "PD Padova,PA Palermo,PR Parma,PV Pavia,PG Perugia,PU Pesaro-Urbino,PE Pescara,PC Piacenza,PI Pisa,PT Pistoia,"
    "PN Pordenone,PZ Potenza,PO Prato,RG Ragusa,RA Ravenna,RC Reggio Calabria,RE Reggio Emilia,RI Rieti,RN Rimini,RM Roma,"
    "RO Rovigo,SA Salerno,SS Sassari,SV Savona,SI Siena,SR Siracusa,SO Sondrio,TA Taranto,TE Teramo,TR Terni,TO Torino,"
    "TP Trapani,TN Trento,TV Treviso,TS Trieste,UD Udine,VA Varese,VE Venezia,VB Verbano-Cusio-Ossola,VC Vercelli,VR Verona,"
    "VV Vibo Valentia,VI Vicenza,VT Viterbo",
)
"""(first id, states in the order of their ids)"""
