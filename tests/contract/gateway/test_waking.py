"""Content that sleeps, stands still or has failed, asked for through the gate."""

import threading
import time

from gate_calls import PAGE, call
from gate_house import ORIGIN, House

from gatepost_server import keys
from gatepost_server.apps import stop_app
from gatepost_server.apps.model import ReplicaState
from gatepost_server.kernel.paging import PageRequest


def _key(house: House) -> str:
    return f"Authorization: Key {house.key(house.person('ann'))}"


def test_a_sleeping_app_is_woken_by_the_request_that_waits(house: House) -> None:
    app = house.publish(house.person("ann"), "sleepy")
    house.report(app, ReplicaState.IDLE)
    house.route()
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(call(house.port, f"/content/{app.number}/", _key(house)))
    )
    asking.start()
    woken = time.monotonic() + 10
    while not any(one.wake_requested_at for one in house.desk.desired_apps() if one.app_id == app.id):
        assert time.monotonic() < woken
        time.sleep(0.02)
    assert answers == []

    house.report(app, ReplicaState.READY)
    house.route()
    asking.join(10)

    assert [answer.status for answer in answers] == [200]


def test_a_person_who_opens_a_sleeping_app_sees_that_it_wakes(house: House) -> None:
    ann = house.person("ann")
    app = house.publish(ann, "drowsy")
    house.open_to(ann, app, "anyone")
    house.report(app, ReplicaState.IDLE)
    house.route()
    shown = call(house.port, "/", PAGE, host=house.host(app))
    assert (shown.status, shown.one("retry-after")) == (503, "2")
    assert b"paused" in shown.body
    assert any(one.wake_requested_at for one in house.desk.desired_apps() if one.app_id == app.id)

    house.report(app, ReplicaState.READY)
    house.route()

    assert call(house.port, "/", PAGE, host=house.host(app)).status == 200


def test_a_stopped_app_says_so(house: House) -> None:
    ann = house.person("ann")
    app = house.publish(ann, "stopped")
    with house.base.uow.begin(ann.actor, ORIGIN) as tx:
        stop_app(tx, app.id)
    answer = call(house.port, f"/content/{app.number}/", _key(house))
    assert (answer.status, answer.json["code"]) == (503, "app-stopped")


def test_a_failed_app_says_so_at_once(house: House) -> None:
    app = house.publish(house.person("ann"), "broken")
    house.report(app, ReplicaState.FAILED)
    answer = call(house.port, f"/content/{app.number}/", _key(house))
    assert (answer.status, answer.json["code"]) == (503, "app-failed")


def test_who_may_not_open_it_does_not_wake_it(house: House) -> None:
    app = house.publish(house.person("ann"), "quiet")
    house.report(app, ReplicaState.IDLE)
    bob = f"Authorization: Key {house.key(house.person('bob'))}"
    assert call(house.port, f"/content/{app.number}/", bob).status == 404
    assert call(house.port, f"/content/{app.number}/").status == 401
    assert not any(one.wake_requested_at for one in house.desk.desired_apps() if one.app_id == app.id)


def test_a_key_that_was_deleted_during_the_wait_opens_nothing(house: House) -> None:
    ann = house.person("ann")
    app = house.publish(ann, "late")
    house.report(app, ReplicaState.IDLE)
    house.route()
    text, answers = house.key(ann), []
    asking = threading.Thread(
        target=lambda: answers.append(
            call(house.port, f"/content/{app.number}/", f"Authorization: Key {text}")
        )
    )
    asking.start()
    woken = time.monotonic() + 10
    while not any(one.wake_requested_at for one in house.desk.desired_apps() if one.app_id == app.id):
        assert time.monotonic() < woken
        time.sleep(0.02)
    with house.base.uow.begin(ann.actor, ORIGIN) as tx:
        listed = keys.list_keys(tx, PageRequest(limit=200)).items
        keys.revoke_key(tx, next(one.id for one in listed if text.startswith(one.prefix)))

    house.report(app, ReplicaState.READY)
    house.route()
    asking.join(10)

    assert [(answer.status, answer.json["code"]) for answer in answers] == [(401, "unauthenticated")]
    assert house.seen(app) == []
