"""Kinds of long work for tests, which go on when the test lets them, and runners for them."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stores import ORIGIN, SYSTEM
from world import World

from gatepost_server.jobs import Job, JobContext, Runner, state_of
from gatepost_server.kernel.actor import Actor


@dataclass
class Work:
    """Long work that begins, waits until it may go on, and then does what it is told."""

    name: str = "tests.work"
    is_idempotent: bool = True
    then: Callable[[JobContext], Mapping[str, Any] | None] = lambda _: {"answer": 42}
    begun: threading.Event = field(default_factory=threading.Event)
    goes_on: threading.Event = field(default_factory=threading.Event)
    actors: list[Actor] = field(default_factory=list)

    def run(self, context: JobContext) -> Mapping[str, Any] | None:
        self.actors.append(context.actor)
        context.progress(0.5, "half way")
        self.begun.set()
        assert self.goes_on.wait(60)
        return self.then(context)


def runner(world: World, *kinds: Work, revive: Any = None, name: str = "one", slots: int = 2) -> Runner:
    """Return a worker's runner; by default whoever asked is taken as they were."""
    return Runner(
        world.store.uow,
        (SYSTEM, ORIGIN),
        {kind.name: kind for kind in kinds},
        revive or (lambda _reader, actor, _origin, _now: actor),
        name=name,
        slots=slots,
    )


def finish(one: Runner) -> None:
    """Let *one* begin what waits and wait until nothing runs."""
    one.step()
    assert one.wait(60)


def job_now(world: World, job: Job) -> Job:
    """Return the job as the store has it now."""
    with world.read(SYSTEM) as tx:
        found = state_of(tx, job.id)
    assert found is not None
    return found
