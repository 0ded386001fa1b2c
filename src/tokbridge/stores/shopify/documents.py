"""The GraphQL documents: every text that is sent to Shopify, its root field and its requested cost.

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

_ORDER = f"""
id name updatedAt cancelledAt sourceIdentifier currencyCode displayFinancialStatus displayFulfillmentStatus
currentTotalPriceSet {{ {_MONEY} }}
lineItems(first: $rows) {{
  nodes {{ id sku quantity currentQuantity title variant {{ id }} customAttributes {{ key value }} }}
  pageInfo {{ hasNextPage }}
}}
"""

_FULFILMENT = """
id status updatedAt
trackingInfo(first: 250) { company number url }
fulfillmentLineItems(first: 250) {
  nodes { quantity lineItem { id sku quantity customAttributes { key value } } }
}
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

DEFINITION_CREATE = Document(
    "metafieldDefinitionCreate",
    """mutation TokbridgeDefinitionCreate($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) {
    createdDefinition { id }
    userErrors { field message code }
  }
}""",
    cost=10,
    write=True,
)

WEBHOOKS = Document(
    "webhookSubscriptions",
    """query TokbridgeWebhooks {
  webhookSubscriptions(first: 250) { nodes { id topic uri } }
}""",
    cost=13,
)

WEBHOOK_CREATE = Document(
    "webhookSubscriptionCreate",
    """mutation TokbridgeWebhookCreate($topic: WebhookSubscriptionTopic!, $subscription: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $subscription) {
    webhookSubscription { id }
    userErrors { field message }
  }
}""",
    cost=10,
    write=True,
)

WEBHOOK_UPDATE = Document(
    "webhookSubscriptionUpdate",
    """mutation TokbridgeWebhookUpdate($id: ID!, $subscription: WebhookSubscriptionInput!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $subscription) {
    webhookSubscription { id }
    userErrors { field message }
  }
}""",
    cost=10,
    write=True,
)

_VARIANT = """
id sku title inventoryQuantity
inventoryItem { tracked requiresShipping }
product { id title }
"""

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
  order(id: $id) {{ {_ORDER} }}
  shop {{ currencyCode }}
}}""",
    cost=4,
    per_page=2,
)

ORDER_CREATE = Document(
    "orderCreate",
    f"""mutation TokbridgeCreate($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput!, $rows: Int!) {{
  orderCreate(order: $order, options: $options) {{
    order {{ {_ORDER} }}
    userErrors {{ field message code }}
  }}
}}""",
    cost=12,
    write=True,
    per_page=2,
)

CHANGES = Document(
    "orders",
    f"""query TokbridgeChanges($query: String!, $after: String) {{
  orders(first: 50, after: $after, query: $query, sortKey: UPDATED_AT) {{
    nodes {{
      id sourceIdentifier updatedAt cancelledAt cancelReason displayFinancialStatus displayFulfillmentStatus
      fulfillments(first: 250) {{ {_FULFILMENT} }}
    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}""",
    cost=191,
)

PARCELS = Document(
    "order",
    f"""query TokbridgeParcels($id: ID!) {{
  order(id: $id) {{ id fulfillments(first: 250) {{ {_FULFILMENT} }} }}
}}""",
    cost=27,
)

FULFILMENT_ORDERS = Document(
    "order",
    f"""query TokbridgeFulfilmentOrders($id: ID!, $after: String) {{
  order(id: $id) {{
    id
    fulfillments(first: 250) {{ {_FULFILMENT} }}
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

FULFILMENT_CREATE = Document(
    "fulfillmentCreate",
    f"""mutation TokbridgeFulfil($fulfillment: FulfillmentInput!) {{
  fulfillmentCreate(fulfillment: $fulfillment) {{
    fulfillment {{ {_FULFILMENT} }}
    userErrors {{ field message }}
  }}
}}""",
    cost=35,
    write=True,
)

CANCELLED = Document(
    "order",
    """query TokbridgeCancelled($id: ID!) {
  order(id: $id) { id cancelledAt }
}""",
    cost=1,
)

ORDER_CANCEL = Document(
    "orderCancel",
    """mutation TokbridgeCancel($id: ID!, $reason: OrderCancelReason!, $restock: Boolean!, $note: String!,
    $refund: OrderCancelRefundMethodInput!) {
  orderCancel(orderId: $id, reason: $reason, restock: $restock, refundMethod: $refund, notifyCustomer: false,
      staffNote: $note) {
    job { id done }
    orderCancelUserErrors { field message code }
  }
}""",
    cost=10,
    write=True,
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

REFUND_CREATE = Document(
    "refundCreate",
    """mutation TokbridgeRefund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id }
    userErrors { field message }
  }
}""",
    cost=20,
    write=True,
)

ORDER_UPDATE = Document(
    "orderUpdate",
    """mutation TokbridgeUpdate($input: OrderInput!) {
  orderUpdate(input: $input) {
    order { id }
    userErrors { field message }
  }
}""",
    cost=10,
    write=True,
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

ORDER_OPEN = Document(
    "orderOpen",
    """mutation TokbridgeOpen($id: ID!) {
  orderOpen(input: { id: $id }) { order { id } userErrors { field message } }
}""",
    cost=10,
    write=True,
)

ORDER_CLOSE = Document(
    "orderClose",
    """mutation TokbridgeClose($id: ID!) {
  orderClose(input: { id: $id }) { order { id } userErrors { field message } }
}""",
    cost=10,
    write=True,
)

ORDER_MARK_PAID = Document(
    "orderMarkAsPaid",
    """mutation TokbridgeMarkPaid($id: ID!) {
  orderMarkAsPaid(input: { id: $id }) { order { id } userErrors { field message } }
}""",
    cost=10,
    write=True,
)

TAGS_ADD = Document(
    "tagsAdd",
    """mutation TokbridgeTag($id: ID!, $tags: [String!]!) {
  tagsAdd(id: $id, tags: $tags) { node { id } userErrors { field message } }
}""",
    cost=10,
    write=True,
)

FULFILMENT_EVENT = Document(
    "fulfillmentEventCreate",
    """mutation TokbridgeFulfilmentEvent($event: FulfillmentEventInput!) {
  fulfillmentEventCreate(fulfillmentEvent: $event) {
    fulfillmentEvent { id status }
    userErrors { field message }
  }
}""",
    cost=10,
    write=True,
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

STOCK_SET = Document(
    "inventorySetQuantities",
    """mutation TokbridgeStockSet($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id }
    userErrors { field message code }
  }
}""",
    cost=10,
    write=True,
)

ALL: tuple[Document, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Document))
