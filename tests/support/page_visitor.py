"""A person whose browser sends forms and follows links, and runs no scripts."""

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import httpx

CHOSEN = "a long new password"


@dataclass
class Person:
    """Somebody signed in whose browser sends forms and follows links, and runs no scripts."""

    client: httpx.Client
    csrf: str

    def see(self, path: str, **more: Any) -> httpx.Response:
        return self.client.get(path, **more)

    def send(self, path: str, data: dict[str, Any], **more: Any) -> httpx.Response:
        """Send a form with its token, and follow where it leads."""
        return self.client.post(path, data={"csrf_token": self.csrf, **data}, **more)

    def api(self, method: str, path: str, **more: Any) -> Any:
        """Call the native door, to arrange or to look."""
        headers = {"X-Gatepost-CSRF": self.csrf, "Accept": "application/json"}
        answer = self.client.request(method, f"/api/v1/{path}", headers=headers, **more)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def publish(self, name: str) -> Any:
        files = {"bundle": ("site.zip", packed({"index.html": f"<h1>{name}</h1>"}))}
        return self.api("POST", "apps", data={"name": name}, files=files)


def packed(files: dict[str, str]) -> bytes:
    """Return a .zip of *files*."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return raw.getvalue()


def signed_in(url: str, username: str, password: str, new: str = CHOSEN) -> Person:
    """Sign in and choose the password that is asked for."""
    client = httpx.Client(base_url=url, headers={"Accept": "text/html"}, follow_redirects=True, timeout=30)
    answer = client.post("/api/v1/login", json={"username": username, "password": password})
    person = Person(client, answer.json()["csrf_token"])
    person.api("POST", "me/password", json={"old": password, "new": new})
    return person
