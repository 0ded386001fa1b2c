"""What people call the accounts and the stores. Most pages ask for both, so it is plain SQL made once (ADR 6)."""

from __future__ import annotations

from tokbridge.records.fragments import rows


def accounts() -> dict[int, str]:
    """Names of TikTok Shop accounts by their ids, in the order of the names."""
    return dict(rows("SELECT id, name FROM records_account ORDER BY name", []))


def stores() -> dict[int, str]:
    """Names of stores, which are those of their connections, by the stores' ids, in the order of the names."""
    return dict(
        rows(
            "SELECT s.id, c.name FROM records_store s JOIN records_connection c ON c.id = s.connection_id ORDER BY c.name",
            [],
        )
    )
