"""Presenting credentials: every spelling, what is foreign, what is contradictory."""

import base64

import pytest

from gatepost_server.authn import RequestFacts, presented
from gatepost_server.crypto import KeyLetter, mint_key
from gatepost_server.kernel.errors import Invalid

KEY = mint_key(KeyLetter.PERSONAL).text.reveal()
OTHER = mint_key(KeyLetter.PERSONAL).text.reveal()
BROKEN = KEY[:-1] + ("0" if KEY[-1] != "0" else "1")
TOKEN = "t" * 43


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _facts(*headers: tuple[str, str]) -> RequestFacts:
    return RequestFacts(headers, ip=None)


SPELLINGS = {
    "Key": ("authorization", f"Key {KEY}"),
    "key in lower case": ("authorization", f"key {KEY}"),
    "KEY in upper case": ("authorization", f"KEY {KEY}"),
    "two spaces": ("authorization", f"Key  {KEY}"),
    "spaces around": ("authorization", f"  Key {KEY}  "),
    "Bearer": ("authorization", f"Bearer {KEY}"),
    "Token": ("authorization", f"Token {KEY}"),
    "Basic, as user": ("authorization", _basic(KEY, "")),
    "Basic, as password": ("authorization", _basic("ada", KEY)),
    "Basic, as password without user": ("authorization", _basic("", KEY)),
    "Basic, as both": ("authorization", _basic(KEY, KEY)),
    "basic in lower case": ("authorization", _basic(KEY, "x").replace("Basic", "basic")),
    "X-RSC-Authorization, Key": ("x-rsc-authorization", f"Key {KEY}"),
    "X-RSC-Authorization, bare": ("x-rsc-authorization", KEY),
    "X-RSC-Authorization, Bearer": ("x-rsc-authorization", f"Bearer {KEY}"),
}
FOREIGN = {
    "an outer proxy's Basic": ("authorization", _basic("proxy", "password")),
    "somebody's Bearer": ("authorization", "Bearer eyJhbGciOiJub25lIn0.e30."),
    "Digest": ("authorization", 'Digest username="ada"'),
    "Negotiate": ("authorization", "Negotiate YII="),
    "empty": ("authorization", ""),
    "a scheme alone": ("authorization", "Key"),
    "a scheme and a space": ("authorization", "Key "),
    "a bare key in Authorization": ("authorization", KEY),
    "Basic that is no base64": ("authorization", "Basic %%%"),
    "Basic that is no UTF-8": ("authorization", "Basic " + base64.b64encode(b"\xff\xfe:x").decode()),
    "Basic without a colon": ("authorization", "Basic " + base64.b64encode(b"nothing").decode()),
    "a key with a tail": ("authorization", f"Key {KEY}x"),
    "a key in quotes": ("authorization", f'Key "{KEY}"'),
    "another header": ("x-api-key", KEY),
    "an outer proxy's header": ("proxy-authorization", f"Key {KEY}"),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_spelling_presents_the_key(name: str) -> None:
    found = presented(_facts(SPELLINGS[name]))
    assert found.key is not None
    assert found.key.reveal() == KEY
    assert found.is_header


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_foreign_is_not_ours_to_judge(name: str) -> None:
    found = presented(_facts(FOREIGN[name]))
    assert (found.key, found.session, found.is_header) == (None, None, False)


@pytest.mark.parametrize("name", FOREIGN)
def test_beside_what_is_foreign_the_cookie_counts(name: str) -> None:
    found = presented(_facts(FOREIGN[name], ("cookie", f"gp_session={TOKEN}")))
    assert found.session is not None
    assert found.session.reveal() == TOKEN


def test_a_key_behind_an_outer_proxys_basic_counts() -> None:
    found = presented(_facts(FOREIGN["an outer proxy's Basic"], ("x-rsc-authorization", f"Key {KEY}")))
    assert found.key is not None


def test_a_broken_checksum_is_refused_later_and_not_ignored_for_a_cookie() -> None:
    found = presented(_facts(("authorization", f"Key {BROKEN}"), ("cookie", f"gp_session={TOKEN}")))
    assert (found.key is not None, found.session) == (True, None)


def test_a_header_wins_over_a_cookie() -> None:
    found = presented(_facts(("cookie", f"gp_session={TOKEN}"), ("authorization", f"Key {KEY}")))
    assert (found.key is not None, found.session) == (True, None)


def test_the_same_key_twice_in_two_headers_is_one() -> None:
    assert (
        presented(_facts(("authorization", _basic("ada", KEY)), ("x-rsc-authorization", KEY))).key is not None
    )


CONFLICTS = {
    "two keys in two headers": [("authorization", f"Key {KEY}"), ("x-rsc-authorization", OTHER)],
    "two keys in Basic": [("authorization", _basic(KEY, OTHER))],
    "a good and a broken one": [("authorization", f"Key {KEY}"), ("x-rsc-authorization", BROKEN)],
    "two cookies": [("cookie", f"gp_session={TOKEN}; gp_session={TOKEN[::-1]}x")],
    "two names": [("cookie", f"gp_session={TOKEN}; __Host-gp_session=other")],
    "two cookie lines": [("cookie", f"gp_session={TOKEN}"), ("cookie", "gp_session=other")],
}
DUPLICATES = {
    "Authorization twice": [("authorization", f"Key {KEY}"), ("authorization", "Basic x")],
    "Authorization twice, the same": [("authorization", f"Key {KEY}")] * 2,
    "Authorization twice, foreign": [("authorization", "Basic x")] * 2,
    "X-RSC-Authorization twice": [("x-rsc-authorization", KEY), ("x-rsc-authorization", KEY)],
    "joined by a comma": [("authorization", f"Key {KEY}, Key {OTHER}")],
    "joined by a comma, bare": [("x-rsc-authorization", f"{KEY},{OTHER}")],
    "joined by a comma, foreign first": [("authorization", f"Basic eDp5, Key {KEY}")],
}


@pytest.mark.parametrize("name", CONFLICTS)
def test_two_different_credentials_are_refused(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        presented(_facts(*CONFLICTS[name]))
    assert refused.value.error_code == "conflicting-credentials"


@pytest.mark.parametrize("name", DUPLICATES)
def test_two_lines_of_one_header_are_refused(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        presented(_facts(*DUPLICATES[name]))
    assert refused.value.error_code == "duplicate-credential"


@pytest.mark.parametrize("name", ["gp_session", "__Host-gp_session"])
def test_either_name_of_our_cookie_presents_a_session(name: str) -> None:
    found = presented(_facts(("cookie", f"a=b;{name}={TOKEN} ; c")))
    assert found.session is not None
    assert found.session.reveal() == TOKEN


@pytest.mark.parametrize(
    "line",
    ["", ";;", "gp_session", "gp_session=", "GP_SESSION=x", "xgp_session=x", "gp_session_=x", "gp_csrf=x"],
)
def test_other_cookies_present_nothing(line: str) -> None:
    assert presented(_facts(("cookie", line))).session is None


def test_the_same_cookie_twice_is_one() -> None:
    assert presented(_facts(("cookie", f"gp_session={TOKEN}; gp_session={TOKEN}"))).session is not None


def test_a_refusal_does_not_say_the_key() -> None:
    with pytest.raises(Invalid) as refused:
        presented(_facts(*CONFLICTS["two keys in two headers"]))
    assert KEY[14:46] not in repr(refused.value) + refused.value.detail
