"""What `gatepost up` says: sentences for people, or one JSON line for programs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from gatepost_server.admin.tree import News


@dataclass(frozen=True)
class DemoApp:
    """One published example, as it stands."""

    name: str
    kind: str
    state: str
    content_url: str
    origin_url: str
    reason: str | None = None

    def to_json(self) -> dict[str, object]:
        """Return the fields that programs rely on; `reason` only when there is one."""
        told = {
            "name": self.name, "kind": self.kind, "state": self.state,
            "content_url": self.content_url, "origin_url": self.origin_url,
        }  # fmt: skip
        return told | ({"reason": self.reason} if self.reason else {})


@dataclass(frozen=True)
class Administrator:
    """The first administrator; `password` only at the start that made it up."""

    username: str
    password_file: Path
    password: str | None = None


class Report:
    """Says what happens during a start: to stdout for people, or all but the result to stderr."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def say(self, sentence: str = "") -> None:
        """Tell people something."""
        click.echo(sentence, err=self._as_json)

    def news(self, news: News) -> None:
        """Tell that a process came back or died."""
        at = datetime.now().astimezone().strftime("%H:%M:%S")
        if news.event == "died":
            again = "at once" if news.wait < 1 else f"in {news.wait:.0f} s"
            self.say(f"{at}  {news.name} {news.how}; it is started again {again}.")

    def password(self, admin: Administrator) -> None:
        """Show the password that was made up, for the only time."""
        if admin.password is not None:
            self.say()
            self.say(f"An administrator was made:  {admin.username}  password  {admin.password}")
            self.say(
                f"It is kept in {admin.password_file} until you change it, which the first login asks for."
            )

    def ready(self, url: str, admin: Administrator, apps: Sequence[DemoApp]) -> None:
        """Tell where everything is; with JSON this is the one line of standard output."""
        if self._as_json:
            told = {
                "url": url,
                "admin": {"username": admin.username, "password_file": str(admin.password_file)},
                "apps": [app.to_json() for app in apps],
            }
            click.echo(json.dumps(told, ensure_ascii=False))
            return
        self._tell_people(url, admin, apps)

    def _tell_people(self, address: str, admin: Administrator, apps: Sequence[DemoApp]) -> None:
        self.say()
        wide = max((len(app.name) for app in apps), default=0)
        for app in apps:
            self.say(f"  {app.name.ljust(wide)}  {app.state.ljust(8)}  {app.reason or app.content_url}")
        self.say()
        self.say(f"Gatepost is at {address}/ – sign in as {admin.username}.")
        if callable_app := next(
            (app for app in apps if app.kind in {"plumber", "fastapi"} and not app.reason), None
        ):
            self.say()
            self.say("Call a published API. Make a key in the browser: your initials, API Keys, New API Key.")
            self.say("  export GATEPOST_API_KEY=…")
            url = f"{callable_app.content_url}mean?samples=5"
            self.say(f"  curl -H \"Authorization: Key $GATEPOST_API_KEY\" '{url}'")
        self.say()
        self.say("Ctrl-C stops everything.")
