"""Serves sites over HTTP: the platform's API, with faults, and the control API under /_sandbox/."""

import asyncio
import json
import os
import signal
import threading
import traceback
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from tokbridge.sandbox.faults import AFTER, Fault
from tokbridge.sandbox.frame import Site
from tokbridge.sandbox.keep import Keep
from tokbridge.sandbox.wire import Answer, Call, Reject, answer_json

HOST = "127.0.0.1"
TICK_S = 0.05
PREFIX = "/_sandbox/"
MAX_BODY = 32 * 1024 * 1024


@asynccontextmanager
async def serve(sites: list[tuple[int, Site]], keep: Keep) -> AsyncIterator[dict[str, str]]:
    """Serve each (port, site) (0 = any free port) until the block is left; gives the base URLs by platform."""
    runners: list[web.AppRunner] = []
    tasks: list[asyncio.Task[None]] = [_background(keep.run())]
    urls: dict[str, str] = {}
    try:
        for port, site in sites:
            runner = web.AppRunner(_app(site), access_log=None, shutdown_timeout=0.2)
            await runner.setup()
            runners.append(runner)
            await web.TCPSite(runner, HOST, port).start()
            site.base_url = urls[site.platform] = f"http://{HOST}:{runner.addresses[0][1]}"
            tasks.append(_background(site.hooks.run()))
            tasks.append(_background(_ticking(site)))
        yield urls
    finally:
        for runner in runners:
            await runner.cleanup()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        keep.close()


class Running:
    """Sites served from a thread of their own: `with Running(TikTokSite) as sandbox: sandbox.urls["tiktok"]`."""

    def __init__(self, *factories: type[Site], data: Path | None = None) -> None:
        self._factories = factories
        self._data = data
        self._ready = threading.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._main, name="sandbox", daemon=True)
        self.urls: dict[str, str] = {}
        self.sites: dict[str, Site] = {}

    def __enter__(self) -> "Running":
        self._thread.start()
        self._ready.wait()
        if self._failed is not None:
            raise self._failed
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _main(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            self._failed = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        keep = Keep(self._data)
        self.sites = {factory.platform: factory(keep) for factory in self._factories}
        async with serve([(0, site) for site in self.sites.values()], keep) as urls:
            self.urls = urls
            self._ready.set()
            await self._stop.wait()


def _app(site: Site) -> web.Application:
    async def handle(request: web.Request) -> web.StreamResponse:
        path, _, query = request.raw_path.partition("?")
        pairs = tuple(parse_qsl(query, keep_blank_values=True))
        call = Call(request.method, path, pairs, request.headers, await request.read(), query)
        if path.startswith(PREFIX):
            return _response(site, _control(site, call))
        return await _platform(site, call, request)

    app = web.Application(client_max_size=MAX_BODY)
    app.on_response_prepare.append(_without_type)
    app.router.add_route("*", "/{path:.*}", handle)
    return app


async def _without_type(request: web.Request, response: web.StreamResponse) -> None:
    """An answer with the content type "" has no such header; the server would put one in."""
    if not response.headers.get("Content-Type", "-"):
        del response.headers["Content-Type"]


def _background(work: Coroutine[None, None, None]) -> asyncio.Task[None]:
    """A task whose death is told at once on stderr, since nobody awaits it before the end."""
    task = asyncio.create_task(work)
    task.add_done_callback(_tell_death)
    return task


def _tell_death(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        traceback.print_exception(error)


async def _ticking(site: Site) -> None:
    while True:
        await asyncio.sleep(TICK_S)
        site.tick()


def _control(site: Site, call: Call) -> Answer:
    name = unquote(call.path[len(PREFIX) :])
    found = site.controls.find(call.method, name)
    if found is None:
        return answer_json({"error": f"no control {call.method} {name}"}, 404)
    try:
        body = json.loads(call.body) if call.body else {}
        if not isinstance(body, dict):
            raise Reject("the body must be a JSON object")
        return answer_json(found.target(body, found.values))
    except (Reject, ValueError, KeyError, TypeError) as error:
        return answer_json({"error": f"{type(error).__name__}: {error}"}, 400)


async def _platform(site: Site, call: Call, request: web.Request) -> web.StreamResponse:
    operation = site.operation(call)
    site.calls.count(operation)
    delay = site.delay_ms(operation)
    if delay:
        await asyncio.sleep(delay / 1000)
    fault = site.faults.take(operation)
    if fault is None:
        return _response(site, site.answer(call))
    answer = site.answer(call) if fault.kind in AFTER else Answer(fault.status, b"")
    return await _strike(site, fault, call, answer, request)


async def _strike(site: Site, fault: Fault, call: Call, answer: Answer, request: web.Request) -> web.StreamResponse:
    match fault.kind:
        case "http" | "http_after":
            return _response(site, Answer(fault.status, fault.body.encode(), fault.content_type, fault.headers))
        case "error":
            return _response(site, site.error(call, fault.code, fault.message, fault.http))
        case "drip":
            await _drip(site, answer, request, fault.interval)
        case "kill_after_answer":
            response = _response(site, answer)
            await response.prepare(request)
            await response.write_eof()
            os.kill(fault.pid(), signal.SIGKILL)
            return response
        case "kill_after_write":
            os.kill(fault.pid(), signal.SIGKILL)
        case "timeout_before" | "timeout_after":
            await asyncio.sleep(fault.seconds)
    return _cut(request)


async def _drip(site: Site, answer: Answer, request: web.Request, interval: float) -> None:
    """The whole answer, one byte at a time, so that no single read takes long but all of them together do."""
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in _headers(site, answer).items()]
    lines += [f"Content-Length: {len(answer.body)}", "Connection: close", "", ""]
    for byte in "\r\n".join(lines).encode() + answer.body:
        if request.transport is None or request.transport.is_closing():
            return
        request.transport.write(bytes([byte]))
        await asyncio.sleep(interval)


def _cut(request: web.Request) -> web.Response:
    """Cut the connection; the returned response can no longer be sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _headers(site: Site, answer: Answer) -> dict[str, str]:
    return {
        "Date": formatdate(site.now(), usegmt=True),
        "Content-Type": answer.content_type,
        **answer.headers,
    }


def _response(site: Site, answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=answer.body, headers=_headers(site, answer))
