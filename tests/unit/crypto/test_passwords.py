"""Passwords: argon2id, and the same work for accounts that have none."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from world import PASSWORD, password_hash

from gatepost_server.crypto import one_time_password, passwords, verify_password
from gatepost_server.kernel.secret import Secret


def test_a_hash_is_argon2id_and_does_not_hold_the_password() -> None:
    assert password_hash().startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD.reveal() not in password_hash()


def test_the_right_password_fits() -> None:
    assert verify_password(password_hash(), PASSWORD)


@pytest.mark.parametrize("text", ["", "correct horse", "Correct horse battery", "correct horse battery "])
def test_another_password_does_not(text: str) -> None:
    assert not verify_password(password_hash(), Secret(text))


@pytest.mark.parametrize("stored", [None, "", "plain", "$argon2id$broken"])
def test_an_account_without_a_good_hash_takes_no_password(stored: str | None) -> None:
    assert not verify_password(stored, PASSWORD)


def test_an_account_without_a_hash_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []
    real: Callable[[str, str], Any] = passwords._HASHER.verify

    class _Counted:
        hash = staticmethod(passwords._HASHER.hash)

        @staticmethod
        def verify(stored: str, text: str) -> Any:
            verified.append(stored[:30])
            return real(stored, text)

    monkeypatch.setattr(passwords, "_HASHER", _Counted)
    verify_password(None, PASSWORD)
    verify_password(password_hash(), PASSWORD)
    assert verified == [password_hash()[:30]] * 2


def test_a_one_time_password_is_easy_to_type_and_never_the_same() -> None:
    made = {one_time_password().reveal() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"([a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}", text) for text in made)
