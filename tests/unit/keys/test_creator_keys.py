"""The key of an application: its whole life, as seed 000 tells it; and for whom it counts when."""

from datetime import UTC, datetime, timedelta

import pytest
from deployments import (
    SEALS,
    app_of,
    deployed,
    deployed_again,
    desk_of,
    inside,
    live_of,
    outside,
    promoted,
    started,
)
from world import RULES, Person, World

from gatepost_server.apps import create_app, delete_app, list_app_keys
from gatepost_server.apps.tables import AppRow
from gatepost_server.audit.tables import EntryRow
from gatepost_server.authn import BadCredential, NoKeyForApp
from gatepost_server.authz import ActionDenied, ConfirmRequired, Hidden, SessionRequired
from gatepost_server.authz.policy import Atom, policy
from gatepost_server.authz.tables import PrincipalRow
from gatepost_server.crypto import KeyLetter, Seals, parse_key
from gatepost_server.crypto.keyfile import KeyRing
from gatepost_server.kernel.actor import ActorKind
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.keys import (
    BoundToApp,
    Change,
    ExpiryChoice,
    Key,
    KeyKind,
    KeyStatus,
    NotKept,
    UnknownKey,
    change_key,
    get_key,
    list_keys,
    list_keys_of,
    reveal_key,
    revoke_key,
    revoke_key_of,
    rotate_key,
)
from gatepost_server.keys.tables import CreatorKeyRow


@pytest.fixture
def ada(world: World) -> Person:
    return world.person("ada", "publisher")


@pytest.fixture
def bob(world: World) -> Person:
    return world.person("bob", "publisher")


def keys_of(world: World, who: Person, status: KeyStatus = KeyStatus.ACTIVE) -> list[Key]:
    with world.read(who) as tx:
        return list(list_keys(tx, PageRequest(), status).items)


def text_of(world: World, deployment_id: str) -> str:
    text = started(world, deployment_id)
    assert text is not None
    return text


def test_it_is_made_at_the_first_start_and_listed_by_the_id_of_its_app(world: World, ada: Person) -> None:
    deployment_id = deployed(world, ada)
    [key] = keys_of(world, ada)
    assert key.name == f"CustomApp {app_of(world, deployment_id)}"
    assert (key.kind, key.expires_at, key.app_id) == (KeyKind.CREATOR, None, app_of(world, deployment_id))
    parsed = parse_key(text_of(world, deployment_id))
    assert parsed is not None
    assert parsed.letter is KeyLetter.CREATOR
    with world.store.arranged() as tx:
        made = tx.session.query(EntryRow).filter_by(action="key:create", resource_id=key.id).count()
    assert made == 1


def test_it_is_the_same_at_every_start(world: World, ada: Person) -> None:
    deployment_id = deployed(world, ada)
    first = text_of(world, deployment_id)
    for desired in ("stopped", "running"):
        with world.store.arranged() as tx:
            tx.session.get_one(AppRow, app_of_row(world, ada)).desired = desired
    world.store.clock.advance(days=4000)
    assert text_of(world, deployment_id) == first
    assert outside(world, first).actor.on_behalf_of_id == ada.id


def app_of_row(world: World, who: Person) -> str:
    [key] = keys_of(world, who)
    assert key.app_id is not None
    return key.app_id


def test_it_counts_while_the_app_is_stopped_but_not_from_inside(world: World, ada: Person) -> None:
    deployment_id = deployed(world, ada)
    text = text_of(world, deployment_id)
    with world.store.arranged() as tx:
        tx.session.get_one(AppRow, app_of_row(world, ada)).desired = "stopped"
    assert outside(world, text).actor.kind is ActorKind.CREATOR_KEY
    with pytest.raises(BadCredential):
        inside(world, deployment_id, text)


def test_the_same_user_updates_and_the_key_stays(world: World, ada: Person) -> None:
    first = deployed(world, ada)
    text = text_of(world, first)
    again = deployed_again(world, app_of(world, first), ada.id, required_key_scope_level="user")
    assert text_of(world, again) == text
    promoted(world, again)
    assert outside(world, text).actor.cap == 2, "its rights change, not its value"
    assert len(keys_of(world, ada)) == 1


def test_another_user_updates_and_their_key_takes_over(world: World, ada: Person, bob: Person) -> None:
    first = deployed(world, ada)
    app_id, former = app_of(world, first), text_of(world, first)
    again = deployed_again(world, app_id, bob.id)
    text = text_of(world, again)
    assert text != former
    assert outside(world, former).actor.on_behalf_of_id == ada.id, "the former version still serves"
    promoted(world, again)
    assert outside(world, text).actor.on_behalf_of_id == bob.id
    with pytest.raises(BadCredential):
        outside(world, former)
    assert [key.name for key in keys_of(world, bob)] == [f"CustomApp {app_id}"]
    assert keys_of(world, ada) == []
    [gone] = keys_of(world, ada, KeyStatus.REVOKED)
    assert gone.app_id == app_id


def test_a_failed_update_by_another_user_changes_nothing(world: World, ada: Person, bob: Person) -> None:
    first = deployed(world, ada)
    app_id, text = app_of(world, first), text_of(world, first)
    theirs = text_of(world, deployed_again(world, app_id, bob.id))
    last = deployed_again(world, app_id, ada.id)
    with pytest.raises(BadCredential):
        outside(world, theirs)
    assert text_of(world, last) == text
    promoted(world, last)
    assert keys_of(world, bob) == []
    assert live_of(world, app_id) == last


def test_a_new_app_from_the_same_source_has_a_key_of_its_own(world: World, ada: Person) -> None:
    first = deployed(world, ada)
    app_id, text = app_of(world, first), text_of(world, first)
    with world.store.arranged() as tx:
        source_id = tx.session.get_one(AppRow, app_id).source_id
    with world.begin(ada) as tx:
        second = create_app(tx, name="Second", source_id=source_id)
    assert text_of(world, second.deployment_id) != text
    assert {key.name for key in keys_of(world, ada)} == {f"CustomApp {app_id}", f"CustomApp {second.id}"}


def test_a_level_of_none_gives_no_key(world: World, ada: Person) -> None:
    deployment_id = deployed(world, ada, required_key_scope_level="none")
    assert started(world, deployment_id) is None
    assert keys_of(world, ada) == []


def test_a_key_that_was_made_before_opens_nothing_at_a_level_of_none(world: World, ada: Person) -> None:
    first = deployed(world, ada, required_key_scope_level="admin")
    app_id, text = app_of(world, first), text_of(world, first)
    silent = deployed_again(world, app_id, ada.id, required_key_scope_level="none")
    assert started(world, silent) is None
    promoted(world, silent)
    found = outside(world, text)
    assert (found.actor.cap, found.subject.cap) == (0, 0)
    with pytest.raises(NoKeyForApp):
        inside(world, silent, text)
    loud = deployed_again(world, app_id, ada.id)
    assert text_of(world, loud) == text, "it comes back with a level"


def test_it_is_deleted_with_the_app(world: World, ada: Person) -> None:
    deployment_id = deployed(world, ada)
    app_id, text = app_of(world, deployment_id), text_of(world, deployment_id)
    with world.begin(ada) as tx:
        delete_app(tx, app_id)
    with pytest.raises(BadCredential):
        outside(world, text)
    assert keys_of(world, ada) == []
    with world.store.arranged() as tx:
        assert tx.session.query(CreatorKeyRow).one().text_sealed is None, "nothing is left to be read"


def test_who_deletes_it_keeps_the_app_without_until_they_deploy(world: World, ada: Person) -> None:
    deployment_id = deployed(world, ada)
    text = text_of(world, deployment_id)
    [key] = keys_of(world, ada)
    with world.begin(ada) as tx:
        revoke_key(tx, key.id)
    for sent in (None, text):
        with pytest.raises(BadCredential):
            inside(world, deployment_id, sent)
    assert started(world, deployment_id) is None, "a restart brings nothing back"
    world.store.clock.advance(seconds=1)
    again = deployed_again(world, app_of(world, deployment_id), ada.id)
    assert text_of(world, again) != text


def test_disabled_it_opens_nothing_by_any_door(world: World, ada: Person) -> None:
    deployment_id = deployed(world, ada)
    text = text_of(world, deployment_id)
    [key] = keys_of(world, ada)
    with world.begin(ada) as tx:
        change_key(tx, RULES, key.id, Change(is_enabled=False))
    for sent in (None, text):
        with pytest.raises(BadCredential):
            inside(world, deployment_id, sent)
    with pytest.raises(BadCredential):
        outside(world, text)
    with world.begin(ada) as tx:
        change_key(tx, RULES, key.id, Change(is_enabled=True))
    assert inside(world, deployment_id).actor.via_key_id == key.id


@pytest.mark.parametrize(
    "change",
    [
        Change(name="Mine"),
        Change(description="of mine"),
        Change(expiry=ExpiryChoice(True, datetime(2099, 1, 1, tzinfo=UTC))),
        Change(ip_allowlist="10.0.0.1"),
        Change(name="Mine", is_enabled=False),
    ],
)
def test_nothing_else_is_changed_about_it(world: World, ada: Person, change: Change) -> None:
    deployed(world, ada)
    [key] = keys_of(world, ada)
    with world.begin(ada) as tx, pytest.raises(BoundToApp):
        change_key(tx, RULES, key.id, change)
    with world.begin(ada) as tx, pytest.raises(BoundToApp):
        rotate_key(tx, world.peppers, key.id, timedelta(0))
    assert keys_of(world, ada) == [key]


def test_its_user_alone_is_shown_its_text_again(world: World, ada: Person, bob: Person) -> None:
    text = text_of(world, deployed(world, ada))
    [key] = keys_of(world, ada)
    with world.begin(ada) as tx:
        assert reveal_key(tx, SEALS, key.id).reveal() == text
    with world.store.arranged() as tx:
        entry = tx.session.query(EntryRow).filter_by(action="key:reveal").one()
    assert (entry.actor_id, entry.resource_id) == (ada.id, key.id)
    for other in (bob, world.person("root", "administrator")):
        with world.begin(other) as tx, pytest.raises(UnknownKey):
            reveal_key(tx, SEALS, key.id)
    with world.begin(ada.stale) as tx, pytest.raises(ConfirmRequired):
        reveal_key(tx, SEALS, key.id)
    with world.begin(ada.by_key) as tx, pytest.raises(SessionRequired):
        reveal_key(tx, SEALS, key.id)


def test_the_text_of_a_personal_key_is_nowhere(world: World, ada: Person) -> None:
    made = world.key(ada)
    with world.begin(ada) as tx, pytest.raises(NotKept):
        reveal_key(tx, SEALS, made.key.id)


def test_its_text_lies_sealed_and_bound_to_its_row(world: World, ada: Person, bob: Person) -> None:
    text = text_of(world, deployed(world, ada))
    other = text_of(world, deployed(world, bob))
    with world.store.arranged() as tx:
        rows = {row.deployer_id: row for row in tx.session.query(CreatorKeyRow)}
        sealed = rows[ada.id].text_sealed or b""
        assert text.encode()[14:] not in sealed
        rows[bob.id].text_sealed = sealed
    [key] = keys_of(world, bob)
    with world.begin(bob) as tx, pytest.raises(Exception, match="cannot be opened"):
        reveal_key(tx, SEALS, key.id)
    assert other != text


def test_a_text_that_can_never_be_read_again_gives_way_to_a_new_key(world: World, ada: Person) -> None:
    deployment_id = deployed(world, ada)
    text = text_of(world, deployment_id)
    lost = desk_of(world, Seals(KeyRing(1, {1: b"x" * 32})))
    found = lost.launch_key(deployment_id)
    assert found is not None
    assert found.reveal() != text
    with pytest.raises(BadCredential):
        outside(world, text)


@pytest.mark.parametrize(
    ("level", "atoms"),
    [
        ("none", ""),
        ("viewer", "LIST READ USE"),
        (None, "LIST READ USE"),
        ("user", "LIST READ USE EDIT"),
        ("admin", "LIST READ USE EDIT DELETE"),
    ],
)
def test_each_level_opens_so_much_and_never_gives_rights(
    world: World, ada: Person, level: str | None, atoms: str
) -> None:
    first = deployed(world, ada)
    text = text_of(world, first)
    again = deployed_again(world, app_of(world, first), ada.id, required_key_scope_level=level)
    promoted(world, again)
    held = policy.capped(policy.closure(1 << Atom.OWN), outside(world, text).subject.cap)
    assert held & policy.mask("LIST READ USE EDIT DELETE SHARE OWN") == policy.mask(atoms)


def test_it_is_nothing_while_its_user_is_deactivated(world: World, ada: Person) -> None:
    text = text_of(world, deployed(world, ada))
    with world.store.arranged() as tx:
        tx.session.get_one(PrincipalRow, ada.id).is_active = False
    with pytest.raises(BadCredential):
        outside(world, text)


def test_what_a_key_deployed_acts_for_that_key_and_is_listed_under_its_sponsor(
    world: World, ada: Person
) -> None:
    first = deployed(world, ada)
    [former] = keys_of(world, ada)
    made = world.key(ada, "deployer")
    again = deployed_again(world, app_of(world, first), made.key.id)
    text = text_of(world, again)
    promoted(world, again)
    assert {key.kind for key in keys_of(world, ada)} == {KeyKind.PERSONAL, KeyKind.CREATOR}
    found = outside(world, text).actor
    assert found.behind is not None
    assert found.behind.via_key_id == made.key.id
    with world.begin(ada) as tx:
        revoke_key(tx, made.key.id)
    with pytest.raises(BadCredential):
        outside(world, text)
    assert former.id not in {key.id for key in keys_of(world, ada)}


def test_administrators_list_and_delete_it_like_any_key_of_a_user(world: World, ada: Person) -> None:
    text = text_of(world, deployed(world, ada))
    root = world.person("root", "administrator")
    with world.read(root) as tx:
        [key] = list_keys_of(tx, ada.id, PageRequest()).items
    assert key.kind is KeyKind.CREATOR
    with world.begin(root) as tx:
        revoke_key_of(tx, ada.id, key.id)
    with pytest.raises(BadCredential):
        outside(world, text)


def test_the_app_tells_its_readers_which_key_it_runs_with(world: World, ada: Person, bob: Person) -> None:
    deployment_id = deployed(world, ada, required_key_scope_level="user")
    app_id = app_of(world, deployment_id)
    with world.read(ada) as tx:
        [one] = list_app_keys(tx, app_id)
    assert (one.key.name, one.level, one.is_used) == (f"CustomApp {app_id}", "user", True)
    with world.read(bob) as tx, pytest.raises(Hidden):
        list_app_keys(tx, app_id)
    world.grant(app_id, bob.id, policy.mask("USE"))
    with world.read(bob) as tx, pytest.raises(ActionDenied):
        list_app_keys(tx, app_id)


def test_it_is_nobody_elses_to_see(world: World, ada: Person, bob: Person) -> None:
    deployed(world, ada)
    [key] = keys_of(world, ada)
    with world.read(bob) as tx, pytest.raises(UnknownKey):
        get_key(tx, key.id)
