"""The shop: its tables, settings, clock, mail and the texts it makes up."""

import random
import secrets
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tokbridge.sandbox.prestashop.columns import stored
from tokbridge.sandbox.prestashop.database import Database, Store, Table
from tokbridge.sandbox.prestashop.schema import Resource, Row
from tokbridge.sandbox.wire import Json

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HASH_LETTERS = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Shop:
    """Everything behind the webservice."""

    def __init__(
        self,
        settings: Json,
        now: Callable[[], float],
        store: Store,
        load: Callable[[str], dict[str, Any]],
    ) -> None:
        self.settings = settings
        self.now = now
        self.keep = store
        self.db = Database(store, load)
        self.mails: list[Json] = [mail for _, mail in sorted(load("mail").items(), key=lambda item: int(item[0]))]
        self.notes: Json = load("note").get("all", {})
        """Facts beside the tables: last numbers of invoices and delivery slips, last order of the fresh shop."""
        self.unshipped: set[int] = {row["id"] for row in self.table("orders")}
        """Orders that staff may still have to ship."""

    def table(self, name: str) -> Table:
        """A table by its resource."""
        return self.db[name]

    def note(self, name: str, value: object) -> None:
        """Remember a fact beside the tables."""
        self.notes[name] = value
        self.keep("note", "all", self.notes)

    def config(self, name: str, default: str = "") -> str:
        """A setting of the shop (table configurations)."""
        row = self.table("configurations").first(name=name)
        return default if row is None else str(row["value"])

    def number(self, name: str, default: int = 0) -> int:
        """A setting that is a whole number."""
        text = self.config(name)
        return int(text) if text.lstrip("-").isdigit() else default

    def time(self, ago: float = 0) -> str:
        """The shop's local time in whole seconds (reference 1, fact 12)."""
        zone = ZoneInfo(self.config("PS_TIMEZONE", "Europe/Paris"))
        return datetime.fromtimestamp(self.now() - ago, zone).strftime("%Y-%m-%d %H:%M:%S")

    def utc(self, text: str) -> str | None:
        """A local time of the shop as UTC text for the book."""
        if not text or text.startswith("0000"):
            return None
        zone = ZoneInfo(self.config("PS_TIMEZONE", "Europe/Paris"))
        moment = datetime.fromisoformat(text).replace(tzinfo=zone)
        return moment.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")

    def row(self, resource: Resource, values: Row) -> Row:
        """A row as it is saved: every field formatted by its column, names with "_" kept as they are."""
        row: Row = {"id": int(values["id"])}
        for field in resource.fields:
            value = values.get(field.name)
            if field.localised:
                texts = value if isinstance(value, dict) else {}
                row[field.name] = {key: str(texts.get(key, "")) for key in self.languages()}
            else:
                row[field.name] = stored(field.kind, value, field.size)
        return row | {name: value for name, value in values.items() if name.startswith("_")}

    def insert(self, name: str, /, **values: object) -> Row:
        """A new row made by the shop itself."""
        table = self.table(name)
        return table.save(self.row(table.resource, {"id": table.next_id(), **values}))

    def update(self, name: str, row: Row, /, **values: object) -> Row:
        """Change a row: columns are formatted, the rest stays."""
        table = self.table(name)
        for key, value in values.items():
            field = table.resource.by_name.get(key)
            row[key] = value if field is None or field.localised else stored(field.kind, value, field.size)
        return table.save(row)

    def languages(self) -> tuple[str, ...]:
        """Ids of the active languages."""
        return tuple(str(row["id"]) for row in self.table("languages") if row["active"] == "1")

    def mail(self, to: str, subject: str) -> bool:
        """Send a mail; False when the mail server is out of reach (reference 6)."""
        if not self.mail_works():
            return False
        self.mails.append({"to": to, "subject": subject, "at": self.time()})
        self.keep("mail", str(len(self.mails)), self.mails[-1])
        return True

    def mail_works(self) -> bool:
        """Whether mail leaves the shop: the port is the right one and setting mail_server is on."""
        return bool(self.settings["mail_server"]) and self.config("PS_MAIL_SMTP_PORT") == self.settings["mail_port"]

    def alert(self) -> None:
        """Tell the shopkeeper that something went wrong."""
        self.mail(str(self.settings["shop_email"]), "Log: You have a new alert from your store")

    def reference(self) -> str:
        """A new order's reference: nine capital letters."""
        return "".join(random.choices(LETTERS, k=9))

    def secure_key(self) -> str:
        """A new customer's key."""
        return secrets.token_hex(16)

    def hashed(self) -> str:
        """What is kept of a password; the text itself is forgotten."""
        return "$2y$10$" + "".join(random.choices(HASH_LETTERS, k=53))

    def places(self, currency: Row) -> int:
        """Decimals of a currency."""
        return int(currency["precision"])

    def rate(self, currency: Row) -> Decimal:
        """Units of a currency for one of the default currency."""
        return Decimal(currency["conversion_rate"])

    def version(self) -> tuple[int, ...]:
        """The version the shop plays, for comparisons."""
        return tuple(int(part) for part in str(self.settings["version"]).split("."))
