"""POST keys, when it is taken: the text once, the ends, the narrower options."""

from calling import Api
from world import World

from gatepost_server.crypto import parse_key


def test_the_text_is_in_this_answer_and_nowhere_else(api: Api, world: World) -> None:
    ada = api.session(world.person("ada"))
    made = ada.post("keys", {"name": "  nightly   build "}).json()
    text = made.pop("key")
    parsed = parse_key(text)
    assert parsed is not None
    assert (made["name"], made["prefix"], made["last_four"]) == ("nightly build", text[:14], text[-4:])
    assert (made["status"], made["kind"], made["role"]) == ("active", "personal", None)
    assert made["expires_at"] == "2027-04-04T09:00:00.000Z"
    [listed] = ada.pages("keys")
    assert listed == made
    assert parsed.secret.reveal() not in str(listed)


def test_the_key_works_at_once(api: Api, world: World) -> None:
    made = api.session(world.person("ada", "publisher")).post("keys", {"name": "ci"}).json()
    said = api.nobody.get("me", headers={"authorization": f"Key {made['key']}"}).json()
    assert said["principal"]["name"] == "ada"
    assert said["via_key"] == {"id": made["id"], "name": "ci", "kind": "personal"}
    assert said["role"] == "publisher"


def test_ends_and_options_are_as_asked(api: Api, world: World) -> None:
    ada = api.session(world.person("ada", "publisher"))
    for wanted, said in (
        ({"expires_at": None}, {"expires_at": None}),
        ({"expires_at": "2028-02-29T12:00:00Z"}, {"expires_at": "2028-02-29T12:00:00.000Z"}),
        ({"expires_at": "2028-02-29T12:00:00+02:00"}, {"expires_at": "2028-02-29T10:00:00.000Z"}),
        ({"expires_at": "9999-12-31T23:59:59Z"}, {"expires_at": "9999-12-31T23:59:59.000Z"}),
        ({"role": "viewer"}, {"role": "viewer"}),
        ({"role": None}, {"role": None}),
        ({"ip_allowlist": "192.168.3.12/24; ::1"}, {"ip_allowlist": "192.168.3.0/24;::1/128"}),
        ({"ip_allowlist": ""}, {"ip_allowlist": None}),
        ({"name": "x" * 100}, {"name": "x" * 100}),
        ({"name": "<script>alert(1)</script>"}, {"name": "<script>alert(1)</script>"}),
    ):
        answer = ada.post("keys", {"name": "ci", **wanted})
        assert answer.status_code == 201, answer.text
        assert {name: answer.json()[name] for name in said} == said


def test_it_is_in_the_trail_without_the_secret(api: Api, world: World) -> None:
    ada = api.session(world.person("ada"))
    made = ada.post("keys", {"name": "ci"}).json()
    [entry] = ada.pages("audit", action="key:create")
    assert (entry["resource"]["id"], entry["actor"]["name"], entry["decision"]) == (
        made["id"],
        "ada",
        "allowed",
    )
    assert made["key"][14:46] not in str(entry)
