"""Before a credential is edited: which of its connections would still work."""

from calling import Api, problem
from connections_desk import PLANTED, ConnectionDesk, HeardBroker, made

from gatepost_server.connections import Code, OneTimeLogin, StepName, StoredLogin

OTHER = f"{PLANTED}-2"


def test_every_connection_is_tried_with_what_is_to_be_and_nothing_is_saved(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    his, stock = desk.stored(desk.bob), made(desk.bob, name="Stock")["id"]
    desk.associated(desk.bob, his)
    desk.associated(desk.bob, his, stock)
    before = desk.bob.get(f"credentials/{his}").json()
    found = desk.bob.post(f"credentials/{his}/check", {"password": OTHER}).json()
    assert found["ok"] is True
    assert {one["connection"]["name"] for one in found["connections"]} == {"Sales", "Stock"}
    sent = [login.secret["password"] for _, login in broker.heard if isinstance(login, OneTimeLogin)]
    assert [one.reveal() for one in sent] == [OTHER, OTHER]
    broker.codes = ((StepName.LOGIN, Code.LOGIN_REFUSED),)
    found = desk.bob.post(f"credentials/{his}/check", {"user": "writer"}).json()
    assert found["ok"] is False
    assert [one["steps"][-1]["code"] for one in found["connections"]] == ["login-refused"] * 2
    assert broker.heard[-1][1] == StoredLogin(his, "writer")
    assert desk.bob.get(f"credentials/{his}").json() == before
    assert not [one for one in desk.api.sent if PLANTED in one.text]


def test_what_was_detached_or_is_used_no_more_is_not_sent_a_password(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    his = desk.stored(desk.bob)
    desk.associated(desk.bob, his)
    desk.ada.patch(f"connections/{desk.sales}", {"params": {"host": "evil.example.com"}})
    assert desk.bob.post(f"credentials/{his}/check", {"password": OTHER}).json() == {
        "ok": True, "connections": [],
    }  # fmt: skip
    refused = desk.bob.post(f"connections/{desk.sales}/test", {"credential_id": his})
    assert problem(refused) == (404, "credential-not-associated")
    assert broker.heard == []


def test_it_takes_what_editing_takes(desk: ConnectionDesk, broker: HeardBroker, api: Api) -> None:
    his = desk.stored(desk.bob)
    path = f"credentials/{his}/check"
    assert desk.ada.post(path, {}).status_code == 404
    desk.share(f"credentials/{his}", "ada", by=desk.bob)
    assert problem(desk.ada.post(path, {})) == (403, "denied")
    assert desk.root.post(path, {}).status_code == 403
    assert problem(api.by_key(desk.bob_person).post(path, {})) == (403, "session-required")
    stale = api.session(desk.bob_person, is_recent=False)
    assert problem(stale.post(path, {})) == (403, "confirm-required")
    assert problem(desk.bob.post(path, {"token": "abc"})) == (400, "credential-invalid")
    for _ in range(9):
        assert desk.bob.post(path, {}).status_code == 200
    assert problem(desk.bob.post(path, {})) == (429, "too-many-tries")
    assert broker.heard == []
