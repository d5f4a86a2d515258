"""Sessions: listed, ended, lent to an app's host and to the command line."""

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from world import Person, World

from gatepost_server.authz import ActionDenied, SessionRequired
from gatepost_server.authz.tables import PrincipalRow
from gatepost_server.identity import (
    BadLogin,
    HandOff,
    NewSession,
    SessionKind,
    accept_app_session,
    end_all_sessions,
    end_session,
    list_sessions,
    offer_app_session,
    offer_cli_session,
    sign_out,
    take_cli_session,
)
from gatepost_server.kernel.actor import ANONYMOUS, Actor
from gatepost_server.kernel.errors import NotFound
from gatepost_server.kernel.secret import Secret

IDLE = timedelta(hours=8)
TO = HandOff("app_1", "report--1.localhost:8080", "a browser")
VERIFIER = Secret("v" * 43)
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).decode().rstrip("=")


@pytest.fixture
def ada(world: World) -> Person:
    return world.person("ada")


@pytest.fixture
def parent(world: World, ada: Person) -> NewSession:
    return world.session(ada)


@pytest.fixture
def actor(ada: Person, parent: NewSession) -> Actor:
    return replace(ada.actor, session_id=parent.session.id)


def _offer(world: World, actor: Actor) -> Secret:
    with world.begin(actor) as tx:
        return offer_app_session(tx, world.peppers, TO)


def _accept(world: World, code: Secret, to: HandOff = TO) -> NewSession:
    with world.begin(ANONYMOUS) as tx:
        return accept_app_session(tx, world.sign_in, to, code)


def _take(world: World, code: Secret, verifier: Secret = VERIFIER) -> NewSession:
    with world.begin(ANONYMOUS) as tx:
        return take_cli_session(tx, world.sign_in, code=code, verifier=verifier)


def test_only_live_sessions_of_oneself_are_listed(world: World, ada: Person) -> None:
    idle = world.session(ada).session.id
    world.store.clock.advance(hours=8)
    live, _other = world.session(ada).session.id, world.session(world.person("bob"))
    with world.read(ada) as tx:
        assert [one.id for one in list_sessions(tx, IDLE)] == [live]
        assert [one.id for one in list_sessions(tx, IDLE * 2)] == [live, idle]


def test_a_session_of_somebody_else_cannot_be_ended(world: World, ada: Person) -> None:
    other = world.session(world.person("bob", "administrator"))
    for session_id in (other.session.id, "ses_" + "0" * 24):
        with pytest.raises(NotFound), world.begin(ada) as tx:
            end_session(tx, session_id)


def test_a_key_ends_and_lists_no_session(world: World, ada: Person, parent: NewSession) -> None:
    with world.begin(ada.by_key) as tx:
        for act in (
            lambda: end_session(tx, parent.session.id),
            lambda: list_sessions(tx, IDLE),
            lambda: offer_app_session(tx, world.peppers, TO),
            lambda: offer_cli_session(tx, world.peppers, CHALLENGE),
            lambda: sign_out(tx),
        ):
            with pytest.raises(SessionRequired):
                act()


def test_what_was_lent_ends_with_the_session_it_came_from(
    world: World, ada: Person, parent: NewSession, actor: Actor
) -> None:
    child = _accept(world, _offer(world, actor))
    with world.begin(ada) as tx:
        end_session(tx, parent.session.id)
        assert list_sessions(tx, IDLE) == []
    with world.begin(actor) as tx, pytest.raises(NotFound):
        end_session(tx, child.session.id)


def test_signing_out_ends_this_session_only(world: World, ada: Person, actor: Actor) -> None:
    other = world.session(ada).session.id
    with world.begin(actor) as tx:
        sign_out(tx)
    with world.read(ada) as tx:
        assert [one.id for one in list_sessions(tx, IDLE)] == [other]


def test_administrators_end_all_sessions_of_somebody(world: World, ada: Person, actor: Actor) -> None:
    _accept(world, _offer(world, actor))
    with world.begin(world.person("root", "administrator")) as tx:
        assert len(end_all_sessions(tx, ada.id)) == 2
        with pytest.raises(NotFound):
            end_all_sessions(tx, "usr_" + "0" * 24)
    with world.begin(world.person("bob")) as tx, pytest.raises(ActionDenied):
        end_all_sessions(tx, ada.id)


def test_a_code_becomes_a_session_on_the_apps_host(world: World, parent: NewSession, actor: Actor) -> None:
    made = _accept(world, _offer(world, actor))
    assert (made.session.kind, made.session.app_id) == (SessionKind.APP, "app_1")
    assert made.session.expires_at == parent.session.expires_at
    assert made.session.confirmed_at is None
    assert made.token != parent.token


def test_a_code_is_good_once(world: World, actor: Actor) -> None:
    code = _offer(world, actor)
    _accept(world, code)
    with pytest.raises(BadLogin):
        _accept(world, code)


@pytest.mark.parametrize(("seconds", "is_good"), [(29, True), (30, False), (31, False)])
def test_a_code_is_good_for_thirty_seconds(world: World, actor: Actor, seconds: int, is_good: bool) -> None:
    code = _offer(world, actor)
    world.store.clock.advance(seconds=seconds)
    if is_good:
        _accept(world, code)
    else:
        with pytest.raises(BadLogin):
            _accept(world, code)


@pytest.mark.parametrize(
    "to",
    [
        replace(TO, app_id="app_2"),
        replace(TO, host="other--1.localhost:8080"),
        replace(TO, host=""),
        replace(TO, browser="another browser"),
        replace(TO, browser=""),
    ],
)
def test_a_code_is_good_for_its_host_and_browser_only(world: World, actor: Actor, to: HandOff) -> None:
    code = _offer(world, actor)
    with pytest.raises(BadLogin):
        _accept(world, code, to)


def test_a_hosts_case_does_not_matter(world: World, actor: Actor) -> None:
    assert _accept(world, _offer(world, actor), replace(TO, host=TO.host.upper()))


def test_a_code_ends_with_its_session_and_with_its_persons_account(
    world: World, ada: Person, parent: NewSession, actor: Actor
) -> None:
    first, second = _offer(world, actor), _offer(world, actor)
    with world.store.arranged() as tx:
        tx.session.get_one(PrincipalRow, ada.id).is_active = False
    with pytest.raises(BadLogin):
        _accept(world, first)
    with world.begin(ada) as tx:
        end_session(tx, parent.session.id)
    with pytest.raises(BadLogin):
        _accept(world, second)


@pytest.mark.parametrize("code", ["", "x" * 43, "\0", "é"])
def test_an_invented_code_is_refused(world: World, code: str) -> None:
    with pytest.raises(BadLogin):
        _accept(world, Secret(code))
    with pytest.raises(BadLogin):
        _take(world, Secret(code))


def test_the_command_line_gets_a_session_of_its_own(world: World, ada: Person, actor: Actor) -> None:
    with world.begin(actor) as tx:
        code = offer_cli_session(tx, world.peppers, CHALLENGE)
    made = _take(world, code)
    assert (made.session.client, made.session.kind, made.user.id) == ("cli", SessionKind.CONTROL, ada.id)
    with pytest.raises(BadLogin):
        _take(world, code)


@pytest.mark.parametrize("verifier", ["", "w" * 43, "V" * 43, CHALLENGE])
def test_the_command_line_has_to_prove_that_it_asked(world: World, actor: Actor, verifier: str) -> None:
    with world.begin(actor) as tx:
        code = offer_cli_session(tx, world.peppers, CHALLENGE)
    with pytest.raises(BadLogin):
        _take(world, code, Secret(verifier))


def test_a_command_lines_code_ends_after_a_minute(world: World, actor: Actor) -> None:
    with world.begin(actor) as tx:
        code = offer_cli_session(tx, world.peppers, CHALLENGE)
    world.store.clock.advance(seconds=60)
    with pytest.raises(BadLogin):
        _take(world, code)


def test_codes_of_one_purpose_are_not_good_for_another(world: World, actor: Actor) -> None:
    with world.begin(actor) as tx:
        cli = offer_cli_session(tx, world.peppers, CHALLENGE)
    with pytest.raises(BadLogin):
        _accept(world, cli)
    with pytest.raises(BadLogin):
        _take(world, _offer(world, actor))


def test_an_apps_session_lends_nothing_further(world: World, ada: Person, actor: Actor) -> None:
    child = _accept(world, _offer(world, actor)).session
    on_app = replace(actor, session_id=child.id, is_app_host=True)
    with world.begin(on_app) as tx, pytest.raises(SessionRequired):
        offer_app_session(tx, world.peppers, TO)


def test_a_session_lent_to_a_program_proves_no_more_and_lasts_no_longer(
    world: World, actor: Actor, parent: NewSession
) -> None:
    world.store.clock.advance(hours=2)
    with world.begin(actor) as tx:
        code = offer_cli_session(tx, world.peppers, CHALLENGE)
    lent = _take(world, code)
    assert lent.session.confirmed_at == parent.session.confirmed_at
    assert lent.session.expires_at == parent.session.expires_at
