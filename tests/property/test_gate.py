"""The gate lets in whom the model lets in: on random worlds, with every credential that it takes."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from gate_worlds import APPS, GateOfWorld
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from imagining import PEOPLE, ROOTS, THINGS, actor_of, hours, moment, worlds, write
from oracle import Credential, Given, Imagined, Person, Window
from stores import ORIGIN, SYSTEM, Store

from gatepost_server.authn import Means
from gatepost_server.authz import NodeKind, decide, reader_of, subject_for
from gatepost_server.crypto import Assertions, Peppers
from gatepost_server.gateway.authorizer.asserting import Asserted
from gatepost_server.gateway.authorizer.bad_keys import BadKeys
from gatepost_server.gateway.authorizer.judging import OPEN, Verdict
from gatepost_server.gateway.authorizer.means import GateMeans
from gatepost_server.gateway.authorizer.notes import Notes
from gatepost_server.gateway.authorizer.reading import StandingReader
from gatepost_server.gateway.authorizer.visiting import Visits
from gatepost_server.gateway.envoy.desired import gate_of
from gatepost_server.identity import SignIn
from gatepost_server.settings import Folders, Settings

_people = st.sampled_from(PEOPLE)
_reaches = st.none() | st.frozensets(st.sampled_from([*APPS, "prj_a"]), min_size=1)
_own = st.one_of(
    st.builds(
        Credential, st.just("project"), st.just("key_a"), st.just(4), _people,
        st.sampled_from([frozenset({"prj_a"}), frozenset({"prj_b"})]), st.none(),
    ),
    st.builds(
        Credential, st.just("global"), st.just("key_b"), st.sampled_from([4, 5]), _people, _reaches, st.none()
    ),
)  # fmt: skip
_nothing = (st.none(), st.none(), st.none())
presented = st.one_of(
    st.just(Credential("anonymous", None, 1)),
    st.builds(Credential, st.just("session"), _people, st.just(5), *_nothing),
    st.builds(Credential, st.just("personal"), _people, st.integers(0, 5), *_nothing),
    _own,
    st.builds(Credential, st.just("creator"), _people, st.integers(0, 3), *_nothing),
    st.builds(
        Credential, st.just("creator"), st.just("app_b"), st.integers(0, 3), st.none(), st.none(), _own
    ),
)
"""All that the gate takes but cookies of guests, who are let into one app by its own list."""


class _Undo(Exception):
    """Ends an example; nothing of it is kept."""


@pytest.fixture
def means(store: Store, peppers: Peppers, tmp_path: Path) -> GateMeans:
    """What the gate works with, on the store of the test."""
    folders = Folders(tmp_path)
    gate = gate_of(Settings(data_dir=tmp_path, url="http://gatepost.test"), folders)
    authn, sign_in = Means(peppers, timedelta(hours=8)), SignIn(peppers, timedelta(days=7))
    return GateMeans(
        store.uow, StandingReader(store.engine), authn, sign_in, (), gate, folders, 1 << 20,
        Notes(store.uow), Visits(store.uow, peppers), BadKeys(shared_by=1),
        Asserted(Assertions(tmp_path), gate.control_origin),
    )  # fmt: skip


def _shared(*roles: str) -> Imagined:
    """Return three people of these roles; all of them, and both keys, may open two apps."""
    who = [*PEOPLE, "key_a", "key_b"]
    return Imagined(
        people={one: Person(one, role, role != "gone") for one, role in zip(PEOPLE, roles, strict=True)},
        things=ROOTS | THINGS,
        grants=[
            Given(one, app, frozenset({"USE"}), Window(0, 5)) for one in who for app in ("app_a", "app_c")
        ],
    )


_PROJECT = Credential("project", "key_a", 4, "usr_a", frozenset({"prj_a"}))
_GLOBAL = Credential("global", "key_b", 4, "usr_a")


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(worlds(), hours, presented)
@example(_shared("administrator", "viewer", "publisher"), 4, _PROJECT)
@example(_shared("administrator", "viewer", "publisher"), 4, _GLOBAL)
@example(_shared("publisher", "viewer", "publisher"), 4, _GLOBAL)
@example(_shared("publisher", "viewer", "publisher"), 5, Credential("session", "usr_b"))
@example(_shared("publisher", "viewer", "publisher"), 0, Credential("creator", "usr_a", 1))
@example(_shared("publisher", "viewer", "publisher"), 0, Credential("creator", "app_b", 3, behind=_PROJECT))
def test_the_gate_lets_in_whom_the_model_lets_in(
    store: Store, means: GateMeans, world: Imagined, hour: int, how: Credential
) -> None:
    store.clock.at = moment(hour)
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, world)
        gate = GateOfWorld(tx, means, world, how)
        subject = subject_for(reader_of(tx), actor_of(how))
        for app in APPS:
            expected = _expected(world, how, app, hour)
            assert gate.judged(app) is expected, (how, app)
            decided = decide(reader_of(tx), subject, OPEN, app, NodeKind.APP, tx.now)
            by_nobody = expected is _expected(world, Credential("anonymous", None, 1), app, hour)
            assert decided.allowed is (expected is Verdict.OPEN) or by_nobody, (how, app)
        raise _Undo


def _expected(world: Imagined, how: Credential, app: str, hour: int) -> Verdict:
    """Return what the oracle makes of a call: a credential whose person is gone is no good one."""
    held = world.by(how, app, hour)
    if how.kind == "anonymous" or (how.kind == "session" and not _is_good(world, how)):
        refused = Verdict.NOBODY if how.kind == "anonymous" else Verdict.BAD
        return Verdict.OPEN if "USE" in world.rights(None, 1, app, hour) else refused
    if not _is_good(world, how):
        return Verdict.BAD
    if "USE" in held:
        return Verdict.OPEN
    return Verdict.LACKING if "LIST" in held else Verdict.HIDDEN


def _is_good(world: Imagined, how: Credential) -> bool:
    if how.behind is not None:
        return _is_good(world, how.behind)
    person = world.people[how.sponsor or how.who or ""]
    return person.is_active and (how.kind != "global" or person.role == "administrator")


def test_credentials_open_apps_so_that_the_law_is_asked_something(store: Store, means: GateMeans) -> None:
    world = _shared("administrator", "viewer", "publisher")
    hows = [_PROJECT, _GLOBAL, replace(_GLOBAL, reach=frozenset({"app_c"})), Credential("session", "usr_b")]
    hows += [Credential("personal", "usr_c"), Credential("creator", "usr_c", 1)]
    hows += [Credential("creator", "app_b", 1, behind=_PROJECT), Credential("anonymous", None, 1)]
    open_to = []
    for how in hows:
        with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
            write(tx, world)
            gate = GateOfWorld(tx, means, world, how)
            open_to.append([app for app in APPS if gate.judged(app) is Verdict.OPEN])
            raise _Undo
    both = ["app_a", "app_c"]
    assert open_to == [["app_c"], both, ["app_c"], both, both, both, ["app_c"], []]
