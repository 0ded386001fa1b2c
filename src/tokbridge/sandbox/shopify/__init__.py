"""A local Shopify: one shop, its Admin GraphQL API and its webhooks."""
