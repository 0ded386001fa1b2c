"""`authorise`: let Tokbridge into a TikTok shop."""

from __future__ import annotations

from typing import Annotated

import typer

from tokbridge.cli.show import desk, err, out
from tokbridge.sync.consent import consent_page, give_consent

NEXT = "Open this page, agree, and copy the code= from the address it leads to. Then: tokbridge authorise CODE"
Code = Annotated[str, typer.Argument(help="What TikTok's page sent back as code=; valid once, for 30 minutes.")]


def add_commands(app: typer.Typer) -> None:
    app.command()(authorise)


def authorise(code: Code = "") -> None:
    """Let Tokbridge into your TikTok shop. Without a code: print the page on which you agree."""
    with desk():
        if not code:
            page = consent_page()
            err().print(NEXT)
            typer.echo(page)
            return
        for account in give_consent(code):
            out().print(f"connected: {account.name} ({account.shop_id}, {account.region})")
