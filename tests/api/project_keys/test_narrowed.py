"""What an associated user keeps a key from: every use of a dataset, however the key comes to it."""

from typing import Any

import pytest
from calling import Caller, problem
from key_desk import KeyDesk
from stores import on_one_engine

from gatepost_server.authz import policy

PATH = "projects/P/datasets/orders"
COLUMNS = {"columns": [{"name": "id", "type": "integer"}]}
APPENDED: dict[str, Any] = {"content": b"id,name\n9,x\n", "params": {"mode": "append"}}
METADATA = {"description": "Said by a key", "tags": [], "custom": {}}
USES: dict[str, tuple[tuple[str, str, dict[str, Any]], str]] = {
    "dataset:rows": (("GET", f"{PATH}/data", {}), "READ_DATA"),
    "dataset:export": (("GET", f"{PATH}/export", {}), "EXPORT_DATA"),
    "dataset:schema": (("GET", f"{PATH}/schema", {}), "READ_SCHEMA"),
    "dataset:set-schema": (("PUT", f"{PATH}/schema", {"json": COLUMNS}), "WRITE_SCHEMA"),
    "dataset:metadata": (("GET", f"{PATH}/metadata", {}), "READ_METADATA"),
    "dataset:describe": (("PUT", f"{PATH}/metadata", {"json": METADATA}), "WRITE_METADATA"),
    "dataset:write": (("PUT", f"{PATH}/data", APPENDED), "WRITE_DATA"),
    "dataset:read": (("GET", f"{PATH}/history", {}), "READ"),
    "dataset:share": (("GET", f"{PATH}/rules", {}), "SHARE"),
    "dataset:edit": (("PATCH", PATH, {"json": {"name": "sales"}}), "EDIT"),
    "dataset:delete": (("DELETE", PATH, {}), "DELETE"),
}  # fmt: skip
"""Every action on a dataset as a call, and what it takes; what ends the dataset last."""


@pytest.fixture
def ruled(desk: KeyDesk) -> KeyDesk:
    """A dataset that is used on behalf of persons."""
    desk.filled(b"id,name\n1,ann\n")
    assert desk.owner.patch(PATH, {"impersonate": True}).status_code == 200
    return desk


def _called(who: Caller, action: str) -> Any:
    (verb, path, how), _ = USES[action]
    sent = {"headers": {"content-type": "text/csv"}} if "content" in how else {}
    return who.call(verb, path, **how, **sent)


def _key_of(desk: KeyDesk, atoms: str | None) -> Caller:
    """A program with a key of `_made`."""
    return desk.by(_made(desk, atoms))


def _made(desk: KeyDesk, atoms: str | None) -> dict[str, Any]:
    """A key that administers P; its associated user holds *atoms* on the dataset, None: it has none."""
    if atoms is None:
        return desk.made(permissions=["ADMIN"])
    who = desk.person()
    desk.world.grant(desk.project_id, who.id, policy.mask("READ_DASHBOARDS"))
    if atoms:
        where = desk.owner.get(PATH).json()["id"]
        desk.world.grant(where, who.id, policy.mask(atoms))
    assert desk.api.session(who).call("PUT", "me/run-as/P").status_code == 204
    return desk.made(permissions=["ADMIN"], run_as=who.username)


def test_every_action_on_a_dataset_is_in_the_table() -> None:
    known = {name for name, one in policy.actions.items() if one.on == "dataset"}
    alike = {"dataset:list", "dataset:refresh", "dataset:link"}
    assert {one for one in known if policy.actions[one].atom is not None} - alike == set(USES)


@on_one_engine
@pytest.mark.parametrize(("atoms", "code"), [(None, "run-as-needed"), ("LIST", "run-as-denied")])
def test_what_the_associated_user_may_not_the_key_may_not(
    ruled: KeyDesk, atoms: str | None, code: str
) -> None:
    key = _key_of(ruled, atoms)
    with ruled.unchanged():
        for action, (_, atom) in USES.items():
            answer = _called(key, action)
            assert (problem(answer), answer.json()["missing"]) == ((403, code), atom), action
    assert key.get(PATH).status_code == 200, "that it is there is no data"
    found = key.get("projects/P/datasets").json()["items"][0]
    assert (found["columns"], found["description"], found["rows"]) == (None, None, None)


@on_one_engine
def test_what_both_may_the_key_may(ruled: KeyDesk) -> None:
    key = _key_of(ruled, "OWN")
    refused = {"dataset:set-schema": 409}
    for action in USES:
        path = "projects/P/datasets/sales"
        answer = key.delete(path) if action == "dataset:delete" else _called(key, action)
        assert answer.status_code == refused.get(action, 200), (action, answer.text)
    assert ruled.owner.get("projects/P/datasets").json()["items"] == []


@on_one_engine
def test_nothing_is_narrowed_where_no_dataset_asks_for_it(ruled: KeyDesk) -> None:
    ruled.owner.patch(PATH, {"impersonate": False})
    for key in (_key_of(ruled, None), _key_of(ruled, "")):
        assert [_called(key, one).status_code for one in ("dataset:rows", "dataset:write")] == [200, 200]


@on_one_engine
def test_a_key_exposes_no_rows_that_its_associated_user_may_not_read(ruled: KeyDesk) -> None:
    assert ruled.owner.post("projects", {"key": "Q", "name": "Q"}).status_code == 201
    wanted = {"dataset": "orders", "to_project": "Q"}
    rights = {"P": ["MANAGE_EXPOSED_ELEMENTS", "READ_DATA", "READ_METADATA"], "Q": ["READ_CONF"]}
    made = ruled.made_global(projects=rights)
    assert problem(ruled.by(made).post("projects/P/exposed", wanted)) == (403, "run-as-needed")
    assert ruled.owner.get("projects/P/exposed").json()["items"] == []
    assert ruled.owner.post("projects/P/exposed", wanted).status_code == 201


TOO_MUCH = {None: "READ_DATA READ_METADATA", "SHARE": "READ_DATA READ_METADATA", "OWN": ""}
"""What the associated user holds on the dataset, and what of the role Consumer the key then cannot give."""


@on_one_engine
@pytest.mark.parametrize("atoms", TOO_MUCH)
def test_a_key_gives_nobody_what_its_associated_user_does_not_hold(ruled: KeyDesk, atoms: str | None) -> None:
    key, other = _key_of(ruled, atoms), ruled.person()
    at = f"datasets/{ruled.owner.get(PATH).json()['id']}/grants"
    bob = {"type": "user", "name": other.username}
    answers = [key.post(at, {"to": bob, "role": "consumer"})]
    listed = ruled.owner.get("projects/P/permissions").json()["grants"]
    grants = [{name: one[name] for name in ("to", "role", "permissions", "until")} for one in listed]
    before = [
        {"to": {name: one["to"][name] for name in ("type", "name")}, "until": one["until"]}
        | ({"role": one["role"]} if one["role"] else {"permissions": one["permissions"]})
        for one in grants
    ]
    wanted = [*before, {"to": bob, "permissions": ["READ_DATA", "READ_METADATA"]}]
    answers.append(key.call("PUT", "projects/P/permissions", json={"grants": wanted}))
    if atoms == "OWN":
        assert [one.status_code for one in answers] == [201, 200], [one.text for one in answers]
        assert ruled.api.session(other).get(f"{PATH}/data").status_code == 200
        return
    assert {one.status_code for one in answers} == {403}, [one.text for one in answers]
    assert problem(answers[1]) == (403, "grant-exceeds-own")
    assert set(TOO_MUCH[atoms].split()) <= set(answers[1].json()["missing"].split())
    assert ruled.api.session(other).get(f"{PATH}/data").status_code == 404


@on_one_engine
def test_a_key_gives_all_that_it_holds_where_no_dataset_asks_for_whom(ruled: KeyDesk) -> None:
    ruled.owner.patch(PATH, {"impersonate": False})
    key, other = _key_of(ruled, ""), ruled.person()
    at = f"datasets/{ruled.owner.get(PATH).json()['id']}/grants"
    given = key.post(at, {"to": {"type": "user", "name": other.username}, "role": "consumer"})
    assert given.status_code == 201, given.text
    assert ruled.api.session(other).get(f"{PATH}/data").status_code == 200


@on_one_engine
@pytest.mark.parametrize("atoms", [None, "LIST", "READ_DATA", "OWN"])
def test_an_explanation_says_what_the_call_says(ruled: KeyDesk, atoms: str | None) -> None:
    made = _made(ruled, atoms)
    key = ruled.by(made)
    rule = "run-as-needed" if atoms is None else "run-as-denied"
    for action in ("dataset:rows", "dataset:write", "dataset:export"):
        answer = _called(key, action)
        asked = {"action": action, "resource": "P/orders", "as": made["id"]}
        found = ruled.root.get("explain", params=asked).json()
        wanted = (True, None, None) if answer.status_code == 200 else (False, rule, USES[action][1])
        assert (found["allowed"], found["rule"], found["missing"]) == wanted, action


@on_one_engine
def test_a_refused_call_is_explained_with_the_grant_that_helps(ruled: KeyDesk) -> None:
    key = _key_of(ruled, "LIST")
    answer = _called(key, "dataset:rows")
    ruled.api.house.notes.write()
    asked = {"decision_id": answer.json()["decision_id"]}
    for who in (key, ruled.root):
        found = who.get("explain", params=asked).json()
        assert (found["rule"], found["missing"]) == ("run-as-denied", "READ_DATA")
        (failed,) = [one for one in found["steps"] if not one["passed"] and one["rule"] != "asked"]
        assert failed["says"].endswith(" does not hold READ_DATA.")
        grant = found["smallest_grant"]
        assert (grant["permissions"], grant["to"]["name"]) == (["READ_DATA"], "publisher1")
    ruled.world.grant(ruled.owner.get(PATH).json()["id"], grant["to"]["id"], policy.mask("READ_DATA"))
    assert ruled.root.get("explain", params=asked).json()["allowed"] is True
    assert _called(key, "dataset:rows").status_code == 200


@on_one_engine
def test_the_audit_names_what_was_refused_and_on_what(ruled: KeyDesk) -> None:
    where = ruled.owner.get(PATH).json()["id"]
    answer = _called(_key_of(ruled, ""), "dataset:write")
    ruled.api.house.notes.write()
    noted = ruled.root.get("audit", params={"request_id": answer.json()["decision_id"]}).json()["items"]
    assert [
        (one["action"], one["resource"]["kind"], one["resource"]["id"], one["reason"]) for one in noted
    ] == [("dataset:write", "dataset", where, "run-as-denied")]
