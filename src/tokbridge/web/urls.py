"""Addresses of the pages and of the webhooks."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from tokbridge.web import actions, desk, fetching, health, hooks, order_page, runs, shipping

urlpatterns = [
    path("", desk.orders, name="orders"),
    path("orders/live/", desk.live, name="orders-live"),
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
    path("login/", LoginView.as_view(template_name="web/login.html", redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("healthz", health.healthz, name="healthz"),
    path("hooks/tiktok/", hooks.tiktok),
    path("hooks/store/<int:store_id>/", hooks.store),
]
