"""Addresses of the pages and of the webhooks."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from tokbridge.web import desk, health, hooks, order_page

urlpatterns = [
    path("", desk.orders, name="orders"),
    path("orders/live/", desk.live, name="orders-live"),
    path("orders/<int:order_id>/", order_page.order, name="order"),
    path("login/", LoginView.as_view(template_name="web/login.html", redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("healthz", health.healthz, name="healthz"),
    path("hooks/tiktok/", hooks.tiktok),
    path("hooks/store/<int:store_id>/", hooks.store),
]
