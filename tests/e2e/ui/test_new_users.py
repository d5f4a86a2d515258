"""The form for a new account: where they belong is asked once there is more than one organization."""

from collections.abc import Iterator

import pytest
from control_plane import control_plane
from page_visitor import Person, signed_in

pytestmark = pytest.mark.e2e

FIELD = 'name="organization"'


@pytest.fixture
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """The administrator of a server of its own."""
    with control_plane(tmp_path_factory.mktemp("people") / "data") as house:
        person = signed_in(house.url, house.username, house.password)
        yield person
        person.client.close()


def made(admin: Person, username: str, **more: str) -> int:
    form = {"username": username, "display_name": username.title(), "email": f"{username}@example.com"}
    return admin.send("/users/new", {**form, "role": "publisher", **more}).status_code


def organization_of(admin: Person, username: str) -> str:
    [found] = admin.api("GET", f"users?q={username}")["items"]
    return str(found["organization"])


def test_somebody_new_belongs_where_the_form_says(admin: Person) -> None:
    assert FIELD not in admin.see("/users/new").text
    assert made(admin, "mira") == 200
    own = organization_of(admin, "mira")

    other = admin.api("POST", "organizations", json={"name": "Field office"})
    form = admin.see("/users/new").text
    assert FIELD in form
    assert f'<option value="{other["id"]}"' in form
    assert made(admin, "lena", organization=other["id"]) == 200
    assert organization_of(admin, "lena") == "Field office"
    assert made(admin, "jonas") == 200
    assert organization_of(admin, "jonas") == own


def test_nobody_is_made_in_an_organization_that_is_not_there(admin: Person) -> None:
    admin.api("POST", "organizations", json={"name": "Field office"})
    assert made(admin, "mira", organization="org_" + "0" * 24) == 400
    assert admin.api("GET", "users?q=mira")["items"] == []
