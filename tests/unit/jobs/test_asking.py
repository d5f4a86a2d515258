"""Who sees and cancels a job; what of an actor is written down."""

from dataclasses import replace

import pytest
from long_work import Work, finish, job_now, runner
from stores import ORIGIN
from world import Person, World

from gatepost_server.authn import BadCredential
from gatepost_server.bootstrap.jobs import revive
from gatepost_server.jobs import Job, JobEnded, JobState, UnknownJob, cancel, get_job, list_jobs, queue
from gatepost_server.jobs.model import actor_of, facts_of
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.errors import Denied
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.keys import revoke_key
from gatepost_server.store import raw_reader


def asked(world: World, who: Person | Actor) -> Job:
    with world.begin(who) as tx:
        return queue(tx, "tests.work", None, {})


def test_a_job_is_seen_by_its_maker_and_administrators(world: World) -> None:
    ada, eve = world.person("ada", "publisher"), world.person("eve", "publisher")
    job = asked(world, ada)
    for who in (ada, ada.by_key, world.person("root", "administrator")):
        with world.read(who) as tx:
            assert get_job(tx, job.id).id == job.id
    with world.read(eve) as tx:
        with pytest.raises(UnknownJob):
            get_job(tx, job.id)
        assert list_jobs(tx, PageRequest()).items == []
    with world.begin(eve) as tx, pytest.raises(UnknownJob):
        cancel(tx, job.id)


def test_a_queued_job_is_cancelled_at_once_and_never_run(world: World) -> None:
    ada, work = world.person("ada", "publisher"), Work()
    job = asked(world, ada)
    with world.begin(ada) as tx:
        assert cancel(tx, job.id).state is JobState.CANCELLED
    finish(runner(world, work))
    assert work.actors == []
    with world.begin(ada) as tx, pytest.raises(JobEnded):
        cancel(tx, job.id)


def test_a_running_job_ends_when_it_looks_up(world: World) -> None:
    ada = world.person("ada", "publisher")
    work, job = Work(then=lambda context: context.check()), asked(world, ada)
    one = runner(world, work)
    one.step()
    assert work.begun.wait(60)
    with world.begin(ada) as tx:
        assert cancel(tx, job.id).is_cancelling
    one.step()
    work.goes_on.set()
    assert one.wait(60)
    assert job_now(world, job).state is JobState.CANCELLED


def test_lists_are_ones_own_latest_first(world: World) -> None:
    ada = world.person("ada", "publisher")
    jobs = [asked(world, ada) for _ in range(3)]
    with world.read(ada) as tx:
        page = list_jobs(tx, PageRequest(limit=2))
        assert [job.id for job in page.items] == [jobs[2].id, jobs[1].id]
        rest = list_jobs(tx, PageRequest(limit=2, cursor=page.next), JobState.QUEUED)
        assert [job.id for job in rest.items] == [jobs[0].id]
        assert list_jobs(tx, PageRequest(q="other.kind")).items == []


def test_an_actor_comes_back_as_it_was_without_its_fresh_proof(world: World) -> None:
    ada = world.person("ada", "publisher").actor
    lent = replace(
        ada, kind=ActorKind.RUN_TOKEN, reach=("prj_1",), behind=ada, on_behalf_of_id=ada.principal_id
    )
    assert actor_of(facts_of(lent)) == replace(
        lent, confirmed_at=None, behind=replace(ada, confirmed_at=None)
    )


def test_who_asked_is_identified_anew(world: World) -> None:
    ada = world.person("ada", "publisher")
    key = world.key(ada).key
    by_key = replace(ada.by_key, via_key_id=key.id)
    with raw_reader(world.store.engine) as reader:
        assert revive(reader, by_key, ORIGIN, world.now).principal_id == ada.id
        assert revive(reader, ada.actor, ORIGIN, world.now) == ada.actor
    with world.begin(ada) as tx:
        revoke_key(tx, key.id)
    gone = world.person("gone", "publisher", is_active=False)
    with raw_reader(world.store.engine) as reader:
        with pytest.raises(BadCredential):
            revive(reader, by_key, ORIGIN, world.now)
        with pytest.raises(Denied):
            revive(reader, gone.actor, ORIGIN, world.now)
