"""Asking for client applications: to create one, to join one, to renew a membership."""

from typing import Any

from calling import Caller, problem
from client_desk import ClientDesk, hosting


def _ask(who: Caller, kind: str, validity: Any = "permanent", **more: Any) -> Any:
    return who.post("requests", {"kind": kind, "reason": "We load at night.", "validity": validity, **more})


def _decide(who: Caller, request: dict[str, Any], verb: str = "approve", **more: Any) -> Any:
    body = {"content_hash": request["content_hash"], **more}
    return who.post(f"requests/{request['id']}/{verb}", body)


def _wanted(**more: Any) -> dict[str, Any]:
    return {"name": "Loader", "group": "Partners", "owners": ["ada"], "scenario": "Night", **more}


def test_an_approver_of_the_group_lets_an_application_come_into_being(desk: ClientDesk) -> None:
    custom = {"app_key": "loader-key", "app_secret": "secret-of-our-own-choice"}
    asked = _ask(desk["ann"], "create_client", {"days": 90}, **_wanted(**custom)).json()
    assert asked["asks"] == "for the client application Loader in Partners"
    assert "secret-of-our-own-choice" not in str(asked)
    assert "app_secret_sealed" not in str(asked)
    assert desk.signing("loader-key") is None
    assert [one["id"] for one in desk["eve"].pages("requests", box="to_decide")] == [asked["id"]]
    assert desk["ada"].pages("requests", box="to_decide") == []
    assert problem(_decide(desk["ada"], asked))[0] in (403, 404)
    assert problem(_decide(desk["ann"], asked)) == (403, "own-request")

    done = _decide(desk["eve"], asked).json()
    assert (done["state"], done["result"]["type"]) == ("approved", "client")
    here = f"clients/{done['result']['id']}"
    assert desk["ada"].get(here).json()["your_role"] == "owner"
    mine = desk["ann"].get(here).json()
    assert (mine["your_role"], mine["expires_at"] is not None) == ("member", True)
    texts = desk.texts("loader-key")
    assert "secret-of-our-own-choice" in texts
    assert len(texts) == 2, "the member has a secret of their own"
    assert problem(_decide(desk["eve"], asked)) == (409, "request-closed")
    assert problem(desk["eve"].get(f"{here}/members"))[0] == 403, "who approved holds nothing on it"


def test_what_cannot_be_made_is_refused_when_it_is_asked_for(desk: ClientDesk) -> None:
    for bad, field in (
        ({"name": "1x"}, "name"), ({"owners": ["bob"]}, "owners"), ({"group": "None"}, "group"),
        ({"scenario": "x" * 129}, "scenario"), ({"app_key": "k" * 8}, "app_secret"),
        ({"owners": "ada"}, "owners"),
    ):  # fmt: skip
        answer = _ask(desk["ann"], "create_client", **_wanted(**bad))
        assert [one["field"] for one in answer.json()["errors"]] == [field], bad
    assert problem(_ask(desk["ann"], "create_client", **_wanted(surprise=1))) == (400, "unknown-field")
    assert _ask(desk["ann"], "create_client", **_wanted()).status_code == 201
    assert problem(_ask(desk["ann"], "create_client", **_wanted())) == (409, "already-asked")


def test_two_ask_for_one_name_and_the_second_is_not_approved(desk: ClientDesk) -> None:
    first, second = (_ask(desk[name], "create_client", **_wanted()).json() for name in ("ann", "bob"))
    assert _decide(desk["eve"], first).status_code == 200
    assert problem(_decide(desk["eve"], second)) == (409, "client-name-taken")
    assert desk["bob"].get(f"requests/{second['id']}").json()["state"] == "pending"
    assert _decide(desk.root, second, "reject", note="Taken.").json()["state"] == "rejected"


def test_an_owner_lets_somebody_join_from_the_approval_on(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}"
    asked = _ask(desk["ann"], "join_client", {"days": 30}, client=made["id"]).json()
    assert problem(_decide(desk["eve"], asked))[0] == 403
    desk.world.store.clock.advance(days=5)
    ada, ann = (desk.api.session(desk.person(name)) for name in ("ada", "ann"))
    assert _decide(ada, asked).json()["result"]["type"] == "grant"
    assert ann.get(here).json()["your_role"] == "member"
    assert len(desk.texts(made["app_key"])) == 2
    assert problem(_ask(ann, "join_client", client=made["id"])) == (409, "already-granted")
    desk.world.store.clock.advance(days=29)
    assert len(desk.texts(made["app_key"])) == 2
    desk.world.store.clock.advance(days=1)
    assert desk.texts(made["app_key"]) == {made["app_secret"]}


def test_joining_what_is_hidden_answers_like_joining_nothing(desk: ClientDesk) -> None:
    made = desk.made(listed=False)
    hidden = _ask(desk["ann"], "join_client", client=made["id"])
    nothing = _ask(desk["ann"], "join_client", client="app_" + "0" * 24)
    assert (hidden.status_code, nothing.status_code) == (201, 201)
    assert hidden.json()["asks"] == nothing.json()["asks"]
    assert desk["ada"].pages("requests", box="to_decide") == []
    assert problem(_ask(desk["ann"], "join_client", client="Loader"))[0] == 400


def test_a_membership_is_renewed_with_its_secret(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}"
    desk["ada"].post(f"{here}/members", {"users": ["ann"], "validity": {"days": 30}})
    grant = desk["ann"].get(here).json()["grant"]
    theirs = _ask(desk["bob"], "renew", {"days": 90}, grant=grant).json()
    asked = _ask(desk["ann"], "renew", {"days": 90}, grant=grant).json()
    assert [one["id"] for one in desk["ada"].pages("requests", box="to_decide")] == [asked["id"]]
    assert problem(_decide(desk["ada"], theirs))[0] == 404
    assert _decide(desk["ada"], asked).status_code == 200
    desk.world.store.clock.advance(days=89)
    assert len(desk.texts(made["app_key"])) == 2
    again = desk.api.session(desk.person("ann")).get(here).json()["grant"]
    assert again != grant
    desk.world.store.clock.advance(days=1)
    assert desk.texts(made["app_key"]) == {made["app_secret"]}


def test_the_group_is_the_one_that_was_asked_for_whatever_it_is_called_meanwhile(desk: ClientDesk) -> None:
    asked = _ask(desk["bob"], "create_client", **_wanted()).json()
    assert desk.root.patch(f"client-groups/{desk.group['id']}", {"name": "Old"}).status_code == 200
    other = desk.root.post("client-groups", {"name": "Partners", "approvers": ["ada"]})
    assert other.status_code == 201

    assert _decide(desk["ada"], asked).status_code == 404, "who approves for the new one decides nothing"
    done = _decide(desk["eve"], asked)
    assert done.status_code == 200, done.text
    made = desk.root.get(f"clients/{done.json()['result']['id']}").json()
    assert made["group"]["name"] == "Old"


def test_no_key_approves_what_makes_an_app_key(desk: ClientDesk) -> None:
    asked = _ask(desk["bob"], "create_client", **_wanted()).json()
    assert problem(_decide(desk.api.by_key(desk.people["eve"]), asked)) == (403, "session-required")
    assert _decide(desk["eve"], asked).status_code == 200


def test_the_owner_of_a_hosted_application_asks_for_an_app_key(desk: ClientDesk) -> None:
    hosted = hosting(desk)
    app, html = hosted.app["id"], {"accept": "text/html"}
    told = {"name": "Served", "group": "Partners", "app": app}
    not_theirs = _ask(desk["ada"], "create_client", **told).json()["errors"]
    nothing = _ask(desk["ada"], "create_client", **{**told, "app": "app_" + "0" * 24})
    assert nothing.json()["errors"] == not_theirs
    assert [one["field"] for one in not_theirs] == ["app"]
    owners = _ask(hosted.owns, "create_client", **told, owners=["ada"]).json()["errors"]
    assert [one["field"] for one in owners] == ["owners"]
    page = hosted.owns.call("GET", f"/applications/{app}/settings", headers=html).text
    assert f"/clients/request?app={app}" in page
    assert 'name="owners"' not in hosted.owns.call("GET", f"/clients/request?app={app}", headers=html).text

    sent = hosted.owns.call(
        "POST", "/clients/request", headers={**html, "x-gatepost-csrf": None},
        data={"csrf_token": hosted.owns.csrf, "reason": "It calls others.", "validity": "90", **told},
    )  # fmt: skip
    assert sent.status_code == 303, sent.text
    [asked] = desk["eve"].pages("requests", box="to_decide")
    assert "an AppKey of the hosted application" in asked["asks"]
    done = _decide(desk["eve"], asked).json()
    assert done["result"] == {"type": "client", "id": app}
    mine = hosted.owns.get(f"clients/{app}").json()
    assert (mine["hosted"], mine["listed"], mine["your_role"]) == (True, False, "owner")
    assert hosted.owns.get(f"apps/{app}").status_code == 200
    assert len(desk.texts(mine["app_key"])) == 1
    assert problem(_ask(hosted.owns, "create_client", **{**told, "name": "Again"})) == (409, "already-client")
    page = hosted.owns.call("GET", f"/applications/{app}/settings", headers=html).text
    assert "Open its client page" in page


def test_who_owns_it_no_more_gets_no_app_key_of_it(desk: ClientDesk) -> None:
    hosted = hosting(desk)
    told = {"name": "Served", "group": "Partners", "app": hosted.app["id"]}
    asked = _ask(hosted.owns, "create_client", **told).json()
    assert hosted.owns.delete(f"apps/{hosted.app['id']}").status_code == 200
    assert problem(_decide(desk["eve"], asked)) == (409, "not-owner-now")
    assert desk["eve"].get(f"requests/{asked['id']}").json()["state"] == "pending"


def test_a_client_application_becomes_hosted_and_keeps_its_app_key(desk: ClientDesk) -> None:
    source = hosting(desk).app["source_id"]
    made, html = desk.made(), {"accept": "text/html"}
    desk["ada"].post(f"clients/{made['id']}/members", {"users": ["ann"], "validity": "permanent"})
    body = {"source_id": source, "client": made["id"]}
    assert problem(desk.root.post("apps", {**body, "client": "app_" + "0" * 24}))[0] == 404
    assert problem(desk["ada"].post("apps", body))[0] == 404, "the source is not hers"
    assert desk.root.post(f"sources/{source}/grants", {
        "to": {"type": "user", "name": "ada"}, "role": "consumer",
    }).is_success  # fmt: skip
    assert desk.root.post(f"sources/{source}/grants", {
        "to": {"type": "user", "name": "eve"}, "role": "consumer",
    }).is_success  # fmt: skip
    assert problem(desk["eve"].post("apps", body))[0] == 403, "the application is not hers"
    assert "/host" in desk["ada"].call("GET", f"/clients/{made['id']}", headers=html).text
    assert "/host" not in desk["ann"].call("GET", f"/clients/{made['id']}", headers=html).text

    data = {"csrf_token": desk["ada"].csrf, "source_id": source}
    plain = {**html, "x-gatepost-csrf": None}
    asked = desk["ada"].call("POST", f"/clients/{made['id']}/host", headers=plain, data=data)
    assert (asked.status_code, "It holds work of" in asked.text) == (409, True)
    author = desk.root.get(f"sources/{source}/versions").json()["items"][0]["author"]["id"]
    sent = desk["ada"].call(
        "POST", f"/clients/{made['id']}/host", headers=plain, data={**data, "confirmed": author}
    )
    assert sent.headers["location"] == f"/applications/{made['id']}/build", sent.text
    app = desk["ada"].get(f"apps/{made['id']}").json()
    assert (app["name"], app["source_id"], app["number"] > 0) == ("Loader", source, True)
    both = desk["ada"].get(f"clients/{made['id']}").json()
    assert (both["app_key"], both["hosted"]) == (made["app_key"], True)
    assert made["app_secret"] in desk.texts(made["app_key"])
    assert desk["ann"].get(f"apps/{made['id']}").status_code == 200, "members may open it"
    again = desk["ada"].post("apps", {**body, "confirmed_authors": [author]})
    assert problem(again) == (409, "already-hosted")
    assert desk["ada"].delete(f"clients/{made['id']}").status_code == 200
    assert desk["ada"].get(f"apps/{made['id']}").status_code == 200, "what is hosted goes on"
