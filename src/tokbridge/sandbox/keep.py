"""The sandbox's own memory on disk: JSON documents, written behind, changed ones only."""

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

from tokbridge.sandbox.wire import dump

WRITE_EVERY_S = 0.5
WRITE_AT_ONCE = 200


class Keep:
    """Documents by (site, kind, id) in one SQLite file; without a path nothing is kept.

    `put` only remembers the object; it is dumped when written, so several changes within half a second cost one write.
    """

    def __init__(self, path: Path | None) -> None:
        self._waiting: dict[tuple[str, str, str], object] = {}
        self._db: sqlite3.Connection | None = None
        if path is not None:
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS document"
                " (site TEXT, kind TEXT, id TEXT, body TEXT, PRIMARY KEY (site, kind, id)) WITHOUT ROWID"
            )

    def put(self, site: str, kind: str, key: str, document: object) -> None:
        """Have a document written soon; None deletes it."""
        if self._db is not None:
            self._waiting[(site, kind, key)] = document

    def load(self, site: str, kind: str) -> dict[str, Any]:
        """All documents of a kind, by id, in order of id."""
        if self._db is None:
            return {}
        rows = self._db.execute("SELECT id, body FROM document WHERE site = ? AND kind = ? ORDER BY id", (site, kind))
        return {key: json.loads(body) for key, body in rows}

    async def run(self) -> None:
        """Write behind until cancelled."""
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            while self._waiting:
                # Written here and not in a thread: a thread's work could be lost or overtaken when the loop ends.
                self._write(self._take())
                await asyncio.sleep(0)

    def close(self) -> None:
        """Write what is waiting and close the file."""
        while self._waiting:
            self._write(self._take())
        if self._db is not None:
            self._db.close()
            self._db = None

    def _take(self) -> list[tuple[str, str, str, str | None]]:
        keys = list(self._waiting)[:WRITE_AT_ONCE]
        rows: list[tuple[str, str, str, str | None]] = []
        for key in keys:
            document = self._waiting.pop(key)
            rows.append((*key, None if document is None else dump(document).decode()))
        return rows

    def _write(self, rows: list[tuple[str, str, str, str | None]]) -> None:
        if self._db is None:
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("DELETE FROM document WHERE site = ? AND kind = ? AND id = ?", [row[:3] for row in rows])
        self._db.executemany("INSERT INTO document VALUES (?, ?, ?, ?)", [row for row in rows if row[3] is not None])
        self._db.execute("COMMIT")
