"""Keyed hashes: bound to a purpose and a pepper, and kept 0600."""

import json
from base64 import b64encode
from pathlib import Path

import pytest

from gatepost_server.crypto import Mac, Peppers, new_token

OLD, NEW = b"o" * 32, b"n" * 32


def test_a_secret_verifies_for_its_purpose_only() -> None:
    peppers = Peppers(1, {1: OLD})
    mac = peppers.mac("api-key", "secret")
    assert peppers.verify(mac, "api-key", "secret")
    assert not peppers.verify(mac, "session", "secret")
    assert not peppers.verify(mac, "api-key", "Secret")


def test_a_purpose_and_a_secret_cannot_be_shifted_into_each_other() -> None:
    peppers = Peppers(1, {1: OLD})
    assert peppers.mac("a", "bc").digest != peppers.mac("ab", "c").digest


def test_an_old_pepper_still_verifies_and_the_current_one_hashes() -> None:
    mac = Peppers(1, {1: OLD}).mac("api-key", "secret")
    both = Peppers(2, {1: OLD, 2: NEW})
    assert both.verify(mac, "api-key", "secret")
    assert both.mac("api-key", "secret").version == 2
    assert both.candidates("api-key", "secret") == [both.mac("api-key", "secret").digest, mac.digest]


def test_a_hash_of_a_pepper_that_is_gone_never_verifies() -> None:
    assert not Peppers(2, {2: NEW}).verify(Mac(1, b"\0" * 32), "api-key", "secret")


def test_a_database_alone_cannot_plant_a_verifier() -> None:
    assert not Peppers(1, {1: NEW}).verify(Peppers(1, {1: OLD}).mac("api-key", "x"), "api-key", "x")


def test_a_derived_token_is_the_same_each_time() -> None:
    peppers = Peppers(1, {1: OLD})
    assert peppers.derive("csrf", "token") == peppers.derive("csrf", "token")
    assert peppers.derive("csrf", "token") != peppers.derive("csrf", "other")
    assert peppers.derive("csrf", "token") != peppers.derive("session", "token")


def test_peppers_are_made_once_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    first = Peppers.load(tmp_path).mac("p", "s")
    assert Peppers.load(tmp_path).mac("p", "s") == first
    assert (tmp_path / "pepper.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["pepper.json"]


def test_whoever_writes_the_file_first_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"current": 1, "peppers": {"1": b64encode(OLD).decode()}}
    (tmp_path / "pepper.json").write_text(json.dumps(there))
    monkeypatch.setattr(Path, "exists", lambda _: False)
    assert Peppers.load(tmp_path).mac("p", "s") == Peppers(1, {1: OLD}).mac("p", "s")


def test_a_token_is_256_random_bits_that_a_url_may_hold() -> None:
    made = {new_token().reveal() for _ in range(50)}
    assert len(made) == 50
    assert all(len(text) == 43 and text.replace("-", "").replace("_", "").isalnum() for text in made)
