"""Approving is granting (I17): it comes off just when the approver could give that, and gives just that."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from gate_worlds import APPS, plant_apps
from giving import begun, worlds_with_owners
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from imagining import HOURS, PEOPLE, ROOTS, THINGS, actor_of, hours, moment
from oracle import Credential, Given, Imagined, Person, Window
from sqlalchemy import select
from stores import Store

from gatepost_server import approvals
from gatepost_server.apps import AccessRequest
from gatepost_server.authz import NodeKind, give_role, policy
from gatepost_server.authz.service.asking import forget_subject
from gatepost_server.authz.tables import GrantRow, PrincipalRow
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.store import Tx

KINDS = {"access_app": AccessRequest()}
FOR_GOOD = Window(0, None)


@dataclass(frozen=True)
class Wish:
    """Who asks for which role on which app, until which hour (None: for good), and who decides it when."""

    asker: str
    app: str
    role: str
    until: int | None
    decider: str
    later: int


wishes = st.builds(
    Wish, st.sampled_from(PEOPLE), st.sampled_from(sorted(APPS)),
    st.sampled_from(["consumer", "editor", "owner"]),
    st.none() | st.integers(HOURS + 1, 2 * HOURS), st.sampled_from(PEOPLE), st.sampled_from([0, 1, 3, 6]),
)  # fmt: skip


def _as(tx: Tx, how: Credential) -> None:
    tx.actor = replace(actor_of(how), confirmed_at=tx.now)
    forget_subject(tx)


def _let(tx: Tx, doing: Callable[[], object], *, keep: bool) -> bool:
    """Try something; tell whether it was let through, and undo it unless it is to be kept."""
    before = tx.session.begin_nested()
    try:
        doing()
        tx.session.flush()
    except GatepostError:
        before.rollback()
        return False
    if keep:
        before.commit()
    else:
        before.rollback()
    return True


def _asked(tx: Tx, wish: Wish) -> approvals.Request | None:
    """Let the asker ask for it; None when they may open it already, or it is asked too often."""
    _as(tx, Credential("session", wish.asker))
    validity = "permanent" if wish.until is None else {"until": moment(wish.until).isoformat()}
    try:
        raw = {"app": str(APPS[wish.app]), "role": wish.role}
        return approvals.ask(tx, KINDS, "access_app", raw, "I plan with it.", validity)
    except GatepostError:
        return None


def _approve(tx: Tx, request: approvals.Request, how: Credential, hash_read: str | None = None) -> bool:
    _as(tx, how)
    read = hash_read or request.content_hash
    return _let(
        tx, lambda: approvals.approve(tx, KINDS, request.id, read, home="http://gatepost.test"), keep=True
    )


def _could_give(tx: Tx, wish: Wish) -> bool:
    """Tell whether the decider could share it by themselves, now; nothing of that stays."""
    _as(tx, Credential("session", wish.decider))
    until = None if wish.until is None else moment(wish.until)
    return _let(tx, lambda: give_role(tx, wish.app, wish.asker, wish.role, until=until), keep=False)


def _grants(tx: Tx) -> dict[str, tuple[str, str, int, datetime, datetime | None]]:
    return {
        one.id: (one.who_id, one.node_id, one.atoms, one.from_at, one.until_at)
        for one in tx.session.scalars(select(GrantRow))
    }


def _holds(world: Imagined, wish: Wish, hour: int) -> bool:
    """Tell whether the decider holds what is asked for, and may share, for as long as it is asked for."""
    atoms = set(policy.names(policy.closure(policy.presets[NodeKind.APP][wish.role])))
    end = 2 * HOURS + 2 if wish.until is None else wish.until
    held = [world.rights(wish.decider, 5, wish.app, at) for at in range(hour, end)]
    return all("SHARE" in one and atoms <= one for one in held)


_OWNED = Imagined(
    people={one: Person(one, "publisher", is_active=True) for one in PEOPLE},
    things=ROOTS | THINGS,
    grants=[Given("usr_b", "app_a", frozenset({"OWN"}), FOR_GOOD)],
)
_UNTIL_5 = replace(_OWNED, grants=[Given("usr_b", "app_a", frozenset({"OWN"}), Window(0, 5))])
_EDITOR = replace(_OWNED, grants=[Given("usr_b", "app_a", frozenset({"SHARE", "USE"}), FOR_GOOD)])
_WISH = Wish("usr_a", "app_a", "consumer", None, "usr_b", 1)
_BY_ONESELF = replace(_WISH, decider="usr_a")
_ADMINISTRATOR = replace(
    _OWNED, people={**_OWNED.people, "usr_a": Person("usr_a", "administrator", is_active=True)}
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    worlds_with_owners(), hours, st.lists(wishes, min_size=3, max_size=6), st.sampled_from([*PEOPLE, None])
)
@example(_OWNED, 0, [_WISH, replace(_WISH, role="owner"), replace(_WISH, asker="usr_c", until=8)], None)
@example(_OWNED, 0, [_WISH], "usr_a")
@example(_UNTIL_5, 0, [_WISH, replace(_WISH, until=6), replace(_WISH, until=5)], None)
@example(_UNTIL_5, 0, [replace(_WISH, until=5, later=5)], None)
@example(_EDITOR, 0, [replace(_WISH, role="editor"), replace(_WISH, role="owner")], None)
@example(_ADMINISTRATOR, 0, [replace(_BY_ONESELF, role="editor")], None)
def test_i17_a_request_is_approved_just_when_the_grant_could_be_given(
    store: Store, world: Imagined, hour: int, wished: list[Wish], gone: str | None
) -> None:
    with begun(store, world, hour) as tx:
        plant_apps(tx)
        asked = [(wish, _asked(tx, wish)) for wish in wished]
        if gone is not None:
            tx.session.get_one(PrincipalRow, gone).is_active = False
            tx.session.flush()
            people = {**world.people, gone: world.people[gone]._replace(is_active=False)}
            world = replace(world, people=people)
        for wish, request in sorted(asked, key=lambda pair: pair[0].later):
            if request is not None:
                world = _decided(tx, world, wish, request, hour + wish.later)


def _decided(tx: Tx, world: Imagined, wish: Wish, request: approvals.Request, hour: int) -> Imagined:
    """Try every way to approve a request, hold the outcome to the law, and return the world after it."""
    tx.now = moment(hour)
    could, is_own = _could_give(tx, wish), wish.decider == wish.asker
    before, decider = _grants(tx), Credential("session", wish.decider)
    for kind in ("session", "personal"):
        assert not _approve(tx, request, Credential(kind, wish.asker)), "by the requester"
    assert not _approve(tx, request, Credential("global", "key_b", 5, "usr_c")), "by a key of its own"
    assert not _approve(tx, request, decider, "0" * 64), "of what was not read"
    assert _grants(tx) == before
    assert _approve(tx, request, decider) is (could and not is_own), wish
    new = [grant for name, grant in _grants(tx).items() if name not in before]
    assert before.items() <= _grants(tx).items()
    if not could or is_own:
        assert not new
        return world
    atoms = policy.presets[NodeKind.APP][wish.role]
    until = None if wish.until is None else moment(wish.until)
    assert [(who, at, policy.closure(mask), *when) for who, at, mask, *when in new] == [
        (wish.asker, wish.app, policy.closure(atoms), tx.now, until)
    ]
    assert _holds(world, wish, hour), wish
    assert world.people[wish.asker].is_active
    assert not _approve(tx, request, decider), "twice"
    made = Given(wish.asker, wish.app, frozenset(policy.names(atoms)), Window(hour, wish.until))
    return replace(world, grants=[*world.grants, made])


def test_requests_are_approved_so_that_the_law_is_asked_something(store: Store) -> None:
    with begun(store, _OWNED, 0) as tx:
        plant_apps(tx)
        request = _asked(tx, _WISH)
        assert request is not None
        assert _approve(tx, request, Credential("session", "usr_b"))
        assert _asked(tx, _WISH) is None, "they may open it now"
