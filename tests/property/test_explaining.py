"""To explain is to decide: on random worlds, for every kind of caller, both say the same."""

import pytest
from hypothesis import HealthCheck, given, settings
from imagining import actor_of, credentials, hours, moment, worlds, write
from oracle import Credential, Imagined
from stores import ORIGIN, SYSTEM, Store

from gatepost_server.authz import policy, subject_for
from gatepost_server.authz.explaining import explain
from gatepost_server.authz.facts import load_facts, load_node
from gatepost_server.authz.model import judge
from gatepost_server.authz.rules import Rule
from gatepost_server.authz.service.asking import reader_of
from gatepost_server.store import micros


class _Undo(Exception):
    """Ends an example; nothing of it is kept."""


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(worlds(), hours, credentials)
def test_what_is_explained_is_what_is_decided(
    store: Store, world: Imagined, hour: int, how: Credential
) -> None:
    store.clock.at = moment(hour)
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, world)
        reader = reader_of(tx)
        subject = subject_for(reader, actor_of(how))
        for action in policy.actions.values():
            if action.atom is None:
                continue
            for thing in world.things.values():
                if thing.kind != action.on:
                    continue
                node = load_node(reader, thing.id)
                assert node is not None
                facts = load_facts(reader, subject, node.id, node.kind, micros(tx.now))
                decided = judge(subject, action.name, node, facts)
                explained = explain(subject, action.name, node, facts)
                assert explained.allowed == decided.allowed, (how, thing, action.name)
                assert explained.missing == decided.missing
                first = next((step.rule for step in explained.steps if not step.passed), None)
                assert explained.rule == first
                assert (explained.rule is None) == decided.allowed
                assert explained.rule is not Rule.ASKED, "some step by itself failed"
        raise _Undo
