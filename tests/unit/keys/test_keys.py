"""Keys: made with an end, shown once, never wider than their maker, gone when revoked."""

from dataclasses import replace
from datetime import timedelta

import pytest
from world import RULES, World

from gatepost_server.authz import ActionDenied, ConfirmRequired, KeysCannotMakeKeys, SessionRequired
from gatepost_server.kernel.actor import ANONYMOUS
from gatepost_server.kernel.errors import Denied, Invalid, Unauthenticated
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.keys import (
    ExpiryChoice,
    IssuedKey,
    KeyRules,
    KeyStatus,
    KeyUse,
    UnknownKey,
    count_keys,
    issue_personal_key,
    key_by_id,
    list_keys,
    list_keys_of,
    note_uses,
    revoke_key,
    revoke_key_of,
)
from gatepost_server.store import FOREVER, Tx, micros, raw_reader

NEVER = ExpiryChoice(is_given=True, at=None)
ALL = PageRequest()


def _issue(
    tx: Tx, world: World, rules: KeyRules = RULES, *, name: str = "ci", expiry: ExpiryChoice | None = None,
    role: str | None = None,
) -> IssuedKey:  # fmt: skip
    return issue_personal_key(tx, world.peppers, rules, name=name, expiry=expiry or ExpiryChoice(), role=role)


def test_a_key_ends_by_default_when_the_server_says(world: World) -> None:
    with world.begin(world.person("ada")) as tx:
        assert _issue(tx, world).key.expires_at == world.now + timedelta(days=90)


def test_a_key_may_have_no_end_where_policy_lets_it(world: World) -> None:
    with world.begin(world.person("ada")) as tx:
        issued = _issue(tx, world, expiry=NEVER)
    assert issued.key.expires_at is None
    with raw_reader(world.store.engine) as reader:
        fact = key_by_id(reader, issued.key.id)
    assert fact is not None
    assert fact.expires_at == FOREVER


def test_a_key_needs_an_end_where_policy_wants_it(world: World) -> None:
    with world.begin(world.person("ada")) as tx, pytest.raises(Denied) as refused:
        _issue(tx, world, KeyRules(timedelta(days=90), may_never_expire=False), expiry=NEVER)
    assert refused.value.error_code == "key-must-expire"


@pytest.mark.parametrize(("seconds", "is_taken"), [(1, True), (0, False), (-1, False)])
def test_an_end_has_to_lie_ahead(world: World, seconds: int, is_taken: bool) -> None:
    wanted = ExpiryChoice(is_given=True, at=world.now + timedelta(seconds=seconds))
    with world.begin(world.person("ada")) as tx:
        if is_taken:
            assert _issue(tx, world, expiry=wanted).key.expires_at == wanted.at
        else:
            with pytest.raises(Invalid):
                _issue(tx, world, expiry=wanted)


@pytest.mark.parametrize(
    ("own", "wanted", "is_taken"),
    [
        ("viewer", "viewer", True),
        ("viewer", "publisher", False),
        ("publisher", "viewer", True),
        ("publisher", "publisher", True),
        ("publisher", "administrator", False),
        ("administrator", "administrator", True),
    ],
)
def test_a_key_may_be_lower_but_not_higher_than_its_maker(
    world: World, own: str, wanted: str, is_taken: bool
) -> None:
    with world.begin(world.person("ada", own)) as tx:
        if is_taken:
            assert _issue(tx, world, role=wanted).key.role == wanted
        else:
            with pytest.raises(Denied) as refused:
                _issue(tx, world, role=wanted)
            assert refused.value.error_code == "role-above-own"


@pytest.mark.parametrize("role", ["owner", "", "Viewer"])
def test_an_unknown_role_is_refused(world: World, role: str) -> None:
    with world.begin(world.person("ada")) as tx, pytest.raises(Invalid):
        _issue(tx, world, role=role)


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\0b", "a\x1bb", "a\u202eb"])
def test_a_name_has_to_be_readable(world: World, name: str) -> None:
    with world.begin(world.person("ada")) as tx, pytest.raises(Invalid) as refused:
        _issue(tx, world, name=name)
    assert refused.value.faults[0].field == "name"


def test_a_name_keeps_its_letters_and_loses_spare_spaces(world: World) -> None:
    with world.begin(world.person("ada")) as tx:
        assert _issue(tx, world, name="  Déploiement \n 東京 ").key.name == "Déploiement 東京"


def test_a_key_makes_no_key_and_sees_none(world: World) -> None:
    ada = world.person("ada", "administrator")
    key = world.key(ada).key
    with world.begin(ada.by_key) as tx:
        with pytest.raises(KeysCannotMakeKeys):
            _issue(tx, world)
        with pytest.raises(SessionRequired):
            list_keys(tx, ALL)
        with pytest.raises(SessionRequired):
            revoke_key(tx, key.id)


def test_making_a_key_needs_a_recent_proof_of_identity(world: World) -> None:
    with world.begin(world.person("ada").stale) as tx, pytest.raises(ConfirmRequired):
        _issue(tx, world)


def test_nobody_makes_no_key(world: World) -> None:
    with world.begin(ANONYMOUS) as tx, pytest.raises(Unauthenticated):
        _issue(tx, world)


def test_a_list_does_not_hold_the_secret(world: World) -> None:
    ada = world.person("ada")
    issued = world.key(ada, ip_allowlist="10.0.0.1/24")
    with world.read(ada) as tx:
        [key] = list_keys(tx, ALL).items
    text = issued.text.reveal()
    assert (key.prefix, key.last_four, key.ip_allowlist) == (text[:14], text[-4:], "10.0.0.0/24")
    assert text[14:46] not in repr(key)


def test_a_list_holds_only_ones_own(world: World) -> None:
    ada, bob = world.person("ada"), world.person("bob")
    world.key(ada)
    with world.read(bob) as tx:
        assert list_keys(tx, ALL).items == []


def test_a_revoked_key_has_no_verifier_and_stays_listed(world: World) -> None:
    ada = world.person("ada")
    key = world.key(ada).key
    with world.begin(ada) as tx:
        revoke_key(tx, key.id)
    with raw_reader(world.store.engine) as reader:
        fact = key_by_id(reader, key.id)
    assert fact is not None
    assert (fact.is_revoked, fact.verifiers) == (True, ())
    with world.read(ada) as tx:
        [listed] = list_keys(tx, ALL).items
        assert listed.status(tx.now) is KeyStatus.REVOKED


def test_a_key_is_revoked_once_and_by_its_owner(world: World) -> None:
    ada, bob = world.person("ada"), world.person("bob", "administrator")
    key = world.key(ada).key
    with world.begin(bob) as tx, pytest.raises(UnknownKey):
        revoke_key(tx, key.id)
    with world.begin(ada) as tx:
        revoke_key(tx, key.id)
    for key_id in (key.id, "key_" + "0" * 24):
        with world.begin(ada) as tx, pytest.raises(UnknownKey):
            revoke_key(tx, key_id)


def test_administrators_see_and_delete_the_keys_of_others(world: World) -> None:
    ada, root, bob = world.person("ada"), world.person("root", "administrator"), world.person("bob")
    key = world.key(ada).key
    with world.begin(root) as tx:
        assert [one.id for one in list_keys_of(tx, ada.id, ALL).items] == [key.id]
        with pytest.raises(UnknownKey):
            revoke_key_of(tx, bob.id, key.id)
        assert revoke_key_of(tx, ada.id, key.id).revoked_by == root.id
    with world.begin(bob) as tx:
        with pytest.raises(ActionDenied):
            list_keys_of(tx, ada.id, ALL)
        with pytest.raises(ActionDenied):
            revoke_key_of(tx, ada.id, key.id)


def test_keys_are_counted_and_listed_by_what_they_are_worth(world: World) -> None:
    ada = world.person("ada")
    made = {name: world.key(ada, name).key.id for name in ("good", "old", "gone")}
    with world.begin(ada) as tx:
        revoke_key(tx, made["gone"])
    world.store.clock.advance(days=90)
    made["good"] = world.key(ada, "fresh", NEVER).key.id
    with world.read(ada) as tx:
        assert count_keys(tx) == {
            KeyStatus.ACTIVE: 1, KeyStatus.DISABLED: 0, KeyStatus.EXPIRED: 2, KeyStatus.REVOKED: 1,
        }  # fmt: skip
        listed = {status: [key.name for key in list_keys(tx, ALL, status).items] for status in KeyStatus}
    assert listed == {
        KeyStatus.ACTIVE: ["fresh"], KeyStatus.DISABLED: [], KeyStatus.EXPIRED: ["old", "good"],
        KeyStatus.REVOKED: ["gone"],
    }  # fmt: skip


def test_keys_are_found_by_name_by_prefix_and_by_the_whole_key(world: World) -> None:
    ada = world.person("ada")
    issued, _other = world.key(ada, "Nightly 100% build"), world.key(ada, "other")
    by = ("nightly", "100%", "%", issued.key.prefix, issued.text.reveal(), f" {issued.key.prefix} ")
    with world.read(ada) as tx:
        found = [[key.name for key in list_keys(tx, PageRequest(q=q)).items] for q in by]
        nothing = [list_keys(tx, PageRequest(q=q)).items for q in ("100_ build", "_ther", "\\")]
    assert found == [["Nightly 100% build"]] * 6
    assert nothing == [[]] * 3


def test_uses_are_noted_and_unknown_keys_passed_over(world: World) -> None:
    ada = world.person("ada")
    key = world.key(ada).key
    use = KeyUse(world.now, "10.0.0.9", "curl/8 " + "x" * 500)
    with raw_reader(world.store.engine) as reader:
        fact = key_by_id(reader, key.id)
    assert fact is not None
    with world.begin(ANONYMOUS) as tx:
        note_uses(tx, {fact.verifiers[0].id: use, "ver_" + "0" * 24: use})
        note_uses(tx, {})
    with world.read(ada) as tx:
        [seen] = list_keys(tx, ALL).items
    assert (seen.last_used_at, seen.last_used_ip) == (use.at, use.ip)
    assert seen.last_used_agent is not None
    assert len(seen.last_used_agent) == 200


def test_the_moment_of_the_end_is_past_the_end(world: World) -> None:
    ada = world.person("ada")
    key = world.key(ada).key
    assert key.expires_at is not None
    assert key.status(key.expires_at) is KeyStatus.EXPIRED
    assert key.status(key.expires_at - timedelta(microseconds=1)) is KeyStatus.ACTIVE
    assert replace(key, expires_at=None).status(key.expires_at) is KeyStatus.ACTIVE
    assert micros(key.expires_at) < FOREVER
