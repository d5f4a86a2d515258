"""What is hidden answers as what is not there (I24), and nothing happens without an entry (I25)."""

from pathlib import Path
from typing import Any

import pytest
from calling import Api, Caller
from httpx import Response
from key_desk import KeyDesk
from permission_calls import Furnished, furnish, table_of
from stores import on_one_engine
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
