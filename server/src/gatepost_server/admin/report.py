"""What `gatepost up` says: sentences for people, or one JSON line for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from gatepost_server.admin.tree import News

CALLABLE: Final = ("plumber", "fastapi")


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
        told: dict[str, object] = {
            "name": self.name, "kind": self.kind, "state": self.state,
            "content_url": self.content_url, "origin_url": self.origin_url,
        }  # fmt: skip
        return told | ({"reason": self.reason} if self.reason else {})


@dataclass(frozen=True)
class LeftOut:
    """An example that this machine cannot run, and why."""

    name: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Administrator:
    """The first administrator; `password` only at the start that made it up."""

    username: str
    password_file: Path
    password: str | None = None


@dataclass(frozen=True)
class Started:
    """What a start came to."""

    url: str
    admin: Administrator
    apps: Sequence[DemoApp] = ()
    left_out: Sequence[LeftOut] = ()

    def to_json(self) -> dict[str, object]:
        """Return what programs rely on (product.md), and the examples that were left out."""
        return {
            "url": self.url,
            "admin": {"username": self.admin.username, "password_file": str(self.admin.password_file)},
            "apps": [app.to_json() for app in self.apps],
            "left_out": [asdict(one) for one in self.left_out],
        }

    def to_call(self) -> DemoApp | None:
        """Return an example that answers at `mean`, R's for preference."""
        callable_ones = [app for app in self.apps if app.kind in CALLABLE and app.reason is None]
        return min(callable_ones, key=lambda app: CALLABLE.index(app.kind), default=None)


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

    def answering(self, url: str) -> None:
        """Tell that the pages are there, while the examples are still made ready."""
        self.say()
        self.say(f"Gatepost answers at {url}/ – the examples are made ready, a minute or two at first.")

    def ready(self, started: Started) -> None:
        """Tell where everything is; with JSON this is the one line of standard output."""
        if self._as_json:
            click.echo(json.dumps(started.to_json(), ensure_ascii=False))
        else:
            self._tell_people(started)

    def _tell_people(self, started: Started) -> None:
        self.say()
        names = [app.name for app in started.apps] + [one.name for one in started.left_out]
        wide = max(map(len, names), default=0)
        for app in started.apps:
            self.say(f"  {app.name.ljust(wide)}  {app.state.ljust(8)}  {app.reason or app.content_url}")
        for one in started.left_out:
            self.say(f"  {one.name.ljust(wide)}  left out  {one.reason}")
        self.say()
        self.say(f"Gatepost is at {started.url}/ – sign in as {started.admin.username}.")
        if example := started.to_call():
            self.say()
            self.say("Call a published API. Make a key in the browser: your initials, API Keys, New key.")
            self.say("  export GATEPOST_API_KEY=…")
            url = f"{example.content_url}mean?samples=5"
            self.say(f"  curl -H \"Authorization: Key $GATEPOST_API_KEY\" '{url}'")
        self.say()
        self.say("Ctrl-C stops everything.")
