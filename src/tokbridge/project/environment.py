"""Every setting comes from an environment variable `TOKBRIDGE_…`; a wrong one is refused at start with its name.

`docs/settings.md` is the list for people; `NAMES` is the list for the check that refuses misspelt names.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from tokbridge.stores.platform import Platform
from tokbridge.stores.registry import PLATFORMS

PREFIX = "TOKBRIDGE_"
SHORTEST_KEY = 32
NAMES = frozenset(
    PREFIX + name
    for name in (
        "ALLOWED_HOSTS",
        "CHANNELS",
        "DATABASE_URL",
        "DATA_DIR",
        "DEBUG",
        "HOUR_S",
        "KEEP_RUNS_DAYS",
        "LIMITS",
        "LOG_FORMAT",
        "LOG_LEVEL",
        "POLL_S",
        "PUBLIC_URL",
        "REDIS_URL",
        "SECRET_KEYS",
        "START",
        "TIKTOK_API_URL",
        "TIKTOK_APP_KEY",
        "TIKTOK_APP_SECRET",
        "TIKTOK_AUTH_CODE",
        "TIKTOK_AUTH_URL",
        "TIKTOK_MARKET",
        "TIKTOK_SERVICE_ID",
        "TIKTOK_SHOP_ID",
        "WORKER_NAME",
        "WORKER_THREADS",
        *(
            f"{platform.name}_{setting.name}".upper()
            for platform in PLATFORMS.values()
            for setting in platform.settings
        ),
        *(f"{platform.name}_STATUSES_FROM_TIKTOK".upper() for platform in PLATFORMS.values()),
    )
)


class WrongSetting(Exception):
    """A variable that cannot be used: its name, and what it must look like. Never its value, which may be a secret."""

    def __init__(self, name: str, must: str) -> None:
        super().__init__(f"{PREFIX}{name}: {must}")


class Environment:
    """Reads settings; each getter takes the name without the prefix."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values
        unknown = sorted(key for key in self._values if key.startswith(PREFIX) and key not in NAMES)
        if unknown:
            raise WrongSetting(unknown[0].removeprefix(PREFIX), "there is no such setting (see docs/settings.md)")

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(PREFIX + name, "").strip() or default

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        text = self.text(name)
        try:
            value = float(text) if text else default
        except ValueError:
            raise WrongSetting(name, f"must be a number from {least:g} to {most:g}") from None
        if not least <= value <= most:
            raise WrongSetting(name, f"must be a number from {least:g} to {most:g}")
        return value

    def switch(self, name: str, default: bool) -> bool:
        text = self.text(name, "on" if default else "off").lower()
        if text not in {"on", "off", "1", "0", "true", "false", "yes", "no"}:
            raise WrongSetting(name, "must be on or off")
        return text in {"on", "1", "true", "yes"}

    def choice(self, name: str, default: str, *choices: str) -> str:
        text = self.text(name, default).lower()
        if text not in choices:
            raise WrongSetting(name, "must be one of " + ", ".join(choices))
        return text

    def url(self, name: str, default: str = "") -> str:
        """An http(s) address without trailing slash; plain http is accepted for this machine only."""
        text = self.text(name, default).rstrip("/")
        if not text:
            return ""
        must = "must be an https:// address (http:// only for 127.0.0.1)"
        parts = _split(name, text, must)
        local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if parts.scheme not in {"https", "http"} or not parts.hostname or (parts.scheme == "http" and not local):
            raise WrongSetting(name, must)
        return text

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """ "A=b, C=d", separated by commas or line ends."""
        found = []
        for part in self.text(name).replace("\n", ",").split(","):
            left, equals, right = (piece.strip() for piece in part.partition("="))
            if not part.strip():
                continue
            if not (left and equals and right):
                raise WrongSetting(name, "must look like NAME=value, NAME=value")
            found.append((left, right))
        if len({left for left, _ in found}) < len(found):
            raise WrongSetting(name, "names something twice")
        return tuple(found)

    def store(self, platform: Platform) -> dict[str, str]:
        """The texts of a platform's settings, by their own names; empty ones left out."""
        texts = {}
        for setting in platform.settings:
            name = f"{platform.name}_{setting.name}".upper()
            if not self.text(name):
                continue
            if setting.form == "seconds":
                texts[setting.name] = f"{self.number(name, 0, least=0, most=3600):g}"
            else:
                texts[setting.name] = self.url(name) if setting.form == "url" else self.text(name)
        return texts

    def data_dir(self) -> Path:
        path = Path(self.text("DATA_DIR", "var")).resolve()
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WrongSetting("DATA_DIR", f"must be a folder that can be written ({error.strerror})") from None
        return path

    def secret_keys(self, data_dir: Path) -> list[str]:
        """Keys for sessions and for encryption at rest, newest first; without the variable, one is made and kept."""
        keys = [key.strip() for key in self.text("SECRET_KEYS").split(",") if key.strip()]
        if any(len(key) < SHORTEST_KEY for key in keys):
            raise WrongSetting(
                "SECRET_KEYS",
                f"each key (comma-separated, newest first) must have at least {SHORTEST_KEY} characters",
            )
        if keys:
            return keys
        return [_kept_key(data_dir / "secret.key")]

    def database(self, data_dir: Path) -> dict[str, object]:
        """Django's DATABASES entry from TOKBRIDGE_DATABASE_URL; SQLite in the data folder without it."""
        text = self.text("DATABASE_URL")
        must = "must look like postgresql://user:password@host:5432/name or sqlite:///path"
        parts = _split("DATABASE_URL", text, must)
        if not text or parts.scheme == "sqlite":
            name = unquote(parts.path) if text else str(data_dir / "tokbridge.sqlite3")
            return {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": name,
                "CONN_MAX_AGE": None,
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "timeout": 30,
                    "init_command": (
                        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;"
                        "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728"
                    ),
                },
            }
        if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
            raise WrongSetting("DATABASE_URL", must)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.strip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
        }


def _split(name: str, text: str, must: str) -> SplitResult:
    """The parts of an address; one that has none, or a port that is no number, is refused."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise WrongSetting(name, must) from None
    return parts


def _kept_key(path: Path) -> str:
    """The key in this file, which is made when there is none. Pages and workers may start at the same moment, and the
    machine may lose its power: the file appears once and whole, and stays."""
    try:
        if not path.exists():
            with path.with_suffix(".lock").open("a") as turn:
                fcntl.flock(turn, fcntl.LOCK_EX)
                if not path.exists():
                    _keep(path, secrets.token_urlsafe(48))
        key = path.read_text().strip()
    except OSError as error:
        words = f"is not set, and {path} cannot be read or made by the user that runs this ({error.strerror})"
        raise WrongSetting("SECRET_KEYS", words) from None
    if len(key) < SHORTEST_KEY:
        raise WrongSetting(
            "SECRET_KEYS",
            f"is not set, and the key in {path} has fewer than {SHORTEST_KEY} characters; put the one from the backup"
            " there, or, if nothing is connected yet, remove the file and a key is made",
        )
    return key


def _keep(path: Path, text: str) -> None:
    """On the disk, whole, before it has its name."""
    written = path.with_suffix(".new")
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    written.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
