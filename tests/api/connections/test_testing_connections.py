"""Testing a connection: with a stored credential, or a login of this call that may be stored after it."""

import pytest
from calling import Api, problem
from connections_desk import PLANTED, ConnectionDesk, HeardBroker, made

from gatepost_server.connections import Code, Failure, OneTimeLogin, StepName, StoredLogin

ONCE = {"user": "reader", "password": PLANTED}


def path_of(desk: ConnectionDesk) -> str:
    return f"connections/{desk.sales}/test"


def test_a_stored_credential_is_tried_by_one_click_and_told_step_by_step(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    his = desk.stored(desk.bob)
    answer = desk.bob.post(path_of(desk), {"credential_id": his})
    assert answer.status_code == 200, answer.text
    assert answer.json()["ok"] is True
    assert [step["name"] for step in answer.json()["steps"]] == ["name", "tcp", "tls", "login", "query"]
    assert [login for _, login in broker.heard] == [StoredLogin(his)]
    assert desk.states(desk.bob) == {his: "attached"}
    assert desk.bob.get(f"credentials/{his}").json()["health"] == "ok"


@pytest.mark.parametrize(
    ("step", "code", "health"),
    [
        (StepName.LOGIN, Code.LOGIN_REFUSED, "failing"),
        (StepName.TCP, Code.UNREACHABLE, "untested"),
        (StepName.NAME, Code.ADDRESS_REFUSED, "untested"),
    ],
)
def test_what_failed_is_said_in_fixed_words_and_only_a_refused_login_is_the_credentials_fault(
    desk: ConnectionDesk, broker: HeardBroker, step: StepName, code: Code, health: str
) -> None:
    broker.codes = ((step, code),)
    his = desk.stored(desk.bob)
    found = desk.bob.post(path_of(desk), {"credential_id": his}).json()
    assert found["ok"] is False
    last = found["steps"][-1]
    assert (last["name"], last["code"], last["ok"]) == (step, code, False)
    assert last["hint"]
    assert desk.bob.get(f"credentials/{his}").json()["health"] == health
    trail = [one for one in desk.root.pages("audit") if one["action"] == "connection:test"]
    assert trail[0]["changes"]["after"] == {"ok": False, "step": step, "code": code, "login": his}


def test_a_login_of_one_call_is_tried_and_kept_nowhere(desk: ConnectionDesk, broker: HeardBroker) -> None:
    desk.root.patch("settings", {"features": {"stored_credentials": False}})
    answer = desk.bob.post(path_of(desk), ONCE)
    assert (answer.status_code, answer.json()["credential_id"]) == (200, None)
    login = broker.heard[0][1]
    assert isinstance(login, OneTimeLogin)
    assert (login.user, login.secret["password"].reveal()) == ("reader", PLANTED)
    assert desk.bob.pages("credentials") == []
    assert not [one for one in desk.api.sent if PLANTED in one.text]


def test_after_a_good_test_it_is_stored_and_associated_if_that_was_asked(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    named = desk.bob.post(path_of(desk), {**ONCE, "save_as": "Mine"}).json()["credential_id"]
    made_up = desk.bob.post(path_of(desk), {**ONCE, "save_as": ""}).json()["credential_id"]
    found = {one["id"]: (one["name"], one["health"]) for one in desk.bob.pages("credentials")}
    assert found == {named: ("Mine", "ok"), made_up: ("reader at Sales", "ok")}
    assert desk.states(desk.bob) == {named: "attached", made_up: "attached"}


def test_after_a_bad_test_nothing_is_stored(desk: ConnectionDesk, broker: HeardBroker) -> None:
    broker.codes = ((StepName.LOGIN, Code.LOGIN_REFUSED),)
    answer = desk.bob.post(path_of(desk), {**ONCE, "save_as": "Mine"})
    assert (answer.json()["ok"], answer.json()["credential_id"]) == (False, None)
    assert desk.bob.pages("credentials") == []


def test_nothing_is_sent_anywhere_when_it_could_not_be_stored_or_does_not_fit(
    desk: ConnectionDesk, broker: HeardBroker, api: Api
) -> None:
    key = api.by_key(desk.bob_person)
    assert problem(key.post(path_of(desk), {**ONCE, "save_as": "x"})) == (403, "session-required")
    assert problem(desk.bob.post(path_of(desk), {})) == (409, "login-needed")
    assert problem(desk.bob.post(path_of(desk), {"token": "abc"})) == (400, "login-misfit")
    assert problem(desk.bob.post(path_of(desk), {"user": "reader"})) == (400, "credential-invalid")
    both = {**ONCE, "credential_id": desk.stored(desk.bob)}
    assert problem(desk.bob.post(path_of(desk), both)) == (400, "invalid")
    desk.root.patch("settings", {"features": {"stored_credentials": False}})
    stored = desk.bob.post(path_of(desk), {**ONCE, "save_as": "x"})
    assert problem(stored) == (403, "stored-credentials-off")
    assert broker.heard == []


def test_somebodys_credential_is_used_where_its_owner_put_it_and_nowhere_else(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    hers = desk.stored(desk.ada)
    assert desk.bob.post(path_of(desk), {"credential_id": hers}).status_code == 404
    desk.share(f"credentials/{hers}", "bob")
    trap = made(desk.bob, name="Trap", params={"host": "evil.example.com", "database": "x"})["id"]
    for connection in (trap, desk.sales):
        refused = desk.bob.post(f"connections/{connection}/test", {"credential_id": hers})
        assert problem(refused) == (404, "credential-not-associated")
    desk.associated(desk.ada, hers)
    assert desk.bob.post(path_of(desk), {"credential_id": hers}).json()["ok"] is True
    assert [target.params["host"] for target, _ in broker.heard] == ["db.example.com"]


def test_who_edits_the_host_and_tests_gets_nobodys_password(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    """The attack of principle 10: bob shares his credential for use, ada turns the connection."""
    his = desk.stored(desk.bob)
    desk.associated(desk.bob, his)
    desk.share(f"credentials/{his}", "ada", by=desk.bob)
    assert desk.ada.post(path_of(desk), {"credential_id": his}).json()["ok"] is True
    moved = desk.ada.patch(f"connections/{desk.sales}", {"params": {"host": "evil.example.com"}})
    assert moved.status_code == 200
    refused = desk.ada.post(path_of(desk), {"credential_id": his})
    assert problem(refused) == (404, "credential-not-associated")
    assert problem(desk.ada.get(f"connections/{desk.sales}/tables?credential_id={his}")) == (
        404, "credential-not-associated",
    )  # fmt: skip
    assert problem(desk.ada.get(f"connections/{desk.sales}/tables")) == (409, "login-needed")
    assert [target.params["host"] for target, _ in broker.heard] == ["db.example.com"]


def test_who_says_which_endpoint_was_looked_at_sends_nothing_to_another(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    seen = desk.bob.get(f"connections/{desk.sales}").json()
    assert (seen["address"], seen["tls"]) == ("db.example.com:5432", "verify-full")
    now = {"generation": seen["generation"]}
    assert desk.bob.post(path_of(desk), {**ONCE, **now}).json()["ok"] is True
    desk.ada.patch(f"connections/{desk.sales}", {"params": {"host": "evil.example.com"}})
    assert problem(desk.bob.post(path_of(desk), {**ONCE, **now})) == (409, "endpoint-changed")
    path = f"connections/{desk.sales}/credentials/{desk.stored(desk.bob)}"
    stale = desk.bob.call("PUT", f"{path}?generation={seen['generation']}")
    assert problem(stale) == (409, "endpoint-changed")
    later = desk.bob.get(f"connections/{desk.sales}").json()["generation"]
    assert desk.bob.call("PUT", f"{path}?generation={later}").status_code == 200
    assert len(broker.heard) == 1


def test_a_key_that_was_found_sends_no_password_anywhere_new(
    desk: ConnectionDesk, broker: HeardBroker, api: Api
) -> None:
    hers, key = desk.stored(desk.ada), api.by_key(desk.ada_person)
    refused = key.post(path_of(desk), {"credential_id": hers})
    assert problem(refused) == (404, "credential-not-associated")
    desk.associated(desk.ada, hers)
    assert key.post(path_of(desk), {"credential_id": hers}).json()["ok"] is True
    key.patch(f"connections/{desk.sales}", {"params": {"host": "evil.example.com"}})
    refused = key.post(path_of(desk), {"credential_id": hers})
    assert problem(refused) == (404, "credential-not-associated")
    assert len(broker.heard) == 1


def test_ten_tests_a_minute_whatever_they_are_of(desk: ConnectionDesk, broker: HeardBroker) -> None:
    for port in range(1, 11):
        params = {"host": "x.example.com", "port": port, "database": "x"}
        scan = made(desk.bob, name=f"Port {port}", params=params)
        assert desk.bob.post(f"connections/{scan['id']}/test", ONCE).status_code == 200
    refused = desk.bob.post(path_of(desk), ONCE)
    assert problem(refused) == (429, "too-many-tries")
    assert int(refused.headers["retry-after"]) > 0
    assert desk.ada.post(path_of(desk), ONCE).status_code == 200
    desk.world.store.clock.advance(seconds=6)
    assert desk.bob.post(path_of(desk), ONCE).status_code == 200
    assert len(broker.heard) == 12


def test_strangers_and_who_may_only_see_it_test_nothing(
    desk: ConnectionDesk, broker: HeardBroker, api: Api
) -> None:
    eve = api.session(desk.world.person("eve", "publisher"))
    for call in ("schemas", "tables", "columns?table=orders", "preview?table=orders"):
        assert eve.get(f"connections/{desk.sales}/{call}").status_code == 404
    assert eve.post(path_of(desk), ONCE).status_code == 404
    assert broker.heard == []


def test_tables_columns_and_first_rows_are_seen_with_the_only_credential_there_is(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    path = f"connections/{desk.sales}"
    assert problem(desk.bob.get(f"{path}/tables")) == (409, "login-needed")
    his = desk.stored(desk.bob)
    desk.associated(desk.bob, his)
    assert desk.bob.get(f"{path}/schemas").json()["items"] == [{"name": "public"}]
    tables = desk.bob.get(f"{path}/tables?schema=eu").json()["items"]
    assert tables == [{"schema": "eu", "name": "orders", "kind": "table"}]
    column = {"name": "id", "type": "integer", "native_type": "int8"}
    assert desk.bob.get(f"{path}/columns?table=orders").json()["items"] == [column]
    shown = desk.bob.get(f"{path}/preview?table=orders&credential_id={his}").json()
    assert shown == {"columns": [column], "rows": [[1], [None]], "truncated": True}
    desk.associated(desk.bob, desk.stored(desk.bob, name="Second"))
    assert problem(desk.bob.get(f"{path}/tables")) == (409, "login-needed")


def test_files_and_the_open_web_need_no_login(desk: ConnectionDesk, broker: HeardBroker) -> None:
    file = made(desk.ada, name="File", type="sqlite", params={"file": "sales.db"})["id"]
    assert desk.ada.post(f"connections/{file}/test", {}).json()["ok"] is True
    assert desk.ada.get(f"connections/{file}/tables").status_code == 200
    misfit = desk.ada.post(f"connections/{file}/test", ONCE)
    assert problem(misfit) == (400, "login-misfit")


def test_without_a_broker_nothing_can_be_tried_and_a_source_that_fails_says_a_fixed_word(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    broker.is_silent = True
    assert problem(desk.bob.post(path_of(desk), ONCE)) == (503, "broker-silent")
    broker.is_silent, broker.failure = False, Failure.TABLE_UNKNOWN
    desk.associated(desk.bob, desk.stored(desk.bob))
    failed = desk.bob.get(f"connections/{desk.sales}/columns?table=orders")
    assert problem(failed) == (409, "statement-failed")
    assert failed.json()["failure"] == "table-unknown"
