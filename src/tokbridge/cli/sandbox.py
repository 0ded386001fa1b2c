"""`sandbox`: the built-in TikTok Shop and stores as local servers."""

from __future__ import annotations

import runpy
import sys

import typer


def add_commands(app: typer.Typer) -> None:
    app.command(
        "sandbox",
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
        help="Run the built-in sandbox servers (see docs/sandbox.md for its options).",
    )(_sandbox)


def _sandbox(context: typer.Context) -> None:
    sys.argv = ["tokbridge sandbox", *context.args]
    runpy.run_module("tokbridge.sandbox", run_name="__main__")
