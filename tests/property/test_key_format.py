"""The key format: what is minted parses, one wrong character does not, nothing else slips through."""

import string

from hypothesis import given
from hypothesis import strategies as st

from gatepost_server.crypto import KEY_PATTERN, KeyLetter, mint_key, parse_key, scrub

DIGITS = string.digits + string.ascii_letters
letters = st.sampled_from(list(KeyLetter))


@given(letters)
def test_what_is_minted_parses(letter: KeyLetter) -> None:
    made = mint_key(letter)
    found = parse_key(made.text.reveal())
    assert found is not None
    assert (found.letter, found.public_id, found.secret) == (letter, made.public_id, made.secret)


@given(letters, st.integers(0, 51), st.characters())
def test_one_wrong_character_never_parses(letter: KeyLetter, place: int, wrong: str) -> None:
    text = mint_key(letter).text.reveal()
    broken = text[:place] + wrong + text[place + 1 :]
    assert (parse_key(broken) is not None) == (broken == text)


@given(letters, st.integers(0, 51), st.integers(0, 51))
def test_two_characters_that_changed_places_never_parse(letter: KeyLetter, one: int, other: int) -> None:
    text = list(mint_key(letter).text.reveal())
    before = "".join(text)
    text[one], text[other] = text[other], text[one]
    swapped = "".join(text)
    assert (parse_key(swapped) is not None) == (swapped == before)


@given(st.text())
def test_other_texts_never_parse(text: str) -> None:
    assert parse_key(text) is None


@given(letters, st.text(alphabet=DIGITS, min_size=48, max_size=48))
def test_what_parses_has_the_checksum_of_its_text(letter: KeyLetter, tail: str) -> None:
    text = f"gp{letter}_{tail}"
    found = parse_key(text)
    if found is not None:
        assert text == f"gp{found.letter}_{found.public_id}{found.secret.reveal()}{text[-6:]}"


@given(
    st.lists(st.text() | letters.map(lambda letter: mint_key(letter).text.reveal())),
    st.sampled_from(" ,;\n\"'"),
)
def test_what_is_scrubbed_holds_no_key(parts: list[str], between: str) -> None:
    clean = scrub(between.join(parts))
    assert KEY_PATTERN.search(clean) is None
    assert scrub(clean) == clean
