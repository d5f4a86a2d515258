"""What the gate's reader remembers is what it would read: on random worlds, as time goes on and back."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from imagining import (
    HOURS,
    PEOPLE,
    ROOTS,
    THINGS,
    actor_of,
    credentials,
    hours,
    member,
    moment,
    worlds,
    write,
)
from oracle import Credential, Given, Imagined, Person, Window
from stores import ORIGIN, SYSTEM, Store

from gatepost_server.authz import subject_for
from gatepost_server.authz.facts import load_facts, load_node
from gatepost_server.authz.service.asking import reader_of
from gatepost_server.store import RememberingReader, micros

lawful = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_FIRST, _REST, _ALL = Window(3, 8), Window(5, None), Window(0, None)
_IN_A_SET_IN_A_SET = Imagined(
    people={one: Person(one, "publisher", is_active=True) for one in PEOPLE},
    things=ROOTS | {"app_a": THINGS["app_a"]},
    memberships=[member("usr_a", "grp_a", _FIRST), member("grp_a", "grp_b", _REST)],
    grants=[Given(who, "app_a", frozenset({"USE"}), _ALL) for who in ("grp_a", "grp_b")],
)
_GIVEN_FOR_A_WHILE = replace(
    _IN_A_SET_IN_A_SET, memberships=[], grants=[Given("usr_a", "app_a", frozenset({"USE"}), _FIRST)]
)


class _Undo(Exception):
    """Ends an example; nothing of it is kept."""


@lawful
@given(worlds(), hours, credentials)
@example(_IN_A_SET_IN_A_SET, 4, Credential("session", "usr_a"))
@example(_GIVEN_FOR_A_WHILE, 4, Credential("session", "usr_a"))
def test_facts_from_memory_are_those_of_the_store(
    store: Store, world: Imagined, back: int, how: Credential
) -> None:
    store.clock.at = moment(0)
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, world)
        fresh, remembering = reader_of(tx), RememberingReader(*tx.driver())
        subject = subject_for(fresh, actor_of(how))
        nodes = [node for thing in world.things if (node := load_node(fresh, thing)) is not None]
        for now in [micros(moment(hour)) for hour in (*range(HOURS), back)]:
            for node in nodes:
                read = load_facts(fresh, subject, node, now)
                remembered = load_facts(remembering, subject, node, now)
                assert [sorted(part) for part in remembered] == [sorted(part) for part in read], node
        raise _Undo
