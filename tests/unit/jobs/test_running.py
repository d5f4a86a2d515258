"""Long work: run once, watched, cancelled, taken over from the dead, ended with a reason."""

import pytest
from long_work import Work, finish, job_now, runner
from stores import SYSTEM
from world import World

from gatepost_server.jobs import Job, JobContext, JobState, queue, state_of, sweep_jobs
from gatepost_server.jobs.service.leasing import take_jobs, take_over
from gatepost_server.kernel.errors import Denied, Invalid


def asked(world: World, kind: str = "tests.work") -> Job:
    with world.store.arranged() as tx:
        return queue(tx, kind, "sce_1", {"n": 1})


def test_a_job_is_done_once_and_tells_its_result(world: World) -> None:
    work, job = Work(), asked(world)
    work.goes_on.set()
    one = runner(world, work)
    finish(one)
    done = job_now(world, job)
    assert (done.state, done.progress, done.result) == (JobState.DONE, 1.0, {"answer": 42})
    finish(one)
    assert len(work.actors) == 1


def test_what_was_not_kept_is_not_run(world: World) -> None:
    work = Work()
    with pytest.raises(RuntimeError), world.store.arranged() as tx:
        queue(tx, work.name, None, {})
        raise RuntimeError
    finish(runner(world, work))
    assert work.actors == []


def test_progress_is_written_down_while_it_runs(world: World) -> None:
    work, job = Work(), asked(world)
    one = runner(world, work)
    one.step()
    assert work.begun.wait(60)
    one.step()
    now = job_now(world, job)
    assert (now.state, now.progress, now.sentence) == (JobState.RUNNING, 0.5, "half way")
    work.goes_on.set()
    assert one.wait(60)


def test_two_workers_share_the_queue_and_run_each_job_once(world: World) -> None:
    work = Work()
    jobs = [asked(world) for _ in range(4)]
    first, second = runner(world, work), runner(world, work, name="two")
    first.step()
    second.step()
    work.goes_on.set()
    assert first.wait(60)
    assert second.wait(60)
    assert {job_now(world, job).state for job in jobs} == {JobState.DONE}
    assert len(work.actors) == 4


def test_no_more_run_at_once_than_there_are_slots(world: World) -> None:
    work = Work()
    jobs = [asked(world) for _ in range(3)]
    one = runner(world, work)
    one.step()
    one.step()
    assert [job_now(world, job).state for job in jobs] == [
        JobState.RUNNING, JobState.RUNNING, JobState.QUEUED,
    ]  # fmt: skip
    work.goes_on.set()
    assert one.wait(60)
    finish(one)
    assert job_now(world, jobs[2]).state is JobState.DONE


def test_a_refusal_fails_the_job_with_its_sentence(world: World) -> None:
    def refuse(_: JobContext) -> None:
        raise Invalid("The file is not CSV.")

    work, job = Work(then=refuse), asked(world)
    work.goes_on.set()
    finish(runner(world, work))
    failed = job_now(world, job)
    assert (failed.state, failed.reason) == (JobState.FAILED, "The file is not CSV.")


def test_a_fault_of_ours_is_told_by_id_only(world: World, caplog: pytest.LogCaptureFixture) -> None:
    def break_down(_: JobContext) -> None:
        raise RuntimeError("internal path /etc/secret")

    work, job = Work(then=break_down), asked(world)
    work.goes_on.set()
    finish(runner(world, work))
    failed = job_now(world, job)
    assert failed.state is JobState.FAILED
    assert "secret" not in (failed.reason or "")
    assert job.id in (failed.reason or "")
    assert "internal path" in caplog.text


def test_whoever_lost_the_right_to_ask_gets_nothing_done(world: World) -> None:
    def refuse(*_: object) -> None:
        raise Denied("The key is not good any more.")

    work, job = Work(), asked(world)
    finish(runner(world, work, revive=refuse))
    assert work.actors == []
    assert job_now(world, job).reason == "The key is not good any more."


@pytest.mark.parametrize(("is_idempotent", "state"), [(True, JobState.QUEUED), (False, JobState.FAILED)])
def test_a_dead_workers_job_is_run_again_or_fails(world: World, is_idempotent: bool, state: JobState) -> None:
    work, job = Work(is_idempotent=is_idempotent), asked(world)
    dead = runner(world, work)
    dead.step()
    assert work.begun.wait(60)
    world.store.clock.advance(seconds=31)
    with world.store.arranged() as tx:
        assert take_over(tx, {work.name: is_idempotent}, []) == 1
    assert job_now(world, job).state is state
    work.goes_on.set()
    assert dead.wait(60)
    assert job_now(world, job).state is state, "who lost the job does not write its end"


def test_a_job_that_brings_down_three_workers_is_given_up(world: World) -> None:
    job = asked(world)
    for _ in range(3):
        with world.store.arranged() as tx:
            assert len(take_jobs(tx, "dying", [job.kind], 1)) == 1
        world.store.clock.advance(seconds=31)
        with world.store.arranged() as tx:
            take_over(tx, {job.kind: True}, [])
    failed = job_now(world, job)
    assert failed.state is JobState.FAILED
    assert "three times" in (failed.reason or "")


@pytest.mark.parametrize(("is_idempotent", "state"), [(True, JobState.QUEUED), (False, JobState.FAILED)])
def test_a_worker_that_stops_gives_its_jobs_back(world: World, is_idempotent: bool, state: JobState) -> None:
    work, job = Work(is_idempotent=is_idempotent, then=lambda context: context.check()), asked(world)
    one = runner(world, work)
    one.step()
    assert work.begun.wait(60)
    work.goes_on.clear()
    for slot in one._slots.values():
        slot.stop.set()
    one._is_closing = True
    work.goes_on.set()
    one.close()
    assert job_now(world, job).state is state


def test_ended_jobs_are_forgotten_after_a_month(world: World) -> None:
    work, job = Work(), asked(world)
    work.goes_on.set()
    finish(runner(world, work))
    world.store.clock.advance(days=31)
    with world.store.arranged() as tx:
        sweep_jobs(tx)
    with world.read(SYSTEM) as tx:
        assert state_of(tx, job.id) is None
