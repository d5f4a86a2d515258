"""The statement about a caller is made once in half a minute, and never for somebody else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from gatepost_server.crypto import Assertions
from gatepost_server.gateway.authorizer.asserting import Asserted
from gatepost_server.kernel.actor import ANONYMOUS, Actor, ActorKind

NOW = datetime.now(UTC)
APP, OTHER = "app_" + "a" * 24, "app_" + "f" * 24
ANN = Actor(ActorKind.SESSION, "usr_" + "a" * 24, "ann")
BOB = Actor(ActorKind.PERSONAL_KEY, "usr_" + "b" * 24, "bob", via_key_id="key_1")


@pytest.fixture
def asserted(tmp_path: Path) -> Asserted:
    """What makes statements."""
    return Asserted(Assertions(tmp_path), "http://gatepost.test")


def _read(token: str) -> dict[str, object]:
    found: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return found


def test_the_same_is_said_again_for_half_a_minute(asserted: Asserted) -> None:
    first = asserted.of(ANN, "ann@x.org", APP, NOW)
    assert asserted.of(ANN, "ann@x.org", APP, NOW + timedelta(seconds=29)) == first
    assert asserted.of(ANN, "ann@x.org", APP, NOW + timedelta(seconds=31)) != first
    assert {**_read(first), "iat": 0, "exp": 0} == {
        "iss": "http://gatepost.test", "aud": APP, "sub": ANN.principal_id, "kind": "user",
        "name": "ann", "email": "ann@x.org", "iat": 0, "exp": 0,
    }  # fmt: skip


def test_it_is_never_said_of_somebody_else_or_to_another_application(asserted: Asserted) -> None:
    told = {asserted.of(actor, "", app, NOW) for actor in (ANN, BOB) for app in (APP, OTHER)}
    assert {(_read(one)["sub"], _read(one)["aud"]) for one in told} == {
        (actor.principal_id, app) for actor in (ANN, BOB) for app in (APP, OTHER)
    }
    assert {_read(one).get("via_key") for one in told} == {None, "key_1"}


def test_of_nobody_in_particular_nothing_is_said(asserted: Asserted) -> None:
    assert asserted.of(ANONYMOUS, "", APP, NOW) == ""
