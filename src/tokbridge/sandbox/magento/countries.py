"""Countries and regions of the directory. Names and ids of the US regions are Magento's (reference magento-rest.md 12);
of the other countries only those with regions in the material have them here."""

COUNTRIES: dict[str, tuple[str, str]] = {
    "US": ("USA", "United States"),
    "GB": ("GBR", "United Kingdom"),
    "IE": ("IRL", "Ireland"),
    "DE": ("DEU", "Germany"),
    "FR": ("FRA", "France"),
    "ES": ("ESP", "Spain"),
    "IT": ("ITA", "Italy"),
    "NL": ("NLD", "Netherlands"),
    "BE": ("BEL", "Belgium"),
    "AT": ("AUT", "Austria"),
    "PL": ("POL", "Poland"),
    "PT": ("PRT", "Portugal"),
    "SE": ("SWE", "Sweden"),
    "DK": ("DNK", "Denmark"),
    "CA": ("CAN", "Canada"),
    "MX": ("MEX", "Mexico"),
    "BR": ("BRA", "Brazil"),
    "AU": ("AUS", "Australia"),
    "JP": ("JPN", "Japan"),
    "ID": ("IDN", "Indonesia"),
    "MY": ("MYS", "Malaysia"),
    "PH": ("PHL", "Philippines"),
    "SG": ("SGP", "Singapore"),
    "TH": ("THA", "Thailand"),
    "VN": ("VNM", "Vietnam"),
    "CN": ("CHN", "China"),
    "HK": ("HKG", "Hong Kong SAR China"),
    "IN": ("IND", "India"),
}

_US = (
    "AL:Alabama|AK:Alaska|AS:American Samoa|AZ:Arizona|AR:Arkansas|AE:Armed Forces Africa|"
    "AA:Armed Forces Americas|AE:Armed Forces Canada|AE:Armed Forces Europe|AE:Armed Forces Middle East|"
    "AP:Armed Forces Pacific|CA:California|CO:Colorado|CT:Connecticut|DE:Delaware|"
    "DC:District of Columbia|FM:Federated States Of Micronesia|FL:Florida|GA:Georgia|GU:Guam|HI:Hawaii|"
    "ID:Idaho|IL:Illinois|IN:Indiana|IA:Iowa|KS:Kansas|KY:Kentucky|LA:Louisiana|ME:Maine|"
    "MH:Marshall Islands|MD:Maryland|MA:Massachusetts|MI:Michigan|MN:Minnesota|MS:Mississippi|"
    "MO:Missouri|MT:Montana|NE:Nebraska|NV:Nevada|NH:New Hampshire|NJ:New Jersey|NM:New Mexico|"
    "NY:New York|NC:North Carolina|ND:North Dakota|MP:Northern Mariana Islands|OH:Ohio|OK:Oklahoma|"
    "OR:Oregon|PW:Palau|PA:Pennsylvania|PR:Puerto Rico|RI:Rhode Island|SC:South Carolina|"
    "SD:South Dakota|TN:Tennessee|TX:Texas|UT:Utah|VT:Vermont|VI:Virgin Islands|VA:Virginia|"
    "WA:Washington|WV:West Virginia|WI:Wisconsin|WY:Wyoming"
)


def _pair(text: str) -> tuple[str, str]:
    code, _, name = text.partition(":")
    return code, name


REGIONS: dict[str, list[tuple[int, str, str]]] = {
    "US": [(number, *_pair(one)) for number, one in enumerate(_US.split("|"), 1)],
}
