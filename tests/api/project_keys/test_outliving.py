"""Who administers a project for a time makes no key of it that keeps their rights for longer (§4.6)."""

from datetime import timedelta
from typing import Any

import pytest
from calling import Caller, problem
from key_desk import KeyDesk
from stores import on_one_engine

from gatepost_server.authz import policy

DAYS = timedelta(days=1)


@pytest.fixture
def mia(desk: KeyDesk) -> Caller:
    """Until day 30 in the group team, which administers P for good."""
    person = desk.person()
    team = desk.world.group("team", person.id, until=desk.world.now + 30 * DAYS)
    desk.world.grant(desk.project_id, team, policy.mask("ADMIN"))
    return desk.api.session(person)


def _made(desk: KeyDesk, who: Caller, days: int | None, **body: Any) -> Any:
    ends = None if days is None else (desk.world.now + days * DAYS).isoformat()
    wanted = {"name": "x", "permissions": ["ADMIN"], "expires_at": ends, **body}
    return who.post("projects/P/keys", wanted)


@on_one_engine
def test_a_group_answers_for_no_key_longer_than_its_maker_holds_what_is_in_it(
    desk: KeyDesk, mia: Caller
) -> None:
    for days in (31, None):
        answer = _made(desk, mia, days, sponsor="team")
        assert problem(answer) == (403, "grant-exceeds-own")
        last = desk.world.now + 30 * DAYS
        assert f"until {last:%Y-%m-%d %H:%M} UTC" in answer.json()["detail"]
        assert answer.json()["missing"] == "ADMIN"
    assert desk.owner.get("projects/P/keys").json()["items"] == []
    made = _made(desk, mia, 30, sponsor="team")
    assert made.status_code == 201, made.text
    key, own = desk.by(made.json()), desk.by(_made(desk, mia, None).json())
    assert [one.get("projects/P").status_code for one in (key, own)] == [200, 200]
    desk.world.store.clock.at += 31 * DAYS
    assert problem(key.get("projects/P")) == (401, "unauthenticated")
    assert own.get("projects/P").status_code == 404, "its sponsor holds nothing any more"


@on_one_engine
def test_nor_is_a_key_that_others_answer_for_widened_prolonged_or_taken_over(
    desk: KeyDesk, mia: Caller
) -> None:
    made = desk.made(permissions=["READ_CONF"])
    path = f"projects/P/keys/{made['id']}"
    later = (desk.world.now + 400 * DAYS).isoformat()
    widened = {"permissions": ["ADMIN"]}
    for answer in (
        mia.call("PUT", f"{path}/permissions", json=widened),
        mia.patch(path, {"expires_at": later}),
        mia.post(f"{path}/rotate", {}),
    ):
        assert problem(answer) == (403, "grant-exceeds-own")
    soon = (desk.world.now + 30 * DAYS).isoformat()
    assert mia.patch(path, {"expires_at": soon}).status_code == 200
    assert mia.call("PUT", f"{path}/permissions", json=widened).status_code == 200
    assert mia.post(f"{path}/rotate", {}).status_code == 200
    assert desk.owner.patch(path, {"expires_at": later}).status_code == 200
