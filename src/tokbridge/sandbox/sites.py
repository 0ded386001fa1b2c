"""The platforms that stand. A new one is one line here."""

from tokbridge.sandbox.frame import Site

SITES: dict[str, type[Site]] = {}
