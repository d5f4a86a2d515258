"""Associated users: named with their consent or by an administrator, and only as long as it lasts."""

from typing import Any

import pytest
from calling import Caller, problem
from key_desk import KeyDesk
from world import Person

from gatepost_server.authz import policy

PUT = "PUT"


@pytest.fixture
def bob(desk: KeyDesk) -> Person:
    """Somebody who may read the project's rows."""
    bob = desk.person()
    desk.world.grant(desk.project_id, bob.id, policy.mask("READ_CONF EXPORT_DATASETS_DATA"))
    return bob


def _ruled(desk: KeyDesk) -> None:
    desk.dataset(impersonate=True)
    desk.filled()


def _agree(desk: KeyDesk, who: Person) -> Caller:
    session = desk.api.session(who)
    assert session.call(PUT, "me/run-as/P").status_code == 204
    return session


def _rows(key: Caller) -> tuple[int, str]:
    answer = key.get("projects/P/datasets/orders/data")
    return (200, "") if answer.status_code == 200 else problem(answer)


def test_without_consent_nobody_is_named(desk: KeyDesk, bob: Person) -> None:
    body: dict[str, Any] = {"name": "x", "run_as": bob.username}
    assert problem(desk.owner.post("projects/P/keys", body)) == (403, "consent-required")
    assert desk.owner.pages("projects/P/keys") == []
    made = desk.made()
    path = f"projects/P/keys/{made['id']}/run-as"
    assert problem(desk.owner.call(PUT, path, json={"user": bob.username})) == (403, "consent-required")
    assert desk.owner.get(f"projects/P/keys/{made['id']}").json()["run_as"] is None


def test_with_consent_a_key_reads_on_their_behalf_until_they_withdraw_it(desk: KeyDesk, bob: Person) -> None:
    _ruled(desk)
    plain = desk.keyed("EXPORT_DATASETS_DATA")
    assert _rows(plain) == (403, "run-as-needed")
    session = _agree(desk, bob)
    assert session.get("me/run-as").json() == {"projects": ["P"]}
    made = desk.made(permissions=["EXPORT_DATASETS_DATA"], run_as=bob.username)
    key = desk.by(made)
    assert (made["run_as"], made["run_as_counts"]) == (bob.username, True)
    assert _rows(key) == (200, "")
    assert session.delete("me/run-as/P").json()["revoked"] is True
    assert _rows(key) == (403, "run-as-needed")
    assert desk.owner.get(f"projects/P/keys/{made['id']}").json()["run_as_counts"] is False
    _agree(desk, bob)
    assert _rows(key) == (200, "")


def test_an_associated_user_only_narrows(desk: KeyDesk) -> None:
    _ruled(desk)
    poor = desk.person()
    desk.world.grant(desk.project_id, poor.id, policy.mask("READ_CONF"))
    _agree(desk, poor)
    key = desk.keyed("EXPORT_DATASETS_DATA", run_as=poor.username)
    assert _rows(key) == (403, "run-as-denied")
    _agree(desk, desk.ada)
    weak = desk.keyed("READ_CONF", run_as="ada")
    assert _rows(weak) == (403, "denied")


def test_naming_oneself_is_agreeing(desk: KeyDesk) -> None:
    _ruled(desk)
    key = desk.keyed("EXPORT_DATASETS_DATA", run_as="ada")
    assert _rows(key) == (200, "")
    assert desk.owner.delete("me/run-as/P").status_code == 200
    assert _rows(key) == (403, "run-as-needed")


def test_an_administrator_names_anybody(desk: KeyDesk, bob: Person) -> None:
    _ruled(desk)
    made = desk.made(who=desk.root, permissions=["EXPORT_DATASETS_DATA"], run_as=bob.username)
    assert _rows(desk.by(made)) == (200, "")


def test_the_trail_shows_key_and_associated_user_beside_each_other(desk: KeyDesk, bob: Person) -> None:
    _agree(desk, bob)
    made = desk.made(permissions=["WRITE_CONF"], run_as=bob.username)
    assert desk.by(made).post("projects/P/datasets", {"name": "new"}).status_code == 201
    [entry] = desk.root.pages("audit", action="dataset:create", run_as=bob.id)
    assert (entry["actor"]["id"], entry["via_key_id"], entry["run_as"]) == (made["id"], made["id"], bob.id)
    assert desk.root.pages("audit", run_as=desk.ada.id) == []


def test_agreeing_is_a_persons_own_affair(desk: KeyDesk, bob: Person) -> None:
    for key in (desk.keyed("ADMIN"), desk.api.by_key(bob)):
        assert problem(key.call(PUT, "me/run-as/P")) == (403, "session-required")
        assert problem(key.delete("me/run-as/P")) == (403, "session-required")
    stranger = desk.holder()
    assert problem(stranger.call(PUT, "me/run-as/P")) == (404, "not-found")
    assert problem(stranger.delete("me/run-as/P")) == (404, "unknown-consent")
    assert problem(stranger.delete("me/run-as/NONE")) == (404, "unknown-consent")


def test_withdrawing_works_when_one_sees_the_project_no_more(desk: KeyDesk) -> None:
    bob = desk.person()
    desk.world.grant(desk.project_id, bob.id, policy.mask("LIST"))
    session = _agree(desk, bob)
    body = {"grants": [{"to": {"type": "user", "name": "ada"}, "role": "admin"}]}
    assert desk.owner.call(PUT, "projects/P/permissions", json=body).status_code == 200
    assert problem(session.get("projects/P")) == (404, "not-found")
    assert session.delete("me/run-as/P").status_code == 200


def test_an_associated_user_can_be_taken_off(desk: KeyDesk, bob: Person) -> None:
    _agree(desk, bob)
    made = desk.made(run_as=bob.username)
    path = f"projects/P/keys/{made['id']}/run-as"
    assert desk.owner.call(PUT, path, json={"user": None}).json()["run_as"] is None
    assert desk.owner.call(PUT, path, json={"user": bob.username}).json()["run_as"] == bob.username
    assert problem(desk.keyed("ADMIN").call(PUT, path, json={"user": None})) == (403, "keys-cannot-make-keys")
