"""A server that is far away: a proxy in front of one that is here, which takes its time with every answer."""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


class FarServer:
    """An address that leads to a server, each answer of which takes `delay` seconds more; `trips` counts them.

    A trip is what a client has to wait for before it sends again: however much goes one way, it counts once.
    """

    def __init__(self, url: str, delay: float) -> None:
        there = urlsplit(url)
        self._there, self._delay = (there.hostname or "", there.port or 7687), delay
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"{there.scheme}://127.0.0.1:{self._listening.getsockname()[1]}"
        self.trips = 0
        self._open: list[socket.socket] = [self._listening]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for one in self._open:
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(self._there)
            self._open += [client, server]
            answered = threading.Event()
            answered.set()
            waiting: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
            for work, given in (
                (self._send, (client, server, answered)),
                (self._receive, (server, waiting)),
                (self._answer, (client, waiting, answered)),
            ):
                threading.Thread(target=work, args=given, daemon=True).start()

    def _send(self, client: socket.socket, server: socket.socket, answered: threading.Event) -> None:
        """Pass on what the client says."""
        try:
            while data := client.recv(65_536):
                if answered.is_set():
                    answered.clear()
                    self.trips += 1
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _receive(self, server: socket.socket, waiting: queue.SimpleQueue[tuple[float, bytes]]) -> None:
        data = b"."
        while data:
            try:
                data = server.recv(65_536)
            except OSError:
                data = b""
            waiting.put((time.monotonic() + self._delay, data))

    def _answer(
        self, client: socket.socket, waiting: queue.SimpleQueue[tuple[float, bytes]], answered: threading.Event
    ) -> None:
        """Pass on what the server says, each part as much later as it came."""
        try:
            while True:
                when, data = waiting.get()
                time.sleep(max(0.0, when - time.monotonic()))
                if not data:
                    client.shutdown(socket.SHUT_WR)
                    return
                answered.set()
                client.sendall(data)
        except OSError:
            pass


@contextmanager
def far_server(url: str, delay: float) -> Iterator[FarServer]:
    """Put a server far away for a while."""
    far = FarServer(url, delay)
    try:
        yield far
    finally:
        far.close()
