"""Keys at the real gate: every spelling, the refused twins, and their end."""

import pytest
from callers import Caller, People, nobody, path_of, sign_in, with_key
from instances import Instance
from spellings import misspelt, spelled
from waiting import until

pytestmark = pytest.mark.e2e


@spelled
def test_every_spelling_opens_content(gatepost: Instance, probe, key, owner, spelling):
    with Caller(gatepost, **spelling(key)) as caller:
        answer = caller.get(path_of(probe["content_url"]))
        assert answer.status_code == 200, answer.text
        sent = dict(answer.json()["headers"])
        assert owner.username == sent["x-gatepost-user"]


@spelled
def test_every_spelling_opens_the_api(gatepost: Instance, key, owner, spelling):
    with Caller(gatepost, **spelling(key)) as caller:
        me = caller.ok("GET", "me")
        assert (owner.username, "e2e") == (me["principal"]["name"], me["via_key"]["name"])


@spelled
def test_a_key_of_which_one_letter_is_wrong_opens_nothing(gatepost: Instance, probe, key, spelling):
    with Caller(gatepost, **spelling(misspelt(key))) as caller:
        for path in (path_of(probe["content_url"]), "/api/v1/me"):
            answer = caller.get(path)
            assert (
                answer.status_code,
                answer.headers["content-type"].partition(";")[0],
            ) == (401, "application/problem+json")


def test_a_key_in_the_query_is_not_looked_at(gatepost: Instance, probe, key):
    with nobody(gatepost) as caller:
        for name in ("key", "api_key", "token", "access_token"):
            assert caller.get(path_of(probe["content_url"]), params={name: key}).status_code == 401


def test_two_different_keys_are_refused_and_nothing_is_done(gatepost: Instance, probe, key, owner):
    other = owner.make_key("the other one")["key"]
    headers = {"Authorization": f"Key {key}", "X-RSC-Authorization": f"Key {other}"}
    with Caller(gatepost, **headers) as caller:
        for path in (path_of(probe["content_url"]), "/api/v1/me"):
            assert caller.get(path).status_code == 400


def test_the_same_key_twice_in_two_spellings_is_one_key(gatepost: Instance, probe, key):
    with Caller(gatepost, Authorization=f"Bearer {key}", **{"X-RSC-Authorization": key}) as caller:
        assert caller.get(path_of(probe["content_url"])).status_code == 200


def test_two_lines_of_one_credential_header_are_refused(gatepost: Instance, probe, key):
    twice = [("Authorization", f"Key {key}"), ("Authorization", f"Key {key}")]
    with nobody(gatepost) as caller:
        for path in (path_of(probe["content_url"]), "/api/v1/me"):
            assert caller.get(path, headers=twice).status_code == 400


def test_a_key_makes_no_keys_and_no_people(gatepost: Instance, admin: Caller):
    made = admin.make_key("of an administrator")
    with with_key(gatepost, made["key"]) as program:
        assert program.ok("GET", "me")["role"] == "administrator"
        assert program.api("POST", "keys", {"name": "child"}).status_code == 403
        account = {"username": "by-key", "email": "k@example.com", "password": "correct horse battery"}
        assert program.api("POST", "users", account).status_code == 403
        password = {"old": "a", "new": "correct horse battery"}
        assert program.api("POST", "me/password", password).status_code in (401, 403)
    assert [one["username"] for one in admin.ok("GET", "users?q=by-key")["items"]] == []


def test_a_key_of_a_lower_role_does_less_than_its_owner(gatepost: Instance, owner: Caller, probe):
    lower = owner.make_key("reads only", role="viewer")["key"]
    with with_key(gatepost, lower) as program:
        assert program.get(path_of(probe["content_url"])).status_code == 200
        assert program.api("POST", f"apps/{probe['id']}/restart").status_code == 403


def test_a_key_with_addresses_works_from_those_only(gatepost: Instance, owner: Caller, probe):
    here = owner.make_key("from here", ip_allowlist="127.0.0.0/8")["key"]
    elsewhere = owner.make_key("from elsewhere", ip_allowlist="192.0.2.0/24")["key"]
    for key, status in ((here, 200), (elsewhere, 401)):
        with with_key(gatepost, key) as program:
            assert program.get(path_of(probe["content_url"])).status_code == status


def test_a_list_never_shows_a_key_again_and_says_when_it_was_used(gatepost: Instance, owner, probe):
    made = owner.make_key("to be listed")
    with with_key(gatepost, made["key"]) as program:
        program.get(path_of(probe["content_url"]), headers={"User-Agent": "nightly/1"})

    def row():
        return next(one for one in owner.ok("GET", "keys?q=to be listed")["items"] if one["id"] == made["id"])

    used = until(lambda: row() if row()["last_used_at"] else None, 10, what="the note of its use")
    assert (used["last_used_ip"], used["last_used_agent"]) == ("127.0.0.1", "nightly/1")
    assert (made["key"][:14], made["key"][-4:]) == (used["prefix"], used["last_four"])
    assert made["key"] not in owner.api("GET", "keys?limit=200").text

    owner.ok("POST", f"keys/{made['id']}/rotate", {"overlap_seconds": 600})
    with with_key(gatepost, made["key"]) as program:
        for agent in ("nightly/1", "weekly/2", "nightly/1"):
            answer = program.get(path_of(probe["content_url"]), headers={"User-Agent": agent})
            assert answer.status_code == 200
        program.ok("GET", "me")

    def noted():
        callers = row()["old_secret"]["callers"]
        return callers if sum(one["uses"] for one in callers) == 4 else None

    callers = until(noted, 10, what="the note of who still uses the old secret")
    assert {(one["agent"].partition("/")[0], one["via"], one["uses"]) for one in callers} == {
        ("nightly", "app", 2), ("weekly", "app", 1), ("python-httpx", "api", 1)
    }  # fmt: skip
    assert {one["app"]["id"] for one in callers if one["app"]} == {probe["id"]}


def test_deleting_a_key_answers_with_a_receipt_and_stops_the_next_request(gatepost, owner, probe):
    made = owner.make_key("to be deleted")
    with with_key(gatepost, made["key"]) as program:
        assert program.get(path_of(probe["content_url"])).status_code == 200

        receipt = owner.ok("DELETE", f"keys/{made['id']}")

        assert program.get(path_of(probe["content_url"])).status_code == 401
        assert program.api("GET", "me").status_code == 401
    assert (receipt["revoked"], receipt["connections_closed"]) == (True, 0)
    assert receipt["gates"]


def test_the_receipt_of_a_change_can_be_found_in_the_trail(owner, admin):
    made = owner.make_key("leaves a trace")
    owner.ok("DELETE", f"keys/{made['id']}")

    entries = admin.ok("GET", f"audit?resource={made['id']}")["items"]

    assert [one["action"] for one in entries] == ["key:delete", "key:create"]
    assert {owner.username} == {one["actor"]["name"] for one in entries}
    assert made["key"] not in admin.api("GET", f"audit?resource={made['id']}").text


def test_a_stranger_cannot_delete_somebody_elses_key(people: People, owner: Caller):
    made = owner.make_key("not yours")
    stranger = people.someone()
    assert stranger.api("DELETE", f"keys/{made['id']}").status_code == 404
    with with_key(owner.instance, made["key"]) as program:
        assert program.api("GET", "me").status_code == 200


def test_logging_out_ends_the_session_and_not_the_keys(gatepost, people: People):
    person = people.someone("viewer")
    made = person.make_key("stays")
    again = sign_in(gatepost, person.username, "correct horse battery staple")
    again.ok("POST", "logout")
    assert again.api("GET", "me").status_code == 401
    assert person.api("GET", "me").status_code == 200
    with with_key(gatepost, made["key"]) as program:
        assert program.api("GET", "me").status_code == 200
