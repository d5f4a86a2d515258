"""Which credential signs in where: said by its owner alone, and undone when the endpoint moves."""

import pytest
from calling import faults, problem
from connections_desk import PLANTED, ConnectionDesk, HeardBroker, made

ELSEWHERE = (
    {"host": "evil.example.com"}, {"port": 6543}, {"tls": "disable"}, {"tls": "require"},
    {"ca": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"},
)  # fmt: skip


def test_people_see_the_associations_of_credentials_that_they_may_see(desk: ConnectionDesk) -> None:
    hers, his = desk.stored(desk.ada), desk.stored(desk.bob, name="Mine")
    desk.associated(desk.ada, hers)
    desk.associated(desk.bob, his)
    assert desk.states(desk.ada) == {hers: "attached"}
    assert desk.states(desk.bob) == {his: "attached"}
    assert desk.states(desk.root) == {hers: "attached", his: "attached"}
    found = desk.bob.pages(f"credentials/{his}/connections")
    assert [one["connection"]["name"] for one in found] == ["Sales"]
    assert desk.bob.get(f"credentials/{hers}/connections").status_code == 404


def test_using_somebodys_credential_is_not_to_say_where_it_signs_in(desk: ConnectionDesk) -> None:
    hers = desk.stored(desk.ada)
    trap = made(desk.bob, name="Trap", params={"host": "evil.example.com", "database": "x"})["id"]
    path = f"connections/{trap}/credentials/{hers}"
    assert desk.bob.call("PUT", path).status_code == 404
    desk.share(f"credentials/{hers}", "bob")
    assert problem(desk.bob.call("PUT", path)) == (403, "credential-not-yours")
    assert problem(desk.bob.delete(f"connections/{desk.sales}/credentials/{hers}")) == (
        403, "credential-not-yours",
    )  # fmt: skip
    assert desk.root.call("PUT", path).status_code == 403
    assert desk.ada.call("PUT", path).status_code == 404
    assert desk.ada.pages(f"credentials/{hers}/connections") == []


def test_a_key_associates_nothing(desk: ConnectionDesk) -> None:
    hers = desk.stored(desk.ada)
    path = f"connections/{desk.sales}/credentials/{hers}"
    key = desk.api.by_key(desk.ada_person)
    assert problem(key.call("PUT", path)) == (403, "session-required")
    desk.associated(desk.ada, hers)
    assert problem(key.delete(path)) == (403, "session-required")
    assert desk.states(desk.ada) == {hers: "attached"}


def test_a_credential_of_another_type_does_not_sign_in_there(desk: ConnectionDesk) -> None:
    token = desk.stored(desk.ada, type="token", user="", password=None, token="abc")
    answer = desk.ada.call("PUT", f"connections/{desk.sales}/credentials/{token}")
    assert problem(answer) == (400, "login-misfit")
    assert faults(answer) == {"credential": "one of type basic"}


@pytest.mark.parametrize("params", ELSEWHERE)
def test_retargeting_detaches_everybody_else_and_who_returns_does_not_get_them_back(
    desk: ConnectionDesk, params: dict[str, object]
) -> None:
    hers, his = desk.stored(desk.ada), desk.stored(desk.bob)
    desk.associated(desk.ada, hers)
    desk.associated(desk.bob, his)
    path = f"connections/{desk.sales}"
    before = desk.ada.get(path).json()["params"]
    assert desk.ada.patch(path, {"params": params}).status_code == 200
    assert desk.states(desk.root) == {hers: "attached", his: "detached"}
    back = {name: before.get(name) for name in params}
    assert desk.ada.patch(path, {"params": back}).json()["params"] == before
    assert desk.states(desk.root) == {hers: "attached", his: "detached"}
    trail = [one for one in desk.root.pages("audit") if one["action"] == "credential:detach"]
    assert [one["resource"]["id"] for one in trail] == [his]
    desk.associated(desk.bob, his)


def test_another_type_detaches_and_another_database_does_not(desk: ConnectionDesk) -> None:
    his = desk.stored(desk.bob)
    desk.associated(desk.bob, his)
    path = f"connections/{desk.sales}"
    renamed = {"name": "Other", "params": {"database": "stock"}, "restricted": False}
    assert desk.ada.patch(path, renamed).status_code == 200
    assert desk.states(desk.bob) == {his: "attached"}
    moved = {"type": "mysql", "params": {"host": "db.example.com", "port": 5432, "database": "stock"}}
    assert desk.ada.patch(path, moved).status_code == 200
    assert desk.states(desk.bob) == {his: "detached"}


def test_a_key_that_retargets_takes_not_even_its_persons_credentials_along(desk: ConnectionDesk) -> None:
    hers = desk.stored(desk.ada)
    desk.associated(desk.ada, hers)
    key = desk.api.by_key(desk.ada_person)
    moved = key.patch(f"connections/{desk.sales}", {"params": {"host": "evil.example.com"}})
    assert moved.status_code == 200
    assert desk.states(desk.ada) == {hers: "detached"}


def test_an_old_session_says_not_where_passwords_go(desk: ConnectionDesk, broker: HeardBroker) -> None:
    """Who stole a session makes a connection to a host of their own, and presses Test."""
    hers = desk.stored(desk.ada)
    stolen = desk.api.session(desk.ada_person, is_recent=False)
    trap = made(stolen, name="Trap", params={"host": "evil.example.com", "database": "x"})["id"]
    for asked in (
        stolen.call("PUT", f"connections/{trap}/credentials/{hers}"),
        stolen.post(f"connections/{trap}/test", {"credential_id": hers}),
    ):
        assert problem(asked) == (403, "confirm-required")
    assert broker.heard == []
    once = {"user": "reader", "password": PLANTED, "save_as": "Typed in this call"}
    assert stolen.post(f"connections/{trap}/test", once).json()["credential_id"]
    desk.associated(desk.ada, hers)
    assert stolen.post(f"connections/{desk.sales}/test", {"credential_id": hers}).json()["ok"] is True


def test_an_old_session_that_retargets_leaves_its_own_credentials_behind(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    hers = desk.stored(desk.ada)
    desk.associated(desk.ada, hers)
    stolen = desk.api.session(desk.ada_person, is_recent=False)
    path = f"connections/{desk.sales}"
    assert stolen.patch(path, {"params": {"host": "evil.example.com"}}).status_code == 200
    assert desk.states(desk.ada) == {hers: "detached"}
    assert problem(stolen.post(f"{path}/test", {"credential_id": hers})) == (404, "credential-not-associated")
    assert broker.heard == []


def test_the_last_association_asks_whether_the_credential_goes_too(desk: ConnectionDesk) -> None:
    his = desk.stored(desk.bob)
    second = made(desk.bob, name="Stock")["id"]
    desk.associated(desk.bob, his)
    desk.associated(desk.bob, his, second)
    first = desk.bob.delete(f"connections/{second}/credentials/{his}?delete_credential=true").json()
    assert first == {"removed": True, "is_last": False, "credential_deleted": False}
    last = f"connections/{desk.sales}/credentials/{his}"
    assert desk.bob.delete(last).json() == {"removed": True, "is_last": True, "credential_deleted": False}
    assert problem(desk.bob.delete(last)) == (404, "credential-not-associated")
    assert desk.bob.get(f"credentials/{his}").status_code == 200
    desk.associated(desk.bob, his)
    assert desk.bob.delete(f"{last}?delete_credential=true").json()["credential_deleted"] is True
    assert desk.bob.get(f"credentials/{his}").status_code == 404


def test_deleting_either_end_takes_the_association_along(desk: ConnectionDesk) -> None:
    his, hers = desk.stored(desk.bob), desk.stored(desk.ada)
    desk.associated(desk.bob, his)
    desk.associated(desk.ada, hers)
    assert desk.bob.delete(f"credentials/{his}").status_code == 200
    assert desk.states(desk.root) == {hers: "attached"}
    assert desk.ada.delete(f"connections/{desk.sales}").status_code == 200
    assert desk.ada.pages(f"credentials/{hers}/connections") == []
    assert desk.ada.get(f"credentials/{hers}").status_code == 200


def test_a_grant_that_is_taken_back_hides_the_connection_from_the_credentials_owner(
    desk: ConnectionDesk,
) -> None:
    his = desk.stored(desk.bob)
    desk.associated(desk.bob, his)
    for grant in desk.ada.pages(f"connections/{desk.sales}/grants"):
        if grant["to"]["name"] == "bob":
            desk.ada.delete(f"connections/{desk.sales}/grants/{grant['id']}")
    assert desk.bob.pages(f"credentials/{his}/connections") == []
    assert desk.bob.delete(f"connections/{desk.sales}/credentials/{his}").status_code == 200
