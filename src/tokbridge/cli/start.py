"""Loading Django, logging and the commands."""

from __future__ import annotations

import logging
import sys

import django
import structlog
import typer
from django.conf import settings

from tokbridge.project.environment import WrongSetting


class BadSetting(Exception):
    """The words of a `WrongSetting`, wherever it was found."""


def load(app: typer.Typer) -> None:
    """Set up Django and add all commands to `app`."""
    try:
        django.setup()
    except WrongSetting as error:
        raise BadSetting(str(error)) from error
    _logging()
    from tokbridge.cli import (  # noqa: PLC0415 - need Django's models
        asking,
        authorise,
        bench,
        check,
        demo,
        fetch,
        link,
        orders,
        processes,
        products,
        sandbox,
    )

    for module in (processes, check, authorise, fetch, orders, asking, link, products, sandbox, demo, bench):
        module.add_commands(app)


def _logging() -> None:
    """One line per event on standard error; never a body, a secret or a buyer's data."""
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if settings.LOG_FORMAT == "json"
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)  # no local variables
    )
    logging.basicConfig(level=settings.LOG_LEVEL, format="%(levelname)s %(name)s: %(message)s")
    for noisy in ("huey", "httpcore2", "granian.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.format_exc_info] if settings.LOG_FORMAT == "json" else []),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, settings.LOG_LEVEL)),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
