"""`serve`, `web` and `worker`: the processes of an installation."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import structlog
import typer
from django.conf import settings
from django.core.management import call_command

from tokbridge.cli.supervisor import Supervisor
from tokbridge.cli.turns import own_turn
from tokbridge.core.errors import OutsideError
from tokbridge.sync.lease import free_leases_of
from tokbridge.sync.queue import huey
from tokbridge.sync.rounds import Rounds
from tokbridge.sync.runs import free_runs_of
from tokbridge.sync.setup import connect_from_settings

SHUTDOWN = 45  # seconds a stopping worker may use to finish what it has begun

log = structlog.get_logger()


def add_commands(app: typer.Typer) -> None:
    app.command()(serve)
    app.command()(web)
    app.command()(worker)


def serve(port: int = typer.Option(0, help="Port of the pages; 0 = the one in TOKBRIDGE_PUBLIC_URL.")) -> None:
    """Run everything on this machine: the pages and one worker. Both are started again when they die."""
    prepare()
    supervisor = Supervisor()
    supervisor.start("web", [sys.executable, "-m", "tokbridge.cli.main", "web", "--port", str(port)])
    supervisor.start("worker", [sys.executable, "-m", "tokbridge.cli.main", "worker"])
    raise typer.Exit(supervisor.run_until_stopped())


def prepare() -> None:
    """Bring the tables up to date and make the connections that the settings name."""
    with own_turn():
        call_command("migrate", verbosity=0, interactive=False)
        try:
            connect_from_settings()
        except OutsideError as error:
            log.warning("a connection could not be made; the others go on", code=error.code, words=error.words)


def web(
    port: int = typer.Option(0, help="Port; 0 = the one in TOKBRIDGE_PUBLIC_URL, else 8000."),
    host: str = typer.Option("127.0.0.1", help="Address to listen on; put a TLS proxy before any other than this."),
) -> None:
    """Run the pages and take webhooks."""
    from granian import Granian  # noqa: PLC0415 - only this process needs it
    from granian.constants import Interfaces  # noqa: PLC0415 - only the web process needs it

    Granian(
        "tokbridge.project.wsgi:application",
        address=host,
        port=port or urlsplit(settings.PUBLIC_URL).port or 8000,
        interface=Interfaces.WSGI,
        blocking_threads=8,
        log_access=False,
        respawn_failed_workers=True,
    ).serve()


def worker() -> None:
    """Carry orders. Several may run, each under its own TOKBRIDGE_WORKER_NAME."""
    lock = _only_one(settings.WORKER_NAME)
    prepare()
    freed = free_leases_of(settings.WORKER_NAME)
    free_runs_of(settings.WORKER_NAME)
    log.info("worker starts", name=settings.WORKER_NAME, threads=settings.WORKER_THREADS, resumed=freed)
    rounds = Rounds()
    rounds.start()
    consumer = huey.create_consumer(
        workers=settings.WORKER_THREADS,
        worker_type="thread",
        initial_delay=0.1,
        max_delay=0.25,
        periodic=False,
        check_worker_health=True,
        shutdown_timeout=SHUTDOWN,
        graceful_signal="TERM",
    )
    try:
        consumer.run()
    finally:
        rounds.stop()
        lock.close()
    log.info("worker stopped", name=settings.WORKER_NAME)


def _only_one(name: str) -> _Lock:
    """Two workers of one name would free each other's leases."""
    path = settings.DATA_DIR / f"worker-{name}.lock"
    give_up = time.monotonic() + 5
    while True:
        try:
            return _Lock(path)
        except BlockingIOError:
            if time.monotonic() > give_up:
                typer.secho(f"A worker named {name} is running. Set another TOKBRIDGE_WORKER_NAME.", err=True)
                raise typer.Exit(2) from None
            time.sleep(0.2)


class _Lock:
    """An exclusive file lock that also names the process that holds it; it ends with the process, however that ends."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def close(self) -> None:
        self._file.close()
