"""Reading, changing, sharing and deleting applications, with each refused twin."""

from collections.abc import Callable
from typing import Any

import pytest
from httpx import Response

from gatepost_server.apps import ending_of, note_opened
from gatepost_server.apps.facts import content_facts
from gatepost_server.apps.model import ReplicaState
from gatepost_server.instance import change_policies
from gatepost_server.kernel.actor import Origin, system_actor
from gatepost_server.store import raw_reader

Problem = Callable[[Response], tuple[int, str]]


def _names(answer: Response) -> list[str]:
    return [one["name"] for one in answer.json()["items"]]


def test_200_lists_are_searched_sorted_and_paged(server: Any) -> None:
    for name in ("Beta", "Alpha", "Gamma 50%"):
        server.published(name=name)
    assert _names(server.call("owner", "GET", "apps")) == ["Gamma 50%", "Alpha", "Beta"]
    assert _names(server.call("owner", "GET", "apps?sort=name")) == ["Alpha", "Beta", "Gamma 50%"]
    assert _names(server.call("owner", "GET", "apps?sort=-number&q=a")) == ["Gamma 50%", "Alpha", "Beta"]
    assert _names(server.call("owner", "GET", "apps?q=%25")) == ["Gamma 50%"]
    assert _names(server.call("owner", "GET", "apps?q=_")) == []
    found, cursor = [], ""
    while cursor is not None:
        page = server.call(
            "owner", "GET", f"apps?sort=name&limit=2&cursor={cursor}" if cursor else "apps?sort=name&limit=2"
        )
        found, cursor = found + _names(page), page.json()["next"]
    assert found == ["Alpha", "Beta", "Gamma 50%"]


def test_200_lists_are_filtered_by_state_and_kind(server: Any) -> None:
    running = server.run(server.published(name="Running"))
    server.published(name="Waiting", files={"plumber.R": "#* @get /x\n"})
    assert _names(server.call("owner", "GET", "apps?state=running")) == ["Running"]
    assert _names(server.call("owner", "GET", "apps?state=building")) == ["Waiting"]
    assert _names(server.call("owner", "GET", "apps?kind=plumber")) == ["Waiting"]
    assert _names(server.call("owner", "GET", f"apps?source_id={running['source_id']}")) == ["Running"]


@pytest.mark.parametrize(
    "query", ["sort=size", "cursor=nonsense", "cursor=WyJ4Il0", "limit=0", "state=odd", "kind=php"]
)
def test_400_a_list_that_cannot_be(server: Any, problem: Problem, query: str) -> None:
    assert problem(server.call("owner", "GET", f"apps?{query}"))[0] == 400


def test_200_others_see_nothing_and_administrators_everything(server: Any) -> None:
    server.published()
    assert [_names(server.call(who, "GET", "apps")) for who in ("other", "guest", "admin")] == [
        [],
        [],
        ["Report"],
    ]


@pytest.mark.parametrize(
    "ref", ["app_000000000000000000000000", "000000000000000000000000", "99999", "0", "x"]
)
def test_404_what_is_not_there(server: Any, problem: Problem, ref: str) -> None:
    answer = server.call("owner", "GET", f"apps/{ref}")
    assert answer.status_code == 404


def test_404_a_hidden_app_answers_like_a_missing_one(server: Any) -> None:
    app = server.published()
    hidden = server.call("other", "GET", f"apps/{app['id']}").json()
    missing = server.call("other", "GET", "apps/app_000000000000000000000000").json()
    own = ("instance", "decision_id")
    assert {k: v for k, v in hidden.items() if k not in own} == {
        k: v for k, v in missing.items() if k not in own
    }


def test_200_rename_keeps_the_addresses(server: Any) -> None:
    app = server.published()
    changed = server.call("owner", "PATCH", f"apps/{app['id']}", json={"name": "New name"}).json()
    assert (changed["name"], changed["origin_url"]) == ("New name", app["origin_url"])


def test_400_changes_that_cannot_be(server: Any, problem: Problem) -> None:
    path = f"apps/{server.published()['id']}"
    assert problem(server.call("owner", "PATCH", path, json={}))[0] == 400
    assert problem(server.call("owner", "PATCH", path, json={"name": "a\nb"})) == (400, "name-invalid")
    assert problem(server.call("owner", "PATCH", path, json={"slug": "x"})) == (400, "unknown-field")
    assert problem(server.call("owner", "PATCH", path, json={"access": "everyone"}))[0] == 400


def test_200_access_types_open_the_app_to_lists(server: Any) -> None:
    app = server.published()
    assert _names(server.call("guest", "GET", "apps")) == []
    answer = server.call("owner", "PATCH", f"apps/{app['id']}", json={"access": "signed_in"})
    assert (answer.status_code, answer.json()["access"]) == (200, "signed_in")
    assert _names(server.call("guest", "GET", "apps")) == ["Report"]


def test_403_access_above_the_ceiling(server: Any, problem: Problem) -> None:
    app = server.published()
    with server.base.uow.begin(server.actors["admin"], Origin("test")) as tx:
        change_policies(tx, {"access_ceiling": "signed_in"})
    answer = server.call("owner", "PATCH", f"apps/{app['id']}", json={"access": "anyone"})
    assert problem(answer) == (403, "access-above-ceiling")


def test_200_deleting_ends_address_grants_and_desire_with_a_receipt(server: Any, problem: Problem) -> None:
    app = server.run(server.published())
    answer = server.call("owner", "DELETE", f"apps/{app['id']}")
    assert (answer.status_code, answer.json()["revoked"]) == (200, True)
    assert {"epoch", "gates", "connections_closed", "took_ms"} <= answer.json().keys()
    assert problem(server.call("owner", "GET", f"apps/{app['id']}")) == (404, "not-found")
    assert (list(server.desk.desired_apps()), _facts(server, app["id"])) == ([], None)
    assert server.call("owner", "GET", f"sources/{app['source_id']}").status_code == 200


def test_200_what_was_used_lately_is_seen_by_who_may_read_it(server: Any) -> None:
    app = server.run(server.published())
    path, at = f"apps/{app['id']}", server.base.clock.now()
    body = {"to": {"type": "user", "name": "guest"}, "role": "consumer"}
    server.call("owner", "POST", f"{path}/grants", json=body)
    assert server.call("owner", "GET", path).json()["last_used_at"] is None
    with server.base.uow.begin(system_actor("test"), Origin("test")) as tx:
        note_opened(tx, {app["id"]: at})
        tx.audited += 1
    with server.base.uow.read(server.actors["owner"], Origin("test")) as tx:
        ending = ending_of(tx, app["id"])
    assert (ending.was_used_lately, ending.last_used_at, ending.people, ending.keys) == (True, at, 2, 0)
    seen = [server.call(who, "GET", path).json()["last_used_at"] for who in ("owner", "guest")]
    assert (seen[0] is not None, seen[1]) == (True, None)


def test_403_404_deleting_needs_the_right(server: Any, problem: Problem) -> None:
    app = server.published()
    path = f"apps/{app['id']}"
    assert problem(server.call("other", "DELETE", path)) == (404, "not-found")
    body = {"to": {"type": "user", "name": "other"}, "role": "editor"}
    server.call("owner", "POST", f"{path}/grants", json=body)
    assert problem(server.call("other", "DELETE", path)) == (403, "denied")


def test_201_200_sharing_and_taking_back(server: Any, problem: Problem) -> None:
    app = server.published()
    path = f"apps/{app['number']}/grants"
    body = {"to": {"type": "user", "name": "guest"}, "role": "consumer", "note": "have a look"}
    made = server.call("owner", "POST", path, json=body)
    assert (made.status_code, made.json()["to"]["name"], made.json()["role"]) == (201, "guest", "consumer")
    assert problem(server.call("owner", "POST", path, json=body)) == (409, "already-granted")
    assert [one["role"] for one in server.call("owner", "GET", path).json()["items"]] == ["owner", "consumer"]
    assert server.call("guest", "GET", f"apps/{app['id']}").status_code == 200
    assert server.call("owner", "DELETE", f"{path}/{made.json()['id']}").json()["revoked"] is True
    assert server.call("guest", "GET", f"apps/{app['id']}").status_code == 404


def test_400_403_409_sharing_that_cannot_be(server: Any, problem: Problem) -> None:
    app = server.published()
    path = f"apps/{app['id']}/grants"
    nobody = {"to": {"type": "user", "name": "nobody"}, "role": "consumer"}
    king = {"to": {"type": "user", "name": "other"}, "role": "king"}
    assert problem(server.call("owner", "POST", path, json=nobody)) == (400, "unknown-principal")
    assert problem(server.call("owner", "POST", path, json=king))[0] == 400
    owner = server.call("owner", "GET", path).json()["items"][0]["id"]
    assert problem(server.call("owner", "DELETE", f"{path}/{owner}")) == (409, "last-owner")


def test_the_gate_finds_an_app_by_id_digits_and_number(server: Any) -> None:
    app = server.run(server.published())
    found = [_facts(server, ref) for ref in (app["id"], app["id"][4:], str(app["number"]))]
    assert found[0] == found[1] == found[2]
    assert (found[0].is_ready, found[0].socket_path, found[0].live_deployment_id) == (
        True, "/run/x.sock", app["deployment_id"],
    )  # fmt: skip
    assert [_facts(server, ref) for ref in ("", "0", "x", "app_zz", f"0{app['number']}")] == [None] * 5


def test_every_change_is_in_the_trail(server: Any) -> None:
    app = server.run(server.published())
    server.call("owner", "PATCH", f"apps/{app['id']}", json={"name": "Other name"})
    server.call("owner", "POST", f"apps/{app['id']}/stop")
    server.call("owner", "DELETE", f"apps/{app['id']}")
    trail = server.call("owner", "GET", f"audit?resource={app['id']}").json()["items"]
    assert [one["action"] for one in trail] == ["app:delete", "app:stop", "app:edit", "app:create"]
    assert all(one["via_key_id"] for one in trail)


SEEN = [
    *((True, seen, promoted) for seen in (None, *ReplicaState) for promoted in (True, False)),
    *((built, seen, True) for built in (None, False) for seen in (None, ReplicaState.READY)),
]


@pytest.mark.parametrize("desired", ["running", "stopped"])
def test_the_filter_by_state_agrees_with_the_word_people_see(server: Any, desired: str) -> None:
    for number, (built, seen, promoted) in enumerate(SEEN):
        app = server.published(name=f"App {number}")
        if seen is not None:
            server.see(app, ReplicaState.READY)
            if promoted:
                server.desk.promote(app["deployment_id"])
            server.see(app, seen)
        if built is not None:
            server.build(ok=built, reason="x")
        else:
            server.desk.claim_build()
        if desired == "stopped":
            server.call("owner", "POST", f"apps/{app['id']}/stop")
        state = server.call("owner", "GET", f"apps/{app['id']}").json()["state"]
        assert f"App {number}" in _names(server.call("owner", "GET", f"apps?state={state}"))
        assert state == "stopped" or desired == "running"


def _facts(server: Any, ref: str) -> Any:
    with raw_reader(server.base.uow.engine) as reader:
        return content_facts(reader, ref)


def test_200_who_only_sees_an_app_is_not_told_how_it_is_set_up(server: Any) -> None:
    app = server.run(server.published())
    server.call("owner", "PATCH", f"apps/{app['id']}", json={"access": "signed_in"})
    names = ("source_id", "deployed_by", "isolation", "restarts", "reason")
    for one in (
        server.call("guest", "GET", f"apps/{app['id']}").json(),
        server.call("guest", "GET", "apps").json()["items"][0],
    ):
        assert one["id"] == app["id"]
        assert {one[name] for name in names} == {None}
    [mine] = server.call("owner", "GET", "apps").json()["items"]
    assert [mine[name] for name in names] == [app["source_id"], "owner", "strict", 0, None]
