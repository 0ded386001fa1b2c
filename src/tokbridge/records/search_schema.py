"""Indexes, functions and triggers that Django's models cannot describe: text search, tallies, articles.

They are made after every migration where they are missing, with their content: Django makes a SQLite table anew for
many changes, and its triggers go with the old one. Text is searched by groups of three characters: on SQLite by an
FTS5 table without content of its own, on PostgreSQL by pg_trgm.
"""

from __future__ import annotations

import structlog
from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tokbridge.records import folding

log = structlog.get_logger()

NO_TRIGRAMS = (
    "orders are found by the beginning of names and ids only, since the PostgreSQL extension pg_trgm is missing and "
    "this user may not create it; let an administrator run CREATE EXTENSION pg_trgm in this database, then run "
    "`python -m django migrate`"
)
_NAMES = "seller_sku || ' ' || {0}.product_id || ' ' || {0}.sku_id || ' ' || {0}.product_name || ' ' || {0}.sku_name"


def _words(row: str) -> str:
    """What an article is found by, as SQL over a line."""
    return f"substr(tokbridge_fold({row}.{_NAMES.format(row)}), 1, 400)"


_FILL = (
    "DELETE FROM records_tally",
    "INSERT INTO records_tally (facet, n) SELECT facet, count(*) FROM records_order GROUP BY facet",
    "DELETE FROM records_article",
    "INSERT INTO records_article (product_id, sku_id, words)"
    f" SELECT DISTINCT l.product_id, l.sku_id, {_words('l')} FROM records_line l",
)

_SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS records_order_words USING fts5(ids, buyer, content='', tokenize='trigram')",
    # no index over tokbridge_fold: VACUUM INTO, run by whoever makes a backup, does not know that function
    "CREATE INDEX IF NOT EXISTS order_customer_begins ON records_order (customer COLLATE NOCASE)",
    "CREATE INDEX IF NOT EXISTS order_store_number ON records_order (store_number) WHERE store_number IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS line_tracking ON records_line (tracking_number) WHERE tracking_number > ''",
    "CREATE INDEX IF NOT EXISTS parcel_number ON records_parcel (number_key)",
)
_FORGET = (
    "INSERT INTO records_order_words (records_order_words, rowid, ids, buyer)"
    " VALUES ('delete', OLD.id, OLD.tiktok_id, tokbridge_fold(OLD.customer))"
)
_LEARN = (
    "INSERT INTO records_order_words (rowid, ids, buyer) VALUES (NEW.id, NEW.tiktok_id, tokbridge_fold(NEW.customer))"
)
_LESS = "UPDATE records_tally SET n = n - 1 WHERE facet = OLD.facet"
_MORE = (
    "INSERT INTO records_tally (facet, n) SELECT NEW.facet, 0"
    " WHERE NOT EXISTS (SELECT 1 FROM records_tally WHERE facet = NEW.facet);"
    " UPDATE records_tally SET n = n + 1 WHERE facet = NEW.facet"
)
_NAMED = (  # not OR IGNORE: an upsert that sets a trigger off puts its own way with conflicts in that place
    "INSERT INTO records_article (product_id, sku_id, words)"
    f" SELECT NEW.product_id, NEW.sku_id, {_words('NEW')} WHERE NOT EXISTS (SELECT 1 FROM records_article a"
    f" WHERE a.sku_id = NEW.sku_id AND a.product_id = NEW.product_id AND a.words = {_words('NEW')})"
)
_RENAMED = " OR ".join(
    f"NEW.{name} IS NOT OLD.{name}" for name in ("product_id", "sku_id", "seller_sku", "product_name", "sku_name")
)
_SQLITE_TRIGGERS = {
    "tokbridge_order_new": f"AFTER INSERT ON records_order BEGIN {_LEARN}; {_MORE}; END",
    "tokbridge_order_gone": f"AFTER DELETE ON records_order BEGIN {_FORGET}; {_LESS}; END",
    "tokbridge_order_renamed": (
        "AFTER UPDATE OF customer, tiktok_id ON records_order"
        " WHEN NEW.customer IS NOT OLD.customer OR NEW.tiktok_id IS NOT OLD.tiktok_id"
        f" BEGIN {_FORGET}; {_LEARN}; END"
    ),
    "tokbridge_order_moved": (
        f"AFTER UPDATE ON records_order WHEN NEW.facet IS NOT OLD.facet BEGIN {_LESS}; {_MORE}; END"
    ),
    "tokbridge_line_new": f"AFTER INSERT ON records_line BEGIN {_NAMED}; END",
    "tokbridge_line_renamed": (
        "AFTER UPDATE OF product_id, sku_id, seller_sku, product_name, sku_name ON records_line"
        f" WHEN {_RENAMED} BEGIN {_NAMED}; END"
    ),
}
_SQLITE_FILL = (
    "INSERT INTO records_order_words (records_order_words) VALUES ('delete-all')",
    "INSERT INTO records_order_words (rowid, ids, buyer) SELECT id, tiktok_id, tokbridge_fold(customer)"
    " FROM records_order",
)

_POSTGRESQL = (
    "CREATE INDEX IF NOT EXISTS order_customer_folded ON records_order (tokbridge_fold(customer) text_pattern_ops)",
    "CREATE INDEX IF NOT EXISTS order_store_number ON records_order (store_number text_pattern_ops)"
    " WHERE store_number IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS line_tracking ON records_line (tracking_number text_pattern_ops)"
    " WHERE tracking_number > ''",
    "CREATE INDEX IF NOT EXISTS parcel_number ON records_parcel (number_key text_pattern_ops)",
    """
    CREATE OR REPLACE FUNCTION tokbridge_tally() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP <> 'INSERT' THEN INSERT INTO records_tally (facet, n) VALUES (OLD.facet, -1); END IF;
      IF TG_OP <> 'DELETE' THEN INSERT INTO records_tally (facet, n) VALUES (NEW.facet, 1); END IF;
      RETURN NULL;
    END $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION tokbridge_article() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE named text := {_words("NEW")};
    BEGIN
      IF NOT EXISTS (
        SELECT 1 FROM records_article a
        WHERE a.sku_id = NEW.sku_id AND a.product_id = NEW.product_id AND a.words = named
      ) THEN
        INSERT INTO records_article (product_id, sku_id, words) VALUES (NEW.product_id, NEW.sku_id, named)
        ON CONFLICT DO NOTHING;
      END IF;
      RETURN NULL;
    END $$
    """,
)
_POSTGRESQL_TRIGGERS = {
    "tokbridge_order_counted": (
        "AFTER INSERT OR DELETE ON records_order FOR EACH ROW EXECUTE FUNCTION tokbridge_tally()"
    ),
    "tokbridge_order_moved": (
        "AFTER UPDATE ON records_order FOR EACH ROW"
        " WHEN (NEW.facet IS DISTINCT FROM OLD.facet) EXECUTE FUNCTION tokbridge_tally()"
    ),
    "tokbridge_line_new": "AFTER INSERT ON records_line FOR EACH ROW EXECUTE FUNCTION tokbridge_article()",
    "tokbridge_line_renamed": (
        "AFTER UPDATE OF product_id, sku_id, seller_sku, product_name, sku_name ON records_line FOR EACH ROW"
        f" WHEN ({_RENAMED.replace('IS NOT', 'IS DISTINCT FROM')}) EXECUTE FUNCTION tokbridge_article()"
    ),
}
_TRIGRAM_INDEXES = (
    "CREATE INDEX IF NOT EXISTS order_ids_trigrams ON records_order USING gin (tiktok_id gin_trgm_ops)",
    "CREATE INDEX IF NOT EXISTS order_buyer_trigrams ON records_order"
    " USING gin (tokbridge_fold(customer) gin_trgm_ops)",
)


def complete(connection: BaseDatabaseWrapper) -> None:
    """Make what is missing. Does nothing while the tables themselves are not there, or when all is complete."""
    tables = connection.introspection.table_names()
    if not {"records_tally", "records_article"} <= set(tables):
        return
    if connection.vendor == "sqlite":
        _complete_sqlite(connection)
    elif connection.vendor == "postgresql":
        _complete_postgresql(connection)


def has_trigrams(connection: BaseDatabaseWrapper) -> bool:
    """Whether middles of names and ids can be found, and not only beginnings."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('order_buyer_trigrams') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def _complete_sqlite(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'index')")
        found = dict(cursor.fetchall())
    triggers = {name: f"CREATE TRIGGER {name} {body}" for name, body in _SQLITE_TRIGGERS.items()}
    indexes = {"order_customer_begins", "order_store_number", "line_tracking", "parcel_number"}
    current = all(found.get(name) == text for name, text in triggers.items())
    if current and indexes <= found.keys():
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in _SQLITE:
            cursor.execute(statement)
        if current:
            return
        for name, text in triggers.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(text)
        if triggers.keys() <= found.keys():
            return  # another version's: they missed nothing
        for statement in (*_FILL, *_SQLITE_FILL):
            cursor.execute(statement)


def _complete_postgresql(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'records_order'::regclass")
        found = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'records_line'::regclass")
        found |= {name for (name,) in cursor.fetchall()}
    if not found >= _POSTGRESQL_TRIGGERS.keys():
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(folding.POSTGRESQL)
            for statement in _POSTGRESQL:
                cursor.execute(statement)
            for name, body in _POSTGRESQL_TRIGGERS.items():
                cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {body}")
            for statement in _FILL:
                cursor.execute(statement)
    if not has_trigrams(connection):
        _add_trigrams(connection)


def _add_trigrams(connection: BaseDatabaseWrapper) -> None:
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            for statement in _TRIGRAM_INDEXES:
                cursor.execute(statement)
    except DatabaseError as error:
        log.warning(NO_TRIGRAMS, why=str(error).strip())
