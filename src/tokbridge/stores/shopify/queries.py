"""The GraphQL documents that read. What `documents` says of all of them holds."""

from __future__ import annotations

from tokbridge.stores.shopify.documents import FULFILMENT_FIELDS, ORDER_FIELDS, Document

_VARIANT = """
id sku title inventoryQuantity
inventoryItem { tracked requiresShipping }
product { id title }
"""

SHOP = Document(
    "shop",
    """query TokbridgeShop {
  shop { name myshopifyDomain currencyCode plan { publicDisplayName partnerDevelopment } }
  currentAppInstallation { accessScopes { handle } }
}""",
    cost=4,
)

DEFINITION = Document(
    "metafieldDefinitions",
    """query TokbridgeDefinition($namespace: String!, $key: String!) {
  metafieldDefinitions(first: 1, ownerType: ORDER, namespace: $namespace, key: $key) {
    nodes { id type { name } }
  }
}""",
    cost=4,
)

WEBHOOKS = Document(
    "webhookSubscriptions",
    """query TokbridgeWebhooks {
  webhookSubscriptions(first: 250) { nodes { id topic uri } }
}""",
    cost=13,
)

VARIANTS = Document(
    "productVariants",
    f"""query TokbridgeVariants($query: String!, $after: String) {{
  productVariants(first: 250, after: $after, query: $query, sortKey: ID) {{
    nodes {{ {_VARIANT} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}""",
    cost=35,
)

SEARCH = Document(
    "products",
    f"""query TokbridgeSearch($query: String!) {{
  productVariants(first: 25, query: $query, sortKey: ID) {{ nodes {{ {_VARIANT} }} }}
  products(first: 10, query: $query) {{ nodes {{ variants(first: 25) {{ nodes {{ {_VARIANT} }} }} }} }}
}}""",
    cost=106,
)

FIND = Document(
    "orders",
    """query TokbridgeFind($identifier: OrderIdentifierInput!, $query: String!) {
  orderByIdentifier(identifier: $identifier) { id name }
  orders(first: 10, query: $query) { nodes { id name sourceIdentifier } }
  shop { currencyCode }
}""",
    cost=8,
)

ORDER = Document(
    "order",
    f"""query TokbridgeOrder($id: ID!, $rows: Int!) {{
  order(id: $id) {{ {ORDER_FIELDS} }}
  shop {{ currencyCode }}
}}""",
    cost=4,
    per_page=2,
)

CHANGES = Document(
    "orders",
    f"""query TokbridgeChanges($query: String!, $after: String) {{
  orders(first: 50, after: $after, query: $query, sortKey: UPDATED_AT) {{
    nodes {{
      id sourceIdentifier updatedAt cancelledAt cancelReason displayFinancialStatus displayFulfillmentStatus
      fulfillments(first: 250) {{ {FULFILMENT_FIELDS} }}
    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}""",
    cost=191,
)

PARCELS = Document(
    "order",
    f"""query TokbridgeParcels($id: ID!) {{
  order(id: $id) {{ id fulfillments(first: 250) {{ {FULFILMENT_FIELDS} }} }}
}}""",
    cost=27,
)

FULFILMENT_ORDERS = Document(
    "order",
    f"""query TokbridgeFulfilmentOrders($id: ID!, $after: String) {{
  order(id: $id) {{
    id
    fulfillments(first: 250) {{ {FULFILMENT_FIELDS} }}
    fulfillmentOrders(first: 10, after: $after) {{
      nodes {{
        id status
        assignedLocation {{ name location {{ id }} }}
        lineItems(first: 250) {{ nodes {{ id remainingQuantity lineItem {{ id }} }} }}
      }}
      pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}""",
    cost=137,
)

CANCELLED = Document(
    "order",
    """query TokbridgeCancelled($id: ID!) {
  order(id: $id) { id cancelledAt }
}""",
    cost=1,
)

REMOVED = Document(
    "order",
    """query TokbridgeRemoved($id: ID!) {
  order(id: $id) {
    id currencyCode
    refunds(first: 250) { note }
    lineItems(first: 250) { nodes { id sku currentQuantity unfulfilledQuantity } }
  }
}""",
    cost=15,
)

SUGGESTED_REFUND = Document(
    "order",
    """query TokbridgeSuggestedRefund($id: ID!, $items: [RefundLineItemInput!]!) {
  order(id: $id) {
    suggestedRefund(refundLineItems: $items, refundShipping: false) {
      suggestedTransactions {
        gateway
        amountSet { shopMoney { amount currencyCode } }
        parentTransaction { id }
      }
    }
  }
}""",
    cost=4,
)

STATUS = Document(
    "order",
    """query TokbridgeStatus($id: ID!) {
  order(id: $id) {
    id closed cancelledAt canMarkAsPaid displayFinancialStatus tags
    fulfillments(first: 250) {
      id status displayStatus
      events(first: 1, sortKey: HAPPENED_AT, reverse: true) { nodes { status } }
    }
  }
}""",
    cost=5,
)

STOCK = Document(
    "nodes",
    """query TokbridgeStock($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on ProductVariant {
      id sku
      inventoryItem {
        id tracked
        inventoryLevels(first: 250) {
          nodes { location { id name } quantities(names: ["available", "on_hand"]) { name quantity } }
          pageInfo { hasNextPage }
        }
      }
    }
  }
}""",
    cost=37,
)
