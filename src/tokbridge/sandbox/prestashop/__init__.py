"""A local PrestaShop webservice: one shop with a demo catalogue."""
