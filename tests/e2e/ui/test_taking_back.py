"""Taking back from the pages that say who holds what: all that somebody gave, and what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from control_plane import ControlPlane
from page_visitor import Person, signed_in

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def petra(admin: Person, plain_house: ControlPlane) -> Iterator[Person]:
    """A publisher, who will share things of the administrator's."""
    body = {
        "username": "petra", "email": "petra@example.com", "display_name": "Petra Holm",
        "role": "publisher", "password": "a password to change",
    }  # fmt: skip
    admin.api("POST", "users", json=body)
    person = signed_in(plain_house.url, "petra", "a password to change")
    yield person
    person.client.close()


@pytest.fixture
def app(admin: Person) -> str:
    """An application that Petra may share, and has shared with two others."""
    return str(admin.publish("Taken report")["id"])


def give(who: Person, things: str, name: str, role: str, kind: str = "user") -> dict[str, Any]:
    made = who.api("POST", f"{things}/grants", json={"to": {"type": kind, "name": name}, "role": role})
    assert isinstance(made, dict)
    return made


def held(admin: Person, things: str) -> set[tuple[str, str]]:
    found = admin.api("GET", f"{things}/grants")["items"]
    return {(one["to"]["name"], one["role"]) for one in found}


def test_all_that_somebody_gave_on_an_application_is_named_and_ends(
    admin: Person, petra: Person, app: str
) -> None:
    give(admin, f"apps/{app}", "petra", "editor")
    giver = give(petra, f"apps/{app}", "mira", "editor")["by"]["id"]
    give(petra, f"apps/{app}", "lena", "consumer")
    give(admin, f"apps/{app}", "mira", "consumer")
    here = f"/applications/{app}/access"

    listed = admin.see(here)
    asked = admin.see(f"{here}/given-by/{giver}/remove")
    done = admin.send(f"{here}/given-by/{giver}/remove", {})

    assert f"{here}/given-by/{giver}/remove" in listed.text
    assert "Take back all that Petra Holm gave on Taken report?" in asked.text
    kept = "the role consumer by Administrator"
    assert f"Mira Kovač (mira) loses the role editor. Stays: {kept}." in asked.text
    assert "Lena Fischer (lena) loses the role consumer." in asked.text
    assert "Petra Holm (petra) loses" not in asked.text
    assert "All that Petra Holm gave on Taken report is taken back from 2 holders." in done.text
    assert held(admin, f"apps/{app}") == {("admin", "owner"), ("petra", "editor"), ("mira", "consumer")}
    assert admin.send(f"{here}/given-by/{giver}/remove", {}).status_code == 404


def test_what_may_not_be_taken_is_said_on_the_page_and_all_of_it_stays(
    admin: Person, petra: Person, app: str
) -> None:
    here = f"/applications/{app}/access"
    give(admin, f"apps/{app}", "petra", "editor")
    owner = give(admin, f"apps/{app}", "mira", "owner")
    give(admin, f"apps/{app}", "lena", "consumer")
    before = held(admin, f"apps/{app}")
    [first] = [one for one in admin.api("GET", f"apps/{app}/grants")["items"] if one["to"]["name"] == "admin"]

    above = petra.send(f"{here}/given-by/{owner['by']['id']}/remove", {})
    own = admin.send(f"{here}/{first['id']}/remove", {})
    less = admin.send(f"{here}/{first['id']}/change", {"role": "editor"})
    stranger = petra.see(f"/applications/{app}/access/given-by/nobody/remove")

    assert (above.status_code, own.status_code, less.status_code) == (409, 409, 400)
    assert "mira (owner):" in above.text
    assert "Take back all that Administrator gave on Taken report" in above.text
    for page in (own, less):
        assert "You cannot give up owning Taken report yourself." in page.text
    assert stranger.status_code == 404
    assert held(admin, f"apps/{app}") == before


def test_in_a_project_one_takes_back_what_one_gave_and_goes_on_owning_it(
    admin: Person, petra: Person
) -> None:
    petra.api("POST", "projects", json={"key": "TAKEN", "name": "Taken back"})
    given = give(petra, "projects/TAKEN", "admin", "admin")
    give(admin, "projects/TAKEN", "mira", "viewer")
    here = "/projects/TAKEN/settings/permissions"

    asked = petra.see(f"{here}/given-by/{given['by']['id']}/remove")
    refused = admin.send(f"{here}/given-by/{given['by']['id']}/remove", {})
    done = petra.send(f"{here}/given-by/{given['by']['id']}/remove", {})

    assert "Take back all that you gave on Taken back?" in asked.text
    assert "Administrator (admin) loses the role admin." in asked.text
    assert refused.status_code == 409
    assert "You cannot give up owning Taken back yourself." in refused.text
    assert "All that you gave on Taken back is taken back from Administrator." in done.text
    assert held(petra, "projects/TAKEN") == {("petra", "admin"), ("mira", "viewer")}


def test_nobody_of_another_organization_is_let_in_and_the_form_says_why(admin: Person, app: str) -> None:
    admin.api("POST", "organizations", json={"name": "Elsewhere", "allows_outside_sharing": False})
    body = {"username": "otto", "email": "otto@example.com", "role": "viewer", "organization": "Elsewhere"}
    admin.api("POST", "users", json=body)

    page = admin.send(f"/applications/{app}/share", {"who": "otto", "role": "consumer"})

    assert page.status_code == 400
    assert "belongs to another organization" in page.text
    assert 'value="otto"' in page.text
