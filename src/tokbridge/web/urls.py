"""Addresses of the pages and of the webhooks."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from tokbridge.web import (
    actions,
    carriers,
    desk,
    export,
    fetching,
    health,
    hooks,
    kept,
    order_page,
    overview,
    problems,
    products,
    runs,
    shipping,
)

urlpatterns = [
    path("", desk.orders, name="orders"),
    path("orders/live/", desk.live, name="orders-live"),
    path("orders/export.csv", export.as_csv, name="orders-csv"),
    path("orders/export.xlsx", export.as_xlsx, name="orders-xlsx"),
    path("orders/columns/", kept.columns, name="orders-columns"),
    path("orders/views/", kept.save_view, name="orders-views"),
    path("orders/views/<int:view_id>/delete/", kept.delete_view, name="orders-view-delete"),
    path("orders/<int:order_id>/", order_page.order, name="order"),
    path("orders/<int:order_id>/actions/", actions.menu, name="order-actions"),
    path("act/ship/", shipping.ship, name="act-ship"),
    path("act/<str:verb>/", actions.ask, name="act"),
    path("fetch/", fetching.fetch, name="fetch"),
    path("activity/", runs.activity, name="activity"),
    path("runs/active/", runs.active, name="runs-active"),
    path("runs/<int:run_id>/", runs.run, name="run"),
    path("runs/<int:run_id>/live/", runs.live, name="run-live"),
    path("runs/<int:run_id>/stop/", runs.stop, name="run-stop"),
    path("runs/<int:run_id>/again/", runs.again, name="run-again"),
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
