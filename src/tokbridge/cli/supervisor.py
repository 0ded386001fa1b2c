"""Keeps child processes running until told to stop; then stops them in order and waits for them."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import structlog

PATIENCE = 50.0  # seconds a child may take to stop before it is killed

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1

log = structlog.get_logger()


def die_with_parent() -> None:
    """For a child, before it becomes what it shall be: however its parent ends, it is asked to stop, so that a second
    start finds ports and names free. Linux only; elsewhere a killed parent leaves its children to the operator."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Children run in process groups of their own, so that Ctrl-C reaches them only through here."""

    def __init__(self) -> None:
        self._commands: dict[str, tuple[Sequence[str], Mapping[str, str] | None, Path | None]] = {}
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.deaths: dict[str, int] = {}

    def start(
        self, name: str, command: Sequence[str], env: Mapping[str, str] | None = None, output: Path | None = None
    ) -> None:
        with self._lock:
            self._commands[name] = (command, env, output)
            self._spawn(name)

    def pid(self, name: str) -> int:
        with self._lock:
            return self._children[name].pid

    def _spawn(self, name: str) -> None:
        command, env, output = self._commands[name]
        stream = output.open("ab") if output else None
        try:
            self._children[name] = subprocess.Popen(  # noqa: S603 - our own commands
                command,
                env=dict(env) if env is not None else None,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - one call into libc, no lock is taken
            )
        finally:
            if stream is not None:
                stream.close()

    def check(self) -> None:
        """Start again whatever has died."""
        with self._lock:
            for name, child in self._children.items():
                code = child.poll()
                if code is not None and not self._stop.is_set():
                    self.deaths[name] = self.deaths.get(name, 0) + 1
                    log.warning("a process ended and is started again", name=name, code=code)
                    if self.deaths[name] > 3 and code > 0:
                        time.sleep(1)
                    self._spawn(name)

    def run_until_stopped(self, turn: Callable[[], None] = lambda: None) -> int:
        """Watch the children until Ctrl-C or TERM, calling `turn` a few times a second; returns the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._stop.set())
        while not self._stop.wait(0.3):
            self.check()
            turn()
        self.stop()
        return 0

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def stop(self) -> None:
        """Ask all to stop, wait, then insist."""
        self._stop.set()
        with self._lock:
            for child in self._children.values():
                if child.poll() is None:
                    child.terminate()
            give_up = time.monotonic() + PATIENCE
            for name, child in self._children.items():
                try:
                    child.wait(max(0.1, give_up - time.monotonic()))
                except subprocess.TimeoutExpired:
                    log.warning("a process did not stop in time and is killed", name=name)
                    child.kill()
                    child.wait()
