"""Addresses of the pages and of the webhooks."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from tokbridge.web import carriers, desk, health, hooks, order_page, overview, problems, products

urlpatterns = [
    path("", desk.orders, name="orders"),
    path("orders/live/", desk.live, name="orders-live"),
    path("orders/<int:order_id>/", order_page.order, name="order"),
    path("overview/", overview.overview, name="overview"),
    path("problems/", problems.problems, name="problems"),
    path("problems/group/", problems.group, name="problem-group"),
    path("problems/replay/", problems.replay, name="problems-replay"),
    path("problems/dismiss/", problems.dismiss, name="problems-dismiss"),
    path("problems/recall/", problems.recall, name="problems-recall"),
    path("problems/connection/<int:connection_id>/try/", problems.try_connection, name="connection-try"),
    path("carriers/", carriers.carriers, name="carriers"),
    path("carriers/refresh/", carriers.refresh, name="carriers-refresh"),
    path("carriers/<int:channel_id>/", carriers.save, name="carriers-save"),
    path("products/", products.products, name="products"),
    path("products/links.csv", products.export, name="links-export"),
    path("products/import/", products.take_in, name="links-import"),
    path("products/links/<int:link_id>/end/", products.end, name="link-end"),
    path("products/<int:store_id>/<str:sku_id>/", products.product, name="product"),
    path("login/", LoginView.as_view(template_name="web/login.html", redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("healthz", health.healthz, name="healthz"),
    path("hooks/tiktok/", hooks.tiktok),
    path("hooks/store/<int:store_id>/", hooks.store),
]
