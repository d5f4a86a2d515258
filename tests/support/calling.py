"""The control plane in this process: callers with a session, a key or nothing."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from documented import Documented
from httpx import ASGITransport, AsyncClient, Response
from world import Person, World

from gatepost_server.kernel.paging import MAX_LIMIT
from gatepost_server.web import House

BASE = "http://gatepost.test"
IP = "198.51.100.7"
_SAFE = ("GET", "HEAD")


@dataclass
class Caller:
    """Sends calls with one credential; every answer is held against the document.

    A session sends its CSRF token with unsafe methods by itself. `headers` of a call win,
    and one that is None is left out.
    """

    api: "Api"
    headers: dict[str, str] = field(default_factory=dict)
    csrf: str | None = None
    key: str | None = None

    def call(
        self, method: str, path: str, *, headers: Mapping[str, Any] | None = None, **more: Any
    ) -> Response:
        sent: dict[str, Any] = {"x-forwarded-for": IP, **self.headers}
        if self.csrf is not None and method not in _SAFE:
            sent["x-gatepost-csrf"] = self.csrf
        sent.update(headers or {})
        pairs = [
            (name, one)
            for name, value in sent.items()
            if value is not None
            for one in (value if isinstance(value, list) else [value])
        ]
        return self.api.send(method, path, headers=pairs, **more)

    def get(self, path: str, **more: Any) -> Response:
        return self.call("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> Response:
        return self.call("POST", path, json=json, **more)

    def patch(self, path: str, json: Any = None, **more: Any) -> Response:
        return self.call("PATCH", path, json=json, **more)

    def delete(self, path: str, **more: Any) -> Response:
        return self.call("DELETE", path, **more)

    def renewed(self, answer: Response) -> "Caller":
        """Return the caller as a browser goes on after *answer*: with the cookies it set."""
        kept = {name: line.split(";")[0] for name, line in cookies(answer).items()}
        csrf = kept["gp_csrf"].partition("=")[2]
        return Caller(self.api, {**self.headers, "cookie": kept["gp_session"]}, csrf)

    def pages(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Return every row of a list, following its cursors."""
        rows: list[dict[str, Any]] = []
        cursor = None
        while True:
            found = {name: value for name, value in {**params, "cursor": cursor}.items() if value is not None}
            answer = self.get(path, params={"limit": MAX_LIMIT, **found})
            assert answer.status_code == 200, answer.text
            rows += answer.json()["items"]
            cursor = answer.json()["next"]
            if cursor is None:
                return rows


class Api:
    """The control plane's application, and ways to call it."""

    def __init__(self, app: Any, house: House, world: World, documented: Documented) -> None:
        self.house, self.world, self.documented = house, world, documented
        self.sent: list[Response] = []
        self._runner = asyncio.Runner()
        transport = ASGITransport(app, raise_app_exceptions=False, client=("", 0))
        self._client = AsyncClient(transport=transport, base_url=BASE)

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def send(self, method: str, path: str, **more: Any) -> Response:
        """Send a call below /api/v1 (or, with a leading slash, anywhere)."""
        if path.startswith("audit"):
            self.house.notes.write()  # as it happens within a second in a running instance
        url = path if path.startswith("/") else f"/api/v1/{path}"
        answer: Response = self._runner.run(self._client.request(method, url, **more))
        self._client.cookies.clear()
        self.sent.append(answer)
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
        # A preflight is the browser's own question, about all routes alike.
        if answer.request.url.path.startswith("/api/v1") and method != "OPTIONS":
            self.documented.check(answer)
        return answer

    @property
    def nobody(self) -> Caller:
        """Sends no credential."""
        return Caller(self)

    def session(self, who: Person, *, is_recent: bool = True) -> Caller:
        """Somebody signed in, with a recent proof of identity or a stale one."""
        made = self.world.session(who)
        if not is_recent:
            self.world.forget_proof(made.session.id)
        return Caller(self, {"cookie": f"gp_session={made.token.reveal()}"}, made.csrf)

    def by_key(self, who: Person, **options: Any) -> Caller:
        """A program with a personal key of somebody."""
        text = self.world.key(who, **options).text.reveal()
        return Caller(self, {"authorization": f"Key {text}"}, key=text)


def problem(answer: Response) -> tuple[int, str]:
    """Return the status and the code of a refusal."""
    return answer.status_code, answer.json()["code"]


def faults(answer: Response) -> dict[str, str]:
    """Return the faults of a refusal by field."""
    return {fault["field"]: fault["detail"] for fault in answer.json().get("errors", [])}


def cookies(answer: Response) -> dict[str, str]:
    """Return the Set-Cookie lines of an answer by cookie name."""
    lines = answer.headers.get_list("set-cookie")
    return {re.split(r"=", line, maxsplit=1)[0]: line for line in lines}
