"""One total deadline per call, against a real socket that does its worst."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tokbridge.core.errors import OutsideError, Retry, Unknown
from tokbridge.core.wire import Request
from tokbridge.sync.deadline import Pool

DEADLINE = 1.0


@contextmanager
def server(serve: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """Answers each connection by `serve` until the test is over."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        while not over.is_set():
            try:
                taken, _ = listener.accept()
            except OSError:
                return
            with taken:
                try:
                    serve(taken, over)
                except OSError:
                    continue

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(20)
        assert not thread.is_alive()


@contextmanager
def pool() -> Iterator[Pool]:
    made = Pool(deadline=DEADLINE)
    try:
        yield made
    finally:
        made.close()


def drip(taken: socket.socket, over: threading.Event) -> None:
    taken.recv(65536)
    taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not over.wait(0.05):
        taken.sendall(b"x")


def silent(taken: socket.socket, over: threading.Event) -> None:
    taken.recv(65536)
    over.wait(20)


def hangs_up(taken: socket.socket, _over: threading.Event) -> None:
    taken.recv(65536)


@pytest.mark.parametrize("serve", [drip, silent, hangs_up])
@pytest.mark.parametrize(("write", "error"), [(True, Unknown), (False, Retry)])
def test_a_call_ends_in_time_and_says_what_is_known(
    serve: Callable[[socket.socket, threading.Event], None], write: bool, error: type[OutsideError]
) -> None:
    with server(serve) as url, pool() as http:
        began = time.monotonic()
        with pytest.raises(error):
            http.send(Request("test", "POST", url, body=b"{}", write=write))
        assert time.monotonic() - began < DEADLINE + 1


@pytest.mark.parametrize("write", [True, False])
def test_refused_means_that_nothing_was_sent(write: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pool() as http, pytest.raises(Retry):
        http.send(Request("test", "POST", f"http://127.0.0.1:{port}/?secret=hush", write=write))


def test_words_carry_no_address() -> None:
    with server(hangs_up) as url, pool() as http, pytest.raises(Unknown) as caught:
        http.send(Request("test", "POST", f"{url}?secret=hush", write=True))
    assert "hush" not in str(caught.value)


def test_a_redirect_is_not_followed_and_names_are_lower_case() -> None:
    def redirect(taken: socket.socket, _over: threading.Event) -> None:
        taken.recv(65536)
        taken.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nX-Name: a\r\nContent-Length: 2\r\n\r\nok"
        )

    with server(redirect) as url, pool() as http:
        answer = http.send(Request("test", "GET", url))
    assert (answer.status, answer.headers["x-name"], answer.body) == (302, "a", b"ok")
