"""Credentials Management by forms alone: stored, edited, deleted; refused to others; never shown."""

from collections.abc import Iterator

import pytest
from control_plane import ControlPlane
from page_visitor import Person, signed_in

PLANTED = "correct-horse-7c1f"
KEY = "-----BEGIN PRIVATE KEY-----\r\nplanted-9a2e\r\n-----END PRIVATE KEY-----\r\n"


@pytest.fixture(scope="module")
def people(plain_house: ControlPlane, admin: Person) -> Iterator[dict[str, Person]]:
    """Two viewers beside the administrator, on a server that stores credentials."""
    found = {"root": admin}
    for name in ("vic", "sten"):
        body = {
            "username": name,
            "email": f"{name}@example.com",
            "display_name": name.title(),
            "role": "viewer",
        }
        made = admin.api("POST", "users", json=body)
        found[name] = signed_in(plain_house.url, name, made["one_time_password"])
    yield found
    admin.send("/admin/features", {"stored_credentials": "off"})
    for name in ("vic", "sten"):
        found[name].client.close()


def test_while_it_is_off_the_page_says_who_can_turn_it_on(people: dict[str, Person]) -> None:
    seen = people["vic"].see("/credentials").text
    assert "Storing credentials is turned off on this server." in seen
    assert "An administrator turns them on" in seen
    assert "still tests a connection, looks into it and reads data from it" in seen
    assert "Open Features" not in seen
    assert "/credentials/new" not in seen
    assert "Open Features" in people["root"].see("/credentials").text

    asked = people["vic"].see("/credentials/new")
    sent = people["vic"].send("/credentials/new", {"name": "W", "user": "r", "password": PLANTED})
    assert (asked.status_code, sent.status_code) == (403, 400)
    assert "turned off" in sent.text
    assert PLANTED not in sent.text


def test_a_viewer_keeps_changes_and_deletes_credentials(people: dict[str, Person]) -> None:
    vic = people["vic"]
    people["root"].send("/admin/features", {"stored_credentials": "on"})
    assert "No credentials yet" in vic.see("/credentials").text
    assert "Secret access key" in vic.see("/credentials/new?type=s3").text
    assert vic.see("/credentials/new?type=none").status_code == 400

    bad = vic.send("/credentials/new", {"type": "basic", "name": " ", "user": "reader", "password": PLANTED})
    assert (bad.status_code, "1 to 100 printable characters" in bad.text) == (400, True)
    assert (PLANTED in bad.text, 'value="reader"' in bad.text) == (False, True)
    made = vic.send(
        "/credentials/new", {"type": "basic", "name": "Warehouse", "user": "reader", "password": PLANTED}
    )
    assert "Warehouse is stored." in made.text
    assert "Not tested" in made.text
    here = made.url.path

    kept = vic.send(f"{here}/edit", {"name": "Main warehouse", "user": "reader", "password": ""})
    assert "Main warehouse is saved, and its secret stays." in kept.text
    new = vic.send(f"{here}/edit", {"name": "Main warehouse", "user": "reader", "password": f"{PLANTED}-2"})
    assert "is saved, with its new secret." in new.text
    wrong = vic.send(f"{here}/edit", {"name": "Main warehouse", "user": "", "token": PLANTED})
    assert (wrong.status_code, PLANTED in wrong.text) == (400, False)
    seen = [vic.see(path).text for path in ("/credentials", here, f"{here}/edit", "/audit")]
    assert not [page for page in seen if PLANTED in page]

    asked = vic.see(f"{here}/delete").text
    assert "Delete Main warehouse" in asked
    assert "Main warehouse is deleted" in vic.send(f"{here}/delete", {}).text
    assert vic.see(here).status_code == 404


def test_a_key_pair_is_kept_with_lines_as_programs_write_them(people: dict[str, Person]) -> None:
    vic = people["vic"]
    people["root"].send("/admin/features", {"stored_credentials": "on"})
    body = {"type": "key_pair", "name": "Snow", "user": "svc", "private_key": KEY, "passphrase": PLANTED}
    made = vic.send("/credentials/new", body)
    assert "Snow is stored." in made.text
    assert "planted-9a2e" not in made.text
    vic.send(f"{made.url.path}/delete", {})


def test_others_see_nothing_of_it_and_an_administrator_lists_and_deletes(people: dict[str, Person]) -> None:
    vic, sten, root = people["vic"], people["sten"], people["root"]
    root.send("/admin/features", {"stored_credentials": "on"})
    body = {"name": "Private", "user": "reader", "password": PLANTED}
    here = vic.send("/credentials/new", {"type": "basic", **body}).url.path

    assert "Private" not in sten.see("/credentials").text
    for path in ("", "/edit", "/delete"):
        assert sten.see(here + path).status_code == 404
    assert sten.send(f"{here}/edit", body).status_code == 404
    assert sten.send(f"{here}/delete", {}).status_code == 404

    seen = root.see(here).text
    assert "owned by Vic" in seen
    assert f"{here}/edit" not in seen
    assert root.see(f"{here}/edit").status_code == 403
    assert root.send(f"{here}/edit", body).status_code == 403
    assert "Private is deleted" in root.send(f"{here}/delete", {}).text
