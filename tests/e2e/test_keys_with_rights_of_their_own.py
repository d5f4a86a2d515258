"""Keys of projects and global keys at the real gate: every spelling, the refused twins, their end."""

import pytest
from callers import Caller, nobody, path_of, with_key
from instances import Instance
from spellings import misspelt, spelled

pytestmark = pytest.mark.e2e

PROJECT, OTHER = "GATEWAYS", "ELSEWHERE"
MISSING = "/content/app_" + "0" * 24 + "/"


@pytest.fixture(scope="module", autouse=True)
def projects(owner: Caller):
    """Two projects of the owner's."""
    for key in (PROJECT, OTHER):
        owner.ok("POST", "projects", {"key": key, "name": key.title()})
    yield
    for key in (PROJECT, OTHER):
        owner.ok("DELETE", f"projects/{key}")


@pytest.fixture(scope="module")
def of_project(owner: Caller) -> str:
    """A key that may read the configuration of one project."""
    return made_in_project(owner)["key"]


@pytest.fixture(scope="module")
def of_some(admin: Caller) -> str:
    """A global key for one project."""
    wish = {"name": "for some", "projects": {PROJECT: ["READ_CONF"]}}
    return str(admin.ok("POST", "admin/keys", wish)["key"])


@pytest.fixture(scope="module")
def of_all(admin: Caller) -> str:
    """A global key that does an administrator's tasks."""
    return str(admin.ok("POST", "admin/keys", {"name": "for all", "global_admin": True})["key"])


@pytest.fixture
def open_to_anyone(owner: Caller, probe):
    """The path of the probe while anyone may open it."""
    owner.ok("PATCH", f"apps/{probe['id']}", {"access": "anyone"})
    yield path_of(probe["content_url"])
    owner.ok("PATCH", f"apps/{probe['id']}", {"access": "grants"})


def made_in_project(owner: Caller, **more) -> dict:
    return owner.ok(
        "POST", f"projects/{PROJECT}/keys", {"name": "loader", "permissions": ["READ_CONF"], **more}
    )


def code_of(answer) -> tuple[int, str]:
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    return answer.status_code, answer.json()["code"]


@spelled
def test_every_spelling_of_a_project_key_opens_its_project_and_no_other(gatepost, of_project, spelling):
    with Caller(gatepost, **spelling(of_project)) as program:
        assert program.ok("GET", f"projects/{PROJECT}")["key"] == PROJECT
        me = program.ok("GET", "me")
        assert (me["principal"]["kind"], me["principal"]["name"]) == ("key", "loader")
        assert code_of(program.api("GET", f"projects/{OTHER}")) == (404, "not-found")
        assert code_of(program.api("PATCH", f"projects/{PROJECT}", {"name": "x"})) == (403, "denied")


@spelled
def test_a_project_key_sees_no_content_outside_its_project(gatepost, probe, of_project, spelling):
    with Caller(gatepost, **spelling(of_project)) as program:
        hidden, missing = program.get(path_of(probe["content_url"])), program.get(MISSING)
        assert code_of(hidden) == code_of(missing) == (404, "not-found")


@spelled
def test_a_project_key_is_nothing_with_one_letter_wrong(gatepost, probe, of_project, spelling):
    with Caller(gatepost, **spelling(misspelt(of_project))) as program:
        for path in (f"/api/v1/projects/{PROJECT}", path_of(probe["content_url"])):
            assert code_of(program.get(path)) == (401, "unauthenticated")


@spelled
def test_every_spelling_of_a_global_key_opens_what_it_lists(gatepost, probe, of_some, spelling):
    with Caller(gatepost, **spelling(of_some)) as program:
        assert [one["key"] for one in program.ok("GET", "projects")["items"]] == [PROJECT]
        assert code_of(program.api("GET", f"projects/{OTHER}")) == (404, "not-found")
        assert code_of(program.get(path_of(probe["content_url"]))) == (404, "not-found")
        assert code_of(program.api("GET", "log-files"))[0] == 403


@spelled
def test_every_spelling_of_a_global_admin_key_opens_all(gatepost, probe, of_all, spelling):
    with Caller(gatepost, **spelling(of_all)) as program:
        assert {PROJECT, OTHER} <= {one["key"] for one in program.ok("GET", "projects")["items"]}
        assert program.ok("GET", "log-files")["items"] is not None
        opened = program.get(path_of(probe["content_url"]))
        assert opened.status_code == 200, opened.text
        assert of_all not in opened.text


@spelled
def test_a_global_key_is_nothing_with_one_letter_wrong(gatepost, probe, of_all, spelling):
    with Caller(gatepost, **spelling(misspelt(of_all))) as program:
        for path in ("/api/v1/log-files", path_of(probe["content_url"])):
            assert code_of(program.get(path)) == (401, "unauthenticated")


def test_what_anyone_may_open_is_outside_the_reach_of_a_project_key(
    gatepost, open_to_anyone, of_project, of_all
):
    with nobody(gatepost) as caller, with_key(gatepost, of_all) as administers:
        assert caller.get(open_to_anyone).status_code == 200
        assert administers.get(open_to_anyone).status_code == 200
    with with_key(gatepost, of_project) as program:
        assert code_of(program.get(open_to_anyone)) == (404, "not-found")


def test_a_key_from_elsewhere_is_refused(gatepost: Instance, owner: Caller, admin: Caller):
    bound = {"ip_allowlist": "192.0.2.0/24"}
    of_all = admin.ok("POST", "admin/keys", {"name": "bound", "global_admin": True, **bound})
    for made in (made_in_project(owner, **bound), of_all):
        with with_key(gatepost, made["key"]) as program:
            assert code_of(program.api("GET", f"projects/{PROJECT}")) == (401, "unauthenticated")


def test_a_project_key_is_refused_while_it_is_disabled_and_once_it_is_deleted(gatepost, owner):
    made = made_in_project(owner)
    path = f"projects/{PROJECT}/keys/{made['id']}"
    with with_key(gatepost, made["key"]) as program:
        for is_enabled, status in ((False, 401), (True, 200)):
            owner.ok("PATCH", path, {"is_enabled": is_enabled})
            assert program.api("GET", f"projects/{PROJECT}").status_code == status
        assert owner.ok("DELETE", path)["revoked"] is True
        for asked in (f"/api/v1/projects/{PROJECT}", MISSING):
            assert code_of(program.get(asked)) == (401, "unauthenticated")


def test_a_global_key_opens_no_content_at_the_request_after_its_end(gatepost, admin, probe):
    made = admin.ok("POST", "admin/keys", {"name": "to be deleted", "global_admin": True})
    path = f"admin/keys/{made['id']}"
    with with_key(gatepost, made["key"]) as program:
        for is_enabled, status in ((False, 401), (True, 200)):
            admin.ok("PATCH", path, {"is_enabled": is_enabled})
            assert program.get(path_of(probe["content_url"])).status_code == status
        assert admin.ok("DELETE", path)["gates"]
        assert code_of(program.get(path_of(probe["content_url"]))) == (401, "unauthenticated")
        assert code_of(program.api("GET", "me")) == (401, "unauthenticated")


def test_a_project_key_is_good_for_as_long_as_its_sponsor(gatepost, people, admin):
    sponsor = people.someone()
    sponsor.ok("POST", "projects", {"key": "LEAVING", "name": "Leaving"})
    wish = {"name": "loader", "permissions": ["READ_CONF"]}
    made = sponsor.ok("POST", "projects/LEAVING/keys", wish)
    with with_key(gatepost, made["key"]) as program:
        assert program.api("GET", "projects/LEAVING").status_code == 200
        person = sponsor.ok("GET", "me")["principal"]["id"]
        admin.ok("PATCH", f"users/{person}", {"is_active": False})
        assert code_of(program.api("GET", "projects/LEAVING")) == (401, "unauthenticated")
    admin.ok("DELETE", "projects/LEAVING")


def test_nobody_gets_in_without_a_key(gatepost, probe):
    with nobody(gatepost) as caller:
        for path in (f"/api/v1/projects/{PROJECT}", path_of(probe["content_url"])):
            assert code_of(caller.get(path)) == (401, "unauthenticated")
