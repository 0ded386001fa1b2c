"""Shopify's search syntax: values are always quoted, since an unquoted one is misread without an error."""

from __future__ import annotations


def quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
