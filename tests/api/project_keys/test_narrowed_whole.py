"""What an associated user keeps a key from where a whole project goes: its archive, and its end."""

from typing import Any

import pytest
from archive_desk import ArchiveDesk
from calling import Api, Caller, problem
from stores import on_one_engine
from world import World

from gatepost_server.authz import policy

ORDERS = "projects/P/datasets/orders"


@pytest.fixture
def desk(api: Api, world: World) -> ArchiveDesk:
    """A project with a dataset that is read on behalf of persons, with row rules."""
    desk = ArchiveDesk(api, world)
    desk.furnish()
    return desk


def _key_of(desk: ArchiveDesk, atoms: str | None) -> Caller:
    """A program whose key administers P; its associated user holds *atoms* on the dataset, if it has one."""
    body: dict[str, Any] = {"name": "adm", "permissions": ["ADMIN"]}
    if atoms is not None:
        who = desk.person()
        desk.world.grant(desk.project_id, who.id, policy.mask("READ_DASHBOARDS"))
        desk.world.grant(desk.owner.get(ORDERS).json()["id"], who.id, policy.mask(atoms))
        assert desk.api.session(who).call("PUT", "me/run-as/P").status_code == 204
        body["run_as"] = who.username
    made = desk.owner.post("projects/P/keys", body)
    assert made.status_code == 201, made.text
    return Caller(desk.api, {"authorization": f"Key {made.json()['key']}"}, key=made.json()["key"])


REFUSED = {None: "run-as-needed", "LIST": "run-as-denied"}


@on_one_engine
@pytest.mark.parametrize("atoms", REFUSED)
def test_no_key_takes_or_ends_with_its_project_what_it_may_not_itself(
    desk: ArchiveDesk, atoms: str | None
) -> None:
    archive = f"projects/P/export/{desk.export()['id']}"
    key = _key_of(desk, atoms)
    for answer, missing in (
        (key.get(archive), "EXPORT_DATA"),
        (key.post("projects/P/export"), "EXPORT_DATA"),
        (key.delete("projects/P"), "DELETE"),
    ):
        assert problem(answer) == (403, REFUSED[atoms])
        assert answer.json()["missing"] == missing
    assert desk.owner.get(f"{ORDERS}/data").status_code == 200
    assert desk.owner.get(archive).status_code == 200


@on_one_engine
def test_no_key_takes_rows_in_an_archive_that_row_rules_hide_from_it(desk: ArchiveDesk) -> None:
    archive = f"projects/P/export/{desk.export()['id']}"
    key = _key_of(desk, "EXPORT_DATA")
    assert problem(key.get(archive)) == (403, "rows-hidden")
    assert problem(key.post("projects/P/export")) == (403, "rows-hidden")
    desk.owner.patch(ORDERS, {"impersonate": False})
    assert key.get(archive).status_code == 200


@on_one_engine
def test_a_key_takes_and_ends_what_its_associated_user_may_too(desk: ArchiveDesk) -> None:
    key = _key_of(desk, "OWN")
    job = desk.export(who=key)
    assert key.get(f"projects/P/export/{job['id']}").status_code == 200
    assert key.delete("projects/P").status_code == 200
    assert desk.owner.get("projects/P").status_code == 404
