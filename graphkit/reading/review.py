"""The page of review, served to this machine alone: one process, a token that opens once, the policy of the views.

The server listens on the loopback address. Its address holds a token that is good for one opening and leaves a
cookie; every request must carry that cookie and name this host, every change must come from this page.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import secrets
import threading
import webbrowser
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any

from graphkit.errors import GraphkitError, InvalidValue
from graphkit.ontology import RELATIONS
from graphkit.reading.session import Session

_MAX_BODY = 1 << 20
_SCRIPTS = ("words.js", "article.js", "card.js", "edit.js", "keys.js")
_UNSAFE = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
_COOKIE = "graphkit_review"


class Server(ThreadingHTTPServer):
    """The server of one session of review; `token` opens the page once."""

    daemon_threads = True

    def __init__(self, session: Session, port: int = 0, language: str = "en") -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.session = session
        self.lock = threading.Lock()
        self.token = secrets.token_urlsafe(32)
        self.opened = False
        self.cookie = secrets.token_urlsafe(32)
        self.page, self.policy = render_page(language)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/open?token={self.token}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away."""


def serve_review(session: Session, *, port: int, browser: bool, language: str, tell: Callable[[str], object]) -> None:
    """Serve the page until Ctrl-C."""
    try:
        server = Server(session, port, language)
    except OSError as error:
        raise InvalidValue(f"port {port}: {error.strerror}; give another --port") from None
    tell(f"review: {server.url}")
    tell("the address opens once; Ctrl-C ends the review, nothing is lost")
    if browser:
        webbrowser.open(server.url)
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        tell(session.say_state())
    finally:
        server.server_close()


def render_page(language: str) -> tuple[bytes, str]:
    """Return the page and its policy; the data of the cards comes later, as JSON."""
    assets = resources.files("graphkit.reading") / "assets"
    style = (assets / "review.css").read_text("utf-8")
    script = "".join((assets / name).read_text("utf-8") for name in _SCRIPTS)
    words: dict[str, str] = json.loads((assets / f"words.{language}.json").read_text("utf-8"))
    words |= {f"relation.{name}": relation.phrase for name, relation in RELATIONS.items()}
    block = json.dumps(words, ensure_ascii=False, sort_keys=True).translate(_UNSAFE)
    page = (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(words['title'])}</title>"
        f'<style>{style}</style></head><body><main id="app"></main><p id="live" role="status" aria-live="polite"></p>'
        f'<script type="application/json" id="words">{block}</script><script>{script}</script></body></html>\n'
    )
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {_pin(script)}",
            f"style-src {_pin(style)}",
            "connect-src 'self'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )
    return page.encode(), policy


def _pin(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "graphkit", ""
    timeout = 30

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class calls it so
        """Log nothing: addresses hold a token."""

    def do_GET(self) -> None:
        if self.headers.get("Host") != self.server.host:
            self._refuse(HTTPStatus.FORBIDDEN, "this page answers to its own address only")
            return
        path, _, query = self.path.partition("?")
        if path == "/open":
            self._open(query)
        elif not self._knows():
            self._refuse(HTTPStatus.FORBIDDEN, "open the address that graphkit review has printed")
        elif path == "/":
            self._send(HTTPStatus.OK, self.server.page, "text/html; charset=utf-8")
        elif path == "/state":
            with self.server.lock:
                self._answer(self.server.session.state)
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "nothing is here")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        size = int(length) if length.isdecimal() else -1
        if not 0 <= size <= _MAX_BODY:
            self.close_connection = True
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the request is too long")
            return
        body = self.rfile.read(size)
        own = f"http://{self.server.host}"
        if self.headers.get("Host") != self.server.host or self.headers.get("Origin") != own or not self._knows():
            self._refuse(HTTPStatus.FORBIDDEN, "a change must come from the page itself")
            return
        if self.path != "/decide" or self.headers.get_content_type() != "application/json":
            self._refuse(HTTPStatus.NOT_FOUND, "nothing is here")
            return
        try:
            given = json.loads(body)
            if not isinstance(given, dict):
                raise ValueError
        except (ValueError, RecursionError):
            self._refuse(HTTPStatus.BAD_REQUEST, "the request is no JSON object")
            return
        with self.server.lock:
            self._answer(lambda: self._decide(given))

    def _decide(self, given: Mapping[str, Any]) -> dict[str, Any]:
        session = self.server.session
        session.decide(str(given.get("key", "")), str(given.get("action", "")), given)
        return session.state()

    def _answer(self, ask: Callable[[], dict[str, Any]]) -> None:
        try:
            status, data = HTTPStatus.OK, ask()
        except GraphkitError as error:
            status, data = HTTPStatus.UNPROCESSABLE_ENTITY, {"fault": str(error)}
        except (ValueError, KeyError, TypeError, IndexError):
            status, data = HTTPStatus.BAD_REQUEST, {"fault": "the request makes no sense"}
        except OSError as error:
            status, data = (
                HTTPStatus.INTERNAL_SERVER_ERROR,
                {"fault": f"the decision could not be written: {error.strerror}"},
            )
        self._send(status, json.dumps(data, ensure_ascii=False).encode(errors="replace"), "application/json")

    def _open(self, query: str) -> None:
        given = dict(part.partition("=")[::2] for part in query.split("&")).get("token", "")
        right = hmac.compare_digest(given.encode(), self.server.token.encode())
        with self.server.lock:
            if not right or (self.server.opened and not self._knows()):
                self._refuse(
                    HTTPStatus.FORBIDDEN, "this address has been opened already: start graphkit review again"
                )
                return
            self.server.opened = True
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", "/")
        self.send_header(
            "Set-Cookie",
            f"{_COOKIE}_{self.server.server_address[1]}={self.server.cookie}; HttpOnly; SameSite=Strict; Path=/",
        )
        self.send_header("Content-Length", "0")
        self._common()

    def _knows(self) -> bool:
        """Say whether a request carries the cookie of the page that was opened."""
        name = f"{_COOKIE}_{self.server.server_address[1]}"
        cookies = dict(part.strip().partition("=")[::2] for part in self.headers.get("Cookie", "").split(";"))
        return hmac.compare_digest(cookies.get(name, "").encode(), self.server.cookie.encode())

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self._send(status, json.dumps({"fault": why}).encode(), "application/json")

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self._common()
        self.wfile.write(body)

    def _common(self) -> None:
        self.send_header("Content-Security-Policy", self.server.policy)
        for name, value in (
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        ):
            self.send_header(name, value)
        self.end_headers()
