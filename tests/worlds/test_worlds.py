"""The worlds that are written down beside this file: what they say is so, by every reader of rights."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from clocks import START
from imagining import actor_of, moment, write
from stores import ORIGIN, SYSTEM, Store, on_one_engine
from written_worlds import Asking, Giving, WrittenWorld, written_worlds

from gatepost_server.authz import (
    NodeKind,
    TooWide,
    add_member,
    decide,
    expose,
    give_role,
    load_node,
    policy,
    require,
    subject_for,
    visible,
)
from gatepost_server.authz.errors import Hidden
from gatepost_server.authz.explaining import explain
from gatepost_server.authz.facts import load_facts
from gatepost_server.authz.model import Subject, effective, judge
from gatepost_server.authz.policy import Atom
from gatepost_server.authz.service.asking import forget_subject, reader_of
from gatepost_server.kernel.errors import Denied, GatepostError
from gatepost_server.projects import require_dataset
from gatepost_server.projects.tables import DatasetRow, ProjectRow
from gatepost_server.store import Tx, micros

WORLDS = written_worlds()


class _Undo(Exception):
    """Ends a world; nothing of it is kept."""


@contextmanager
def _begun(store: Store, written: WrittenWorld, hour: int = 0) -> Iterator[Tx]:
    store.clock.at = moment(hour)
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, written.world, written.sets, written.keys)
        yield tx
        raise _Undo


def _as(tx: Tx, written: WrittenWorld, who: str) -> Subject:
    """Let the calls that follow be those of a credential of the world."""
    tx.actor = replace(actor_of(written.callers[who]), confirmed_at=tx.now)
    forget_subject(tx)
    return subject_for(reader_of(tx), tx.actor)


def _rights(tx: Tx, subject: Subject, thing_id: str) -> set[str]:
    node = load_node(reader_of(tx), thing_id)
    assert node is not None
    facts = load_facts(reader_of(tx), subject, node, micros(tx.now))
    return set(policy.names(effective(subject, node, facts)))


def _answer(error: GatepostError) -> str:
    """Return a refusal as the worlds write it."""
    if isinstance(error, Hidden):
        return "404"
    if isinstance(error, TooWide):
        return f"403 {error.error_code}"
    if isinstance(error, Denied):
        return f"403 {error.params.get('missing') or error.error_code}"
    return error.error_code


def test_there_are_worlds_enough_and_each_says_why() -> None:
    assert len(WORLDS) >= 30
    assert len([one for one in WORLDS if one.name.startswith("01_worked_examples")]) == 14
    assert all(len(one.why) > 40 for one in WORLDS)


@pytest.mark.parametrize("written", WORLDS, ids=str)
def test_everybody_holds_what_is_written(store: Store, written: WrittenWorld) -> None:
    with _begun(store, written) as tx:
        for one in written.holdings:
            store.clock.at = tx.now = moment(one.at)
            held = _rights(tx, _as(tx, written, one.who), one.on)
            assert held == one.atoms, one
            assert held == written.world.by(written.callers[one.who], one.on, one.at), one


@on_one_engine
@pytest.mark.parametrize("written", [one for one in WORLDS if one.askings], ids=str)
def test_what_is_asked_is_answered_as_written(store: Store, written: WrittenWorld) -> None:
    with _begun(store, written) as tx:
        for one in written.askings:
            tx.now = moment(one.at)
            _as(tx, written, one.who)
            assert _asked(tx, one) == one.answer, one


def _asked(tx: Tx, one: Asking) -> str:
    try:
        require(tx, one.action, one.on)
    except GatepostError as error:
        return _answer(error)
    return "allowed"


@on_one_engine
@pytest.mark.parametrize("written", [one for one in WORLDS if one.givings], ids=str)
def test_what_is_given_is_taken_or_refused_as_written(store: Store, written: WrittenWorld) -> None:
    with _begun(store, written) as tx:
        for one in written.givings:
            tx.now = moment(one.at)
            _as(tx, written, one.who)
            before = tx.session.begin_nested()
            assert _given(tx, written, one) == one.answer, one
            before.rollback()


def _given(tx: Tx, written: WrittenWorld, one: Giving) -> str:
    until = None if one.until is None else moment(one.until)
    try:
        if one.verb == "gives":
            give_role(tx, one.on, written.id_of(one.to), one.role, until=until)
        elif one.verb == "exposes":
            expose(tx, one.on, one.to, until=until)
        else:
            add_member(tx, one.on, written.id_of(one.to), until=until)
    except GatepostError as error:
        return _answer(error)
    return "allowed"


@on_one_engine
@pytest.mark.parametrize("written", [one for one in WORLDS if one.narrowed], ids=str)
def test_an_associated_user_narrows_as_written(store: Store, written: WrittenWorld) -> None:
    with _begun(store, written) as tx:
        _let_datasets_be_read_for_persons(tx, written)
        for key, person, where in written.narrowed:
            tx.actor = replace(actor_of(written.callers[key]), run_as_id=written.id_of(person))
            forget_subject(tx)
            assert _may(tx, where) == written.narrowed[key, person, where], (key, person, where)


def _let_datasets_be_read_for_persons(tx: Tx, written: WrittenWorld) -> None:
    when = {"created_at": tx.now, "updated_at": tx.now}
    for thing in written.world.things.values():
        if thing.kind == "project":
            tx.session.add(
                ProjectRow(id=thing.id, key=thing.id, name=thing.id, description="", variables={}, **when)
            )
    tx.session.flush()
    for thing in written.world.things.values():
        if thing.kind == "dataset":
            tx.session.add(
                DatasetRow(
                    id=thing.id, project_id=thing.parent, name=thing.id, folded=thing.id.lower(), columns=[],
                    is_declared=True, impersonate=True, rules=[], description="", tags=[], custom={}, rows=0,
                    size=0, data_at=None, **when,
                )
            )  # fmt: skip
    tx.session.flush()


def _may(tx: Tx, dataset_id: str) -> set[str]:
    """Return the atoms of which every action is let through, as the use-cases of datasets ask for it."""
    project = tx.session.get_one(DatasetRow, dataset_id).project_id
    asked: dict[str, set[bool]] = {}
    for action in policy.actions.values():
        if action.on is NodeKind.DATASET and action.atom is not None:
            try:
                require_dataset(tx, action.name, project, dataset_id)
                is_allowed = True
            except (Denied, Hidden):
                is_allowed = False
            asked.setdefault(Atom(action.atom).name, set()).add(is_allowed)
    assert all(len(answers) == 1 for answers in asked.values()), "actions of one atom are answered alike"
    return {atom for atom, answers in asked.items() if answers == {True}}


@pytest.mark.parametrize("written", WORLDS, ids=str)
def test_deciding_listing_explaining_and_the_model_say_the_same(store: Store, written: WrittenWorld) -> None:
    with _begun(store, written) as tx:
        for hour in written.hours:
            tx.now = moment(hour)
            assert tx.now >= START
            for who, how in written.callers.items():
                subject = _as(tx, written, who)
                for thing in written.world.things:
                    assert _rights(tx, subject, thing) == written.world.by(how, thing, hour), (who, thing)
                _agree(tx, subject, written, (who, hour))


def _agree(tx: Tx, subject: Subject, written: WrittenWorld, said: tuple[str, int]) -> None:
    allowed = _allowed(tx, subject, written, said)
    for (kind, atom), things in allowed.items():
        action = next(one for one in policy.actions.values() if (one.on, one.atom) == (kind, atom))
        assert set(tx.session.scalars(visible(tx, action.name))) == things, (said, action.name)
        for thing in written.world.things.values():
            if thing.kind == kind:
                asked = decide(reader_of(tx), subject, action.name, thing.id, NodeKind(thing.kind), tx.now)
                assert asked.allowed == (thing.id in things), (said, action.name)


def _allowed(
    tx: Tx, subject: Subject, written: WrittenWorld, said: tuple[str, int]
) -> dict[tuple[str, int], set[str]]:
    """Return the things of each kind and atom that are judged to be open, as they are explained."""
    found: dict[tuple[str, int], set[str]] = {}
    for thing in written.world.things.values():
        node = load_node(reader_of(tx), thing.id)
        assert node is not None
        facts = load_facts(reader_of(tx), subject, node, micros(tx.now))
        for action in policy.actions.values():
            if action.atom is None or action.on != node.kind:
                continue
            decided = judge(subject, action.name, node, facts)
            explained = explain(subject, action.name, node, facts)
            assert (explained.allowed, explained.missing) == (decided.allowed, decided.missing), said
            things = found.setdefault((str(action.on), action.atom), set())
            things |= {thing.id} if decided.allowed else set()
    return found
