"""Every page works without scripts: forms, confirmations, refusals; on the real control plane."""

from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest
from control_plane import ControlPlane
from page_visitor import Person, packed, signed_in

from gatepost_server import identity
from gatepost_server.apps.model import BuildResult, ReplicaReport, ReplicaState

pytestmark = pytest.mark.e2e


@pytest.fixture
def app(admin: Person) -> str:
    """The id of an application of the administrator's."""
    return str(admin.publish("Depot report")["id"])


def grants(admin: Person, app: str) -> dict[str, str]:
    """Return the role of everybody on *app*, by username."""
    return {one["to"]["name"]: one["role"] for one in admin.api("GET", f"apps/{app}/grants")["items"]}


def grant_id(admin: Person, app: str, username: str) -> str:
    found = admin.api("GET", f"apps/{app}/grants")["items"]
    return str(next(one["id"] for one in found if one["to"]["name"] == username))


def test_several_people_are_given_a_role_at_once(admin: Person, app: str) -> None:
    page = admin.send(f"/applications/{app}/share", {"who": "mira, lena", "role": "consumer", "ends": "30"})

    assert "Mira Kovač and Lena Fischer may use Depot report as consumer now." in page.text
    assert "Mira Kovač" in page.text
    assert grants(admin, app) == {"admin": "owner", "mira": "consumer", "lena": "consumer"}


def test_whom_a_share_lets_in_is_shown_before_anything_is_given(admin: Person, app: str) -> None:
    form = {"who": "mira, admin", "role": "consumer", "note": "Have a look", "preview": "yes"}
    page = admin.send(f"/applications/{app}/share", form)

    assert page.status_code == 200
    assert "<b>Mira Kovač gains entry.</b> 1 person had it already." in page.text
    assert 'value="mira, admin"' in page.text
    assert "Have a look" in page.text
    assert grants(admin, app) == {"admin": "owner"}


def test_without_a_mail_server_the_share_says_that_no_mail_goes_out(admin: Person, app: str) -> None:
    form = {"who": "mira", "role": "consumer", "notify": "yes", "note": "Have a look"}
    page = admin.send(f"/applications/{app}/share", form)

    assert "No mail goes out: this server has no mail server." in page.text
    assert grants(admin, app) == {"admin": "owner", "mira": "consumer"}


def test_too_long_a_note_gives_nobody_anything(admin: Person, app: str) -> None:
    page = admin.send(f"/applications/{app}/share", {"who": "mira", "role": "consumer", "note": "n" * 501})

    assert page.status_code == 400
    assert "At most 500 characters." in page.text
    assert grants(admin, app) == {"admin": "owner"}


def test_one_unknown_name_gives_nobody_anything(admin: Person, app: str) -> None:
    page = admin.send(f"/applications/{app}/share", {"who": "mira, nobody-here", "role": "consumer"})

    assert page.status_code == 400
    assert "Nobody is called nobody-here." in page.text
    assert 'value="mira, nobody-here"' in page.text
    assert grants(admin, app) == {"admin": "owner"}


def test_a_role_that_a_server_viewer_cannot_use_is_said_to_open_only(admin: Person, app: str) -> None:
    page = admin.send(f"/applications/{app}/share", {"who": "lena", "role": "editor"})

    assert "opens only: server role viewer" in page.text


def test_a_server_viewer_cannot_be_made_an_owner(admin: Person, app: str) -> None:
    page = admin.send(f"/applications/{app}/share", {"who": "lena", "role": "owner"})

    assert page.status_code == 400
    assert "owners are publishers or above" in page.text


def test_a_role_is_changed_and_the_old_one_is_gone(admin: Person, app: str) -> None:
    admin.send(f"/applications/{app}/share", {"who": "mira", "role": "consumer"})
    grant = grant_id(admin, app, "mira")

    page = admin.send(
        f"/applications/{app}/access/{grant}/change",
        {"role": "editor", "ends": "until", "until": "2999-01-31"},
    )

    assert "Mira Kovač is editor of Depot report now." in page.text
    assert grants(admin, app) == {"admin": "owner", "mira": "editor"}


def test_taking_a_role_away_names_both_and_tells_the_receipt(admin: Person, app: str) -> None:
    admin.send(f"/applications/{app}/share", {"who": "mira", "role": "consumer"})
    grant = grant_id(admin, app, "mira")

    asked = admin.see(f"/applications/{app}/access/{grant}/remove")
    done = admin.send(f"/applications/{app}/access/{grant}/remove", {})

    assert "Take consumer from Mira Kovač" in asked.text
    assert "Depot report" in asked.text
    assert "Mira Kovač has lost the role consumer on Depot report." in done.text
    assert "connections closed" in done.text
    assert grants(admin, app) == {"admin": "owner"}


@pytest.mark.parametrize("step", ["remove", "change"])
def test_the_last_owner_stays(admin: Person, app: str, step: str) -> None:
    grant = grant_id(admin, app, "admin")

    page = admin.send(f"/applications/{app}/access/{grant}/{step}", {"role": "consumer"})

    assert page.status_code in (400, 409)
    assert "would be left without an owner" in page.text
    assert grants(admin, app) == {"admin": "owner"}


def test_the_picker_finds_people_by_name_and_leaves_out_the_gone(admin: Person, app: str) -> None:
    people = {one["username"]: one["id"] for one in admin.api("GET", "users")["items"]}
    admin.api("PATCH", f"users/{people['old.loader']}", json={"is_active": False})

    assert "Lena Fischer" in admin.see(f"/applications/{app}/people?q=fisch").text
    assert "Old Loader" not in admin.see(f"/applications/{app}/people?q=old").text


def test_the_ceiling_of_general_access_is_explained(admin: Person, app: str) -> None:
    admin.api("PATCH", "settings", json={"policies": {"access_ceiling": "grants"}})

    page = admin.see(f"/applications/{app}/access")

    admin.api("PATCH", "settings", json={"policies": {"access_ceiling": "anyone"}})
    assert "Wider than an administrator allows on this server." in page.text
    assert "People with a role on it" in page.text


def test_an_empty_source_is_filled_built_and_published(admin: Person, plain_house: ControlPlane) -> None:
    made = admin.send("/sources/new", {"name": "Yard cameras"})
    source = made.url.path
    assert "No files yet" in made.text

    files = {"bundle": ("a.zip", packed({"index.html": "<h1>Yard</h1>"}), "application/zip")}
    uploaded = admin.send(f"{source}/versions/new", {}, files=files)
    assert uploaded.url.path == f"{source}/versions/1"
    assert "Build log of v1" in uploaded.text
    while order := plain_house.desk.claim_build():
        plain_house.desk.finish_build(order.version_id, BuildResult(ok=True))

    form = {"source_id": source.split("/")[2], "name": "Yard", "source_version": "1"}
    published = admin.send("/applications/publish", form)
    assert published.url.path.startswith("/applications/app_")
    assert "Yard" in admin.see(source).text
    assert admin.send(f"{source}/delete", {"typed_name": "Yard"}).status_code == 400
    refused = admin.send(f"{source}/delete", {"typed_name": "Yard cameras"})
    assert refused.status_code == 409
    assert "can be gone back to: " in refused.text


def test_any_version_is_deployed_and_its_log_is_shown(admin: Person, plain_house: ControlPlane) -> None:
    app = admin.publish("Two versions")
    files = {"bundle": ("a.zip", packed({"index.html": "<h1>2</h1>"}), "application/zip")}
    admin.send(f"/applications/{app['id']}/versions/new", {}, files=files)
    while order := plain_house.desk.claim_build():
        plain_house.desk.finish_build(order.version_id, BuildResult(ok=True))

    asked = admin.see(f"/applications/{app['id']}/versions/1/deploy")
    done = admin.send(f"/applications/{app['id']}/versions/1/deploy", {})
    again = admin.send(f"/applications/{app['id']}/versions/1/deploy", {})

    assert "Roll back Two versions to v1?" in asked.text
    assert "goes over to v1" in done.text
    assert again.status_code == 409
    assert "Build log of v2" in admin.see(f"/applications/{app['id']}/versions/2").text
    assert admin.see(f"/applications/{app['id']}/versions/9/deploy").status_code == 404


def test_the_source_of_an_application_is_replaced_and_gone_back_to(
    admin: Person, plain_house: ControlPlane
) -> None:
    app, other = admin.publish("Replaced"), admin.publish("Spare")
    while order := plain_house.desk.claim_build():
        plain_house.desk.finish_build(order.version_id, BuildResult(ok=True))
    here, source = f"/applications/{app['id']}", other["source_id"]

    assert f'href="{here}/replace"' in admin.see(here).text
    assert f'value="{source}"' in admin.see(f"{here}/replace").text
    wrong = admin.send(f"{here}/replace", {"source_id": source, "source_version": "x"})
    assert (wrong.status_code, "number of a version, such as 3" in wrong.text) == (400, True)
    assert admin.send(f"{here}/replace", {"source_id": source, "source_version": "9"}).status_code == 409
    assert "goes over to v1" in admin.send(f"{here}/replace", {"source_id": source}).text

    back = f"{here}/versions/1/deploy?source={app['source_id']}"
    assert back in admin.see(f"{here}/versions").text
    assert "to v1 of Replaced?" in admin.see(back).text
    assert "goes over to v1" in admin.send(back, {}).text


def test_a_source_is_duplicated_from_a_version(admin: Person) -> None:
    source = admin.publish("Copied")["source_id"]
    asked = admin.see(f"/sources/{source}/duplicate?version=1")
    assert f'href="/sources/{source}/duplicate"' in admin.see(f"/sources/{source}").text
    assert "Duplicate Copied" in asked.text
    unnamed = admin.send(f"/sources/{source}/duplicate", {"name": "", "source_version": "1"})
    missing = admin.send(f"/sources/{source}/duplicate", {"name": "Its copy", "source_version": "9"})
    assert (unnamed.status_code, missing.status_code) == (400, 409)
    done = admin.send(f"/sources/{source}/duplicate", {"name": "Its copy", "source_version": "1"})
    assert "The source Its copy is there; it is yours." in done.text


def test_a_runtime_parameter_is_shown_set_and_refused(admin: Person) -> None:
    declared = "runtimeParameterDefinitions: [{fieldName: RATE, type: numeric, defaultValue: 2, maxValue: 5}]"
    files = {"bundle": ("site.zip", packed({"index.html": "x", "metadata.yaml": declared}))}
    app = admin.api("POST", "apps", data={"name": "With parameters"}, files=files)
    here = f"/applications/{app['id']}"
    assert "numeric up to 5; default: 2" in admin.see(f"/sources/{app['source_id']}/versions/1").text
    assert f'href="{here}/parameters/RATE"' in admin.see(f"{here}/settings").text
    refused = admin.send(f"{here}/parameters/RATE", {"value": "9"})
    assert (refused.status_code, "up to 5" in refused.text) == (400, True)
    assert "RATE is set." in admin.send(f"{here}/parameters/RATE", {"value": "3"}).text
    assert "Now 3." in admin.see(f"{here}/settings").text
    assert "RATE is set." in admin.send(f"{here}/parameters/RATE", {"value": ""}).text
    assert "declares no such parameter" in admin.see(f"{here}/parameters/OTHER").text


def reported(house: ControlPlane, app: Any, state: ReplicaState, **more: Any) -> None:
    """Act as the runtime: report the deployment that is wanted."""
    report = ReplicaReport(app["id"], app["deployment_id"], 1, state, datetime.now(UTC), **more)
    house.desk.report(report)


@pytest.mark.parametrize("is_built", [True, False], ids=["start", "build"])
def test_a_version_that_failed_is_told_from_the_one_that_serves(
    admin: Person, plain_house: ControlPlane, is_built: bool
) -> None:
    desk = plain_house.desk
    app = admin.publish("Goes wrong")
    while order := desk.claim_build():
        desk.finish_build(order.version_id, BuildResult(ok=True))
    reported(plain_house, app, ReplicaState.READY, socket_path="/run/x.sock")
    assert desk.promote(app["deployment_id"])
    files = {"bundle": ("a.zip", packed({"index.html": "<h1>2</h1>"}), "application/zip")}
    admin.send(f"/applications/{app['id']}/versions/new", {}, files=files)
    while order := desk.claim_build():
        desk.finish_build(
            order.version_id, BuildResult(ok=is_built, reason=None if is_built else "No pandas.")
        )
    if is_built:
        second = admin.api("GET", f"apps/{app['id']}")
        reported(plain_house, second, ReplicaState.FAILED, reason="It ended.\nTraceback:\n  <import pandas>")

    page = admin.see(f"/applications/{app['id']}").text
    versions = admin.see(f"/applications/{app['id']}/versions").text

    assert f"v2 could not be {'started' if is_built else 'built'}; v1 goes on serving." in page
    assert "v2 failed; v1 serves" in page
    assert ("Traceback:\n  &lt;import pandas&gt;</pre>" in page) is is_built
    log = f"/applications/{app['id']}/logs"
    assert (f'href="{log}?kind=build"' in page) is not is_built
    assert "0 lines with “&lt;b&gt;”" in admin.see(f"{log}?q=%3Cb%3E").text
    assert ("Next" in versions, "Failed" in versions, "Live" in versions) == (False, True, True)


@pytest.fixture(scope="module")
def viewer(admin: Person, plain_house: ControlPlane) -> Iterator[Person]:
    """A server viewer who has chosen a password."""
    body = {"username": "capped", "email": "capped@example.com", "display_name": "Cora Capped"}
    made = admin.api("POST", "users", json=body)
    person = signed_in(plain_house.url, "capped", made["one_time_password"])
    yield person
    person.client.close()


@pytest.mark.parametrize("server_role", ["viewer", "publisher"])
def test_an_editor_sees_what_the_server_role_lets_them_do(
    admin: Person, viewer: Person, plain_house: ControlPlane, app: str, server_role: str
) -> None:
    person = next(one["id"] for one in admin.api("GET", "users?q=capped")["items"])
    admin.api("PATCH", f"users/{person}", json={"role": server_role})
    files = {"bundle": ("a.zip", packed({"index.html": "<h1>2</h1>"}), "application/zip")}
    admin.send(f"/applications/{app}/versions/new", {}, files=files)
    while order := plain_house.desk.claim_build():
        plain_house.desk.finish_build(order.version_id, BuildResult(ok=True))
    admin.send(f"/applications/{app}/share", {"who": "capped", "role": "editor"})

    tabs = viewer.see(f"/applications/{app}").text
    versions = viewer.see(f"/applications/{app}/versions")
    asked = viewer.see(f"/applications/{app}/versions/1/deploy")

    assert (f"{app}/versions" in tabs, f"{app}/logs" in tabs) == (True, True)
    is_allowed = server_role == "publisher"
    assert versions.status_code == 200
    assert (f"{app}/settings" in tabs, f"{app}/versions/1/deploy" in versions.text) == (is_allowed,) * 2
    assert (asked.status_code == 200) is is_allowed
    assert ("An administrator can give another server role." in asked.text) is not is_allowed
    stopped = viewer.client.post(f"/api/v1/apps/{app}/stop", headers={"X-Gatepost-CSRF": viewer.csrf})
    assert ("your server role viewer does not go that far" in stopped.text) is not is_allowed
    # The source is not theirs, whatever their role: a new version of it is not offered.
    assert "Upload a new version" not in versions.text


def left_over(house: ControlPlane) -> list[Path]:
    return [
        path for path in (house.settings.data_dir / "sources").iterdir() if path.name.startswith(".upload")
    ]


def test_an_upload_without_the_token_leaves_nothing(admin: Person, plain_house: ControlPlane) -> None:
    before = admin.api("GET", "apps")["items"]
    files = {"bundle": ("a.zip", packed({"index.html": "x"}), "application/zip")}

    refused = admin.client.post("/applications/new", data={"name": "Forged"}, files=files)

    assert refused.status_code == 403
    assert admin.api("GET", "apps")["items"] == before
    assert left_over(plain_house) == []


def test_who_may_not_upload_is_told_before_a_byte_of_the_file_is_sent(
    admin: Person, plain_house: ControlPlane
) -> None:
    password = "for the first day"
    body = {"username": "rita", "email": "rita@example.com", "display_name": "Rita", "role": "viewer"}
    admin.api("POST", "users", json={**body, "password": password})
    rita = signed_in(plain_house.url, "rita", password)
    connection = HTTPConnection(plain_house.url.removeprefix("http://"), timeout=20)
    connection.putrequest("POST", "/applications/new")
    for name, value in {
        "Accept": "text/html",
        "Cookie": "; ".join(f"{name}={value}" for name, value in rita.client.cookies.items()),
        "X-Gatepost-CSRF": rita.csrf,
        "Content-Type": "multipart/form-data; boundary=x",
        "Content-Length": "50000000",
    }.items():
        connection.putheader(name, value)
    connection.endheaders()

    answer = connection.getresponse()

    assert answer.status == 403
    assert b"CREATE" in answer.read()
    assert left_over(plain_house) == []
    connection.close()
    rita.client.close()


def test_a_form_that_is_too_large_gets_a_page(admin: Person) -> None:
    refused = admin.send("/profile", {"display_name": "x" * 5_000_000})
    program = admin.client.post(
        "/api/v1/keys", content=b"x" * 5_000_000, headers={"Accept": "application/json"}
    )

    assert refused.status_code == 413
    assert "<h1" in refused.text
    assert "larger than this route takes" in refused.text
    assert (program.status_code, program.json()["code"]) == (413, "too-large")


def test_a_method_that_is_not_taken_gets_a_page(admin: Person, app: str) -> None:
    refused = admin.see(f"/applications/{app}/start")
    program = admin.client.put("/api/v1/keys", headers={"Accept": "application/json"})

    assert refused.status_code == 405
    assert "<h1" in refused.text
    assert (program.status_code, program.json()["code"]) == (405, "method-not-allowed")
    assert program.headers["allow"]


def test_a_fault_of_ours_gets_a_page_with_a_number(admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_values: object, **_named: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(identity, "list_users", breaks)
    # The server closes a connection on which something broke.
    calls = {"cookies": admin.client.cookies, "timeout": 30}
    broken = httpx.get(f"{admin.client.base_url}/users", headers={"Accept": "text/html"}, **calls)
    program = httpx.get(f"{admin.client.base_url}/api/v1/users", **calls)

    assert broken.status_code == 500
    assert "Something went wrong on our side" in broken.text
    assert broken.headers["x-request-id"] in broken.text
    assert "a fault" not in broken.text
    assert program.json()["code"] == "internal"
