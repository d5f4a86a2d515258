"""A door on this machine that the browser brings the login code to."""

import hmac
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qs, urlsplit

from gatepost.errors import Denied, Unavailable

_PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Gatepost</title>
<body style="font: 16px/1.5 system-ui, sans-serif; margin: 20vh auto; max-width: 30rem; padding: 0 1rem">
<h1 style="font-size: 1.25rem">{title}</h1><p>{sentence}</p></body></html>"""


class Landing:
    """Listen on a free port of 127.0.0.1 for one answer that carries the right *state*.

    Other requests are answered with 400 and change nothing, so that a page elsewhere
    cannot end the wait or slip in a code.
    """

    def __init__(self, state: str) -> None:
        self._state = state
        self._code: str | None = None
        self._is_refused = False
        self._web = HTTPServer(("127.0.0.1", 0), self._visitor())
        self.port: int = self._web.server_port

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._web.server_close()

    def wait(self, seconds: float) -> str:
        """Return the code.

        Raises:
            Denied: the person declined in the browser.
            Unavailable: nobody came in time.
        """
        ends_at = time.monotonic() + seconds
        while self._code is None and not self._is_refused:
            self._web.timeout = ends_at - time.monotonic()
            if self._web.timeout <= 0:
                raise Unavailable(
                    "Nobody signed in within the time. Run `gatepost login` again.", code="login-timeout"
                )
            self._web.handle_request()
        if self._code is None:
            raise Denied("The login was declined in the browser.", code="login-declined")
        return self._code

    def answer(self, path: str) -> tuple[int, str, str]:
        """Judge one request; return status, title and sentence of the page to show."""
        query = parse_qs(urlsplit(path).query)
        states, codes = query.get("state", []), query.get("code", [])
        if len(states) != 1 or not hmac.compare_digest(states[0].encode(), self._state.encode()):
            return (
                400,
                "This is not the login that was asked for",
                "Run gatepost login again in the terminal.",
            )
        if len(codes) == 1 and codes[0]:
            self._code = codes[0]
            return 200, "You are signed in", "You can close this page and go on in the terminal."
        self._is_refused = True
        return 200, "You are not signed in", "You can close this page; the terminal says more."

    def _visitor(self) -> type[BaseHTTPRequestHandler]:
        landing = self

        class Visitor(BaseHTTPRequestHandler):
            timeout = 5  # a visitor that says nothing must not hold the door

            def do_GET(self) -> None:
                status, title, sentence = landing.answer(self.path)
                body = _PAGE.format(title=title, sentence=sentence).encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
                """Say nothing: the path holds the code."""

        return Visitor
