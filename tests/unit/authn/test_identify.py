"""Identifying: what a credential is worth now, and one refusal for all that is not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from world import Person, World

from gatepost_server.authn import BadCredential, Identified, Means, Presented, identify, still_good
from gatepost_server.authz.tables import PrincipalRow
from gatepost_server.crypto import KeyLetter, mint_key
from gatepost_server.identity import HandOff, accept_app_session, end_session, note_seen, offer_app_session
from gatepost_server.kernel.actor import ActorKind
from gatepost_server.kernel.secret import Secret
from gatepost_server.keys import revoke_key
from gatepost_server.store import RawReader, raw_reader

IDLE = timedelta(hours=8)


def _identify(
    world: World, *, key: str | None = None, session: Secret | None = None, ip: str | None = None,
    app_id: str | None = None,
) -> Identified:  # fmt: skip
    what = Presented(key=None if key is None else Secret(key), session=session)
    means = Means(world.peppers, IDLE)
    with raw_reader(world.store.engine) as reader:
        return identify(reader, means, what, ip=ip, now=world.now, app_id=app_id)


def _still_good(world: World, credential_id: str, ip: str | None = None) -> Identified:
    with raw_reader(world.store.engine) as reader:
        return still_good(reader, credential_id, ip=ip, now=world.now)


@pytest.fixture
def ada(world: World) -> Person:
    return world.person("ada", "publisher")


def test_nothing_is_nobody(world: World) -> None:
    assert _identify(world).actor.is_anonymous


def test_a_key_is_its_owner_through_it(world: World, ada: Person) -> None:
    issued = world.key(ada, "ci", role="viewer")
    found = _identify(world, key=issued.text.reveal())
    assert (found.actor.kind, found.actor.principal_id, found.actor.cap) == (
        ActorKind.PERSONAL_KEY,
        ada.id,
        1,
    )
    assert (found.actor.via_key_id, found.actor.via_key_name) == (issued.key.id, "ci")
    assert _identify(world, key=world.key(ada).text.reveal()).actor.cap == 5


def test_a_session_is_its_person(world: World, ada: Person) -> None:
    made = world.session(ada)
    found = _identify(world, session=made.token)
    assert (found.actor.kind, found.actor.principal_id) == (ActorKind.SESSION, ada.id)
    assert (found.actor.session_id, found.actor.confirmed_at) == (made.session.id, world.now)
    assert found.actor.is_interactive


def _revoked(world: World, ada: Person) -> str:
    issued = world.key(ada)
    with world.begin(ada) as tx:
        revoke_key(tx, issued.key.id)
    return issued.text.reveal()


def _expired(world: World, ada: Person) -> str:
    issued = world.key(ada)
    world.store.clock.advance(days=90)
    return issued.text.reveal()


def _deactivated(world: World, ada: Person) -> str:
    issued = world.key(ada)
    with world.store.arranged() as tx:
        tx.session.get_one(PrincipalRow, ada.id).is_active = False
    return issued.text.reveal()


def _wrong_secret(world: World, ada: Person) -> str:
    text, other = world.key(ada).text.reveal(), mint_key(KeyLetter.PERSONAL)
    body = text[:14] + other.secret.reveal()
    return body + _crc(body)


def _crc(body: str) -> str:
    from gatepost_server.crypto.keyformat import _checksum

    return _checksum(body)


BAD_KEYS: dict[str, Callable[[World, Person], str]] = {
    "revoked key": _revoked,
    "expired key": _expired,
    "its owner is deactivated": _deactivated,
    "wrong secret": _wrong_secret,
    "unknown key": lambda _world, _ada: mint_key(KeyLetter.PERSONAL).text.reveal(),
    "malformed key": lambda world, ada: world.key(ada).text.reveal()[:-6] + "000000",
    "address not on the key's list": lambda w, ada: w.key(ada, ip_allowlist="10.0.0.1").text.reveal(),
}


@pytest.mark.parametrize("because", BAD_KEYS)
def test_a_bad_key_is_refused_with_one_answer(world: World, ada: Person, because: str) -> None:
    text = BAD_KEYS[because](world, ada)
    with pytest.raises(BadCredential) as refused:
        _identify(world, key=text, ip="10.0.0.2")
    assert refused.value.detail == BadCredential("x").detail
    assert refused.value.error_code == "unauthenticated"
    assert refused.value.because == because
    assert text[14:46] not in refused.value.because


def test_a_malformed_key_costs_no_look_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(RawReader, "all", lambda self, prepared, **more: asked.append(prepared) or [])
    with pytest.raises(BadCredential):
        _identify(world, key="gpp_" + "0" * 48)
    assert asked == []


@pytest.mark.parametrize("because", ["unknown key", "revoked key"])
def test_a_key_that_is_not_there_costs_the_work_of_a_known_one(
    world: World, ada: Person, monkeypatch: pytest.MonkeyPatch, because: str
) -> None:
    known, gone = world.key(ada).text.reveal(), BAD_KEYS[because](world, ada)
    hashed: list[int] = []
    real = type(world.peppers)._digest
    monkeypatch.setattr(
        type(world.peppers), "_digest", lambda *given: hashed.append(1) or real(*given)
    )  # fmt: skip
    _identify(world, key=known)
    work = len(hashed)
    with pytest.raises(BadCredential, match=BadCredential("").detail):
        _identify(world, key=gone)
    assert len(hashed) == 2 * work == 2


@pytest.mark.parametrize("letter", ["j", "g", "c", "v", "x"])
def test_a_key_of_another_kind_does_not_pass_for_a_personal_one(
    world: World, ada: Person, letter: str
) -> None:
    body = f"gp{letter}" + world.key(ada).text.reveal()[3:46]
    with pytest.raises(BadCredential):
        _identify(world, key=body + _crc(body))


def test_an_allowlist_lets_its_own_in(world: World, ada: Person) -> None:
    text = world.key(ada, ip_allowlist="10.0.0.0/24").text.reveal()
    assert _identify(world, key=text, ip="10.0.0.9").actor.principal_id == ada.id
    with pytest.raises(BadCredential):
        _identify(world, key=text, ip=None)


def test_a_session_ends_when_it_is_not_used(world: World, ada: Person) -> None:
    made = world.session(ada)
    world.store.clock.advance(hours=8)
    with pytest.raises(BadCredential):
        _identify(world, session=made.token)


def test_a_session_that_is_used_goes_on_up_to_its_absolute_end(world: World, ada: Person) -> None:
    made = world.session(ada)
    for _ in range(23):
        world.store.clock.advance(hours=7)
        _identify(world, session=made.token)
        with world.begin(ada) as tx:
            note_seen(tx, {made.session.id: tx.now})
    world.store.clock.advance(hours=7)
    assert world.now == made.session.expires_at
    with pytest.raises(BadCredential):
        _identify(world, session=made.token)


def test_an_ended_and_an_invented_session_are_refused_alike(world: World, ada: Person) -> None:
    made = world.session(ada)
    with world.begin(ada) as tx:
        end_session(tx, made.session.id)
    for token in (made.token, Secret("x" * 43), Secret(""), Secret("\0")):
        with pytest.raises(BadCredential) as refused:
            _identify(world, session=token)
        assert refused.value.because == "unknown or ended session"


def _on_app(world: World, ada: Person, app_id: str) -> Secret:
    from dataclasses import replace

    to, parent = HandOff(app_id, "app.localhost", "a browser"), world.session(ada)
    with world.begin(replace(ada.actor, session_id=parent.session.id)) as tx:
        code = offer_app_session(tx, world.peppers, to)
        return accept_app_session(tx, world.sign_in, to, code).token


def test_a_session_is_good_only_on_the_host_it_was_made_for(world: World, ada: Person) -> None:
    control, app = world.session(ada).token, _on_app(world, ada, "app_1")
    assert not _identify(world, session=app, app_id="app_1").actor.is_interactive
    for token, app_id in ((control, "app_1"), (app, None), (app, "app_2")):
        with pytest.raises(BadCredential):
            _identify(world, session=token, app_id=app_id)


def test_a_live_connection_is_asked_about_by_its_credentials_row(world: World, ada: Person) -> None:
    issued, session = world.key(ada, ip_allowlist="10.0.0.1"), world.session(ada).session
    key, by = issued.key, _identify(world, key=issued.text.reveal(), ip="10.0.0.1").credential_id
    assert by is not None
    assert _still_good(world, by, "10.0.0.1").actor.via_key_id == key.id
    assert _still_good(world, key.id, "10.0.0.1").credential_id == by
    assert _still_good(world, session.id).credential_id == session.id
    with pytest.raises(BadCredential):
        _still_good(world, key.id, "10.0.0.2")
    with world.begin(ada) as tx:
        revoke_key(tx, key.id)
        end_session(tx, session.id)
    for gone in (by, key.id, session.id, "ver_" + "0" * 24, "key_" + "0" * 24, "ses_" + "0" * 24, ""):
        with pytest.raises(BadCredential):
            _still_good(world, gone, "10.0.0.1")


def test_a_live_connection_ends_with_its_session(world: World, ada: Person) -> None:
    session = world.session(ada).session
    world.store.clock.advance(days=7)
    with pytest.raises(BadCredential):
        _still_good(world, session.id)
