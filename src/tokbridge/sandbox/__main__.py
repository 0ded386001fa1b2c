"""`python -m tokbridge.sandbox --tiktok-port N … --data FILE`: prints the URLs as one JSON line, stops on a signal."""

import argparse
import asyncio
import json
import signal
from pathlib import Path

from tokbridge.sandbox.keep import Keep
from tokbridge.sandbox.server import serve
from tokbridge.sandbox.sites import SITES


async def main(ports: dict[str, int], data: Path | None) -> None:
    """Serve the platforms named in `ports` until SIGINT or SIGTERM; without `data` nothing outlives the process."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    keep = Keep(data)
    async with serve([(port, SITES[name](keep)) for name, port in ports.items()], keep) as urls:
        print(json.dumps(urls), flush=True)
        await stop.wait()


def run() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="tokbridge.sandbox")
    for name in SITES:
        parser.add_argument(f"--{name}-port", type=int, help=f"serve {name} here (0 = any free port)")
    parser.add_argument("--data", type=Path, help="SQLite file to continue from")
    wanted = vars(parser.parse_args())
    data = wanted.pop("data")
    ports = {key.removesuffix("_port"): port for key, port in wanted.items() if port is not None}
    if not ports:
        parser.error("name at least one port")
    asyncio.run(main(ports, data))


if __name__ == "__main__":
    run()
