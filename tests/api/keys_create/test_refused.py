"""POST keys, when it is refused: with the field that is wrong, and nothing made."""

from typing import Any

import pytest
from calling import Api, faults, problem
from stores import on_one_engine
from world import World

NAMES: list[Any] = [
    "", " ", "\t\n", "x" * 101, "x" * 100_000, "a\0b", "a\x1b[31mb", "a\x7fb", "a\u202eb", "a\u200bb",
    "a\ufeffb", 5, 1.5, True, None, [], ["ci"], {"name": "ci"},
]  # fmt: skip
ENDS: list[Any] = [
    "2027-01-04T09:00:00Z", "2020-01-01T00:00:00Z", "2028-01-01T00:00:00", "2028-01-01",
    "2028-02-30T00:00:00Z", "2028-13-01T00:00:00Z", "tomorrow", "", "0", 0, -1, 1e300, "1e400", True, [], {},
    "9999-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+12:00", "10000-01-01T00:00:00Z", "2028-01-01T00:00:00+99:00",
]  # fmt: skip
ROLES: list[Any] = ["owner", "Viewer", "viewer ", "", 1, [], "administrator\0"]
LISTS: list[Any] = [
    "0.0.0.0/0",
    "localhost",
    "10.0.0.1,10.0.0.2",
    "10.0.0.1;10.0.0.1",
    "010.0.0.1",
    5,
    ["10.0.0.1"],
]


@on_one_engine
@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("name", value) for value in NAMES),
        *(("expires_at", value) for value in ENDS),
        *(("role", value) for value in ROLES),
        *(("ip_allowlist", value) for value in LISTS),
    ],
)
def test_a_field_that_cannot_be_accepted(api: Api, world: World, field: str, value: Any) -> None:
    ada = api.session(world.person("ada", "administrator"))
    answer = ada.post("keys", {"name": "ci", field: value})
    assert answer.status_code == 400, answer.text
    assert list(faults(answer)) == [field]
    assert ada.pages("keys") == []


def test_without_a_name(api: Api, world: World) -> None:
    answer = api.session(world.person("ada")).post("keys", {})
    assert (answer.status_code, list(faults(answer))) == (400, ["name"])


@pytest.mark.parametrize(("own", "wanted"), [("viewer", "publisher"), ("publisher", "administrator")])
def test_a_role_above_ones_own(api: Api, world: World, own: str, wanted: str) -> None:
    answer = api.session(world.person("ada", own)).post("keys", {"name": "ci", "role": wanted})
    assert problem(answer) == (403, "role-above-own")


def test_by_a_key(api: Api, world: World) -> None:
    ada = api.by_key(world.person("ada", "administrator"))
    assert problem(ada.post("keys", {"name": "ci"})) == (403, "keys-cannot-make-keys")


def test_without_a_recent_proof_of_identity_until_it_is_given(api: Api, world: World) -> None:
    ada = api.session(world.person("ada"), is_recent=False)
    assert problem(ada.post("keys", {"name": "ci"})) == (403, "confirm-required")
    answer = ada.post("session/confirm", {"password": "correct horse battery"})
    assert answer.status_code == 204
    assert ada.renewed(answer).post("keys", {"name": "ci"}).status_code == 201


def test_a_refusal_is_in_the_trail(api: Api, world: World) -> None:
    ada = api.by_key(world.person("ada"))
    decision = ada.post("keys", {"name": "ci"}).json()["decision_id"]
    [entry] = api.session(world.person("root", "administrator")).pages("audit", request_id=decision)
    assert (entry["action"], entry["decision"], entry["reason"]) == (
        "key:create",
        "denied",
        "keys-cannot-make-keys",
    )
    assert entry["via_key_id"] is not None


@on_one_engine
def test_half_a_character_is_no_text(api: Api, world: World) -> None:
    ada = api.session(world.person("ada"))
    sent = {"content-type": "application/json"}
    answer = ada.call("POST", "keys", content=b'{"name": "a\\ud800"}', headers=sent)
    assert (answer.status_code, list(faults(answer))) == (400, ["name"])
