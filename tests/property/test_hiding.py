"""What is hidden answers as what is not there (I24): to every kind of caller, on random worlds."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from imagining import PEOPLE, ROOTS, SETS, THINGS, actor_of, credentials, hours, moment, worlds, write
from oracle import Credential, Given, Imagined, Person, Thing, Window
from stores import ORIGIN, SYSTEM, Store

from gatepost_server import usecases
from gatepost_server.authz import (
    ORGANIZATION,
    add_member,
    dissolve,
    expose,
    give_role,
    list_grants,
    policy,
    remove_member,
    require,
    set_access,
    take_back,
    unexpose,
    why,
)
from gatepost_server.authz.service.asking import forget_subject
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.store import Tx
from gatepost_server.usecases.tables import UsecaseRow
from gatepost_server.web.problems import ProblemBody, problem_of

GROUPS = {one: Thing(one, "group", ORGANIZATION) for one in SETS}
USECASE = Thing("use_a", "usecase", ORGANIZATION)
EVERYTHING = THINGS | GROUPS | {USECASE.id: USECASE}
SHARE = 8
"""Of the actions on a thing every eighth is asked for, in each world others."""
Door = Callable[[Tx, str], object]


def _doors(kind: str, turn: int) -> Mapping[str, Door]:
    """Return what is asked of a thing by its id: some of its actions, and each use-case that takes one."""
    actions = sorted(one.name for one in policy.actions.values() if one.atom is not None and one.on == kind)
    doors: dict[str, Door] = {
        name: lambda tx, one, name=name: require(tx, name, one)  # type: ignore[misc]
        for name in actions[turn % SHARE :: SHARE]
    }
    doors |= {
        "list who shares it": list_grants,
        "give it": lambda tx, one: give_role(tx, one, "usr_b", "owner"),
        "open it": lambda tx, one: set_access(tx, one, "signed_in", "anyone"),
        "take it back": lambda tx, one: take_back(tx, one, "grt_0"),
    }
    if kind in usecases.LINKED:
        doors["link it"] = lambda tx, one: usecases.link(tx, USECASE.id, kind, one)
        doors["see what it is linked to"] = lambda tx, one: usecases.usecases_of(tx, kind, one)
    if kind == "usecase":
        doors["link to it"] = lambda tx, one: usecases.link(tx, one, "app", "app_a")
        doors["unlink from it"] = lambda tx, one: usecases.unlink(tx, one, "app_a")
    if kind == "dataset":
        doors["expose it"] = lambda tx, one: expose(tx, one, "prj_b")
    if kind == "project":
        doors["receive there"] = lambda tx, one: expose(tx, "dts_a", one)
        doors["expose no more"] = lambda tx, one: unexpose(tx, one, "exp_0")
    if kind == "group":
        doors["add to it"] = lambda tx, one: add_member(tx, one, "usr_a")
        doors["remove from it"] = lambda tx, one: remove_member(tx, one, "usr_a")
        doors["dissolve it"] = dissolve
    return doors


class _Undo(Exception):
    """Ends an example; nothing of it is kept."""


@contextmanager
def _imagined(store: Store, world: Imagined, hour: int) -> Iterator[Tx]:
    store.clock.at = moment(hour)
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, world)
        tx.session.add(
            UsecaseRow(id=USECASE.id, name="u", description="", created_at=tx.now, updated_at=tx.now)
        )
        tx.session.flush()
        yield tx
        raise _Undo


def _refused(tx: Tx, door: Door, node_id: str) -> ProblemBody:
    """Return how a call is refused, as programs read it."""
    with pytest.raises(GatepostError) as caught:
        door(tx, node_id)
    return problem_of(caught.value, "req_x")


def _missing(node_id: str) -> str:
    return f"{node_id.partition('_')[0]}_zz"


def _acts(tx: Tx, how: Credential) -> Actor:
    tx.actor = replace(actor_of(how), confirmed_at=tx.now)
    forget_subject(tx)
    return tx.actor


_NOBODY_HOLDS_ANYTHING = Imagined(
    people={one: Person(one, "publisher", is_active=True) for one in PEOPLE}, things=ROOTS | EVERYTHING
)
_ONE_MAY_LINK = replace(
    _NOBODY_HOLDS_ANYTHING, grants=[Given("usr_a", "use_a", frozenset({"OWN"}), Window(0, None))]
)


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(worlds(), hours, st.lists(credentials, min_size=1, max_size=2))
@example(_NOBODY_HOLDS_ANYTHING, 0, [Credential("session", "usr_a")])
@example(_ONE_MAY_LINK, 1, [Credential("session", "usr_a")])
def test_i24_what_is_hidden_answers_as_what_is_not_there(
    store: Store, world: Imagined, hour: int, hows: list[Credential]
) -> None:
    world = replace(world, things=ROOTS | EVERYTHING)
    with _imagined(store, world, hour) as tx:
        for how in hows:
            about = _acts(tx, how)
            for thing in EVERYTHING.values():
                if "LIST" in world.by(how, thing.id, hour):
                    continue
                for name, door in _doors(thing.kind, hour).items():
                    hidden, missing = _refused(tx, door, thing.id), _refused(tx, door, _missing(thing.id))
                    assert hidden == missing, (how, thing, name)
                    assert hidden.status in (401, 404) or name == "receive there", (how, thing, name)
                action = f"{thing.kind}:list"
                asked = why(tx, about, action, thing.id), why(tx, about, action, _missing(thing.id))
                assert asked[0] == asked[1], (how, thing)


def test_what_is_not_hidden_answers_otherwise_so_that_the_law_is_asked_something(store: Store) -> None:
    sees = replace(_NOBODY_HOLDS_ANYTHING, grants=[
        Given("usr_a", one, frozenset({"LIST"}), Window(0, None)) for one in ("use_a", "grp_a", "dts_a")
    ])  # fmt: skip
    with _imagined(store, sees, 0) as tx:
        about = _acts(tx, Credential("session", "usr_a"))
        for kind, seen in (("usecase", "use_a"), ("group", "grp_a"), ("dataset", "dts_a")):
            for name in ("give it", "open it"):
                door = _doors(kind, 0)[name]
                assert (_refused(tx, door, seen).status, _refused(tx, door, _missing(seen)).status) == (
                    403,
                    404,
                )
            action = f"{kind}:list"
            assert why(tx, about, action, seen) != why(tx, about, action, _missing(seen))
