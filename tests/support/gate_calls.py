"""Calling the gate as a program or a browser does, and reading the raw answer."""

import json
import socket
from dataclasses import dataclass
from typing import Any

from gate_rig import _all_of


@dataclass
class Answered:
    """One answer, read to its end."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def one(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    @property
    def json(self) -> dict[str, Any]:
        loaded = json.loads(self.body)
        assert isinstance(loaded, dict)
        return loaded


PAGE = "Sec-Fetch-Dest: document"
FRAME = "Sec-Fetch-Dest: iframe"


def call(port: int, path: str, *lines: str, host: str | None = None, method: str = "GET") -> Answered:
    """Send one request; *lines* are whole header lines."""
    rows = [
        f"{method} {path} HTTP/1.1",
        f"Host: {host or f'localhost:{port}'}",
        *lines,
        "Connection: close",
        "",
        "",
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as conn:
        conn.sendall("\r\n".join(rows).encode("latin-1"))
        raw = _all_of(conn)
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = [(name.lower(), value.strip()) for name, _, value in (row.partition(":") for row in rest)]
    return Answered(int(first.split(" ")[1]), headers, body)
