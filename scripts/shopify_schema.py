"""Fetch Shopify's published schema files once and print the directory that holds them.

The files ship in the npm package @shopify/dev-mcp (ISC licence). Only its data is read; the package is never run.
SHOPIFY_SCHEMA_DIR names the directory, else it lies in the user's cache. Needs npm only the first time.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@shopify/dev-mcp@1.16.0"
SHA256 = "4663c79229028e98f825a09d5f04ec6c3736331b740ce50260f9ffac10709474"  # of the archive that was examined
VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")


def directory() -> Path:
    """Where the files lie, or will lie."""
    given = os.environ.get("SHOPIFY_SCHEMA_DIR")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(given) if given else cache / "tokbridge" / "shopify-schema-1.16.0"


def file_of(version: str) -> Path:
    """The introspection of one API version: gzip JSON, `data.__schema`."""
    return directory() / f"admin_{version}.json.gz"


def present() -> bool:
    """Whether nothing needs fetching."""
    return all(file_of(version).exists() for version in VERSIONS)


def fetch() -> Path:
    """Have the files; gives their directory.

    Raises:
        RuntimeError: they are not here and npm cannot get them.
    """
    if present():
        return directory()
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("npm is not installed")
    target = directory()
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        done = subprocess.run(  # noqa: S603 - a fixed command
            [npm, "pack", PACKAGE, "--silent", "--ignore-scripts"],
            cwd=work,
            capture_output=True,
            text=True,
            check=False,
        )
        packed = next(Path(work).glob("*.tgz"), None)
        if done.returncode or packed is None:
            raise RuntimeError(f"npm pack failed: {done.stderr.strip()[-300:]}")
        if hashlib.sha256(packed.read_bytes()).hexdigest() != SHA256:
            raise RuntimeError(f"{PACKAGE} is not the archive that was examined")
        with tarfile.open(packed) as archive:
            for version in VERSIONS:
                inner = archive.extractfile(f"package/dist/data/admin_{version}.json.gz")
                if inner is None:
                    raise RuntimeError(f"the package holds no schema of {version}")
                part = target / f"{version}.{os.getpid()}.part"
                part.write_bytes(inner.read())
                part.replace(file_of(version))
    return target


def main() -> None:
    """Print the directory."""
    try:
        print(fetch())
    except RuntimeError as error:
        sys.exit(f"Shopify's schema is not available: {error}")


if __name__ == "__main__":
    main()
