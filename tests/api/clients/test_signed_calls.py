"""Calls signed by the secrets of client applications, as the store has them at that moment."""

import pytest
from client_desk import ClientDesk
from signed import strict

from gatepost_server.bootstrap.signatures import verifier_of
from gatepost_server.signing import Accepted, Profile, Refused, Verifier, Why

_NONCES = iter(range(10**6))


@pytest.fixture
def gate(desk: ClientDesk) -> Verifier:
    """The verifier as an authorizer has it."""
    return verifier_of(desk.world.store.uow, desk.api.house.signing, "gate")


def called(gate: Verifier, app_key: str, secret: str) -> Accepted | Refused:
    """Verify a new call that is signed with *secret*."""
    time, nonce = int(gate.clock.now().timestamp() * 1000), f"a-nonce-of-this-test-{next(_NONCES)}"
    request = strict(secret=secret, x_ca_key=app_key, x_ca_timestamp=str(time), x_ca_nonce=nonce)
    return gate.verify(request, Profile.STRICT)


def why(outcome: Accepted | Refused) -> Why | None:
    """Return for what reason a call was refused; None when it was not."""
    return outcome.why if isinstance(outcome, Refused) else None


def test_an_application_signs_with_each_of_its_secrets_until_they_end(
    desk: ClientDesk, gate: Verifier
) -> None:
    made = desk.made()
    key, old = made["app_key"], made["app_secret"]
    new = desk["ada"].post(f"clients/{made['id']}/secrets", {"overlap_seconds": 3600}).json()["app_secret"]
    outcome = called(gate, key, old)
    assert isinstance(outcome, Accepted)
    assert (outcome.application_id, outcome.member_id, outcome.ip_allowlist) == (made["id"], None, None)
    assert why(called(gate, key, new)) is None
    desk.world.store.clock.advance(hours=1)
    assert [why(called(gate, key, one)) for one in (old, new)] == [Why.WRONG_SIGNATURE, None]


def test_a_members_secret_ends_with_the_membership(desk: ClientDesk, gate: Verifier) -> None:
    made = desk.made()
    here = f"clients/{made['id']}"
    added = desk["ada"].post(f"{here}/members", {"users": ["ann"], "validity": {"days": 30}})
    assert added.status_code < 300, added.text
    [own] = desk["ann"].pages(f"{here}/secrets")
    member = desk["ann"].post(f"{here}/secrets/{own['id']}/reveal").json()["app_secret"]
    outcome = called(gate, made["app_key"], member)
    assert isinstance(outcome, Accepted)
    assert outcome.member_id == desk.person("ann").id
    desk.world.store.clock.advance(days=30)
    assert why(called(gate, made["app_key"], member)) is Why.WRONG_SIGNATURE
    assert why(called(gate, made["app_key"], made["app_secret"])) is None


def test_a_deleted_application_and_one_that_never_was_read_alike(desk: ClientDesk, gate: Verifier) -> None:
    made = desk.made()
    assert why(called(gate, made["app_key"], made["app_secret"])) is None
    assert desk["ada"].delete(f"clients/{made['id']}").json()["revoked"] is True
    assert why(called(gate, made["app_key"], made["app_secret"])) is Why.UNKNOWN_KEY
    assert why(called(gate, "never-was-one", made["app_secret"])) is Why.UNKNOWN_KEY
