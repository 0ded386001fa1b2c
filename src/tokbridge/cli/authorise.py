"""`authorise`: let Tokbridge into a TikTok shop."""

from __future__ import annotations

from typing import Annotated

import typer

from tokbridge.cli.show import desk, err, out
from tokbridge.sync.consent import consent_page, give_consent


def add_commands(app: typer.Typer) -> None:
    app.command()(authorise)


def authorise(
    code: Annotated[
        str, typer.Argument(help="The code that TikTok's page sent back; valid once, for 30 minutes.")
    ] = "",
) -> None:
    """Let Tokbridge into your TikTok shop. Without a code: print the page on which you agree."""
    with desk():
        if not code:
            err().print(
                "Open this page, agree, and copy the code= from the address it leads to. Then: tokbridge authorise CODE"
            )
            typer.echo(consent_page())
            return
        for account in give_consent(code):
            out().print(f"connected: {account.name} ({account.shop_id}, {account.region})")
