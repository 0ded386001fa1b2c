"""`tokbridge …`: the command line."""

from __future__ import annotations

import os
import sys
import tempfile

import typer

from tokbridge import __version__

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)


@app.callback(invoke_without_command=True)
def _version(version: bool = typer.Option(False, "--version", help="Print the version.")) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


def run() -> None:
    """Entry point: settings first, so that a wrong one is refused with its name before anything else happens."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tokbridge.project.settings")
    if sys.argv[1:2] == ["demo"]:  # its own folder: the proof's is thrown away, the show's continues
        own = tempfile.mkdtemp(prefix="tokbridge-demo-") if "--headless" in sys.argv else "var/demo"
        os.environ.setdefault("TOKBRIDGE_DATA_DIR", own)
    from tokbridge.cli.start import BadSetting, load  # noqa: PLC0415 - imports Django's settings

    try:
        load(app)
    except BadSetting as error:
        typer.secho(f"Wrong setting. {error}", fg=typer.colors.RED, err=True)
        sys.exit(2)
    app()


if __name__ == "__main__":
    run()
