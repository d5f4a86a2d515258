"""Nonces in the store: each spent once, whoever asks, and forgotten when its request is too old."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from clocks import SettableClock
from signed import KEY, NONCE, Book, signatory, strict
from stores import ORIGIN, SYSTEM, Store, store_on

from gatepost_server.signing import (
    WINDOW,
    Accepted,
    Profile,
    Received,
    Refused,
    StoredNonces,
    Verifier,
    Why,
    sweep_nonces,
)
from gatepost_server.store import make_engine, sqlite_url

WHO = (SYSTEM, ORIGIN)


@pytest.fixture
def elsewhere(store: Store) -> Iterator[Store]:
    """The same store, as another process has it: connections of its own."""
    engine = make_engine(store.engine.url.render_as_string(hide_password=False))
    other = store_on(engine)
    other.clock.at = store.clock.at
    yield other
    engine.dispose()


def _gate(store: Store) -> Verifier:
    return Verifier(Book({KEY: signatory()}), StoredNonces(store.uow, WHO), store.clock)


def _now(clock: SettableClock) -> str:
    return str(int(clock.at.timestamp() * 1000))


def _at_once(gates: list[Verifier], request: Received) -> list[Accepted | Refused]:
    """Hand the same request to every gate at the same moment."""
    start = Barrier(len(gates))

    def ask(gate: Verifier) -> Accepted | Refused:
        start.wait(10)
        return gate.verify(request, Profile.STRICT)

    with ThreadPoolExecutor(len(gates)) as pool:
        return list(pool.map(ask, gates))


def test_two_authorizers_never_accept_the_same_request(store: Store, elsewhere: Store) -> None:
    gates = [_gate(store), _gate(elsewhere)]
    for n in range(10):
        request = strict(x_ca_nonce=f"{NONCE}-{n}", x_ca_timestamp=_now(store.clock))
        outcomes = _at_once(gates * 2, request)
        assert sorted(type(one).__name__ for one in outcomes) == ["Accepted", "Refused", "Refused", "Refused"]
        assert {one.why for one in outcomes if isinstance(one, Refused)} == {Why.REPLAYED}


def test_a_nonce_belongs_to_its_key(store: Store) -> None:
    nonces = StoredNonces(store.uow, WHO)
    assert [nonces.spend(key, NONCE, WINDOW) for key in ("key-one", "key-two", "key-one")] == [
        True,
        True,
        False,
    ]


def test_a_nonce_is_kept_for_twice_the_window(store: Store) -> None:
    nonces = StoredNonces(store.uow, WHO)

    def swept_and_spent(span: timedelta) -> bool:
        store.clock.at += span
        with store.uow.begin(*WHO) as tx:
            sweep_nonces(tx)
        return nonces.spend(KEY, NONCE, WINDOW)

    assert nonces.spend(KEY, NONCE, WINDOW)
    assert not swept_and_spent(2 * WINDOW)
    assert not swept_and_spent(timedelta(minutes=1))
    assert swept_and_spent(timedelta(seconds=1))


def test_a_request_sent_early_cannot_come_again_when_it_is_late(store: Store) -> None:
    request = strict(x_ca_timestamp=_now(store.clock))
    store.clock.at -= WINDOW
    assert isinstance(_gate(store).verify(request, Profile.STRICT), Accepted)
    store.clock.at += 2 * WINDOW
    with store.uow.begin(*WHO) as tx:
        sweep_nonces(tx)
    outcome = _gate(store).verify(request, Profile.STRICT)
    assert isinstance(outcome, Refused)
    assert outcome.why is Why.REPLAYED


def test_a_store_that_is_away_accepts_nothing(tmp_path: Path) -> None:
    away = store_on(make_engine(sqlite_url(tmp_path / "no folder" / "gatepost.db")))
    outcome = _gate(away).verify(strict(x_ca_timestamp=_now(away.clock)), Profile.STRICT)
    assert isinstance(outcome, Refused)
    assert outcome.why is Why.NO_STORE
