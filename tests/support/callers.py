"""Callers of a whole instance over HTTP: by session, by key, or as nobody."""

import io
import socket
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx
from instances import Instance
from waiting import until
from websockets.sync.client import ClientConnection, connect

PASSWORD = "correct horse battery staple"
SETTLED = ("running", "failed")


class Caller(httpx.Client):
    """One caller with one credential; paths are those of the control host."""

    def __init__(self, instance: Instance, **credential: str) -> None:
        super().__init__(
            base_url=instance.url,
            headers=credential,
            timeout=60,
            verify=instance.trusted or True,
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        self.instance = instance
        self.username = self.password = ""

    def __enter__(self) -> Self:
        """Return itself; it may have been used before, to sign in."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def api(self, method: str, path: str, json: Any = None, **more: Any) -> httpx.Response:
        """Call `/api/v1/…`.

        Who signed in longer ago than a change of keys or people allows confirms the password,
        as people do: how long the tests before took must not matter.
        """
        answer = self.request(method, f"/api/v1/{path}", json=json, **more)
        if self.password and answer.status_code == 403 and "confirm-required" in answer.text:
            confirmed = self.request("POST", "/api/v1/session/confirm", json={"password": self.password})
            assert confirmed.status_code == 204, confirmed.text
            answer = self.request(method, f"/api/v1/{path}", json=json, **more)
        return answer

    def ok(self, method: str, path: str, json: Any = None, **more: Any) -> Any:
        """Call `/api/v1/…`, expect success, and return what it says."""
        answer = self.api(method, path, json, **more)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def make_key(self, name: str, **more: Any) -> dict[str, Any]:
        """Make a key of one's own."""
        made: dict[str, Any] = self.ok("POST", "keys", {"name": name, **more})
        return made

    def publish(
        self, folder: Path, name: str, *, access: str | None = None, kind: str | None = None
    ) -> dict[str, Any]:
        """Publish *folder* and return the app once it runs."""
        made = self.ok("POST", "apps", data={"name": name, **kind_of(kind)}, files={"bundle": pack(folder)})
        app = self.settled(made["id"])
        assert app["state"] == "running", app["reason"]
        if access is not None:
            self.ok("PATCH", f"apps/{app['id']}", {"access": access})
        return app

    def app(self, app_id: str) -> dict[str, Any]:
        """Return the app."""
        found: dict[str, Any] = self.ok("GET", f"apps/{app_id}")
        return found

    def settled(self, app_id: str, *states: str, within: float = 90) -> dict[str, Any]:
        """Return the app once it is in one of *states* (running or failed when none is named)."""
        wanted = states or SETTLED
        return until(
            lambda: app if (app := self.app(app_id))["state"] in wanted else None,
            within,
            what=f"{app_id} {wanted}",
        )


def kind_of(kind: str | None) -> dict[str, str]:
    """Return the form field of *kind*."""
    return {} if kind is None else {"kind": kind}


def nobody(instance: Instance) -> Caller:
    """Return a caller without credential."""
    return Caller(instance)


def with_key(instance: Instance, key: str) -> Caller:
    """Return a program that sends *key* as the seed does."""
    return Caller(instance, Authorization=f"Key {key}")


def sign_in(instance: Instance, username: str, password: str) -> Caller:
    """Return a caller with a fresh session."""
    caller = Caller(instance, Origin=instance.url)
    answer = caller.api("POST", "login", {"username": username, "password": password})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    caller.headers["X-Gatepost-CSRF"] = said["csrf_token"]
    caller.username, caller.password = username, password
    return caller


@dataclass
class People:
    """Makes accounts and signs them in."""

    instance: Instance
    admin: Caller
    count: int = 0

    def someone(self, role: str = "publisher") -> Caller:
        """Return somebody new, signed in."""
        self.count += 1
        name = f"{role}{self.count}"
        account = {"username": name, "email": f"{name}@example.com", "role": role, "password": PASSWORD}
        self.admin.ok("POST", "users", account)
        return sign_in(self.instance, name, PASSWORD)


def pack(folder: Path) -> tuple[str, bytes]:
    """Return *folder* as a bundle, ready to be sent as a form's file."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                tar.add(file, str(file.relative_to(folder)))
    return "bundle.tar.gz", raw.getvalue()


def path_of(url: str) -> str:
    """Return the path of *url*."""
    return httpx.URL(url).path


def on_origin(app: dict[str, Any]) -> dict[str, str]:
    """Return the header by which a program without `*.localhost` reaches the app's own origin."""
    return {"Host": httpx.URL(app["origin_url"]).netloc.decode()}


def open_socket(
    instance: Instance, path: str, headers: dict[str, str], host: str | None = None
) -> ClientConnection:
    """Open a WebSocket at *path* of the control host, or of *host*."""
    plain = socket.create_connection(("127.0.0.1", instance.port), timeout=30)
    address = f"ws://{host or f'localhost:{instance.port}'}{path}"
    return connect(address, sock=plain, additional_headers=headers, proxy=None, open_timeout=30)
