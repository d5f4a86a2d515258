"""GET and DELETE jobs: for who asked, and for administrators."""

from calling import Api, problem
from world import Person, World

from gatepost_server.jobs import Job, queue


def asked(world: World, who: Person) -> Job:
    with world.begin(who) as tx:
        return queue(tx, "tests.work", "sce_1", {})


def test_a_job_tells_how_far_it_has_come(api: Api, world: World) -> None:
    ada = world.person("ada", "publisher")
    job = asked(world, ada)
    shown = api.session(ada).get(f"jobs/{job.id}").json()
    assert (shown["state"], shown["progress"], shown["subject"]) == ("queued", 0.0, "sce_1")
    assert [row["id"] for row in api.by_key(ada).pages("jobs", state="queued")] == [job.id]


def test_a_job_is_cancelled_once(api: Api, world: World) -> None:
    ada = world.person("ada", "publisher")
    job = asked(world, ada)
    assert api.session(ada).delete(f"jobs/{job.id}").json()["state"] == "cancelled"
    assert problem(api.session(ada).delete(f"jobs/{job.id}")) == (409, "job-ended")


def test_to_others_it_does_not_exist(api: Api, world: World) -> None:
    job = asked(world, world.person("ada", "publisher"))
    eve = api.session(world.person("eve", "publisher"))
    assert problem(eve.get(f"jobs/{job.id}")) == (404, "unknown-job")
    assert problem(eve.delete(f"jobs/{job.id}")) == (404, "unknown-job")
    assert eve.get("jobs").json()["items"] == []
    assert problem(api.nobody.get("jobs")) == (401, "unauthenticated")
    root = api.session(world.person("root", "administrator"))
    assert root.get(f"jobs/{job.id}").status_code == 200
