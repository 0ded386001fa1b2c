"""Django's settings. What an operator may set is in `environment`; everything else is fixed here."""

from __future__ import annotations

import socket
from pathlib import Path

from tokbridge.project.environment import Environment
from tokbridge.stores.registry import PLATFORMS

_env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = _env.data_dir()
DEBUG = _env.switch("DEBUG", False)
_keys = _env.secret_keys(DATA_DIR)
SECRET_KEY = _keys[0]
SECRET_KEY_FALLBACKS = _keys[1:]
PUBLIC_URL = _env.url("PUBLIC_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = [host.strip() for host in _env.text("ALLOWED_HOSTS", "127.0.0.1,localhost").split(",") if host.strip()]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

DATABASES = {"default": _env.database(DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "records.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "heroicons",
    "axes",
    "tokbridge.records",
    "tokbridge.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tokbridge.web.security.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tokbridge.web.entry.LogInRequired",
    "tokbridge.web.zone.UserTimeZone",
    "tokbridge.web.language.UserLanguage",
    "tokbridge.web.methods.MethodNotAllowedPage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "tokbridge.project.urls"
WSGI_APPLICATION = "tokbridge.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["tokbridge.web.templatetags.icons"],
        },
    }
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "web/locked.html"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # each by its own name
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

REDIS_URL = _env.text("REDIS_URL")
LIMITS = _env.switch("LIMITS", True)
KEEP_RUNS_DAYS = _env.number("KEEP_RUNS_DAYS", 90, least=1, most=3650)
POLL_SECONDS = _env.number("POLL_S", 60, least=1, most=3600)
WORKER_NAME = _env.text("WORKER_NAME", f"{socket.gethostname()}-1")[:60]
WORKER_THREADS = int(_env.number("WORKER_THREADS", 16, least=1, most=256))
LOG_FORMAT = _env.choice("LOG_FORMAT", "text", "text", "json")
LOG_LEVEL = _env.choice("LOG_LEVEL", "info", "debug", "info", "warning", "error").upper()
LOGGING_CONFIG = None

# Connections by environment (a page for them comes with the channels).
TIKTOK = {
    "app_key": _env.text("TIKTOK_APP_KEY"),
    "app_secret": _env.text("TIKTOK_APP_SECRET"),
    "auth_code": _env.text("TIKTOK_AUTH_CODE"),
    "market": _env.choice("TIKTOK_MARKET", "world", "us", "world"),
    "service_id": _env.text("TIKTOK_SERVICE_ID"),
    "shop_id": _env.text("TIKTOK_SHOP_ID"),
    "api_url": _env.url("TIKTOK_API_URL", "https://open-api.tiktokglobalshop.com"),
    "auth_url": _env.url("TIKTOK_AUTH_URL", "https://auth.tiktok-shops.com"),
}
STORES = {platform.name: _env.store(platform) for platform in PLATFORMS.values()}
STATUSES = {platform: _env.pairs(f"{platform}_STATUSES_FROM_TIKTOK".upper()) for platform in PLATFORMS}
CHANNELS = _env.pairs("CHANNELS")
CHANNEL_START = _env.text("START")
HOLD_SECONDS = int(_env.number("HOUR_S", 3600, least=0, most=86400))
