"""Addresses of the pages and of the webhooks."""

from __future__ import annotations

from django.urls import path

from tokbridge.web import hooks

urlpatterns = [
    path("hooks/tiktok/", hooks.tiktok),
    path("hooks/store/<int:store_id>/", hooks.store),
]
