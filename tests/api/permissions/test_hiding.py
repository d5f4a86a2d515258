"""What is hidden answers as what is not there (I24), and nothing happens without an entry (I25)."""

from pathlib import Path
from typing import Any

import pytest
from calling import Api, Caller
from httpx import Response
from key_desk import KeyDesk
from permission_calls import Furnished, furnish, table_of
from stores import counted, on_one_engine
from world import World

CALLS = list(table_of(Path(__file__).parent / "table.txt")["AD"])
UNCHANGING = {"PUT permissions"}  # the list is sent as it is
OF_THE_CALL = ("instance", "decision_id")


@pytest.fixture
def desk(api: Api, world: World) -> KeyDesk:
    """Project P of ada's with one thing of every kind."""
    made = KeyDesk(api, world)
    made.owner.post("projects", {"key": "R", "name": "R"})
    return made


def _said(answer: Response) -> tuple[int, dict[str, Any]]:
    """Return an answer without what is of the call alone."""
    return answer.status_code, {
        name: value for name, value in answer.json().items() if name not in OF_THE_CALL
    }


def _strangers(desk: KeyDesk) -> dict[str, Caller]:
    """Return callers of several kinds who hold nothing on P."""
    desk.owner.post("projects", {"key": "S", "name": "S"})
    robot = desk.made_global(projects={"S": ["ADMIN"]})
    return {
        "session": desk.holder(),
        "personal": desk.api.by_key(desk.person()),
        "global": desk.by(robot),
    }


@on_one_engine
def test_every_call_on_a_hidden_project_answers_as_on_one_that_is_not_there(desk: KeyDesk) -> None:
    hidden = furnish(desk, "P")
    missing = Furnished("P9", hidden.ids)
    for kind, stranger in _strangers(desk).items():
        for call in CALLS:
            answers = _said(hidden.send(stranger, call)), _said(missing.send(stranger, call))
            assert answers[0] == answers[1], (kind, call)
            assert answers[0][0] == 404, (kind, call)


@on_one_engine
def test_every_call_on_a_hidden_project_reads_as_much_as_on_one_that_is_not_there(desk: KeyDesk) -> None:
    hidden = furnish(desk, "P")
    missing = Furnished("P9", hidden.ids)
    with counted(desk.world.store.engine) as reads:
        for kind, stranger in _strangers(desk).items():
            stranger.get("projects")  # whatever is done once for a caller is done
            for call in CALLS:
                took = []
                for house in (hidden, missing):
                    reads.clear()
                    assert house.send(stranger, call).status_code == 404
                    took.append([" ".join(one.split()).partition(" WHERE ")[0] for one in reads])
                assert took[0] == took[1], (kind, call)


@on_one_engine
def test_to_who_knows_the_project_alone_its_hidden_datasets_are_as_those_that_are_not_there(
    desk: KeyDesk,
) -> None:
    desk.filled()
    who = desk.holder("RUN_SCENARIOS")
    assert who.get("projects/P/datasets/orders").status_code == 404
    for content in (b"id\n1\n", b""):
        answers = [
            _said(desk.put(content, name, who=who)) for name in ("orders", "nothing", "dts_" + "0" * 24)
        ]
        assert answers[0] == answers[1] == answers[2]
        assert answers[0][0] == 403
    assert desk.put(b"id\n1\n", "nothing", who=desk.holder("WRITE_CONF")).status_code == 200


@on_one_engine
def test_every_change_leaves_an_entry_and_what_is_refused_changes_nothing(desk: KeyDesk) -> None:
    house = furnish(desk, "P")
    key = desk.keyed("ADMIN")
    low = desk.keyed("READ_DASHBOARDS")
    for call in CALLS:
        before = _allowed_entries(desk)
        assert house.send(low, call).status_code in (200, 403, 404)
        assert _allowed_entries(desk) == before, f"refused, yet something happened: {call}"
        if call.startswith("GET") or call == "DELETE":
            continue
        if house.send(key, call).is_success and call not in UNCHANGING:
            assert _allowed_entries(desk) > before, call


def _allowed_entries(desk: KeyDesk) -> int:
    return len([one for one in desk.root.pages("audit") if one["decision"] == "allowed"])
