"""Token buckets: so many at once, refilled evenly, held by the store."""

import threading

from stores import ORIGIN, SYSTEM, Store

from gatepost_server.store import Bucket, give_back, take

THREE = Bucket(3, 30)


def _take(store: Store, name: str = "b") -> int | None:
    with store.uow.begin(SYSTEM, ORIGIN) as tx:
        return take(tx, name, THREE)


def test_as_many_as_it_holds_are_taken_at_once(store: Store) -> None:
    assert [_take(store) for _ in range(4)] == [None, None, None, 10]


def test_tokens_come_back_evenly(store: Store) -> None:
    for _ in range(3):
        _take(store)
    store.clock.advance(seconds=9)
    assert _take(store) == 1
    store.clock.advance(seconds=1)
    assert _take(store) is None
    assert _take(store) == 10


def test_it_never_holds_more_than_its_capacity(store: Store) -> None:
    _take(store)
    store.clock.advance(days=1)
    assert [_take(store) for _ in range(4)] == [None, None, None, 10]


def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing(store: Store) -> None:
    _take(store)
    store.clock.advance(hours=-1)
    assert [_take(store) for _ in range(3)] == [None, None, 10]


def test_buckets_are_apart(store: Store) -> None:
    for _ in range(3):
        _take(store)
    assert _take(store, "other") is None


def test_a_bucket_that_was_given_back_is_full(store: Store) -> None:
    for _ in range(3):
        _take(store)
    with store.uow.begin(SYSTEM, ORIGIN) as tx:
        give_back(tx, "b")
    assert _take(store) is None


def test_two_who_take_first_at_the_same_time_both_get_one(store: Store) -> None:
    got: list[object] = []

    def run() -> None:
        try:
            got.append(_take(store))
        except Exception as error:
            got.append(error)

    second = threading.Thread(target=run)
    with store.uow.begin(SYSTEM, ORIGIN) as tx:
        assert take(tx, "b", THREE) is None
        tx.session.flush()
        second.start()
        second.join(0.2)
        assert second.is_alive()
    second.join()
    assert got == [None]
    assert [_take(store) for _ in range(2)] == [None, 10]


def test_time_counts_once_whoever_comes_late(store: Store) -> None:
    """Of two calls at once the one that began first may come last."""
    for _ in range(3):
        _take(store)
    store.clock.advance(seconds=5)
    assert _take(store) == 5
    store.clock.advance(seconds=-5)
    assert _take(store) == 5
    store.clock.advance(seconds=5)
    assert _take(store) == 5
