"""Photograph the pages of a fresh instance with its examples.

`python tools/screenshots.py FOLDER` starts `gatepost up` on a data folder of its own,
signs in, visits each page, wide and narrow, light and dark, and stops everything. The four
pictures of README.md are among them; with `--readme` they are copied into docs/images.
"""

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal

from playwright.sync_api import Page, ViewportSize, sync_playwright

CHROMIUM: Final = "/usr/bin/chromium"
VIEWS: Final[dict[str, ViewportSize]] = {
    "wide": {"width": 1280, "height": 800},
    "narrow": {"width": 390, "height": 844},
}
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
PAGES: Final = {
    "applications": "/applications",
    "sources": "/sources",
    "upload": "/applications/new",
    "application": "{app}",
    "access": "{app}/access",
    "share": "{app}/share",
    "versions": "{app}/versions",
    "version": "{app}/versions/1",
    "logs": "{app}/logs",
    "settings-of-application": "{app}/settings",
    "keys": "/keys",
    "new-key": "/keys/new",
    "sessions": "/sessions",
    "profile": "/profile",
    "users": "/users",
    "new-user": "/users/new",
    "audit": "/audit",
    "settings": "/admin/settings",
    "health": "/admin/health",
    "nothing-here": "/nothing-here",
}
README_IMAGES: Final = Path(__file__).parents[1] / "docs" / "images"
README_SIZE: Final[ViewportSize] = {"width": 1200, "height": 720}
EXAMPLE_KEY: Final = "gpp_EXAMPLE0keyThatOpensNothingAndIsNobodys000000000"
SETTLED: Final = 5_000
"""Milliseconds in which a framed application has drawn itself."""
NEW_PASSWORD: Final = "photographs-only-1"  # noqa: S105  # of an instance that lives for a minute


@contextlib.contextmanager
def instance() -> Iterator[dict[str, Any]]:
    """Run a fresh instance and lend what it told."""
    with socket.socket() as finder:
        finder.bind(("127.0.0.1", 0))
        port = finder.getsockname()[1]
    gatepost = Path(sys.executable).with_name("gatepost")
    with tempfile.TemporaryDirectory(prefix="gatepost-photos-") as data:
        command = [str(gatepost), "up", "--data-dir", data, "--port", str(port), "--json"]
        running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert running.stdout is not None
            yield json.loads(running.stdout.readline())
        finally:
            running.terminate()
            running.wait(15)


def sign_in(page: Page, told: dict[str, Any]) -> None:
    """Sign in as the first administrator, and choose the password that is asked for."""
    password = Path(told["admin"]["password_file"]).read_text().strip()
    page.goto(told["url"] + "/")
    page.get_by_label("User name").or_(page.get_by_label("Username")).fill(told["admin"]["username"])
    page.get_by_label("Password", exact=True).fill(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for field in page.locator("input[type=password]").all():
        name = field.get_attribute("name") or ""
        field.fill(password if "old" in name else NEW_PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def example(told: dict[str, Any]) -> str:
    """Return the path of the page of an example that has something to show."""
    shown = next(app for app in told["apps"] if app["kind"] in ("streamlit", "shiny"))
    return "/applications/" + str(shown["content_url"]).rstrip("/").rpartition("/")[2]


def photograph(page: Page, told: dict[str, Any], folder: Path) -> None:
    """Visit every page in every view."""
    for view, size in VIEWS.items():
        page.set_viewport_size(size)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            for name, path in PAGES.items():
                page.goto(told["url"] + path.format(app=example(told)))
                page.screenshot(path=folder / f"{name}-{view}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")


def illustrate(page: Page, told: dict[str, Any], folder: Path) -> None:
    """Take the pictures of README.md: the list, an application, a key, the audit.

    The key is shown as an example, though the one it stands for has ended with its instance.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size(README_SIZE)
    page.goto(told["url"] + PAGES["applications"])
    page.screenshot(path=folder / "applications.png")
    page.goto(told["url"] + example(told))
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=folder / "application.png")
    page.goto(told["url"] + PAGES["keys"])
    page.get_by_role("link", name="New key").first.click()
    page.get_by_label("Name", exact=True).fill("Nightly report")
    page.keyboard.press("Enter")
    page.get_by_text("It cannot be shown again.").wait_for()
    page.locator("[data-secret]").evaluate("(shown, text) => (shown.textContent = text)", EXAMPLE_KEY)
    page.screenshot(path=folder / "key.png")
    page.get_by_label("I stored it").check()
    page.get_by_role("button", name="Done").click()
    page.goto(told["url"] + PAGES["audit"])
    page.screenshot(path=folder / "audit.png")


def main(folder: Path, *, is_for_readme: bool) -> int:
    """Photograph everything into *folder*; return the exit status."""
    folder.mkdir(parents=True, exist_ok=True)
    with instance() as told, sync_playwright() as drivers:
        browser = drivers.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(told["url"] + "/")
        page.screenshot(path=folder / "login.png")
        sign_in(page, told)
        photograph(page, told, folder)
        illustrate(page, told, folder / "readme")
        browser.close()
    if is_for_readme:
        shutil.copytree(folder / "readme", README_IMAGES, dirs_exist_ok=True)
    print(f"{len(list(folder.rglob('*.png')))} photographs in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), is_for_readme="--readme" in sys.argv))
