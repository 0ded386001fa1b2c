"""The GraphQL documents that change something. What `documents` says of all of them holds."""

from __future__ import annotations

from tokbridge.stores.shopify.documents import FULFILMENT_FIELDS, ORDER_FIELDS, Document

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

ORDER_CREATE = Document(
    "orderCreate",
    f"""mutation TokbridgeCreate($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput!, $rows: Int!) {{
  orderCreate(order: $order, options: $options) {{
    order {{ {ORDER_FIELDS} }}
    userErrors {{ field message code }}
  }}
}}""",
    cost=12,
    write=True,
    per_page=2,
)

FULFILMENT_CREATE = Document(
    "fulfillmentCreate",
    f"""mutation TokbridgeFulfil($fulfillment: FulfillmentInput!) {{
  fulfillmentCreate(fulfillment: $fulfillment) {{
    fulfillment {{ {FULFILMENT_FIELDS} }}
    userErrors {{ field message }}
  }}
}}""",
    cost=35,
    write=True,
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
