"""A local HTTP server that answers the shapes product.md documents, for tests of the SDK and CLI."""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from documented_rows import AUDIT_ENTRY, EFFECT, EXPLANATION, GIVER, METRICS, NOT_TOLD, RECEIPT, RESET, SENT

KEY = "gpp_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef2UVh5X"
PASSWORD = "correct horse"


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")

    @property
    def form(self) -> dict[str, bytes]:
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        parts = message_from_bytes(head + self.body).get_payload()
        return {
            part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
            for part in parts
        }


@dataclass
class Answer:
    status: int
    body: Any = None
    headers: list[tuple[str, str]] = field(default_factory=list)


class Refused(Exception):
    def __init__(self, status: int, code: str, detail: str = "A sentence.", **more: Any) -> None:
        super().__init__(code)
        said = {"title": code, "detail": detail, "type": "about:blank"}
        self.problem = {"status": status, "code": code, **said, **more}


class DocumentedServer:
    """Keeps keys, people, sources and apps in memory; every request is recorded."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.needs_confirmation = False
        self.page_size = 50
        self.refuse_with: Refused | None = None
        self.raw_answer: Answer | None = None
        self.session = "session-1"
        self.acts: dict[str, Any] = {}  # what `me` adds inside an application
        self.csrf = "csrf-1"
        self.challenges: dict[str, str] = {}
        self.keys: list[dict[str, Any]] = []
        self.apps: list[dict[str, Any]] = []
        self.sources: list[dict[str, Any]] = []
        self.versions: dict[str, list[dict[str, Any]]] = {}
        self.grants: list[dict[str, Any]] = []
        self.users = [{"id": _id("user", 1), "username": "ada", "display_name": "Ada", "role": "publisher"}]
        self.settings: dict[str, Any] = {"features": {"stored_credentials": False}, "mail": {"port": 25}}
        self.build_log = ["resolving", "installing"]
        self.run_log = ["started", "GET / 200"]
        self.built = "failed"  # what a build comes to when an app fails
        self.reason = "requirements.txt names a package that does not exist"
        self.states: list[str] = ["building", "starting", "running"]
        self.url = ""

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        if self.raw_answer is not None:
            return self.raw_answer
        if self.refuse_with is not None:
            raise self.refuse_with
        name = request.path.removeprefix("/api/v1/")
        if name not in ("login", "login/exchange", "login/reset"):
            self._identify(request)
        for method, pattern, act in self._routes():
            found = re.fullmatch(pattern, name)
            if method == request.method and found is not None:
                return act(request, *[unquote(part) for part in found.groups()])
        raise Refused(404, "not-found")

    def _identify(self, request: Request) -> None:
        if request.headers.get("authorization") == f"Key {KEY}":
            return
        if f"gp_session={self.session}" not in request.headers.get("cookie", "").split("; "):
            raise Refused(401, "unauthenticated", "Sign in or send a valid key.")
        if request.method != "GET":
            if request.headers.get("x-gatepost-csrf") != self.csrf:
                raise Refused(403, "csrf")
            if request.headers.get("origin") != self.url:
                raise Refused(403, "bad-origin")

    def _routes(self) -> list[tuple[str, str, Callable[..., Answer]]]:
        return [
            ("POST", "login", self._login),
            ("POST", "login/exchange", self._exchange),
            ("POST", "login/reset", self._reset),
            ("POST", "logout", lambda _: self._end_session()),
            ("POST", "session/confirm", self._confirm),
            ("POST", "me/password", self._change_password),
            ("GET", "me", self._me),
            ("POST", "keys", self._make_key),
            ("GET", "keys", self._see_keys),
            ("DELETE", "keys/([^/]+)", lambda _, key: self._remove(self.keys, key)),
            ("GET", "users", lambda request: self._page(request, self.users)),
            ("POST", "users", self._make_user),
            ("PATCH", "users/([^/]+)", self._change_user),
            ("POST", "users/([^/]+)/reset", lambda _, user: Answer(202, RESET)),
            ("GET", "sessions", lambda r: self._page(r, [{"id": _id("ses", 1), "is_this_one": True}])),
            ("DELETE", "sessions/([^/]+)", lambda _, session: Answer(200, RECEIPT)),
            ("GET", "sources", lambda request: self._page(request, self.sources)),
            ("GET", "sources/([^/]+)", lambda _, source: Answer(200, _one(self.sources, source))),
            ("GET", "sources/([^/]+)/versions", lambda r, source: self._page(r, self.versions[source])),
            ("POST", "sources/([^/]+)/versions", self._add_version),
            ("POST", "apps", self._make_app),
            ("GET", "apps", lambda request: self._page(request, self.apps)),
            ("GET", "apps/([^/]+)", self._see_app),
            ("PATCH", "apps/([^/]+)", self._change_app),
            ("DELETE", "apps/([^/]+)", lambda _, app: self._remove(self.apps, app)),
            ("POST", "apps/([^/]+)/(start|stop|restart)", self._steer),
            ("POST", "apps/([^/]+)/deploy", self._deploy),
            ("GET", "apps/([^/]+)/logs", self._logs),
            ("GET", "apps/[^/]+/metrics", lambda r: Answer(200, METRICS | r.query)),
            ("GET", "apps/([^/]+)/grants", lambda request, app: self._page(request, self.grants)),
            ("POST", "apps/([^/]+)/grants", self._grant),
            ("POST", "apps/[^/]+/grants/rehearse", lambda _: Answer(200, EFFECT)),
            ("DELETE", "apps/[^/]+/grants", self._clear),
            ("DELETE", "apps/([^/]+)/grants/([^/]+)", lambda _, app, grant: self._remove(self.grants, grant)),
            ("GET", "audit", lambda request: self._page(request, [AUDIT_ENTRY])),
            ("GET", "explain", lambda _: Answer(200, EXPLANATION)),
            ("GET", "settings", lambda _: Answer(200, self.settings)),
            ("PATCH", "settings", self._set),
            ("POST", "settings/mail/test", lambda _: Answer(200, SENT)),
        ]

    def _login(self, request: Request) -> Answer:
        if request.json != {"username": "ada", "password": PASSWORD}:
            raise Refused(401, "unauthenticated", "Name or password is wrong.")
        return self._opened()

    def _reset(self, request: Request) -> Answer:
        if (request.json["username"], request.json["code"]) != ("ada", "once-only"):
            raise Refused(401, "bad-login", "The username or the code is not right, or the code has ended.")
        return Answer(204)

    def _change_password(self, request: Request) -> Answer:
        if request.json["old"] != PASSWORD:
            raise Refused(400, "old-password-wrong", errors=[{"field": "old", "detail": "not right"}])
        return Answer(200, RECEIPT)

    def _exchange(self, request: Request) -> Answer:
        digest = hashlib.sha256(request.json["verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if self.challenges.pop(request.json["code"], None) != challenge:
            raise Refused(401, "unauthenticated", "This code is not good any more.")
        return self._opened()

    def _opened(self) -> Answer:
        cookies = [
            ("Set-Cookie", f"gp_session={self.session}; Path=/; HttpOnly; SameSite=Lax"),
            ("Set-Cookie", f"gp_csrf={self.csrf}; Path=/; SameSite=Lax"),
        ]
        return Answer(200, {"user": self.users[0], "csrf_token": self.csrf}, cookies)

    def _end_session(self) -> Answer:
        self.session = "ended"
        return Answer(204)

    def _confirm(self, request: Request) -> Answer:
        if request.json["password"] != PASSWORD:
            raise Refused(403, "wrong-password", "The password is wrong.")
        self.needs_confirmation = False
        self.session, self.csrf = "session-2", "csrf-2"  # a server may renew the session here
        answer = self._opened()
        return Answer(200, {"csrf_token": self.csrf}, answer.headers)

    def _me(self, request: Request) -> Answer:
        via = (
            {"id": _id("key", 1), "name": "ci", "kind": "personal"}
            if "authorization" in request.headers
            else None
        )
        principal = {"kind": "user", "id": _id("user", 1), "name": "ada"}
        return Answer(200, {"principal": principal, "via_key": via, "role": "publisher", **self.acts})

    def _make_key(self, request: Request) -> Answer:
        if "authorization" in request.headers:
            raise Refused(403, "keys-make-no-keys", "Keys may not create keys; sign in.", decision_id="dec_1")
        if self.needs_confirmation:
            raise Refused(403, "confirm-required", "Confirm your password.")
        row = {
            "id": _id("key", len(self.keys) + 1),
            "name": request.json["name"],
            "prefix": KEY[:14],
            "status": "active",
            "created_at": "2027-01-02T03:04:05Z",
            "expires_at": request.json.get("expires_at", "2027-04-02T03:04:05Z"),
        }
        self.keys.append(row)
        return Answer(201, {**row, "key": KEY})

    def _see_keys(self, request: Request) -> Answer:
        status = request.query.get("status")
        return self._page(request, [key for key in self.keys if status in (None, key["status"])])

    def _make_user(self, request: Request) -> Answer:
        row = {"id": _id("user", len(self.users) + 1), **request.json}
        first = {} if row.pop("password", None) else {"one_time_password": "one-time-word"}
        self.users.append(row)
        return Answer(201, {**row, **first})

    def _change_user(self, request: Request, user: str) -> Answer:
        _one(self.users, user).update(request.json)
        return Answer(200, {**RECEIPT, "user": _one(self.users, user), "moved": []})

    def _make_app(self, request: Request) -> Answer:
        number = len(self.apps) + 1
        name = request.form.get("name", b"From the file").decode()
        source = {"id": _id("src", number), "name": name, "latest_version": 1}
        self.sources.append(source)
        self.versions[source["id"]] = [
            {"version": 1, "state": "queued", "author": {"id": "u", "name": "ada"}}
        ]
        row = {
            "id": _id("app", number),
            "number": number,
            "name": source["name"],
            "slug": "an-app",
            "state": self.states[0],
            "url": f"{self.url}/apps/{number}",
            "content_url": f"{self.url}/content/{_id('app', number)}/",
            "origin_url": "http://an-app--1.localhost/",
            "source_id": source["id"],
            "version": 1,
            "owner": {"id": _id("user", 1), "name": "ada"},
            "kind": request.form.get("kind", b"static").decode(),
            "made_by_a_newer_server": True,
        }
        self.apps.append(row)
        return Answer(202, row)

    def _add_version(self, request: Request, source: str) -> Answer:
        number = len(self.versions[source]) + 1
        row = {"version": number, "state": "queued", "author": {"id": "u", "name": "ada"}, "reason": None}
        self.versions[source].insert(0, row)
        assert request.form["bundle"]
        return Answer(201, row)

    def _see_app(self, request: Request, app: str) -> Answer:
        row = _one(self.apps, app)
        if row["state"] in self.states[:-1]:
            row["state"] = self.states[self.states.index(row["state"]) + 1]
        if row["state"] == "failed":
            self.versions[row["source_id"]][0]["state"] = self.built
            row["reason"] = self.reason
        return Answer(200, row)

    def _change_app(self, request: Request, app: str) -> Answer:
        _one(self.apps, app).update(request.json)
        return Answer(200, _one(self.apps, app))

    def _steer(self, request: Request, app: str, verb: str) -> Answer:
        _one(self.apps, app)["state"] = {"start": "starting", "stop": "stopped", "restart": "running"}[verb]
        return Answer(202, _one(self.apps, app))

    def _deploy(self, request: Request, app: str) -> Answer:
        _one(self.apps, app).update(version=request.json["source_version"], state=self.states[0])
        return Answer(202, _one(self.apps, app))

    def _logs(self, request: Request, app: str) -> Answer:
        lines = self.build_log if request.query["kind"] == "build" else self.run_log
        shown = [line for line in lines if request.query.get("q", "") in line][-int(request.query["tail"]) :]
        if request.query.get("follow") == "true":
            if "last-event-id" in request.headers:
                shown = lines[int(request.headers["last-event-id"]) :]
            events = [f"data: {json.dumps(line, ensure_ascii=False)}\n\n" for line in shown]
            events.append(f"id: {len(lines)}\n\n")
            self.run_log.append("GET /new 200")
            is_last = len(self.run_log) > 4
            events += [": still here\n\n", *(["event: end\ndata: {}\n\n"] if is_last else [])]
            return Answer(200, "".join(events), [("Content-Type", "text/event-stream")])
        text = "".join(f"{line}\n" for line in shown)
        return Answer(200, text, [("Content-Type", "text/plain; charset=utf-8")])

    def _grant(self, request: Request, app: str) -> Answer:
        mail = NOT_TOLD if request.json["notify"] else None
        row = {"id": _id("gra", len(self.grants) + 1), **request.json, "mail": mail, "by": GIVER}
        self.grants.append(row | {"to": {**row["to"], "label": row["to"]["name"].title()}})
        return Answer(201, self.grants[-1])

    def _clear(self, request: Request) -> Answer:
        if request.query["given_by"] != GIVER["name"]:
            raise Refused(404, "not-found")
        self.grants.clear()
        return Answer(200, RECEIPT)

    def _set(self, request: Request) -> Answer:
        for name, value in request.json.items():
            if name not in self.settings:
                raise Refused(
                    400, "unknown-field", errors=[{"field": name, "detail": "There is no such setting."}]
                )
            self.settings[name] = {**self.settings[name], **value}
        return Answer(200, self.settings)

    def _page(self, request: Request, rows: list[dict[str, Any]]) -> Answer:
        fitting = [row for row in rows if request.query.get("q", "") in json.dumps(row)]
        start = int(request.query.get("cursor", "0"))
        end = start + self.page_size
        return Answer(200, {"items": fitting[start:end], "next": str(end) if end < len(fitting) else None})

    def _remove(self, rows: list[dict[str, Any]], row_id: str) -> Answer:
        rows.remove(_one(rows, row_id))
        return Answer(200, RECEIPT)


def _id(kind: str, number: int) -> str:
    return f"{kind}_{number:024x}"


def _one(rows: list[dict[str, Any]], row_id: str) -> dict[str, Any]:
    for row in rows:
        if row_id in (row["id"], str(row.get("number", ""))):
            return row
    raise Refused(404, "not-found", "There is no such thing, or you may not see it.")


def _body(given: Any) -> bytes:
    if isinstance(given, str):
        return given.encode()
    return b"" if given is None else json.dumps(given).encode()


@contextmanager
def documented_server() -> Iterator[DocumentedServer]:
    """Run one on a free port of this machine."""
    server = DocumentedServer()

    class Visitor(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", "0")))
            kind = "application/json"
            try:
                answer = server.answer(Request(self.command, parts.path, query, headers, body))
            except Refused as refusal:
                extra = [("Retry-After", "17")] if refusal.problem["status"] == 429 else []
                answer, kind = (
                    Answer(refusal.problem["status"], refusal.problem, extra),
                    "application/problem+json",
                )
            sent = _body(answer.body)
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            if not any(name == "Content-Type" for name, _ in answer.headers):
                self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _answer  # noqa: N815 - names of the base class

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Keep the test output clean."""

    web = ThreadingHTTPServer(("127.0.0.1", 0), Visitor)
    web.daemon_threads = True
    server.url = f"http://127.0.0.1:{web.server_port}"
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        web.shutdown()
        web.server_close()
        thread.join()
