"""Who approves what: a policy narrows it, administrators always may, and no request has a dead end."""

from typing import Any

from calling import Api, Caller, problem
from world import World

from gatepost_server.approvals import tell_deciders
from gatepost_server.bootstrap.approvals import request_kinds

_WANTED = {"name": "Loader", "group": "Partners", "owners": ["ada"]}


class _Town:
    """A group that eve and kim approve for; ann asks; root administers."""

    def __init__(self, api: Api, world: World) -> None:
        self.world = world
        people = {name: world.person(name, "publisher") for name in ("ada", "eve", "kim", "ann")}
        self.people = {name: api.session(who) for name, who in people.items()}
        self.root = api.session(world.person("root", "administrator"))
        made = self.root.post("client-groups", {"name": "Partners", "approvers": ["eve", "kim"]})
        assert made.status_code == 201, made.text

    def __getitem__(self, name: str) -> Caller:
        return self.people[name]

    def asked(self, name: str = "Loader") -> dict[str, Any]:
        body = {"kind": "create_client", "reason": "Nightly.", "validity": "permanent", **_WANTED}
        found: dict[str, Any] = self["ann"].post("requests", {**body, "name": name}).json()
        return found

    def policy(self, approvers: object) -> Any:
        return self.root.patch("settings", {"policies": {"approvers": approvers}})

    def decide(self, who: Caller, request: dict[str, Any]) -> Any:
        return who.post(f"requests/{request['id']}/approve", {"content_hash": request["content_hash"]})


def test_named_people_of_those_who_keep_the_thing_decide_and_nobody_else(api: Api, world: World) -> None:
    town = _Town(api, world)
    asked = town.asked()
    assert asked["waits_for"] == ["Eve", "Kim", "Root"]
    answer = town.policy({"create_client": ["kim"]})
    assert answer.json()["policies"]["approvers"]["create_client"] == ["kim"]
    assert town["ann"].get(f"requests/{asked['id']}").json()["waits_for"] == ["Kim"]
    assert town["eve"].pages("requests", box="to_decide") == []
    assert problem(town.decide(town["eve"], asked)) == (403, "not-an-approver")
    assert [one["id"] for one in town["kim"].pages("requests", box="to_decide")] == [asked["id"]]
    assert town.decide(town["kim"], asked).status_code == 200
    town.policy({"create_client": ["ada"]})
    other = town.asked("Second")
    assert problem(town.decide(town["ada"], other))[0] in (403, 404), "a policy gives no right"
    assert other["waits_for"] == ["Root"], "nobody named keeps it: administrators decide"
    assert town.decide(town.root, other).status_code == 200
    assert (
        town.policy({"create_client": "keepers"}).json()["policies"]["approvers"]["create_client"]
        == "keepers"
    )
    assert town.decide(town["eve"], town.asked("Third")).status_code == 200


def test_a_group_is_named_and_what_is_no_policy_is_refused(api: Api, world: World) -> None:
    town = _Town(api, world)
    town.root.post("groups", {"name": "Security"})
    assert town.root.call("PUT", "groups/Security/members/user/eve", json={}).is_success
    town.policy({"create_client": ["group:Security"]})
    asked = town.asked()
    assert problem(town.decide(town["kim"], asked)) == (403, "not-an-approver")
    assert town.decide(town["eve"], asked).status_code == 200
    for bad in (
        {"no_such": "keepers"},
        {"renew": "everybody"},
        {"renew": []},
        {"renew": ["nobody"]},
        "keepers",
    ):
        assert town.policy(bad).status_code == 400, bad
    assert problem(town["eve"].patch("settings", {"policies": {"approvers": {}}}))[0] == 403


def test_administrators_alone_decide_and_ask_too_if_the_server_wants_it(api: Api, world: World) -> None:
    town = _Town(api, world)
    town.policy({"create_client": "administrators"})
    asked = town.asked()
    assert problem(town.decide(town["eve"], asked)) == (403, "not-an-approver")
    assert town.decide(town.root, asked).status_code == 200
    assert town.root.post("clients", {**_WANTED, "name": "Direct"}).status_code == 201
    town.root.patch("settings", {"policies": {"administrators_create_directly": "off"}})
    refused = town.root.post("clients", {**_WANTED, "name": "Direct2"})
    assert problem(refused) == (403, "request-needed")


def test_a_request_that_nobody_keeps_is_escalated_with_an_alarm_in_the_trail(api: Api, world: World) -> None:
    town = _Town(api, world)
    town.policy({"create_client": ["ada"]})
    asked = town.asked()
    for _ in range(2):
        with world.store.arranged() as tx:
            tell_deciders(tx, request_kinds(), "https://gatepost.example")
    alarms = [one for one in town.root.pages("audit") if one["action"] == "request:escalate"]
    assert [one["resource"]["id"] for one in alarms] == [asked["id"]]


def test_the_policies_page_says_who_approves_what(api: Api, world: World) -> None:
    town = _Town(api, world)
    html = {"accept": "text/html"}

    def send(**data: str) -> Any:
        headers = {**html, "x-gatepost-csrf": None}
        form = {"csrf_token": town.root.csrf, **data}
        return town.root.call("POST", "/admin/policies", headers=headers, data=form)

    page = town.root.call("GET", "/admin/policies", headers=html).text
    assert "A new client application" in page
    assert "No request has a dead end" in page
    wrong = send(kind="create_client", who="named", named="nobody-here")
    assert (wrong.status_code, "nobody called nobody-here" in wrong.text) == (400, True)
    assert send(kind="create_client", who="named", named="kim").status_code == 303
    settings = town.root.get("settings").json()["policies"]
    assert settings["approvers"]["create_client"] == ["kim"]
    assert send(administrators_create_directly="off").status_code == 303
    assert town["eve"].call("GET", "/admin/policies", headers=html).status_code == 403
