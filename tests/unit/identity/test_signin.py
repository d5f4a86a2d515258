"""Signing in: one answer for all that is wrong, the same work, limits per account and source."""

from dataclasses import replace

import pytest
from stores import ORIGIN
from world import PASSWORD, Person, World

from gatepost_server import audit, identity
from gatepost_server.identity import BadLogin, NewSession, sign_in
from gatepost_server.identity.service import signin
from gatepost_server.identity.tables import UserRow
from gatepost_server.kernel.errors import TooMany
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.kernel.secret import Secret

WRONG = Secret("wrong horse battery")


@pytest.fixture(autouse=True)
def _quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare without argon2's work; the hashing itself is tried in tests/unit/crypto."""
    monkeypatch.setattr(
        signin, "verify_password", lambda stored, given: stored is not None and given == PASSWORD
    )


def _sign_in(
    world: World, username: str = "ada", password: Secret = PASSWORD, ip: str = "10.0.0.1"
) -> NewSession:
    origin = replace(ORIGIN, ip=ip)
    return sign_in(world.store.uow, world.sign_in, username=username, password=password, origin=origin)


@pytest.fixture
def ada(world: World) -> Person:
    return world.person("ada")


def test_the_right_password_starts_a_session(world: World, ada: Person) -> None:
    made = _sign_in(world)
    assert (made.user.id, made.session.user_id, made.session.ip) == (ada.id, ada.id, "10.0.0.1")
    assert (made.session.confirmed_at, made.session.created_at) == (world.now, world.now)
    assert (made.session.expires_at - world.now).days == 7
    with world.read(ada) as tx:
        user = identity.own_user(tx)
        assert user is not None
        assert user.last_login_at == world.now


@pytest.mark.parametrize("username", ["ada", "ADA", " ada "])
def test_a_username_counts_in_any_case(world: World, ada: Person, username: str) -> None:
    assert _sign_in(world, username).user.id == ada.id


def test_tokens_are_never_the_same_and_not_shown(world: World, ada: Person) -> None:
    first, second = _sign_in(world), _sign_in(world)
    assert first.token != second.token
    assert first.csrf != second.csrf
    assert first.token.reveal() not in repr(first)


def test_unknown_wrong_without_password_and_deactivated_look_the_same(world: World, ada: Person) -> None:
    world.person("gone", is_active=False)
    world.person("reset")
    with world.store.arranged() as tx:
        row = tx.session.query(UserRow).filter_by(username="reset").one()
        row.password_hash = None
    said = set()
    for username, password in (("nobody", PASSWORD), ("ada", WRONG), ("gone", PASSWORD), ("reset", PASSWORD)):
        with pytest.raises(BadLogin) as refused:
            _sign_in(world, username, password)
        said.add((refused.value.detail, refused.value.error_code, tuple(refused.value.params)))
    assert len(said) == 1


def test_every_try_does_the_same_work(world: World, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    worked: list[str] = []
    monkeypatch.setattr(
        signin, "verify_password", lambda stored, given: bool(worked.append(given.reveal()))
    )  # fmt: skip
    for username in ("ada", "nobody"):
        with pytest.raises(BadLogin):
            _sign_in(world, username)
    assert len(worked) == 2


def test_ten_wrong_tries_lock_the_account_for_that_source_only(world: World, ada: Person) -> None:
    for _ in range(10):
        with pytest.raises(BadLogin):
            _sign_in(world, password=WRONG)
    with pytest.raises(TooMany) as refused:
        _sign_in(world)
    assert (refused.value.error_code, refused.value.retry_after_s) == ("too-many-logins", 30)
    assert _sign_in(world, ip="10.0.0.2").user.id == ada.id


def test_an_unknown_account_is_limited_like_a_known_one(world: World) -> None:
    for _ in range(10):
        with pytest.raises(BadLogin):
            _sign_in(world, "nobody")
    with pytest.raises(TooMany):
        _sign_in(world, "nobody")


def test_tries_come_back_with_time(world: World, ada: Person) -> None:
    for _ in range(10):
        with pytest.raises(BadLogin):
            _sign_in(world, password=WRONG)
    world.store.clock.advance(seconds=30)
    assert _sign_in(world).user.id == ada.id


def test_a_success_forgives_the_tries_before_it(world: World, ada: Person) -> None:
    for _ in range(3):
        for _ in range(9):
            with pytest.raises(BadLogin):
                _sign_in(world, password=WRONG)
        _sign_in(world)
        world.store.clock.advance(minutes=5)


def test_a_source_that_tries_many_accounts_is_limited(world: World) -> None:
    for number in range(60):
        with pytest.raises(BadLogin):
            _sign_in(world, f"user{number}")
    with pytest.raises(TooMany):
        _sign_in(world, "user60")


@pytest.mark.parametrize("username", ["", "x" * 100_000, "a\nb", "ad%", "' OR 1=1 --", "ａda"])
def test_odd_usernames_are_just_wrong(world: World, ada: Person, username: str) -> None:
    with pytest.raises(BadLogin):
        _sign_in(world, username)


def test_signing_in_is_in_the_trail_and_the_password_is_not(world: World, ada: Person) -> None:
    _sign_in(world)
    with world.read(ada) as tx:
        [entry] = audit.list_entries(
            tx, PageRequest(), audit.EntryFilter(action="session:start"), is_for_all=True
        ).items
    assert (entry.action, entry.actor_id, entry.ip) == ("session:start", ada.id, "10.0.0.1")
    assert PASSWORD.reveal() not in repr(entry)
