"""Processes of the measured installation, from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tokbridge.cli.demo.cases import Json
from tokbridge.cli.supervisor import die_with_parent


class Child:
    """A running `inside`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def hear(self) -> Json:
        """Its next line. Raises RuntimeError when it ended instead; its own words are on standard error."""
        assert self._process.stdout is not None  # noqa: S101 - asked for below
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the measured process ended")
        told: Json = json.loads(line)
        return told

    def ask(self) -> Json:
        """Tell it to go on, hear what it says."""
        assert self._process.stdin is not None  # noqa: S101 - asked for below
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self.hear()


@contextmanager
def inside(what: str, environment: Mapping[str, str]) -> Iterator[Child]:
    """Run a function of `inside`; it ends with the block at the latest."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "tokbridge.cli.bench.inside", what],
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - one call into libc, no lock is taken
    )
    try:
        yield Child(process)
    finally:
        process.terminate()
        process.wait(timeout=20)


def cpu_of(pid: int) -> float:
    """CPU seconds (user and system) that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mb_of(pid: int) -> float:
    """The largest resident set a process ever had, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the system does not tell a process's peak memory")
