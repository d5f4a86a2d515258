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
        "ok": True, "connections": [], "untried": [],
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


def test_each_connection_counts_as_a_test_and_the_rest_is_told(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    his = desk.stored(desk.bob)
    for number in range(12):
        place = {"host": f"db{number}.example.com", "database": "x"}
        desk.associated(desk.bob, his, made(desk.bob, name=f"Stock {number:02}", params=place)["id"])
    found = desk.bob.post(f"credentials/{his}/check", {"password": OTHER}).json()
    assert (found["ok"], len(found["connections"]), len(broker.heard)) == (False, 10, 10)
    tried = {one["connection"]["name"] for one in found["connections"]}
    assert tried | set(found["untried"]) == {f"Stock {number:02}" for number in range(12)}
    once = {"user": "reader", "password": PLANTED}
    assert problem(desk.bob.post(f"connections/{desk.sales}/test", once)) == (429, "too-many-tries")
    assert len(broker.heard) == 10


def test_the_health_is_what_the_last_use_of_the_present_secret_said(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    his = desk.stored(desk.bob)
    desk.associated(desk.bob, his)

    def health_after(path: str, body: dict[str, str]) -> str:
        method = "POST" if path else "PATCH"
        assert desk.bob.call(method, f"credentials/{his}{path}", json=body).is_success
        return str(desk.bob.get(f"credentials/{his}").json()["health"])

    broker.codes = ((StepName.TCP, Code.UNREACHABLE),)
    assert health_after("/check", {}) == "untested"
    broker.codes = ((StepName.LOGIN, Code.LOGIN_REFUSED),)
    assert health_after("/check", {"password": OTHER}) == "untested"
    assert health_after("/check", {}) == "failing"
    assert health_after("", {"name": "Renamed"}) == "failing"
    assert health_after("", {"user": "other"}) == "untested"
    broker.codes = ()
    assert health_after("/check", {}) == "ok"
    assert health_after("", {"password": OTHER}) == "untested"


def test_where_a_login_goes_is_in_the_trail_before_it_goes(desk: ConnectionDesk, broker: HeardBroker) -> None:
    his = desk.stored(desk.bob)
    desk.associated(desk.bob, his)
    broker.is_silent = True
    path = f"connections/{desk.sales}"
    for asked in (
        desk.bob.post(f"{path}/test", {"user": "reader", "password": PLANTED}),
        desk.bob.get(f"{path}/tables"),
        desk.bob.post(f"credentials/{his}/check", {"password": OTHER}),
    ):
        assert problem(asked) == (503, "broker-silent")
    trail = [one for one in desk.root.pages("audit") if one["action"] == "connection:sign-in"]
    said = [one["changes"]["after"] for one in trail]
    where = {"address": "db.example.com:5432", "tls": "verify-full"}
    assert said == [
        {**where, "login": "one-time", "for": "check"},
        {**where, "login": his, "for": "look"},
        {**where, "login": "one-time", "for": "test"},
    ]
    assert {one["actor"]["id"] for one in trail} == {desk.bob_person.id}
    assert PLANTED not in str(trail)
