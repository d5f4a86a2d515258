"""Who may open content, with the refused twin of each case, and the entry that explains a refusal."""

import pytest
from callers import Caller, People, nobody, on_origin, path_of, with_key
from instances import Instance
from waiting import until

pytestmark = pytest.mark.e2e

WRONG = "gpp_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef2UVh5X"
"""A well-formed key that nobody has."""
BROWSER = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}


@pytest.fixture(scope="module")
def site(owner: Caller, tmp_path_factory: pytest.TempPathFactory):
    """A page of the owner's, whose access tests change and set back."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "index.html").write_text("<h1>For some</h1>")
    return owner.publish(folder, "For some")


@pytest.fixture
def stranger(gatepost: Instance, people: People):
    """A program of somebody to whom nothing was given."""
    person = people.someone("viewer")
    caller = with_key(gatepost, person.make_key("stranger")["key"])
    caller.username = person.username
    return caller


def explained(admin: Caller, refused) -> dict:
    """Return the entry of the trail that a refusal's decision id names."""
    said = refused.json()
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert said["status"] == refused.status_code
    found = until(
        lambda: admin.ok("GET", f"audit?request_id={said['decision_id']}")["items"], 10, what="the entry"
    )
    return dict(found[0])


def test_grants_open_to_the_owner_and_grantees_alone(owner, admin, site, stranger, key, gatepost):
    path = path_of(site["content_url"])
    with with_key(gatepost, key) as program:
        assert program.get(path).status_code == 200
    refused = stranger.get(path)
    assert refused.status_code == 404
    entry = explained(admin, refused)
    assert (entry["decision"], entry["action"], entry["resource"]["id"]) == ("denied", "app:open", site["id"])
    assert entry["actor"]["name"] == stranger.username
    assert entry["via_key_id"] == stranger.ok("GET", "me")["via_key"]["id"]

    to = {"to": {"type": "user", "name": stranger.username}, "role": "consumer"}
    grant = owner.ok("POST", f"apps/{site['id']}/grants", to)
    assert stranger.get(path).status_code == 200
    owner.ok("DELETE", f"apps/{site['id']}/grants/{grant['id']}")
    assert stranger.get(path).status_code == 404


def test_what_is_hidden_looks_like_what_is_not_there(site, stranger):
    hidden = stranger.get(path_of(site["content_url"])).json()
    missing = stranger.get("/content/app_" + "0" * 24 + "/").json()
    for said in (hidden, missing):
        said.pop("decision_id")
        said.pop("instance")
    assert hidden == missing


def test_nobody_gets_401_and_the_trail_counts_it(gatepost, admin, site):
    with nobody(gatepost) as caller:
        refused = caller.get(path_of(site["content_url"]))
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Key ")
        assert refused.json()["decision_id"]
        counted = until(
            lambda: [
                one
                for one in admin.ok("GET", "audit?action=app:open&decision=denied&limit=50")["items"]
                if one["actor"]["id"] is None
            ],
            10,
            what="an entry about nobody",
        )
    assert counted[0]["count"] >= 1


def test_signed_in_opens_to_everybody_with_an_account_and_to_nobody_else(gatepost, owner, site, stranger):
    path = path_of(site["content_url"])
    owner.ok("PATCH", f"apps/{site['id']}", {"access": "signed_in"})
    try:
        assert stranger.get(path).status_code == 200
        with nobody(gatepost) as caller:
            assert caller.get(path).status_code == 401
    finally:
        owner.ok("PATCH", f"apps/{site['id']}", {"access": "grants"})
    assert stranger.get(path).status_code == 404


def test_anyone_opens_without_a_credential_and_a_bad_one_is_still_refused(gatepost, owner, site):
    path = path_of(site["content_url"])
    owner.ok("PATCH", f"apps/{site['id']}", {"access": "anyone"})
    try:
        with nobody(gatepost) as caller:
            assert caller.get(path).status_code == 200
            assert caller.get("/", headers=on_origin(site)).status_code == 200
            assert caller.get(path, headers={"Authorization": f"Key {WRONG}"}).status_code == 401
    finally:
        owner.ok("PATCH", f"apps/{site['id']}", {"access": "grants"})
    with nobody(gatepost) as caller:
        assert caller.get(path).status_code == 401


def test_the_administrators_ceiling_is_not_passed(owner, admin, site):
    admin.ok("PATCH", "settings", {"policies": {"access_ceiling": "signed_in"}})
    try:
        refused = owner.api("PATCH", f"apps/{site['id']}", {"access": "anyone"})
        assert (refused.status_code, refused.json()["code"]) == (403, "access-above-ceiling")
    finally:
        admin.ok("PATCH", "settings", {"policies": {"access_ceiling": "anyone"}})
    assert owner.app(site["id"])["access"] == "grants"


def test_a_page_of_another_site_cannot_use_a_cookie(owner: Caller, admin, probe):
    """An unsafe call by cookie needs our own page's token and origin: 403, told in the trail."""
    path = path_of(probe["content_url"])
    assert owner.post(path).status_code == 200
    for changed in ({"X-Gatepost-CSRF": "guessed"}, {"Origin": "http://evil.example"}):
        refused = owner.post(path, headers=changed)
        assert (refused.status_code, refused.json()["code"]) == (403, "cross-origin")
        assert explained(admin, refused)["actor"]["name"] == owner.username


def test_a_browser_without_a_session_is_sent_to_the_login_and_back(gatepost, site):
    with nobody(gatepost) as caller:
        sent = caller.get(path_of(site["content_url"]) + "?a=1", headers=BROWSER)
        assert sent.status_code == 303
        assert sent.headers["location"].startswith(f"{gatepost.url}/login?next=%2Fcontent%2F")
        there = caller.get("/deep?a=1", headers=BROWSER | on_origin(site))
        assert there.status_code == 303
        begun = caller.get(there.headers["location"], headers=BROWSER | on_origin(site))
        assert begun.headers["location"].startswith(f"{gatepost.url}/content/")
        lender = caller.get(begun.headers["location"].removeprefix(gatepost.url), headers=BROWSER)
        assert lender.headers["location"].startswith(f"{gatepost.url}/login?next=%2Fcontent%2F")


def test_a_browser_with_a_session_is_handed_to_the_apps_own_origin_once(gatepost, owner: Caller, site):
    """The one-time code opens one session there and no second one; the page then opens by cookie."""
    sent = owner.get(path_of(site["content_url"]), headers=BROWSER)
    home = site["origin_url"].rstrip("/")
    with nobody(gatepost) as browser:
        host = on_origin(site)
        begun = browser.get(sent.headers["location"].removeprefix(home), headers=BROWSER | host)
        handed = owner.get(begun.headers["location"].removeprefix(gatepost.url), headers=BROWSER)
        assert handed.headers["location"].startswith(f"{home}/_gatepost/handoff?code=")
        arrival = handed.headers["location"].removeprefix(home)
        kept = {"Cookie": begun.headers["set-cookie"].partition(";")[0]}
        browser.cookies.clear()
        assert browser.get(arrival, headers=BROWSER | host).status_code == 400
        settled = browser.get(arrival, headers=BROWSER | host | kept)
        assert settled.status_code == 303
        cookie = settled.headers["set-cookie"].partition(";")[0]
        browser.cookies.clear()
        assert browser.get("/", headers=BROWSER | host | {"Cookie": cookie}).text == "<h1>For some</h1>"
        again = browser.get(arrival, headers=BROWSER | host | kept)
        assert (again.status_code, again.headers.get("set-cookie")) == (400, None)
        assert browser.api("GET", "me", headers={"Cookie": cookie}).status_code == 401


def test_a_refused_browser_sees_a_page_and_a_program_a_problem(gatepost, people: People, site):
    person = people.someone("viewer")
    page = person.get(path_of(site["content_url"]), headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Decision req_" in page.text
    program = person.get(path_of(site["content_url"]))
    assert program.headers["content-type"].startswith("application/problem+json")
