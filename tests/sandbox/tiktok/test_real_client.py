"""The public client tiktok-shop-api, which nobody here wrote, against the running sandbox."""


