"""What a GraphQL document is: the text that is sent to Shopify, its root field and its requested cost; and what several of
them share. `queries` read, `mutations` change something.

All of them are valid in 2026-01, 2026-04, 2026-07 and 2026-10 (tests/stores/shopify/test_documents.py checks them
against Shopify's own schema, and the costs against the model of reference shopify-admin-api.md 6.1). `code` is selected
only where the payload's errors have it (reference 5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

NAMESPACE = "tokbridge"
KEY = "order_id"
TAG = "tokbridge"

MAX_LIST = 250  # of any list in an input, and of any page


@dataclass(frozen=True, slots=True)
class Document:
    """`root` is the root field whose answer the caller wants. `per_page` is the cost of one node of the connection
    whose page size is the variable `rows`; `cost` is all the rest."""

    root: str
    text: str
    cost: int
    write: bool = False
    per_page: int = 0

    def requested(self, rows: int = 0) -> int:
        """Points asked for in advance. A connection of n costs 2 + floor(2 ln n) nodes, at least one."""
        return self.cost + (max(1, math.floor(2 * math.log(rows))) * self.per_page if rows else 0)


_MONEY = "shopMoney { amount currencyCode }"

ORDER_FIELDS = f"""
id name updatedAt cancelledAt sourceIdentifier currencyCode displayFinancialStatus displayFulfillmentStatus
currentTotalPriceSet {{ {_MONEY} }}
lineItems(first: $rows) {{
  nodes {{ id sku quantity currentQuantity title variant {{ id }} customAttributes {{ key value }} }}
  pageInfo {{ hasNextPage }}
}}
"""

FULFILMENT_FIELDS = """
id status updatedAt
trackingInfo(first: 250) { company number url }
fulfillmentLineItems(first: 250) {
  nodes { quantity lineItem { id sku quantity customAttributes { key value } } }
}
"""
