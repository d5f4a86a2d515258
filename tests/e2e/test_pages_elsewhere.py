"""Pages of other origins at the real gate: what a listed origin may read, and what nobody's page may."""

import pytest
from callers import Caller, nobody, on_origin, path_of, with_key
from instances import Instance

pytestmark = pytest.mark.e2e

PROJECT = "CROSSINGS"
HERE, ELSEWHERE = "https://app.example", "https://other.example"
ALLOW = "access-control-allow-origin"
WITH_COOKIES = "access-control-allow-credentials"
ASKS = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
FETCHES = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture(scope="module")
def made(owner: Caller):
    """A key of a project that lists one origin."""
    owner.ok("POST", "projects", {"key": PROJECT, "name": "Crossings"})
    wish = {"name": "page", "permissions": ["READ_CONF"], "allowed_origins": [HERE]}
    yield owner.ok("POST", f"projects/{PROJECT}/keys", wish)
    owner.ok("DELETE", f"projects/{PROJECT}")


@pytest.fixture
def open_to_anyone(owner: Caller, probe):
    """The path of the probe while anyone may open it."""
    owner.ok("PATCH", f"apps/{probe['id']}", {"access": "anyone"})
    yield path_of(probe["content_url"])
    owner.ok("PATCH", f"apps/{probe['id']}", {"access": "grants"})


def cookie_of(person: Caller) -> str:
    cookie = "; ".join(f"{one.name}={one.value}" for one in person.cookies.jar)
    assert "gp_session" in cookie
    return cookie


def ask_before(gatepost: Instance, path: str, origin: str):
    """Ask as a browser does before it sends a page's request."""
    with nobody(gatepost) as browser:
        return browser.request("OPTIONS", path, headers={"Origin": origin, **ASKS})


def test_the_api_answers_a_listed_origin_and_no_other(gatepost: Instance, made):
    path = f"/api/v1/projects/{PROJECT}"
    asked = ask_before(gatepost, path, HERE)
    assert (asked.status_code, asked.headers[ALLOW], WITH_COOKIES in asked.headers) == (204, HERE, False)
    assert "authorization" in asked.headers["access-control-allow-headers"]
    assert ALLOW not in ask_before(gatepost, path, ELSEWHERE).headers
    with with_key(gatepost, made["key"]) as page:
        answer = page.get(path, headers={"Origin": HERE, **FETCHES})
        assert (answer.status_code, answer.headers[ALLOW]) == (200, HERE)
        assert WITH_COOKIES not in answer.headers
        assert ALLOW not in page.get(path, headers={"Origin": ELSEWHERE, **FETCHES}).headers


def test_a_persons_cookie_shows_nothing_to_a_page_elsewhere(gatepost: Instance, owner: Caller, probe, made):
    project, content = f"/api/v1/projects/{PROJECT}", path_of(probe["content_url"]) + "shared"
    with nobody(gatepost) as browser:
        for origin in (HERE, ELSEWHERE):
            sent = {"Cookie": cookie_of(owner), "Origin": origin, **FETCHES}
            for method, path in (("GET", project), ("PATCH", project), ("GET", content)):
                answer = browser.request(method, path, headers=sent)
                assert ALLOW not in answer.headers, path
                assert WITH_COOKIES not in answer.headers
                if (method, path) != ("GET", project):
                    assert answer.status_code in (401, 403), path


def test_the_question_before_a_request_reaches_no_content_without_a_key(gatepost, probe):
    for path in (path_of(probe["content_url"]) + "shared", "/content/app_" + "0" * 24 + "/shared"):
        asked = ask_before(gatepost, path, HERE)
        assert (asked.status_code, asked.json()["code"]) == (401, "unauthenticated")
        assert ALLOW not in asked.headers
        assert WITH_COOKIES not in asked.headers


def test_what_an_application_for_anyone_says_about_origins_stands(gatepost, open_to_anyone):
    asked = ask_before(gatepost, open_to_anyone + "shared", HERE)
    assert (asked.status_code, asked.headers[ALLOW]) == (200, HERE)
    with nobody(gatepost) as browser:
        answer = browser.get(open_to_anyone + "shared", headers={"Origin": HERE, **FETCHES})
        assert (answer.status_code, answer.headers[ALLOW]) == (200, HERE)


def test_an_application_that_allows_credentials_gets_nobodys_session(gatepost, owner, probe, open_to_anyone):
    sent = {"Cookie": cookie_of(owner), "Origin": ELSEWHERE, **FETCHES}
    with nobody(gatepost) as browser:
        refused = browser.get(open_to_anyone + "shared", headers=sent)
        assert (refused.status_code, refused.json()["code"]) == (403, "cross-origin")
        assert ALLOW not in refused.headers
        assert WITH_COOKIES not in refused.headers
        # On the application's own origin there is no such cookie: it is one more stranger's.
        seen = browser.get("/", headers={**sent, **on_origin(probe)})
        assert seen.status_code == 200, seen.text
        passed = dict(seen.json()["headers"])
        assert "x-gatepost-user" not in passed
        assert "gp_session" not in passed.get("cookie", "")


def test_a_key_opens_content_to_a_page_as_the_application_says(gatepost, probe, key):
    path = path_of(probe["content_url"])
    with with_key(gatepost, key) as page:
        shared = page.get(path + "shared", headers={"Origin": HERE, **FETCHES})
        plain = page.get(path, headers={"Origin": HERE, **FETCHES})
    assert (shared.status_code, shared.headers[ALLOW]) == (200, HERE)
    assert (plain.status_code, ALLOW in plain.headers) == (200, False)
