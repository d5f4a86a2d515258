"""What is exposed to a project counts for people: a key gives it to nobody, since it may not read it."""

from typing import Any

import pytest
from calling import Caller, problem
from key_desk import KeyDesk
from stores import on_one_engine

CODE = (403, "grant-hands-on")


@pytest.fixture
def exposed(desk: KeyDesk) -> KeyDesk:
    """A dataset of P that is exposed to Q, another project of ada's."""
    desk.filled()
    assert desk.owner.post("projects", {"key": "Q", "name": "Q"}).status_code == 201
    shown = desk.owner.post("projects/P/exposed", {"dataset": "orders", "to_project": "Q"})
    assert shown.status_code == 201, shown.text
    return desk


def _key_of_q(desk: KeyDesk) -> Caller:
    answer = desk.owner.post("projects/Q/keys", {"name": "loader", "permissions": ["ADMIN"]})
    assert answer.status_code == 201, answer.text
    return desk.by(answer.json())


def _put(who: Caller, *others: dict[str, Any]) -> Any:
    ada = {"to": {"type": "user", "name": "ada"}, "role": "admin"}
    return who.call("PUT", "projects/Q/permissions", json={"grants": [ada, *others]})


def _reads(name: str) -> dict[str, Any]:
    return {"to": {"type": "user", "name": name}, "permissions": ["READ_DATA"]}


@on_one_engine
def test_a_project_key_gives_no_rows_of_another_project(exposed: KeyDesk) -> None:
    key, bob = _key_of_q(exposed), exposed.person()
    refused = _put(key, _reads(bob.username))
    assert (problem(refused), refused.json()["missing"]) == (CODE, "LIST READ_DATA READ_SCHEMA")
    assert "what is exposed to Q" in refused.json()["detail"]
    assert "orders" not in refused.text, "the key may not know of the dataset"
    rows = exposed.api.session(bob)
    assert rows.get("projects/P/datasets/orders/data").status_code == 404
    assert _put(exposed.owner, _reads(bob.username)).status_code == 200
    assert rows.get("projects/P/datasets/orders/data").status_code == 200


@on_one_engine
def test_a_project_key_takes_back_and_gives_what_reaches_nothing(exposed: KeyDesk) -> None:
    key, bob = _key_of_q(exposed), exposed.person()
    assert _put(exposed.owner, _reads(bob.username)).status_code == 200
    lower = {"to": {"type": "user", "name": bob.username}, "permissions": ["READ_DASHBOARDS"]}
    assert _put(key, lower).status_code == 200
    assert exposed.api.session(bob).get("projects/P/datasets/orders/data").status_code == 404


@on_one_engine
def test_a_global_key_names_what_it_knows_and_gives_what_it_reads(exposed: KeyDesk) -> None:
    bob = exposed.person()
    knows = {"Q": ["ADMIN"], "P": ["READ_CONF"]}
    reads = {"Q": ["ADMIN"], "P": ["READ_DATA", "READ_METADATA"]}
    refused = _put(exposed.by(exposed.made_global(projects=knows)), _reads(bob.username))
    assert (problem(refused), refused.json()["missing"]) == (CODE, "READ_DATA")
    assert "READ_DATA on orders, which is exposed to Q" in refused.json()["detail"]
    reader = exposed.by(exposed.made_global(projects=reads))
    assert _put(reader, _reads(bob.username)).status_code == 200


@on_one_engine
def test_the_refusal_is_explained(exposed: KeyDesk) -> None:
    key, bob = _key_of_q(exposed), exposed.person()
    refused = _put(key, _reads(bob.username))
    exposed.api.house.notes.write()
    for who in (key, exposed.root):
        found = who.get("explain", params={"decision_id": refused.json()["decision_id"]}).json()
        assert (found["allowed"], found["rule"]) == (False, "grant-hands-on")
        assert "Exposures count for people" in found["steps"][-1]["says"]
        assert found["steps"][-1]["says"].endswith("READ_DATA READ_SCHEMA.")
