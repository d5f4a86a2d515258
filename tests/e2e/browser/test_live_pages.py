"""Every page of a running instance, light and dark: axe is content, nothing is blocked, nothing overflows."""

from collections.abc import Iterator
from typing import Literal

import pytest
from browsing import Complaints, log_in, opened, photograph, serious
from callers import PASSWORD, Caller, People, path_of
from instances import Instance
from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

WIDTH = 1280
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
BEFORE_LOGIN = {"login": "/login?next=/keys", "reset": "/reset", "nothing here": "/nothing-here"}
SIGNED_IN = {
    "applications": "/applications",
    "applications not found": "/applications?q=nothing-is-called-so",
    "add": "/applications/new",
    "overview": "/applications/{app}",
    "access": "/applications/{app}/access",
    "share": "/applications/{app}/share",
    "versions": "/applications/{app}/versions",
    "version": "/applications/{app}/versions/1",
    "change a role": "/applications/{app}/access/{grant}/change",
    "take a role": "/applications/{app}/access/{grant}/remove",
    "deploy": "/applications/{app}/versions/1/deploy",
    "new version": "/applications/{app}/versions/new",
    "logs": "/applications/{app}/logs",
    "usage": "/applications/{app}/usage",
    "build log": "/applications/{app}/logs?kind=build",
    "build": "/applications/{app}/build",
    "settings of an application": "/applications/{app}/settings",
    "rename an application": "/applications/{app}/rename",
    "delete an application": "/applications/{app}/delete",
    "framed example": "/applications/{example}",
    "sources": "/sources",
    "source": "/sources/{source}",
    "new source": "/sources/new",
    "projects": "/projects",
    "new project": "/projects/new",
    "project": "/projects/{project}",
    "permissions of a project": "/projects/{project}/settings/permissions",
    "share a project": "/projects/{project}/settings/permissions/add",
    "variables of a project": "/projects/{project}/settings/variables",
    "exposed elements": "/projects/{project}/settings/exposed",
    "danger zone": "/projects/{project}/settings/danger",
    "datasets": "/projects/{project}/datasets",
    "upload a dataset": "/projects/{project}/datasets/new",
    "empty dataset": "/projects/{project}/datasets/empty",
    "dataset": "/projects/{project}/datasets/{dataset}",
    "columns": "/projects/{project}/datasets/{dataset}/schema",
    "metadata": "/projects/{project}/datasets/{dataset}/metadata",
    "access to a dataset": "/projects/{project}/datasets/{dataset}/access",
    "row rules": "/projects/{project}/datasets/{dataset}/rules",
    "history of a dataset": "/projects/{project}/datasets/{dataset}/history",
    "scenarios": "/projects/{project}/scenarios",
    "new scenario": "/projects/{project}/scenarios/new",
    "scenario": "/projects/{project}/scenarios/{scenario}",
    "keys": "/keys",
    "revoked keys": "/keys?tab=revoked",
    "new key": "/keys/new",
    "delete a key": "/keys/{key}/delete",
    "edit a key": "/keys/{key}/edit",
    "rotate a key": "/keys/{key}/rotate",
    "keys of a project": "/projects/{project}/settings/api",
    "new key of a project": "/projects/{project}/settings/api/new",
    "key of a project": "/projects/{project}/settings/api/{project_key}",
    "rotate a key of a project": "/projects/{project}/settings/api/{project_key}/rotate",
    "global keys": "/admin/keys",
    "new global key": "/admin/keys/new",
    "global key": "/admin/keys/{global_key}",
    "all keys": "/admin/keys/all",
    "consent": "/profile/consents/new",
    "users": "/users",
    "new user": "/users/new",
    "deactivate a user": "/users/{user}/deactivate",
    "reset a password": "/users/{user}/reset",
    "requests": "/requests",
    "requests of mine": "/requests?box=submitted",
    "ask for access": "/requests/new?app={app}",
    "audit": "/audit",
    "profile": "/profile",
    "sessions": "/sessions",
    "confirm": "/confirm?next=/keys",
    "settings": "/admin/settings",
    "features": "/admin/features",
    "health": "/admin/health",
    "api": "/docs",
    "problems": "/docs/problems",
    "command line": "/cli/login?port=45678&state={state}&challenge={state}",
    "nothing here": "/nothing-here",
}
DRAWN_BY_SCRIPTS = ("api",)
"""Pages that are not whole when they are loaded."""
REFUSED = {
    "people": "/users",
    "settings": "/admin/settings",
    "add": "/applications/new",
    "hidden application": "/applications/{app}",
    "hidden content": "/content/{app}/",
    "hand-off that ended": "{origin}_gatepost/handoff?code=nothing",
}
"""What a viewer is refused, by the interface and by the gate."""


@pytest.fixture(scope="module")
def chief(people: People) -> Caller:
    """An administrator with something on each page."""
    return people.someone("administrator")


@pytest.fixture(scope="module")
def places(gatepost: Instance, chief: Caller, people: People, tmp_path_factory) -> dict[str, str]:
    """What stands for `{app}` and its like in the addresses of pages."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "index.html").write_text("<!doctype html><html lang=en><title>S</title><h1>Site</h1></html>")
    app, key, gone = chief.publish(folder, "Pages"), chief.make_key("For pages"), chief.make_key("Gone")
    chief.ok("DELETE", f"keys/{gone['id']}")
    guest = people.someone("viewer")
    to = {"type": "user", "name": guest.username}
    grant = chief.ok("POST", f"apps/{app['id']}/grants", {"to": to, "role": "consumer"})
    step = {"type": "sql", "query": "SELECT 1 AS one", "into": "ones"}
    chief.ok("POST", "projects", {"key": "PAGES", "name": "Pages"})
    dataset = chief.ok("POST", "projects/PAGES/datasets", {"name": "orders"})
    scenario = chief.ok("POST", "projects/PAGES/scenarios", {"name": "Nightly", "steps": [step]})
    body = {"name": "P", "datasets": {"orders": ["READ_DATA"]}}
    project_key = chief.ok("POST", "projects/PAGES/keys", body)
    global_key = chief.ok("POST", "admin/keys", {"name": "G", "projects": {"PAGES": ["READ_CONF"]}})
    example = next(one for one in gatepost.told["apps"] if one["kind"] == "static")
    return {
        "app": app["id"], "source": app["source_id"], "origin": app["origin_url"], "key": key["id"],
        "grant": grant["id"], "user": guest.ok("GET", "me")["user"]["id"], "state": "s" * 43,
        "project": "PAGES", "dataset": dataset["id"], "scenario": scenario["id"],
        "project_key": project_key["id"], "global_key": global_key["id"],
        "example": path_of(example["content_url"]).split("/")[2],
    }  # fmt: skip


@pytest.fixture(scope="module")
def administrators(browser: Browser, gatepost: Instance, chief: Caller) -> Iterator[Page]:
    """The administrator's browser, signed in."""
    with opened(browser, "left-by-the-administrator") as shown:
        shown.goto(f"{gatepost.url}/login")
        log_in(shown, chief.username, PASSWORD)
        shown.wait_for_url("**/applications")
        yield shown


@pytest.fixture(scope="module")
def viewers(browser: Browser, gatepost: Instance, people: People) -> Iterator[Page]:
    """The browser of somebody who may do nothing but use, signed in."""
    with opened(browser, "left-by-the-viewer") as shown:
        shown.goto(f"{gatepost.url}/login")
        log_in(shown, people.someone("viewer").username, PASSWORD)
        shown.wait_for_url("**/applications")
        yield shown


def check(page: Page, gatepost: Instance, path: str, name: str) -> None:
    """Look at one page in both schemes, and keep how it looked."""
    address, complaints = path if path.startswith("http") else gatepost.url + path, Complaints()
    with complaints.of(page):
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.goto(address)
            page.wait_for_load_state("networkidle" if name in DRAWN_BY_SCRIPTS else "load")
            assert page.url == address
            photograph(page, f"page {name} {scheme}")
            assert serious(page) == [], scheme
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    assert complaints.said == []


def without_sandbox(route: Route) -> None:
    """Lift the sandbox of what the gate answers beside content: axe is a script."""
    answer = route.fetch()
    headers = dict(answer.headers)
    assert headers.pop("content-security-policy") == "sandbox"
    route.fulfill(response=answer, headers=headers)


@pytest.mark.parametrize("name", BEFORE_LOGIN)
def test_a_page_before_the_login_is_accessible(page: Page, gatepost: Instance, name: str) -> None:
    check(page, gatepost, BEFORE_LOGIN[name], f"before login {name}")


@pytest.mark.parametrize("name", SIGNED_IN)
def test_a_page_is_accessible(administrators: Page, gatepost: Instance, places, name: str) -> None:
    check(administrators, gatepost, SIGNED_IN[name].format(**places), name)


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_accessible(viewers: Page, gatepost: Instance, places, name: str) -> None:
    viewers.route("**/content/**", without_sandbox)
    check(viewers, gatepost, REFUSED[name].format(**places), f"refused {name}")
    assert viewers.get_by_role("heading", level=1).count() == 1
