"""An associated user only narrows (I15): a key opens no row with one that it does not open without."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from imagining import PEOPLE, ROOTS, SETS, THINGS, actor_of, hours, moment, worlds, write
from oracle import Imagined
from oracle_values import Credential, Given, Person, Window
from stores import ORIGIN, SYSTEM, Store

from gatepost_server.authz.service.asking import forget_subject
from gatepost_server.kernel.errors import Denied, NotFound
from gatepost_server.projects import plan_rows
from gatepost_server.projects.tables import DatasetRow, ProjectRow
from gatepost_server.store import Tx

KEY = Credential("project", "key_a", 4, "usr_a", frozenset({"prj_a"}))
Rows = frozenset[str] | None
"""The holders whose rules let rows through; None: every row."""


class _Undo(Exception):
    """Ends an example; nothing of it is kept."""


def _plant(tx: Tx, ruled: list[str]) -> None:
    """Let dts_a hold rows that are read on behalf of persons; a rule for each of *ruled*."""
    when = {"created_at": tx.now, "updated_at": tx.now}
    tx.session.add(ProjectRow(id="prj_a", key="P", name="P", description="", variables={}, **when))
    tx.session.flush()
    rules = [{"column": "c", "values": [who], "who_id": who} for who in ruled]
    tx.session.add(
        DatasetRow(
            id="dts_a", project_id="prj_a", name="d", folded="d", columns=[{"name": "c", "type": "string"}],
            is_declared=True, impersonate=True, rules=rules, description="", tags=[], custom={}, rows=0,
            size=0, data_at=None, **when,
        )
    )  # fmt: skip
    tx.session.flush()


def _opened(tx: Tx, how: Credential, run_as: str | None) -> Rows:
    """Return which rows of dts_a a credential opens."""
    tx.actor = replace(actor_of(how), run_as_id=run_as)
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
        grants=[
            Given(one, "dts_a", frozenset({"READ_DATA"}), Window(0, None)) for one in ("key_a", "usr_a", *to)
        ],
    )


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(worlds(), hours, st.lists(st.sampled_from([*PEOPLE, *SETS]), unique=True, max_size=3))
@example(_shared("usr_b"), 0, ["usr_a", "usr_b"])
@example(_shared(), 0, ["usr_b"])
@example(replace(_shared("usr_b"), grants=_shared("usr_b").grants[1:]), 0, [])
def test_i15_an_associated_user_opens_only_what_both_do(
    store: Store, world: Imagined, hour: int, ruled: list[str]
) -> None:
    store.clock.at = moment(hour)
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, world)
        _plant(tx, ruled)
        is_open = "READ_DATA" in world.by(KEY, "dts_a", hour)
        assert _opened(tx, KEY, None) == frozenset()
        for one in PEOPLE:
            by_themselves = _opened(tx, Credential("session", one), None)
            assert _opened(tx, KEY, one) == (by_themselves if is_open else frozenset()), one
            assert by_themselves == frozenset() or "READ_DATA" in world.rights(one, 5, "dts_a", hour)
        raise _Undo


def test_an_associated_user_opens_rows_so_that_the_law_is_asked_something(store: Store) -> None:
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, _shared("usr_b"))
        _plant(tx, ["usr_b"])
        assert _opened(tx, KEY, "usr_b") == {"usr_b"}
        assert _opened(tx, KEY, "usr_a") == _opened(tx, KEY, "usr_c") == frozenset()
        raise _Undo
