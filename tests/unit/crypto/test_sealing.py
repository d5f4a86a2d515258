"""Sealed secrets: read again only in their own place, with a key that is here."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gatepost_server.crypto import LAUNCH, BrokenSeal, Place, Seals
from gatepost_server.crypto.keyfile import KeyRing
from gatepost_server.kernel.secret import Secret

HERE = Place("mail_server", "password", "mail", "org_1")
OLD, NEW = b"o" * 32, b"n" * 32


def test_a_secret_comes_back_in_its_own_place() -> None:
    seals = Seals(KeyRing(1, {1: OLD}))
    sealed = seals.seal(Secret("gr\u00fcn"), HERE)
    assert "gr\u00fcn".encode() not in sealed
    assert seals.open(sealed, HERE).reveal() == "gr\u00fcn"


def test_the_same_secret_is_never_sealed_to_the_same_bytes() -> None:
    seals = Seals(KeyRing(1, {1: OLD}))
    assert seals.seal(Secret("x"), HERE) != seals.seal(Secret("x"), HERE)


@pytest.mark.parametrize("part", ["table", "column", "row_id", "owner_id"])
def test_moved_to_another_place_it_does_not_open(part: str) -> None:
    seals = Seals(KeyRing(1, {1: OLD}))
    with pytest.raises(BrokenSeal):
        seals.open(seals.seal(Secret("x"), HERE), replace(HERE, **{part: "other"}))


def test_parts_of_a_place_cannot_be_shifted_into_each_other() -> None:
    assert Place("a", "bc", "d").aad() != Place("ab", "c", "d").aad()
    assert Place("a", "b", "cd").aad() != Place("a", "b", "c", "d").aad()


@pytest.mark.parametrize("at", [0, 1, 2, 14, 61, 62, 74, -1])
def test_one_changed_byte_is_noticed(at: int) -> None:
    seals = Seals(KeyRing(1, {1: OLD}))
    sealed = bytearray(seals.seal(Secret("secret"), HERE))
    sealed[at] ^= 1
    with pytest.raises(BrokenSeal):
        seals.open(bytes(sealed), HERE)


@pytest.mark.parametrize("cut", [0, 1, 5, 14, 62, 70, 80])
def test_a_piece_of_it_is_refused(cut: int) -> None:
    seals = Seals(KeyRing(1, {1: OLD}))
    with pytest.raises(BrokenSeal):
        seals.open(seals.seal(Secret("secret"), HERE)[:cut], HERE)


def test_an_old_key_still_opens_and_the_current_one_seals() -> None:
    old = Seals(KeyRing(1, {1: OLD}))
    both = Seals(KeyRing(2, {1: OLD, 2: NEW}))
    assert both.open(old.seal(Secret("x"), HERE), HERE) == Secret("x")
    with pytest.raises(BrokenSeal):
        old.open(both.seal(Secret("x"), HERE), HERE)


def test_another_wrapping_key_takes_over_without_a_look_at_the_secret() -> None:
    old = Seals(KeyRing(1, {1: OLD}))
    both = Seals(KeyRing(2, {1: OLD, 2: NEW}))
    sealed = old.seal(Secret("x"), HERE)
    rewrapped = both.rewrap(sealed, HERE)
    assert Seals(KeyRing(2, {2: NEW})).open(rewrapped, HERE) == Secret("x")
    assert rewrapped[62:] == sealed[62:], "the body stays"
    assert both.rewrap(rewrapped, HERE) == rewrapped
    with pytest.raises(BrokenSeal):
        both.rewrap(sealed, replace(HERE, row_id="other"))
    with pytest.raises(BrokenSeal):
        Seals(KeyRing(2, {2: NEW})).rewrap(sealed, HERE)


def test_what_was_sealed_without_a_data_key_still_opens() -> None:
    seals, head, nonce = Seals(KeyRing(1, {1: OLD})), bytes((1, 1)), b"n" * 12
    bare = head + nonce + AESGCM(OLD).encrypt(nonce, b"mail", head + HERE.aad())
    assert seals.open(bare, HERE) == Secret("mail")
    assert seals.open(seals.rewrap(bare, HERE), HERE) == Secret("mail")
    with pytest.raises(BrokenSeal):
        seals.open(bare, replace(HERE, row_id="other"))


def test_each_class_of_secrets_has_wrapping_keys_of_its_own(tmp_path: Path) -> None:
    sealed = Seals.load(tmp_path, LAUNCH).seal(Secret("x"), HERE)
    assert Seals.load(tmp_path, LAUNCH).open(sealed, HERE) == Secret("x")
    with pytest.raises(BrokenSeal):
        Seals.load(tmp_path).open(sealed, HERE)


def test_the_first_key_is_made_once_and_kept_for_its_owner_only(tmp_path: Path) -> None:
    sealed = Seals.load(tmp_path).seal(Secret("x"), HERE)
    assert Seals.load(tmp_path).open(sealed, HERE) == Secret("x")
    assert [(file.name, oct(file.stat().st_mode & 0o777)) for file in tmp_path.iterdir()] == [
        ("sealing.json", "0o600")
    ]
