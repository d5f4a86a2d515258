"""The latest run of each scenario of a list: read at once, for whoever may see runs."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from scenario_desk import COPY, ScenarioDesk
from sqlalchemy import Engine, event
from stores import ORIGIN

from gatepost_server.authz import policy
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.projects import Run, last_runs
from gatepost_server.store import Tx


@contextmanager
def said_to(engine: Engine) -> Iterator[list[str]]:
    """Note every statement that an engine is given."""
    said: list[str] = []

    def note(*about: object) -> None:
        said.append(str(about[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def reading(desk: ScenarioDesk, who: str) -> AbstractContextManager[Tx]:
    """A reading transaction of somebody in a session."""
    return desk.world.store.uow.read(Actor(ActorKind.SESSION, who, "somebody", cap=4), ORIGIN)


def made(desk: ScenarioDesk, count: int) -> Sequence[str]:
    """Make scenarios and return their ids; nobody works their runs off."""
    ids = []
    for at in range(count):
        body = {"name": f"s{at}", "steps": [COPY]}
        ids.append(desk.owner.post("projects/P/scenarios", body).json()["id"])
    return ids


def test_the_last_runs_of_a_list_are_read_in_one_query(desk: ScenarioDesk) -> None:
    ids = made(desk, 4)
    last = {}
    for one in ids[:3]:
        path = f"projects/P/scenarios/{one}"
        first = desk.owner.post(f"{path}/run").json()["run"]
        desk.owner.delete(f"{path}/runs/{first}")
        last[one] = desk.owner.post(f"{path}/run").json()["run"]
    desk.owner.delete(f"projects/P/scenarios/{ids[1]}/runs/{last[ids[1]]}")
    with reading(desk, desk.ada.id) as tx, said_to(desk.world.store.engine) as said:
        found = last_runs(tx, ids)
    assert {one: run.id for one, run in found.items()} == last
    assert [found[one].state.value for one in ids[:3]] == ["queued", "cancelled", "queued"]
    assert len([text for text in said if "FROM scenario_runs" in text.replace("\n", " ")]) == 1
    assert len([text for text in said if "FROM jobs" in text.replace("\n", " ")]) == 1


def test_runs_that_one_may_not_see_are_left_out(desk: ScenarioDesk) -> None:
    (one,) = made(desk, 1)
    desk.owner.post(f"projects/P/scenarios/{one}/run")
    runner = desk.person()
    desk.world.grant(one, runner.id, policy.mask("RUN"))
    found: dict[str, Run] = {}
    with reading(desk, runner.id) as tx:
        found |= last_runs(tx, [one])
    assert found == {}
