"""The routes of /rest/<store>/V1 with their operation names and the right each needs (reference magento-rest.md 2).

Rights are those of the reference's list; where it does not say which route needs which, the nearest one is taken.
"""

from tokbridge.sandbox.magento import cart, catalogue, inventory_api, orders_api, store_api
from tokbridge.sandbox.magento.context import Route

VIEW, SHIPMENT = "Magento_Sales::actions_view", "Magento_Sales::shipment"
SOURCE, STOCK = "Magento_InventoryApi::source", "Magento_InventoryApi::stock"
SALABLE, STORE = "Magento_InventorySalesApi::stock", "Magento_Backend::store"
PRODUCTS, LEGACY = "Magento_Catalog::products", "Magento_Catalog::catalog_inventory"
INVOICES, MEMOS = "Magento_Sales::sales_invoice", "Magento_Sales::sales_creditmemo"
CREATE, API_ACTIONS = "Magento_Sales::create", "Magento_Sales::api_actions"
BULK = "Magento_Logging::system_magento_logging_bulk_operations"

ROUTES: list[Route] = [
    Route("POST", "integration/admin/token", "token.admin", "", store_api.sign_in),
    Route("GET", "orders", "orders.search", VIEW, orders_api.find),
    Route("POST", "orders", "orders.create", CREATE, orders_api.save),
    Route("PUT", "orders/create", "orders.create", CREATE, orders_api.save),
    Route("GET", "orders/items", "orders.items", VIEW, orders_api.items),
    Route("GET", "orders/items/{id}", "orders.item", VIEW, orders_api.item, "id"),
    Route("GET", "orders/{id}", "orders.get", VIEW, orders_api.get, "id"),
    Route("PUT", "orders/{parent_id}", "orders.address", CREATE, orders_api.address, "parent_id"),
    Route("GET", "orders/{id}/statuses", "orders.statuses", VIEW, orders_api.statuses, "id"),
    Route("GET", "orders/{id}/comments", "orders.comments.list", VIEW, orders_api.comments, "id"),
    Route("POST", "orders/{id}/comments", "orders.comments", "Magento_Sales::comment", orders_api.add_comment, "id"),
    Route("POST", "orders/{id}/cancel", "orders.cancel", "Magento_Sales::cancel", orders_api.cancel, "id"),
    Route("POST", "orders/{id}/hold", "orders.hold", "Magento_Sales::hold", orders_api.hold, "id"),
    Route("POST", "orders/{id}/unhold", "orders.unhold", "Magento_Sales::unhold", orders_api.unhold, "id"),
    Route("POST", "orders/{id}/emails", "orders.emails", "Magento_Sales::emails", orders_api.emails, "id"),
    Route("POST", "order/{id}/ship", "order.ship", "Magento_Sales::ship", orders_api.ship_order, "id"),
    Route("POST", "order/{id}/invoice", "order.invoice", "Magento_Sales::invoice", orders_api.invoice_order, "id"),
    Route("POST", "order/{id}/refund", "order.refund", "Magento_Sales::creditmemo", orders_api.refund_order, "id"),
    Route("POST", "invoice/{id}/refund", "invoice.refund", INVOICES, orders_api.refund_invoice, "id"),
    Route("GET", "invoices", "invoices.search", INVOICES, orders_api.invoices),
    Route("GET", "invoices/{id}", "invoice.get", INVOICES, orders_api.get_invoice, "id"),
    Route("GET", "creditmemos", "creditmemos.search", MEMOS, orders_api.creditmemos),
    Route("GET", "creditmemo/{id}", "creditmemo.get", MEMOS, orders_api.get_creditmemo, "id"),
    Route("GET", "shipments", "shipments.search", SHIPMENT, orders_api.shipments),
    Route("POST", "shipment/track", "shipment.track", SHIPMENT, orders_api.add_track),
    Route("DELETE", "shipment/track/{id}", "shipment.track.delete", SHIPMENT, orders_api.delete_track, "id"),
    Route("GET", "shipment/{id}", "shipment.get", SHIPMENT, orders_api.shipment, "id"),
    Route("GET", "shipment/{id}/comments", "shipment.comments.list", SHIPMENT, orders_api.shipment_comments, "id"),
    Route("POST", "shipment/{id}/comments", "shipment.comments", SHIPMENT, orders_api.comment_shipment, "id"),
    Route("GET", "products", "products.search", PRODUCTS, catalogue.products),
    Route("GET", "products/{sku}", "product.get", PRODUCTS, catalogue.product, "sku"),
    Route("PUT", "products/{sku}", "product.save", PRODUCTS, catalogue.save_product, "sku"),
    Route("PUT", "products/{sku}/stockItems/{itemId}", "stock_item.save", PRODUCTS, catalogue.save_legacy_stock, "sku"),
    Route("GET", "stockItems/{sku}", "stock_item.get", LEGACY, catalogue.legacy_stock, "sku"),
    Route("GET", "inventory/source-items", "source_items.search", SOURCE, inventory_api.source_items),
    Route("POST", "inventory/source-items", "source_items.save", SOURCE, inventory_api.save_source_items),
    Route("GET", "inventory/sources", "sources.search", SOURCE, inventory_api.sources),
    Route("POST", "inventory/sources", "sources.save", SOURCE, inventory_api.save_source),
    Route("GET", "inventory/stocks", "stocks.search", STOCK, inventory_api.stocks),
    Route("POST", "inventory/stocks", "stocks.save", STOCK, inventory_api.save_stock),
    Route("POST", "inventory/stock-source-links", "stock.links", STOCK, inventory_api.save_links),
    Route("GET", "inventory/stock-resolver/{type}/{code}", "stock.resolver", SALABLE, inventory_api.resolver, "code"),
    Route(
        "GET",
        "inventory/get-product-salable-quantity/{sku}/{stockId}",
        "stock.salable",
        SALABLE,
        inventory_api.salable_quantity,
        "sku",
    ),
    Route("GET", "inventory/is-product-salable/{sku}/{stockId}", "stock.is_salable", SALABLE, inventory_api.is_salable),
    Route("GET", "inventory/are-products-salable", "stock.are_salable", SALABLE, inventory_api.are_salable),
    Route(
        "GET",
        "inventory/is-product-salable-for-requested-qty/{sku}/{stockId}/{qty}",
        "stock.is_salable_quantity",
        SALABLE,
        inventory_api.is_salable_quantity,
        "sku",
    ),
    Route(
        "GET",
        "inventory/are-product-salable-for-requested-qty",
        "stock.are_salable_quantities",
        SALABLE,
        inventory_api.are_salable_quantities,
    ),
    Route(
        "POST", "inventory/source-selection-algorithm-result", "source.selection", SOURCE, inventory_api.select_sources
    ),
    Route("GET", "store/storeConfigs", "store.configs", STORE, store_api.configs),
    Route("GET", "store/storeViews", "store.views", STORE, store_api.views),
    Route("GET", "store/storeGroups", "store.groups", STORE, store_api.groups),
    Route("GET", "store/websites", "store.websites", STORE, store_api.websites),
    Route("GET", "modules", "modules", STORE, store_api.modules),
    Route("GET", "directory/currency", "directory.currency", "", store_api.currency),
    Route("GET", "directory/countries", "directory.countries", "", store_api.countries),
    Route("GET", "directory/countries/{id}", "directory.country", "", store_api.country, "id"),
    Route("GET", "bulk/{uuid}/detailed-status", "bulk.status", BULK, store_api.bulk, "uuid"),
    Route("POST", "guest-carts", "cart.create", "", cart.new),
    Route("GET", "guest-carts/{cartId}/items", "cart.items", "", cart.items, "cartId"),
    Route("POST", "guest-carts/{cartId}/items", "cart.add", "", cart.add, "cartId"),
    Route("POST", "guest-carts/{cartId}/estimate-shipping-methods", "cart.estimate", "", cart.estimate, "cartId"),
    Route("POST", "guest-carts/{cartId}/shipping-information", "cart.shipping", "", cart.shipping, "cartId"),
    Route("POST", "guest-carts/{cartId}/payment-information", "cart.place", "", cart.place, "cartId"),
]


def find(method: str, parts: list[str]) -> tuple[Route, dict[str, str]] | None:
    """The route of a call, by the path's segments behind V1 as they came, still encoded."""
    for route in ROUTES:
        values = route.match(method, parts)
        if values is not None:
            return route, values
    return None
