"""Several processes behind one address: shared out, passed over when gone, kept to by cookie."""

from datetime import UTC, datetime

from gate_calls import call
from gate_house import House
from gate_rig import APP, OK, Rig, allow

from gatepost_server.apps.model import ProcessSeen, ReplicaReport, ReplicaState
from gatepost_server.gateway.envoy import Upstream

GONE = b"HTTP/1.1 503 -\r\nx-gp-unsent: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


def _status(raw: bytes) -> int:
    return int(raw.split(b" ", 2)[1])


def _two(rig: Rig, *, is_sticky: bool = False) -> None:
    """Route to two processes, and wait until Envoy does."""
    first = rig.gate.upstreams[0].socket
    rig.route_to(Upstream(APP, first, (rig.upstreams.serve("second"),), is_sticky=is_sticky))
    for number in range(200):
        rig.upstreams.answers["authz"] = allow(APP, f"x-gp-affinity: probe{number}")
        assert _status(rig.ask()) == 200
        if rig.seen("second"):
            return
    raise AssertionError("the second process got nothing")


def test_a_process_that_is_gone_costs_no_visitor(rig: Rig) -> None:
    """Whether its socket is gone or its relay says that nothing was sent: another one answers."""
    _two(rig)
    before = len(rig.seen("second"))
    rig.upstreams.answers["second"] = lambda _: GONE
    answers = [rig.ask() for _ in range(12)]
    assert {_status(answer) for answer in answers} == {200}
    assert not any(b"x-gp-unsent" in answer for answer in answers)
    assert len(rig.seen("second")) > before

    (rig.upstreams.folder / "second.sock").unlink()
    posted = [rig.ask("/content/24/", "Content-Length: 0", method="POST") for _ in range(6)]
    assert {_status(answer) for answer in posted} == {200}


def test_the_same_name_leads_to_the_same_process(rig: Rig) -> None:
    _two(rig, is_sticky=True)
    reached = {}
    for number in range(16):
        rig.upstreams.answers["authz"] = allow(APP, f"x-gp-affinity: {number}", "set-cookie: gp_affinity=x")
        served = []
        for _ in range(3):
            before = len(rig.seen("app"))
            answer = rig.ask()
            assert b"set-cookie: gp_affinity=x" in answer
            served.append("app" if len(rig.seen("app")) > before else "second")
        assert len(set(served)) == 1
        reached[number] = served[0]
    assert set(reached.values()) == {"app", "second"}


def test_a_visitor_is_given_a_name_once_and_the_app_never_sees_it(house: House) -> None:
    ann = house.person("ann")
    app = house.publish(ann, "twins")
    key = f"Authorization: Key {house.key(ann)}"
    path = f"/content/{app.number}/"
    assert call(house.port, path, key).all("set-cookie") == []
    socket = str(house.upstreams.folder / f"{app.deployment_id[4:]}.sock")
    two = tuple(ProcessSeen(n, ReplicaState.READY, datetime.now(UTC), socket) for n in (1, 2))
    house.desk.report(
        ReplicaReport(
            app.id, app.deployment_id, 1, ReplicaState.READY, datetime.now(UTC), socket,
            is_sticky=True, processes=two,
        )
    )  # fmt: skip
    house.upstreams.answers[app.deployment_id[4:]] = lambda _: OK.replace(
        b"content-length", b"set-cookie: gp_affinity=stolen\r\ncontent-length"
    )
    house.route()

    [cookie] = call(house.port, path, key).all("set-cookie")
    assert cookie.startswith("gp_affinity=")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Lax")
    had = cookie.partition(";")[0]
    again = call(house.port, path, key, f"Cookie: own=1; {had}")
    assert (again.status, again.all("set-cookie")) == (200, [])
    seen = house.seen(app)[-1]
    assert (seen.values("cookie"), seen.values("x-gp-affinity")) == (["own=1"], [had.partition("=")[2]])
