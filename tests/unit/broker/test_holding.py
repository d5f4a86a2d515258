"""One-time logins: for who gave them, for one target, for a while."""

from dataclasses import replace

import pytest

from gatepost_server.broker.holding import LASTS_S, RESTS_S, Holding
from gatepost_server.connections import ConnectionType, HeldLogin, LoginOver, OneTimeLogin, Target
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.secret import Secret
from gatepost_server.vault import CredentialType

ADA = Actor(ActorKind.SESSION, "usr_1", "ada", session_id="ses_1")
PLACE = Target("org_1", "con_1", ConnectionType.POSTGRESQL, {"host": "db", "port": 5432})
LOGIN = OneTimeLogin(CredentialType.BASIC, "reader", {"password": Secret("planted")})


class Steady:
    """A clock that goes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def holding(steady: Steady) -> Holding:
    return Holding(steady)


def test_it_is_found_by_who_gave_it_for_where_it_was_given(holding: Holding) -> None:
    held = HeldLogin(holding.hold(ADA, PLACE, LOGIN))
    assert holding.login_of(ADA, PLACE, held) is LOGIN
    assert "planted" not in held.id


@pytest.mark.parametrize(
    "other",
    [
        replace(ADA, principal_id="usr_2"),
        replace(ADA, session_id="ses_2"),
        replace(ADA, kind=ActorKind.PERSONAL_KEY, session_id=None, via_key_id="key_1"),
        replace(ADA, kind=ActorKind.VISITOR_KEY, behind=ADA),
    ],
    ids=["another person", "another session", "a key of theirs", "what it was lent to"],
)
def test_nobody_else_finds_it_or_lets_it_go(holding: Holding, other: Actor) -> None:
    held = HeldLogin(holding.hold(ADA, PLACE, LOGIN))
    with pytest.raises(LoginOver):
        holding.login_of(other, PLACE, held)
    holding.let_go(other, PLACE, held)
    assert holding.login_of(ADA, PLACE, held) is LOGIN


def test_what_was_lent_holds_nothing_that_could_be_found(holding: Holding) -> None:
    lent = replace(ADA, kind=ActorKind.VISITOR_KEY, behind=ADA)
    held = HeldLogin(holding.hold(lent, PLACE, LOGIN))
    with pytest.raises(LoginOver):
        holding.login_of(lent, PLACE, held)


@pytest.mark.parametrize(
    "elsewhere",
    [replace(PLACE, params={"host": "evil", "port": 5432}), replace(PLACE, connection_id="con_2")],
    ids=["the connection leads elsewhere", "another connection"],
)
def test_it_goes_nowhere_else(holding: Holding, elsewhere: Target) -> None:
    held = HeldLogin(holding.hold(ADA, PLACE, LOGIN))
    with pytest.raises(LoginOver):
        holding.login_of(ADA, elsewhere, held)


def test_it_is_over_a_quarter_of_an_hour_after_its_last_use(holding: Holding, steady: Steady) -> None:
    held = HeldLogin(holding.hold(ADA, PLACE, LOGIN))
    steady.now += RESTS_S - 1
    assert holding.login_of(ADA, PLACE, held) is LOGIN
    steady.now += RESTS_S - 1
    assert holding.login_of(ADA, PLACE, held) is LOGIN
    steady.now += RESTS_S
    with pytest.raises(LoginOver):
        holding.login_of(ADA, PLACE, held)
    assert len(holding) == 0


def test_it_is_over_after_an_hour_however_much_it_is_used(holding: Holding, steady: Steady) -> None:
    held = HeldLogin(holding.hold(ADA, PLACE, LOGIN))
    for _ in range(int(LASTS_S / 600) - 1):
        steady.now += 600
        holding.login_of(ADA, PLACE, held)
    steady.now += 600
    with pytest.raises(LoginOver):
        holding.login_of(ADA, PLACE, held)


def test_sweeping_forgets_what_is_over_and_nothing_else(holding: Holding, steady: Steady) -> None:
    holding.hold(ADA, PLACE, LOGIN)
    steady.now += RESTS_S
    held = HeldLogin(holding.hold(ADA, PLACE, LOGIN))
    holding.sweep()
    assert len(holding) == 1
    assert holding.login_of(ADA, PLACE, held) is LOGIN


def test_letting_go_forgets_it_and_asks_for_nothing(holding: Holding) -> None:
    held = HeldLogin(holding.hold(ADA, PLACE, LOGIN))
    holding.let_go(ADA, PLACE, held)
    holding.let_go(ADA, PLACE, held)
    with pytest.raises(LoginOver):
        holding.login_of(ADA, PLACE, held)


def test_of_too_many_the_one_unused_for_longest_goes(steady: Steady) -> None:
    holding = Holding(steady, most=3, of_one=2)
    first, second, third = (HeldLogin(holding.hold(ADA, PLACE, LOGIN)) for _ in range(3))
    with pytest.raises(LoginOver):
        holding.login_of(ADA, PLACE, first)
    bob, eve = replace(ADA, principal_id="usr_2"), replace(ADA, principal_id="usr_3")
    holding.hold(bob, PLACE, LOGIN)
    assert holding.login_of(ADA, PLACE, second) is LOGIN
    holding.hold(eve, PLACE, LOGIN)
    with pytest.raises(LoginOver):
        holding.login_of(ADA, PLACE, third)
    assert holding.login_of(ADA, PLACE, second) is LOGIN
