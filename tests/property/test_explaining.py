"""To explain is to decide: on random worlds, for every kind of caller, both say the same."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from imagining import actor_of, credentials, hours, moment, worlds, write
from oracle import Credential, Imagined
from stores import ORIGIN, SYSTEM, Store

from gatepost_server.authz import Rule, policy, reader_of, subject_for, why
from gatepost_server.authz.explaining import explain
from gatepost_server.authz.facts import load_facts, load_node
from gatepost_server.authz.model import judge
from gatepost_server.authz.policy import Atom
from gatepost_server.authz.service.writing import add_grant
from gatepost_server.store import Tx, micros

lawful = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class _Undo(Exception):
    """Ends an example; nothing of it is kept."""


@contextmanager
def _imagined(store: Store, world: Imagined, hour: int) -> Iterator[Tx]:
    store.clock.at = moment(hour)
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, world)
        yield tx
        raise _Undo


def _asked_of(world: Imagined) -> Iterator[tuple[str, str]]:
    """Yield every action with every thing that it is asked of."""
    for action in policy.actions.values():
        for thing in world.things.values():
            if action.atom is not None and thing.kind == action.on:
                yield action.name, thing.id


@lawful
@given(worlds(), hours, credentials)
def test_what_is_explained_is_what_is_decided(
    store: Store, world: Imagined, hour: int, how: Credential
) -> None:
    with _imagined(store, world, hour) as tx:
        reader = reader_of(tx)
        subject = subject_for(reader, actor_of(how))
        for action, thing_id in _asked_of(world):
            node = load_node(reader, thing_id)
            assert node is not None
            facts = load_facts(reader, subject, node, micros(tx.now))
            decided = judge(subject, action, node, facts)
            explained = explain(subject, action, node, facts)
            assert explained.allowed == decided.allowed, (how, thing_id, action)
            assert explained.missing == decided.missing
            first = next((step.rule for step in explained.steps if not step.passed), None)
            assert explained.rule == first
            assert (explained.rule is None) == decided.allowed
            assert explained.rule is not Rule.ASKED, "some step by itself failed"


@lawful
@given(worlds(), hours, credentials)
def test_the_smallest_grant_is_enough(store: Store, world: Imagined, hour: int, how: Credential) -> None:
    about = actor_of(how)
    with _imagined(store, world, hour) as tx:
        for action, thing_id in list(_asked_of(world))[::7]:
            found = why(tx, about, action, thing_id)
            assert found.node is not None, "the system knows of everything"
            if found.smallest is None:
                continue
            before = tx.session.begin_nested()
            for one in (found.smallest.to, found.smallest.also_to):
                if one is not None:
                    add_grant(tx, thing_id, one.id, 1 << Atom[found.smallest.atom])
            tx.session.flush()
            after = why(tx, about, action, thing_id)
            stands = {step.rule for step in after.steps if not step.passed}
            assert stands <= {Rule.SESSION_REQUIRED, Rule.CONFIRM_REQUIRED}, (how, action, thing_id)
            before.rollback()
