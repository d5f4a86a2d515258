"""The wire format of keys: a known vector, what parses, what does not, and scrubbing."""

import pytest

from gatepost_server.crypto import KEY_PATTERN, KeyLetter, mint_key, parse_key, scrub

VECTOR = "gpp_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef2UVh5X"

MALFORMED = {
    "empty": "",
    "a space": " ",
    "only a prefix": "gpp_",
    "prefix and id": VECTOR[:14],
    "one character short": VECTOR[:-1],
    "one character long": VECTOR + "0",
    "space before": " " + VECTOR,
    "space after": VECTOR + " ",
    "newline after": VECTOR + "\n",
    "carriage return after": VECTOR + "\r",
    "NUL after": VECTOR + "\0",
    "NUL inside": VECTOR[:20] + "\0" + VECTOR[21:],
    "space inside": VECTOR[:20] + " " + VECTOR[21:],
    "newline inside": VECTOR[:20] + "\n" + VECTOR[21:],
    "two keys": VECTOR + VECTOR,
    "two keys by comma": f"{VECTOR},{VECTOR}",
    "upper-case prefix": "GPP_" + VECTOR[4:],
    "one upper-case letter": "gPp_" + VECTOR[4:],
    "no prefix": VECTOR[4:],
    "no kind": "gp_" + VECTOR[4:],
    "unknown kind": "gpq_" + VECTOR[4:],
    "kind in upper case": "gpP_" + VECTOR[4:],
    "another kind, its checksum": "gpj_" + VECTOR[4:],
    "two kinds": "gppj_" + VECTOR[4:],
    "hyphen for underscore": "gpp-" + VECTOR[4:],
    "no underscore": "gpp0" + VECTOR[4:],
    "second underscore": "gpp__" + VECTOR[5:],
    "first digit changed": "gpp_1" + VECTOR[5:],
    "first digits swapped": "gpp_10" + VECTOR[6:],
    "a letter's case changed": VECTOR[:14] + "a" + VECTOR[15:],
    "a secret letter changed": VECTOR[:30] + "0" + VECTOR[31:],
    "checksum off by one": VECTOR[:-1] + "Y",
    "checksum of zeros": VECTOR[:-6] + "000000",
    "checksum in lower case": VECTOR[:-6] + VECTOR[-6:].lower(),
    "checksum reversed": VECTOR[:-6] + VECTOR[-6:][::-1],
    "hyphen in the secret": VECTOR[:20] + "-" + VECTOR[21:],
    "underscore in the secret": VECTOR[:20] + "_" + VECTOR[21:],
    "plus in the secret": VECTOR[:20] + "+" + VECTOR[21:],
    "slash in the secret": VECTOR[:20] + "/" + VECTOR[21:],
    "dot in the secret": VECTOR[:20] + "." + VECTOR[21:],
    "percent encoding": VECTOR[:20] + "%41" + VECTOR[23:],
    "quotes around": f'"{VECTOR}"',
    "angle brackets around": f"<{VECTOR}>",
    "a letter with an accent": VECTOR[:20] + "é" + VECTOR[21:],
    "a full-width digit": VECTOR[:20] + "１" + VECTOR[21:],
    "an Arabic digit": VECTOR[:20] + "٣" + VECTOR[21:],
    "a Kelvin sign": VECTOR[:20] + "\u212a" + VECTOR[21:],
    "a zero-width space": VECTOR[:20] + "\u200b" + VECTOR[20:],
    "a byte order mark": "\ufeff" + VECTOR,
    "another product's key": "ghp_" + VECTOR[4:],
    "very long": "gpp_" + "A" * 100_000,
}


def test_the_known_vector_parses() -> None:
    found = parse_key(VECTOR)
    assert found is not None
    assert found.letter is KeyLetter.PERSONAL
    assert found.public_id == "0123456789"
    assert found.secret.reveal() == "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_key_does_not_parse(name: str) -> None:
    assert parse_key(MALFORMED[name]) is None


@pytest.mark.parametrize("letter", KeyLetter)
def test_a_minted_key_parses_as_what_it_is(letter: KeyLetter) -> None:
    made = mint_key(letter)
    found = parse_key(made.text.reveal())
    assert found is not None
    assert (found.letter, found.public_id, found.secret) == (letter, made.public_id, made.secret)


def test_a_minted_key_lists_its_first_14_and_last_4_characters() -> None:
    made = mint_key(KeyLetter.PERSONAL)
    text = made.text.reveal()
    assert (made.prefix, made.last_four) == (text[:14], text[-4:])
    assert made.prefix == f"gpp_{made.public_id}"


def test_keys_are_not_minted_twice() -> None:
    assert len({mint_key(KeyLetter.PERSONAL).text.reveal() for _ in range(500)}) == 500


def test_the_last_four_characters_are_of_the_checksum_only() -> None:
    made = mint_key(KeyLetter.PERSONAL)
    assert made.secret.reveal() not in made.prefix + made.last_four


def test_scrubbing_leaves_only_prefixes() -> None:
    text = f'first "{VECTOR}", then Key {mint_key(KeyLetter.GLOBAL).text.reveal()}.'
    assert KEY_PATTERN.search(scrub(text)) is None
    assert scrub(text).startswith('first "gpp_0123456789…", then Key gpg_')


def test_scrubbing_leaves_other_text_as_it_is() -> None:
    assert scrub("nothing here: gpp_short") == "nothing here: gpp_short"
