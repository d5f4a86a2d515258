"""I16: two worlds that differ only in organization B give organization A identical answers."""

import re
from typing import Any

import pytest
from calling import Api, Caller
from httpx import Response
from world import Person, World

from gatepost_server.authz import set_access
from gatepost_server.authz.policy import Atom

_OWN_WORDS = re.compile(r'"(?:instance|decision_id|took_ms|epoch|confirmed_at)":("[^"]*"|[0-9.]+)')


@pytest.fixture
def root(api: Api, world: World) -> Caller:
    return api.session(world.person("root", "administrator"))


def _fill(world: World, root: Caller) -> None:
    """Put people, groups and things into organization B."""
    bob, ben = world.person("bob", "publisher"), world.person("ben")
    for who in (bob, ben):
        assert root.patch(f"users/{who.id}", {"organization": "B"}).status_code == 200
    root.post("groups", {"name": "Analysts", "organization": "B"})
    group = root.post("groups", {"name": "B only", "organization": "B"}).json()["id"]
    root.call("PUT", f"groups/{group}/members/user/ben", json={})
    app = world.thing(bob, name="Secret of B")
    world.grant(app.id, group, 1 << Atom.USE)
    with world.begin(bob) as tx:
        set_access(tx, app.id, "signed_in", "anyone")


def _asked(caller: Caller, ada: Person, mine: str) -> list[tuple[int, str]]:
    """Return all that A's people hear when they ask about everything, by list and by name."""
    share: dict[str, Any] = {"role": "consumer"}
    answers: list[Response] = [
        caller.get(path)
        for path in (
            "users", "users?q=b", "groups", "groups?q=only", "organizations", "apps", "apps?q=Secret",
            "sources", "groups/B%20only", f"apps/{mine}/grants", "audit",
        )
    ]  # fmt: skip
    for kind, name in (("user", "bob"), ("group", "B only"), ("organization", "B")):
        answers.append(caller.post(f"apps/{mine}/grants", {**share, "to": {"type": kind, "name": name}}))
    answers += [
        caller.call("PUT", "groups/Analysts/members/user/bob", json={}),
        caller.call("PUT", "groups/Analysts/members/group/B%20only", json={}),
        caller.delete("groups/Analysts/members/user/ben"),
    ]
    return [(one.status_code, _OWN_WORDS.sub("", one.text)) for one in answers]


@pytest.mark.parametrize("is_open", [False, True])
def test_what_b_has_changes_no_answer_to_a(api: Api, world: World, root: Caller, *, is_open: bool) -> None:
    ada = world.person("ada", "publisher")
    root.post("organizations", {"name": "B", "allows_outside_sharing": is_open})
    group = root.post("groups", {"name": "Analysts"}).json()["id"]
    world.grant(group, ada.id, 1 << Atom.OWN)
    mine = world.thing(ada).id
    ways = (api.session(ada), api.by_key(ada))
    warm = [_asked(caller, ada, mine) for caller in ways]
    assert {status for status, _ in warm[0]} >= {200, 400, 404}
    before = [_without_trail(_asked(caller, ada, mine)) for caller in ways]
    _fill(world, root)
    after = [_without_trail(_asked(caller, ada, mine)) for caller in ways]
    assert before == after


def test_only_the_key_of_a_project_tells_that_it_is_taken_elsewhere(
    api: Api, world: World, root: Caller
) -> None:
    """docs/adr/0024: one address names one thing, for everybody."""
    root.post("organizations", {"name": "B", "allows_outside_sharing": False})
    bob, ada = world.person("bob", "publisher"), world.person("ada", "publisher")
    assert root.patch(f"users/{bob.id}", {"organization": "B"}).status_code == 200
    assert api.session(bob).post("projects", {"key": "P", "name": "Of B"}).status_code == 201
    ours = api.session(ada)
    assert ours.post("projects", {"key": "P", "name": "Ours"}).status_code == 409
    assert ours.get("projects/P").status_code == 404
    assert ours.post("projects", {"key": "OURS", "name": "Of B"}).status_code == 201


def _without_trail(said: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Leave out one's own trail: asking itself adds to it."""
    return [one for at, one in enumerate(said) if at != 10]


def test_what_b_does_is_not_in_the_trail_of_a(api: Api, world: World, root: Caller) -> None:
    root.post("organizations", {"name": "B"})
    ada = world.person("ada", "publisher")
    _fill(world, root)
    assert "Secret of B" not in str(api.session(ada).pages("audit"))
