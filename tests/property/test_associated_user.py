"""An associated user only narrows (I15): a key opens no row with one that it does not open without."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from imagining import PEOPLE, ROOTS, SETS, THINGS, actor_of, hours, moment, plant_on_behalf, worlds, write
from oracle import Credential, Given, Imagined, Person, Window
from stores import ORIGIN, SYSTEM, Store

from gatepost_server.authz import INSTANCE
from gatepost_server.authz.service.asking import forget_subject
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.errors import Denied, NotFound
from gatepost_server.projects import plan_rows
from gatepost_server.store import Tx

FOR_GOOD = Window(0, None)
KEY = Credential("project", "key_a", 4, "usr_a", frozenset({"prj_a"}))
LENT = [
    Credential("run", "key_a", 3, behind=KEY),
    Credential("creator", "app_a", 3, behind=KEY),
    Credential("visitor", "vis_a", 3, behind=KEY),
    Credential("run", "vis_a", 3, behind=Credential("visitor", "vis_a", 3, behind=KEY)),
]
"""What starts from the key: it acts through a scenario, an application or a visit."""
Rows = frozenset[str] | None
"""The holders whose rules let rows through; None: every row."""


class _Undo(Exception):
    """Ends an example; nothing of it is kept."""


def _associated(actor: Actor, run_as: str | None) -> Actor:
    if actor.behind is None:
        return replace(actor, run_as_id=run_as)
    return replace(actor, behind=_associated(actor.behind, run_as))


def _opened(tx: Tx, how: Credential, run_as: str | None) -> Rows:
    """Return which rows of dts_a a credential opens, whose key has this associated user."""
    tx.actor = _associated(actor_of(how), run_as)
    forget_subject(tx)
    try:
        filters = plan_rows(tx, "P", "d").query.filters
    except (Denied, NotFound):
        return frozenset()
    return None if filters is None else frozenset(str(one.values[0]) for one in filters)


def _shared(*to: str) -> Imagined:
    """Worlds in which the key and its sponsor read dts_a, and *to* do."""
    return Imagined(
        people={one: Person(one, "publisher", is_active=True) for one in PEOPLE},
        things=ROOTS | THINGS,
        grants=[Given(one, "dts_a", frozenset({"READ_DATA"}), FOR_GOOD) for one in ("key_a", "usr_a", *to)],
    )


_EVERYBODY_ADMINISTERS = Given("set_anyone", INSTANCE, frozenset({"GLOBAL_ADMIN"}), FOR_GOOD)
"""What it gives is not lent to a visit."""


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(worlds(), hours, st.lists(st.sampled_from([*PEOPLE, *SETS]), unique=True, max_size=3))
@example(_shared("usr_b"), 0, ["usr_a", "usr_b"])
@example(_shared(), 0, ["usr_b"])
@example(replace(_shared(), grants=[_EVERYBODY_ADMINISTERS]), 0, [])
@example(replace(_shared("usr_b"), grants=_shared("usr_b").grants[1:]), 0, [])
def test_i15_an_associated_user_opens_only_what_both_do(
    store: Store, world: Imagined, hour: int, ruled: list[str]
) -> None:
    store.clock.at = moment(hour)
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, world)
        plant_on_behalf(tx, ruled)
        is_open = {how: "READ_DATA" in world.by(how, "dts_a", hour) for how in (KEY, *LENT)}
        for how in (KEY, *LENT):
            assert _opened(tx, how, None) == frozenset(), how
        for one in PEOPLE:
            by_themselves = _opened(tx, Credential("session", one), None)
            for how in (KEY, *LENT):
                assert _opened(tx, how, one) == (by_themselves if is_open[how] else frozenset()), (how, one)
            assert by_themselves == frozenset() or "READ_DATA" in world.rights(one, 5, "dts_a", hour)
        raise _Undo


def test_an_associated_user_opens_rows_so_that_the_law_is_asked_something(store: Store) -> None:
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, _shared("usr_b"))
        plant_on_behalf(tx, ["usr_b"])
        for how in (KEY, *LENT):
            assert _opened(tx, how, "usr_b") == frozenset({"usr_b"})
        assert _opened(tx, KEY, "usr_a") == _opened(tx, KEY, "usr_c") == frozenset()
        raise _Undo
