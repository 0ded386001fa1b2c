"""A database that lives as long as one measurement."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tokbridge.project.environment import Environment


def kind() -> str:
    return "postgresql" if _server() else "sqlite"


@contextmanager
def scratch_database() -> Iterator[str]:
    """The address of an empty database, "" for SQLite in the data folder. Where TOKBRIDGE_DATABASE_URL names a
    PostgreSQL database, one more is made on its server and dropped afterwards; the named one is not touched."""
    server = _server()
    if not server:
        yield ""
        return
    name = f"tokbridge_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _server() -> str:
    address = Environment().text("DATABASE_URL")
    return address if address.startswith("postgres") else ""
