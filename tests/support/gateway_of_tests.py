"""A real HTTP server that hands every request, as it came, to a verifier and tells the outcome."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from gatepost_server.signing import (
    Profile,
    Received,
    Refused,
    Verifier,
    compatible_answer,
    strict_answer,
)


@contextmanager
def serving(verifier: Verifier) -> Iterator[str]:
    """Serve on a free port; under /gw/ the strict form is asked, elsewhere the compatible one."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            path, _, query = self.path.partition("?")
            length = int(self.headers.get("content-length") or 0)
            lines = [
                (name.encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()
            ]
            target = (path.encode("latin-1"), query.encode("latin-1"))
            request = Received(self.command, *target, lines, self.rfile.read(length))
            profile = Profile.STRICT if path.startswith("/gw/") else Profile.COMPATIBLE
            self._tell(verifier.verify(request, profile), profile)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815  (the names that the library calls)

        def _tell(self, outcome: object, profile: Profile) -> None:
            if not isinstance(outcome, Refused):
                self._send(200, vars(outcome) | {"parameters": dict(outcome.parameters)}, "")  # type: ignore[attr-defined]
                return
            answer = (strict_answer if profile is Profile.STRICT else compatible_answer)(outcome)
            self._send(answer.status, {"code": answer.code, "detail": answer.message}, answer.message)

        def _send(self, status: int, told: object, message: str) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.send_header("x-ca-error-message", message.encode().decode("latin-1"))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (as the library names it)
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
