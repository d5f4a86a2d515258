"""Keys of projects and global keys without scripts: JSON alone, ticks as plain fields."""

import html
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from control_plane import ControlPlane
from page_visitor import Person

pytestmark = pytest.mark.e2e

HOME = "/projects/PLAIN/settings/api"


@pytest.fixture(scope="module")
def keeper(admin: Person) -> Person:
    """The administrator, with a project that has a dataset, and another project."""
    admin.api("POST", "projects", json={"key": "PLAIN", "name": "Plain"})
    admin.api("POST", "projects", json={"key": "OTHER", "name": "Other"})
    admin.api("POST", "projects/PLAIN/datasets", json={"name": "orders"})
    return admin


def secret_in(page: httpx.Response) -> str:
    found = re.search(r"<code data-secret[^>]*>([^<]+)</code>", page.text)
    assert found, page.text
    return found[1]


def status(house: ControlPlane, key: str, path: str) -> int:
    headers = {"Authorization": f"Key {key}"}
    return httpx.get(f"{house.url}/api/v1/{path}", headers=headers).status_code


def send(who: Person, path: str, **fields: Any) -> httpx.Response:
    return who.send(path, {"name": "Plain key", "expiry": "30", **fields})


def test_the_form_starts_with_a_sample_that_reads_and_an_empty_one_opens_nothing(
    plain_house: ControlPlane, keeper: Person
) -> None:
    page = keeper.see(f"{HOME}/new").text
    prefilled = re.search(r"<textarea[^>]*name=\"rights\"[^>]*>([^<]*)<", page)
    assert prefilled is not None
    key = secret_in(send(keeper, f"{HOME}/new", name="Name only", rights=html.unescape(prefilled[1])))
    assert status(plain_house, key, "projects/PLAIN/datasets/orders/metadata") == 200
    (held,) = [one for one in keeper.api("GET", "projects/PLAIN/keys")["items"] if one["name"] == "Name only"]
    assert held["permissions"] == ["READ_CONF"]
    assert held["datasets"] == {"orders": ["READ_DATA", "READ_METADATA"]}

    empty = secret_in(send(keeper, f"{HOME}/new", name="Nothing", rights="{}"))
    assert status(plain_house, empty, "projects/PLAIN/datasets/orders/metadata") == 404
    assert status(plain_house, empty, "projects/PLAIN/variables") == 404


def test_the_json_alone_makes_a_key(plain_house: ControlPlane, keeper: Person) -> None:
    made = send(keeper, f"{HOME}/new", rights='{"datasets": {"orders": ["READ_METADATA"]}}')
    key = secret_in(made)
    assert status(plain_house, key, "projects/PLAIN/datasets/orders/metadata") == 200
    assert status(plain_house, key, "projects/PLAIN/datasets/orders/data") == 403
    assert status(plain_house, key, "projects/PLAIN/variables") == 404
    assert status(plain_house, key, "projects/OTHER") == 404


@pytest.mark.parametrize(
    "rights",
    [
        '{"datasets": {"orders": ["WRITE_DATA"]}}',
        '{"datasets": {"orders": ["READ_METADATA"]}}',
        '{"permissions": ["RUN_SCENARIOS"]}',
    ],
)
def test_the_call_that_is_shown_with_a_new_key_works(keeper: Person, tmp_path: Path, rights: str) -> None:
    page = send(keeper, f"{HOME}/new", rights=rights)
    (tmp_path / "orders.csv").write_text("id\n1\n")
    calls = [html.unescape(one) for one in re.findall(r">(curl [^<]*)<", page.text)]
    done = subprocess.run(
        ["sh", "-c", f"{calls[0]} -fsS"],
        cwd=tmp_path,
        env={**os.environ, "GATEPOST_API_KEY": secret_in(page)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert ("-T orders.csv" in calls[0]) == ("WRITE_DATA" in rights)


@pytest.mark.parametrize(
    ("rights", "said"),
    [
        ('{\n  "permissions": [\n}', "Line 3: This is not JSON"),
        ('{"permissions": ["FLY"]}', "There is no permission 'FLY' here"),
        ('{\n  "datasets": {"nothing": []}}', "Line 2: The project has no dataset of this name"),
        ('{"permissions": "ADMIN"}', "Permissions are a list of names"),
        ('{"name": "x"}', "an object with permissions and datasets, and nothing else"),
        ("[" * 5000, "This is not JSON"),
    ],
)
def test_what_is_wrong_with_the_json_is_said_and_nothing_is_made(
    keeper: Person, rights: str, said: str
) -> None:
    before = keeper.api("GET", "projects/PLAIN/keys")["items"]
    answer = send(keeper, f"{HOME}/new", rights=rights)
    assert answer.status_code == 400
    assert said in html.unescape(answer.text)
    assert html.escape(rights) in answer.text.replace("&#34;", "&quot;")
    assert keeper.api("GET", "projects/PLAIN/keys")["items"] == before


def test_somebody_who_has_not_agreed_is_no_associated_user_of_another(keeper: Person) -> None:
    answer = send(keeper, f"{HOME}/new", rights="{}", run_as="mira, lena")
    assert answer.status_code == 400
    assert "Name one user." in answer.text


def test_a_key_is_renamed_rotated_disabled_and_deleted_by_forms(
    plain_house: ControlPlane, keeper: Person
) -> None:
    made = keeper.api("POST", "projects/PLAIN/keys", json={"name": "Old", "permissions": ["READ_CONF"]})
    here = f"{HOME}/{made['id']}"
    rights = '{"permissions": ["READ_CONF"]}'
    saved = send(keeper, here, name="New", expiry="stays", rights=rights, origins="https://a.example.com")
    assert "New is saved" in saved.text
    after = keeper.api("GET", f"projects/PLAIN/keys/{made['id']}")
    assert (after["name"], after["allowed_origins"]) == ("New", ["https://a.example.com"])
    assert after["expires_at"] == made["expires_at"]

    assert "Rotate key" in keeper.see(f"{here}/rotate").text
    assert keeper.send(f"{here}/rotate", {"overlap": "999999999"}).status_code == 400
    fresh = secret_in(keeper.send(f"{here}/rotate", {"overlap": "0"}))
    assert status(plain_house, made["key"], "projects/PLAIN/variables") == 401
    assert status(plain_house, fresh, "projects/PLAIN/variables") == 200
    assert "New is disabled." in keeper.send(f"{here}/disable", {}).text
    assert status(plain_house, fresh, "projects/PLAIN/variables") == 401
    assert "New is enabled." in keeper.send(f"{here}/enable", {}).text
    assert "The key New was deleted." in keeper.send(f"{here}/delete", {}).text
    assert keeper.see(here).status_code == 404


def test_a_global_key_is_made_with_ticks_and_projects_are_found_by_a_button(
    plain_house: ControlPlane, keeper: Person
) -> None:
    ticks = ["PLAIN:READ_CONF", "OTHER:READ_DASHBOARDS"]
    found = send(keeper, "/admin/keys/new", right=ticks, do="find", find="oth")
    assert found.text.count(" checked>") == 2
    key = secret_in(send(keeper, "/admin/keys/new", right=ticks))
    assert status(plain_house, key, "projects/PLAIN/variables") == 200
    assert status(plain_house, key, "projects/OTHER/variables") == 403
    wrong = send(keeper, "/admin/keys/new", right=["PLAIN:FLY"])
    assert (wrong.status_code, "There is no permission" in wrong.text) == (400, True)


def test_a_personal_key_is_edited_and_an_administrator_finds_it(
    plain_house: ControlPlane, keeper: Person
) -> None:
    made = keeper.api("POST", "keys", json={"name": "Mine"})
    fields = {"name": "Mine", "expiry": "stays", "description": "On my laptop"}
    assert "Mine is saved." in keeper.send(f"/keys/{made['id']}/edit", fields).text
    assert "On my laptop" in keeper.see("/keys").text
    pasted = keeper.see(f"/admin/keys/all?q={made['key']}")
    assert made["key"] not in str(pasted.url)
    assert "Mine" in pasted.text
    assert "The key Mine was deleted." in keeper.send(f"/admin/keys/all/{made['id']}/delete", {}).text
    assert status(plain_house, made["key"], "me") == 401


def test_who_deletes_a_way_in_goes_on_with_the_others(keeper: Person) -> None:
    keeper.api(
        "POST", "projects/PLAIN/keys", json={"name": "Pages", "allowed_origins": ["https://a.example"]}
    )
    listed = html.unescape(keeper.see("/exposure?q=Pages").text)
    found = re.search(r'href="([^"]+/delete\?from=exposure)"', listed)
    assert found, listed
    asked = html.unescape(keeper.see(found[1]).text)
    assert f'action="{found[1]}"' in asked
    done = keeper.send(found[1], {})
    assert done.url.path == "/exposure"
    assert "The key Pages was deleted." in done.text
    made = keeper.api("POST", "projects/PLAIN/keys", json={"name": "Plain end"})
    assert keeper.send(f"{HOME}/{made['id']}/delete", {}).url.path == HOME
