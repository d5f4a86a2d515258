"""The tree of processes: it heals, it stops in order, and it leaves nobody behind."""

import psutil
import pytest

pytestmark = pytest.mark.e2e


def test_a_killed_child_comes_back_alone(stage):
    stage.play(stage.child("steady", "a"), stage.child("steady", "b"))
    other = stage.actor("b").pid
    stage.until(lambda: stage.written(f"start {stage.token}-a") == 1)

    stage.actor("a").kill()

    stage.until(lambda: stage.written(f"start {stage.token}-a") == 2)
    assert other == stage.actor("b").pid


def test_a_child_that_dies_at_once_is_tried_ever_more_seldom(stage):
    stage.play(stage.child("brief", "a"))
    stage.until(lambda: stage.written(f"start {stage.token}-a") >= 4)
    stage.end()

    said = stage.front.stdout.read().splitlines()
    waits = [float(line.split()[2]) for line in said if line.startswith("died")]
    assert waits[:3] == [0.1, 0.2, 0.4]


def test_what_a_killed_child_had_started_is_swept_away(stage):
    stage.play(stage.child("breeder", "a"))
    stage.until(lambda: stage.found("grandchild"))
    grandchild = stage.found("grandchild")[0]

    stage.found("breeder")[0].kill()

    stage.until(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE)
    stage.until(lambda: stage.written(f"start {stage.token}-a") == 2)


def test_grandchildren_that_come_and_go_are_left_alone_while_strays_are_swept(stage):
    dying = [stage.child("brief", f"dying-{number}") for number in range(6)]
    stage.play(stage.child("forker", "busy"), *dying)

    stage.until(lambda: stage.written(f"done {stage.token}-busy"), within=60)

    assert stage.written(f"lost {stage.token}-busy") == 0


def test_stages_stop_one_after_another_and_nothing_is_left(stage):
    stage.play(
        stage.child("steady", "last", stage=2),
        stage.child("steady", "first", stage=0),
        stage.child("steady", "middle", stage=1),
        stage.child("breeder", "parent", stage=1),
    )
    took = stage.end()

    stops = [line.rpartition("-")[2] for line in stage.notes.read_text().splitlines() if "stop" in line]
    assert stops[0] == "first"
    assert {*stops[1:3]} == {"middle", "parent"}
    assert stops[3] == "last"
    assert stage.found() == []
    assert took < 5


def test_a_child_that_will_not_stop_is_killed_in_time(stage):
    stage.play(stage.child("stubborn", "a", grace=1.0), stage.child("steady", "b", stage=1))
    took = stage.end()

    assert stage.found() == []
    assert stage.written(f"stop {stage.token}-b") == 1
    assert took < 10


def test_killing_the_parent_with_minus_9_leaves_nothing(stage):
    stage.play(stage.child("breeder", "a"), stage.child("stubborn", "b", grace=0.5))
    stage.until(lambda: stage.found("grandchild"))

    stage.front.kill()
    stage.front.wait()

    stage.until(lambda: stage.found() == [])


def test_a_killed_warden_is_replaced_and_all_children_start_anew(stage):
    stage.play(stage.child("breeder", "a"), stage.child("steady", "b"))
    stage.until(lambda: stage.found("grandchild"))
    before = {process.pid for process in stage.found() if process.pid != stage.front.pid}

    stage.warden().kill()

    stage.until(lambda: stage.written(f"start {stage.token}-b") == 2)
    stage.until(lambda: not before & {process.pid for process in stage.found()})
    stage.end()
    assert stage.found() == []


def test_killing_parent_and_warden_together_ends_the_leashed_children(stage):
    stage.play(stage.child("steady", "a"), stage.child("stubborn", "b"))
    warden = stage.warden()

    stage.front.kill()
    warden.kill()
    stage.front.wait()

    stage.until(lambda: stage.found() == [])
