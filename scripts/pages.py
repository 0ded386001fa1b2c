"""Every page that a person can open, by the name of its address: what the pictures are taken of and the rules are tried
on. A new address without anything to fill in is a page by itself; any other is named here, or it fails the tests."""

from __future__ import annotations

from django.urls import URLPattern, reverse

from tokbridge.web.urls import urlpatterns

# Parts of pages, which a page asks for by itself.
PARTS = frozenset({"orders-live", "overview-live", "runs-active", "run-live"})
# What is no page: parts of pages, files, things that are only sent, and what machines ask.
NO_PAGES = PARTS | {
    "orders-csv", "orders-xlsx", "orders-columns", "orders-views", "orders-view-delete", "run-stop", "run-again",
    "problems-replay", "problems-dismiss", "problems-recall", "connection-try", "carriers-refresh", "carriers-save",
    "links-export", "links-import", "link-end", "logout", "healthz", "order-again", "note-add", "note-delete", "picture",
    "order-record", "run-csv", "products-read", "ship-template", "ship-table-wrong",
}  # fmt: skip
# What must be filled in: {order} blocked, {ship} to be shipped, {table} of parcels, {run}, {group} of problems, {product}, each
# as addresses write it.
FILLED = {
    "order": "/orders/{order}/",
    "order-actions": "/orders/{order}/actions/",
    "act": "/act/reject/?order={order}&order={ship}",
    "act-ship": "/act/ship/?order={ship}",
    "ship-table": "/act/ship/tables/{table}/",
    "run": "/runs/{run}/",
    "problem-group": "/problems/group/?{group}",
    "problem-cause": "/problems/cause/?{group}",
    "product": "/products/{product}/",
}


def pages() -> dict[str, str]:
    """Name -> address. Raises `KeyError` with the name of an address that nobody said how to fill in."""
    found = {}
    for one in urlpatterns:
        if not isinstance(one, URLPattern) or one.name is None or one.name in NO_PAGES:
            continue
        if one.name in FILLED:
            found[one.name] = FILLED[one.name]
        elif one.pattern.converters:
            raise KeyError(f"{one.name}: say in scripts/pages.py how its address is filled in, or that it is no page")
        else:
            found[one.name] = reverse(one.name)
    return found
