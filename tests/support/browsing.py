"""Chromium for tests: how it is started, how a person signs in, what axe and the page itself complain of."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright

ARGUMENTS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 30_000
"""Milliseconds in which a page that does right has surely done it, on a machine with other work."""
PHOTOGRAPHS = Path(__file__).parents[2] / "artefacts" / "chromium"
"""Where what the tests saw is kept for people; nothing reads it."""


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Run a browser until left, with *more* arguments; skips where none is installed."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as drivers:
        started = drivers.chromium.launch(executable_path=program, args=[*ARGUMENTS, *more])
        try:
            yield started
        finally:
            started.close()


@contextmanager
def opened(browser: Browser, name: str, **more: Any) -> Iterator[Page]:
    """Open a page of somebody new, and keep how it looked when it was left as *name*."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, **more)
    page = context.new_page()
    try:
        yield page
        photograph(page, name)
    finally:
        context.close()


def photograph(page: Page, name: str) -> None:
    """Keep how *page* looks now; a browser that is too busy to capture it is asked once more."""
    PHOTOGRAPHS.mkdir(parents=True, exist_ok=True)
    path = PHOTOGRAPHS / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}.png"
    try:
        page.screenshot(path=path)
    except Error as error:
        if "Unable to capture screenshot" not in error.message:
            raise
        page.screenshot(path=path)


def log_in(page: Page, username: str, password: str) -> None:
    """Fill the login page that is shown."""
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")


def serious(page: Page, *only: str) -> list[Any]:
    """Return what axe finds on *page* that is serious or critical: the rule and the elements.

    With *only* nothing but these rules is looked at.
    """
    options = {"resultTypes": ["violations"], **({"runOnly": [*only]} if only else {})}
    found = Axe().run(page, options=options).response["violations"]
    return [
        (one["id"], [node["html"] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@dataclass
class Complaints:
    """What a page says in its console that it should not: errors of scripts, things blocked."""

    said: list[str] = field(default_factory=list)

    @contextmanager
    def of(self, page: Page) -> Iterator[None]:
        """Keep what *page* complains of until left, but for the status of its answers."""
        page.on("pageerror", self._error)
        page.on("console", self._console)
        yield
        page.remove_listener("pageerror", self._error)
        page.remove_listener("console", self._console)

    def _error(self, error: Error) -> None:
        self.said.append(str(error))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.said.append(message.text)
