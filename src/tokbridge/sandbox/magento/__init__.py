"""A local Magento 2 (REST, 2.4.x), written from reference magento-rest.md and its recorded exchanges."""
