"""Linking is no grant (I18): what use cases are linked to, or not any more, changes nobody's rights."""

from collections import Counter
from dataclasses import dataclass, replace

from giving import begun, read, worlds_with_owners
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from imagining import PEOPLE, ROOTS, THINGS, actor_of, hours
from oracle import Credential, Given, Imagined, Person, Thing, Window
from sqlalchemy import func, select
from stores import Store

from gatepost_server import usecases
from gatepost_server.authz import ORGANIZATION, policy, subject_for
from gatepost_server.authz.facts import load_facts, load_node
from gatepost_server.authz.model import effective
from gatepost_server.authz.service.asking import forget_subject, reader_of
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.store import Tx, micros
from gatepost_server.usecases.tables import LinkRow, UsecaseRow

USECASES = {one: Thing(one, "usecase", ORGANIZATION) for one in ("use_a", "use_b")}
LINKED = {one.id: one.kind for one in THINGS.values() if one.kind in usecases.LINKED}
FOR_GOOD = Window(0, None)
CALLERS = [
    Credential("anonymous", None, 1),
    *(Credential("session", who) for who in PEOPLE),
    Credential("project", "key_a", 4, "usr_a", frozenset({"prj_a"})),
    Credential("global", "key_b", 4, "usr_c"),
    Credential("visitor", "usr_b", 3),
]
Held = dict[tuple[Credential, str], set[str]]


@dataclass(frozen=True)
class Tie:
    """Somebody links a thing to a use case, or takes it out."""

    by: Credential
    usecase: str
    thing: str
    is_made: bool


ties = st.builds(
    Tie, st.sampled_from(CALLERS), st.sampled_from(sorted(USECASES)), st.sampled_from(sorted(LINKED)),
    st.sampled_from([True, True, False]),
)  # fmt: skip


@st.composite
def worlds_with_usecases(draw: st.DrawFn) -> Imagined:
    """Worlds in which people hold something on use cases too."""
    world = draw(worlds_with_owners())
    held = st.builds(
        Given, st.sampled_from(PEOPLE), st.sampled_from(sorted(USECASES)),
        st.sampled_from([frozenset({"OWN"}), frozenset({"EDIT"}), frozenset({"USE"})]), st.just(FOR_GOOD),
    )  # fmt: skip
    more = draw(st.lists(held, min_size=1, max_size=4))
    return replace(world, things=world.things | USECASES, grants=[*world.grants, *more])


def _plant(tx: Tx) -> None:
    when = {"created_at": tx.now, "updated_at": tx.now}
    tx.session.add_all(UsecaseRow(id=one, name=one, description="", **when) for one in USECASES)
    tx.session.flush()


def _take(tx: Tx, tie: Tie) -> bool:
    """Let somebody tie or untie; return whether it was let through."""
    tx.actor = replace(actor_of(tie.by), confirmed_at=tx.now)
    forget_subject(tx)
    before = tx.session.begin_nested()
    try:
        if tie.is_made:
            usecases.link(tx, tie.usecase, LINKED[tie.thing], tie.thing)
        else:
            usecases.unlink(tx, tie.usecase, tie.thing)
        tx.session.flush()
    except GatepostError:
        before.rollback()
        return False
    before.commit()
    return True


def _held(tx: Tx, world: Imagined) -> Held:
    """Return what the engine says that each caller holds on each thing."""
    reader, found = reader_of(tx), {}
    for how in CALLERS:
        subject = subject_for(reader, actor_of(how))
        for thing in world.things:
            node = load_node(reader, thing)
            assert node is not None
            facts = load_facts(reader, subject, node, micros(tx.now))
            found[how, thing] = set(policy.names(effective(subject, node, facts)))
    return found


def _owned(who: str, *things: str) -> Imagined:
    return Imagined(
        people={one: Person(one, "publisher", is_active=True) for one in PEOPLE},
        things=ROOTS | THINGS | USECASES,
        grants=[Given(who, one, frozenset({"OWN"}), FOR_GOOD) for one in things],
    )


_TIE = Tie(Credential("session", "usr_a"), "use_a", "app_a", is_made=True)
_OWNED = _owned("usr_a", "use_a", "app_a")
_USED_BY_ANOTHER = replace(
    _OWNED, grants=[*_OWNED.grants, Given("usr_b", "use_a", frozenset({"USE"}), FOR_GOOD)]
)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(worlds_with_usecases(), hours, st.lists(ties, min_size=6, max_size=16))
@example(_USED_BY_ANOTHER, 0, [_TIE])
@example(_USED_BY_ANOTHER, 0, [_TIE, replace(_TIE, is_made=False)])
def test_i18_links_change_nobodys_rights(store: Store, world: Imagined, hour: int, tried: list[Tie]) -> None:
    with begun(store, world, hour) as tx:
        _plant(tx)
        before = _held(tx, world)
        for tie in tried:
            _take(tx, tie)
        after = _held(tx, world)
        left = read(tx, world)
    assert after == before == {(how, thing): world.by(how, thing, hour) for how, thing in after}
    for is_now, was in (
        (left.grants, world.grants), (left.memberships, world.memberships), (left.exposures, world.exposures),
    ):  # fmt: skip
        assert Counter(is_now) == Counter(was)


def test_links_are_made_so_that_the_law_is_asked_something(store: Store) -> None:
    with begun(store, _OWNED, 0) as tx:
        _plant(tx)
        stranger, elsewhere = replace(_TIE, by=Credential("session", "usr_b")), replace(_TIE, thing="app_b")
        tried = [stranger, elsewhere, _TIE, _TIE]
        assert [_take(tx, one) for one in tried] == [False, False, True, False]
        assert tx.session.scalar(select(func.count()).select_from(LinkRow)) == 1
        assert _take(tx, replace(_TIE, is_made=False))
        assert tx.session.scalar(select(func.count()).select_from(LinkRow)) == 0
