"""The app a merchant registered with TikTok: its key, its secret and the two hosts it talks to."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class App:
    """One registered app. The US and the rest of the world are separate apps with separate consent pages.

    `service_id` names the app on the consent page. The URLs are origins without a path; `services_url` is where a
    seller gives consent, "" = TikTok's own host for `us` (reference tiktok-shop-api.md 1.1, 1.2).
    """

    key: str
    secret: str = field(repr=False)
    us: bool
    service_id: str = ""
    api_url: str = "https://open-api.tiktokglobalshop.com"
    auth_url: str = "https://auth.tiktok-shops.com"
    services_url: str = ""
