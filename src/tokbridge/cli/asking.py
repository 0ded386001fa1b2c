"""More of the order desk on the command line: `recreate`, `cancel`, `accept`, `decline`, `archive`, `restore`."""

from __future__ import annotations

from typing import Annotated, get_args

import typer

from tokbridge.cli.orders import Ids, Json, NoWait, finish
from tokbridge.cli.show import desk
from tokbridge.sync import desk as order_desk
from tokbridge.tiktok.cancelling import PlainReason


def add_commands(app: typer.Typer) -> None:
    for command in (recreate, cancel, accept, decline, archive, restore):
        app.command()(command)


def cancel(
    keys: Ids,
    reason: Annotated[
        str, typer.Option(help="Why: " + ", ".join(get_args(PlainReason)) + ". Default: the channel's.")
    ] = "",
    no_wait: NoWait = False,
    json: Json = False,
) -> None:
    """Cancel these orders on TikTok, and with that in the store."""
    _ask(keys, "cancel", reason=reason, no_wait=no_wait, json=json)


def accept(keys: Ids, no_wait: NoWait = False, json: Json = False) -> None:
    """Accept the buyer's request to cancel: the order is cancelled."""
    _ask(keys, "accept", no_wait=no_wait, json=json)


def decline(
    keys: Ids,
    reason: Annotated[
        str, typer.Option(help="One of TikTok's reasons, by name or text. Default: the only one it takes.")
    ] = "",
    no_wait: NoWait = False,
    json: Json = False,
) -> None:
    """Decline the buyer's request to cancel: the order goes on."""
    _ask(keys, "decline", reason=reason, no_wait=no_wait, json=json)


def recreate(keys: Ids, no_wait: NoWait = False, json: Json = False) -> None:
    """Create these orders anew: their store orders must be cancelled or deleted, which the store is asked for first."""
    _ask(keys, "recreate", no_wait=no_wait, json=json)


def archive(keys: Ids, no_wait: NoWait = False, json: Json = False) -> None:
    """Put these orders away: Tokbridge no longer works on them, and reading them again does not double them."""
    _ask(keys, "archive", no_wait=no_wait, json=json)


def restore(keys: Ids, no_wait: NoWait = False, json: Json = False) -> None:
    """Take these orders back from the archive."""
    _ask(keys, "restore", no_wait=no_wait, json=json)


def _ask(keys: list[str], verb: str, *, no_wait: bool, json: bool, reason: str = "") -> None:
    with desk():
        found = order_desk.find(keys)
        finish(order_desk.instruct([row.pk for row in found], verb, reason=reason), no_wait=no_wait, json=json)
