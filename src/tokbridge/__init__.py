"""Tokbridge carries TikTok Shop orders into a merchant's own web store, and shipments and cancellations back."""

__version__ = "0.1.0"
