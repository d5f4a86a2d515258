"""As many entries as changes (I25): whatever is given in random worlds is told once, or does not happen."""

from collections.abc import Mapping
from dataclasses import replace

from giving import Step, begun, steps, take, worlds_with_owners
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from imagining import PEOPLE, ROOTS, THINGS, hours
from oracle import Credential, Given, Imagined, Person, Window
from sqlalchemy import func, select
from stores import Store, on_one_engine

from gatepost_server.audit.tables import EntryRow
from gatepost_server.authz.tables import ExposureRow, GrantRow, MembershipRow
from gatepost_server.kernel.errors import Unavailable
from gatepost_server.store import Tx, UnitOfWork

_told = steps().filter(lambda step: step.way != "endow")  # what keys hold is told with the key
_ask = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class _Broken:
    """A recorder that cannot write."""

    def record(
        self, tx: Tx, *, action: str, kind: str, resource_id: str, name: str,
        before: Mapping[str, object] | None, after: Mapping[str, object] | None, reason: str | None,
    ) -> None:  # fmt: skip
        raise Unavailable(f"{action} cannot be told")


def _state(tx: Tx) -> list[set[str]]:
    return [set(tx.session.scalars(select(table.id))) for table in (GrantRow, MembershipRow, ExposureRow)]


def _entries(tx: Tx) -> int:
    return tx.session.scalar(select(func.count()).select_from(EntryRow)) or 0


@on_one_engine
@_ask
@given(worlds_with_owners(), hours, st.lists(_told, min_size=2, max_size=8))
def test_i25_each_change_has_one_entry(store: Store, world: Imagined, hour: int, tried: list[Step]) -> None:
    with begun(store, world, hour) as tx:
        for step in tried:
            before, told = _state(tx), _entries(tx)
            take(tx, step)
            assert _entries(tx) - told == (_state(tx) != before), step


@on_one_engine
@_ask
@given(worlds_with_owners(), hours, st.lists(_told, min_size=2, max_size=8))
def test_i25_nothing_changes_that_cannot_be_told(
    store: Store, world: Imagined, hour: int, tried: list[Step]
) -> None:
    mute = replace(store, uow=UnitOfWork(store.engine, store.clock, _Broken()))
    with begun(mute, world, hour) as tx:
        before = _state(tx)
        for step in tried:
            take(tx, step)
            assert _state(tx) == before, step


@on_one_engine
def test_steps_change_something_so_that_the_laws_are_asked_something(store: Store) -> None:
    world = Imagined(
        people={one: Person(one, "publisher", is_active=True) for one in PEOPLE},
        things=ROOTS | THINGS,
        grants=[Given("usr_a", "prj_b", frozenset({"ADMIN"}), Window(0, None))],
    )
    step = Step(
        Credential("session", "usr_a"), "give", "prj_b", "usr_b", "viewer", frozenset({"READ_DATA"}), None
    )
    mute = replace(store, uow=UnitOfWork(store.engine, store.clock, _Broken()))
    for uses, may in ((store, True), (mute, False)):
        with begun(uses, world, 0) as tx:
            before = _state(tx)
            assert take(tx, step) is may
            assert (_state(tx) != before) is may
