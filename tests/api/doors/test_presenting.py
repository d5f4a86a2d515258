"""Presenting keys at the native door: all good spellings, every malformed one, conflicts."""

import base64
import logging

import pytest
from calling import Api, problem
from stores import on_one_engine
from world import World

from gatepost_server.crypto import KeyLetter, mint_key

VECTOR = "gpp_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef2UVh5X"


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("header", "form"),
    [
        ("authorization", "Key {}"), ("authorization", "key {}"), ("authorization", "Bearer {}"),
        ("authorization", "Token {}"), ("x-rsc-authorization", "Key {}"), ("x-rsc-authorization", "{}"),
    ],
)  # fmt: skip
def test_a_key_is_taken_in_every_spelling(api: Api, world: World, header: str, form: str) -> None:
    key = api.by_key(world.person("ada")).key
    answer = api.nobody.get("me", headers={header: form.format(key)})
    assert answer.json()["principal"]["name"] == "ada"


@pytest.mark.parametrize("is_user", [True, False])
def test_a_key_is_taken_in_basic_as_user_or_password(api: Api, world: World, is_user: bool) -> None:
    key = api.by_key(world.person("ada")).key or ""
    sent = _basic(key, "") if is_user else _basic("anything", key)
    assert api.nobody.get("me", headers={"authorization": sent}).json()["via_key"]["name"] == "ci"


def test_a_key_passes_an_outer_proxys_own_authorization(api: Api, world: World) -> None:
    key = api.by_key(world.person("ada")).key
    sent = {"authorization": _basic("proxy", "password"), "x-rsc-authorization": f"Key {key}"}
    assert api.nobody.get("me", headers=sent).status_code == 200


# What stands after "Key ": none of these is a key that exists here, in 46 ways.
BODY = VECTOR[4:]
MALFORMED = [
    VECTOR, VECTOR[:-1] + "Y", VECTOR[:-6] + "000000", VECTOR[:-1], VECTOR + "0", VECTOR + VECTOR, BODY,
    VECTOR.upper(), VECTOR.lower(), "gpp-" + BODY, "gpp__" + BODY[1:], "gpq_" + BODY, "gp_" + BODY,
    "gpj_" + BODY, "gpx_" + BODY, "GPP_" + BODY, VECTOR[:20] + "-" + VECTOR[21:],
    VECTOR[:20] + "+" + VECTOR[21:], VECTOR[:20] + "." + VECTOR[21:], VECTOR[:20] + " " + VECTOR[21:],
    VECTOR[:20] + "\t" + VECTOR[21:], VECTOR[:20] + "%41" + VECTOR[23:], f'"{VECTOR}"', f"'{VECTOR}'",
    f"<{VECTOR}>", f"{VECTOR};", f"{VECTOR}=", f"={VECTOR}", f"Key {VECTOR}", f"Key={VECTOR}",
    f"{VECTOR} extra", "x" * 4000, "", " ", "null", "undefined", "{{key}}", "$GATEPOST_API_KEY", "gpp_",
    "gpp_...", "' OR 1=1 --", "../../etc/passwd",
    mint_key(KeyLetter.PERSONAL).text.reveal(), mint_key(KeyLetter.GUEST).text.reveal(),
    mint_key(KeyLetter.VISITOR).text.reveal(), mint_key(KeyLetter.CREATOR).text.reveal(),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(MALFORMED)))
@on_one_engine
def test_a_malformed_key_opens_nothing(api: Api, number: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "gatepost_server")
    said = set()
    for header in ("authorization", "x-rsc-authorization"):
        answer = api.nobody.get("me", headers={header: f"Key {MALFORMED[number]}"})
        assert answer.status_code == 401
        said.add((answer.json()["code"], answer.json()["detail"]))
        assert len(MALFORMED[number]) < 12 or MALFORMED[number] not in answer.text
    assert len(said) == 1
    assert len(MALFORMED[number]) < 30 or MALFORMED[number][14:46] not in caplog.text


def test_more_than_forty_malformed_keys_are_tried() -> None:
    assert len(set(MALFORMED)) >= 40


@on_one_engine
def test_two_keys_or_two_lines_do_nothing(api: Api, world: World) -> None:
    ada, bob = api.by_key(world.person("ada")), api.by_key(world.person("bob"))
    conflicts = {
        "conflicting-credentials": [
            {"authorization": f"Key {ada.key}", "x-rsc-authorization": bob.key},
            {"authorization": _basic(ada.key or "", bob.key or "")},
            {"cookie": "gp_session=one; gp_session=two"},
        ],
        "duplicate-credential": [
            {"authorization": [f"Key {ada.key}", f"Key {bob.key}"]},
            {"authorization": [f"Key {ada.key}"] * 2},
            {"x-rsc-authorization": [ada.key, ada.key]},
            {"authorization": f"Key {ada.key}, Key {bob.key}"},
        ],
    }
    for code, all_sent in conflicts.items():
        for sent in all_sent:
            assert problem(api.nobody.get("me", headers=sent)) == (400, code), sent


@on_one_engine
@pytest.mark.parametrize("where", ["?key=", "?api_key=", "?access_token=", "?Authorization=Key%20"])
def test_a_key_in_an_address_is_no_credential(api: Api, world: World, where: str) -> None:
    key = api.by_key(world.person("ada")).key
    answer = api.nobody.get(f"me{where}{key}")
    assert problem(answer)[0] == 400
    assert key is not None
    assert key not in answer.text


def test_a_key_with_an_allowlist_is_good_from_there_only(api: Api, world: World) -> None:
    ada = api.by_key(world.person("ada"), ip_allowlist="10.0.0.0/24")
    assert ada.get("me", headers={"x-forwarded-for": "10.0.0.9"}).status_code == 200
    for line in ("10.0.1.9", "10.0.0.9, 10.0.1.9", "", "nonsense"):
        assert problem(ada.get("me", headers={"x-forwarded-for": line})) == (401, "unauthenticated")


def test_a_bad_session_is_refused_like_a_bad_key(api: Api) -> None:
    for token in ("x" * 43, "\u00e9", "a b", "%00"):
        sent = {"cookie": f"gp_session={token}".encode("latin-1")}
        assert problem(api.nobody.get("me", headers=sent)) == (401, "unauthenticated")
