"""Credentials Management where it stands in the way: an old session, a sealed vault, a feature turned off."""

import re
from typing import Any

import pytest
from calling import Api, Caller
from world import World

PLANTED = "correct-horse-battery-7c1f"
HTML = {"accept": "text/html"}


@pytest.fixture(autouse=True)
def _on(api: Api, world: World) -> None:
    root = api.session(world.person("root", "administrator"))
    assert root.patch("settings", {"features": {"stored_credentials": True}}).status_code == 200


def stored(who: Caller) -> dict[str, Any]:
    answer = who.post("credentials", {"name": "Warehouse", "user": "reader", "password": PLANTED})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_old_session_proves_who_it_is_before_the_form_of_edit_and_again_at_its_end(
    api: Api, world: World
) -> None:
    ada = world.person("ada", "viewer")
    made = stored(api.session(ada))
    here, stale = f"/credentials/{made['id']}", api.session(ada, is_recent=False)

    asked = stale.call("GET", f"{here}/edit", headers=HTML)
    sent = stale.call("POST", f"{here}/edit", headers=HTML, data={"name": "Mine", "password": PLANTED})

    for answer in (asked, sent):
        assert answer.status_code == 303
        assert re.fullmatch(rf"/confirm\?next={here}/edit", answer.headers["location"])
    assert stale.get(f"credentials/{made['id']}").json() == made
    assert "Delete Warehouse" in stale.call("GET", f"{here}/delete", headers=HTML).text


def test_a_sealed_vault_says_so_and_what_was_typed_does_not_come_back(api: Api, world: World) -> None:
    ada = api.session(world.person("ada", "viewer"))
    assert stored(ada)
    api.house.folders.secrets.joinpath("vault.json").unlink()
    seen = ada.call("GET", "/credentials", headers=HTML).text
    assert "The vault is sealed." in seen
    assert "/credentials/new" not in seen
    body = {"type": "basic", "name": "Other", "user": "reader", "password": PLANTED}
    sent = ada.call("POST", "/credentials/new", headers=HTML, data=body)
    assert (sent.status_code, PLANTED in sent.text) == (400, False)
    assert "The vault is sealed" in sent.text
