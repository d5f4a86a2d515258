"""Accounts: made, changed, deactivated, their passwords changed and reset."""

from dataclasses import replace

import pytest
from stores import ORIGIN, SYSTEM
from world import PASSWORD, Person, World

from gatepost_server import identity
from gatepost_server.authz import ActionDenied, ConfirmRequired, SessionRequired, list_grants
from gatepost_server.authz.tables import PrincipalRow
from gatepost_server.identity import (
    BadLogin,
    OldPasswordWrong,
    UnknownUser,
    WeakPassword,
    change_password,
    change_user,
    confirm,
    create_first_administrator,
    create_user,
    edit_profile,
    find_users,
    get_user,
    list_users,
    reset_user,
    sign_in,
    use_reset_code,
)
from gatepost_server.identity.facts import session_by_token
from gatepost_server.identity.model import (
    NewSession,
    UserMade,
    checked_email,
    checked_password,
    checked_username,
)
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.errors import Conflict, Denied, Invalid, TooMany
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx, raw_reader

NEW = Secret("quite another horse")
MAIL = "ada@example.com"


@pytest.fixture
def root(world: World) -> Person:
    return world.person("root", "administrator")


def _create(
    tx: Tx, username: str = "ada", *, role: str = "viewer", password: Secret | None = None
) -> UserMade:
    return create_user(tx, username=username, email=MAIL, display_name="", role=role, password=password)


def _sign_in(world: World, username: str, password: Secret) -> NewSession:
    return sign_in(world.store.uow, world.sign_in, username=username, password=password, origin=ORIGIN)


def test_a_person_without_a_password_gets_one_for_one_time(world: World, root: Person) -> None:
    with world.begin(root) as tx:
        made = _create(tx, " Ada ")
    assert made.one_time_password is not None
    assert (made.user.username, made.user.role, made.user.must_change_password) == ("ada", "viewer", True)
    assert _sign_in(world, "ada", made.one_time_password).user.must_change_password


def test_a_session_may_choose_the_first_password(world: World, root: Person) -> None:
    with world.begin(root) as tx:
        made = _create(tx, password=NEW)
    assert (made.one_time_password, made.user.must_change_password) == (None, False)
    assert _sign_in(world, "ada", NEW)


def test_a_key_neither_chooses_nor_sees_a_password(world: World, root: Person) -> None:
    with world.begin(root.by_key) as tx:
        with pytest.raises(Denied):
            _create(tx, password=NEW)
        made = _create(tx)
    assert made.one_time_password is None
    for guess in (NEW, PASSWORD, Secret("")):
        with pytest.raises(BadLogin):
            _sign_in(world, "ada", guess)


def test_a_key_makes_and_promotes_no_administrator(world: World, root: Person) -> None:
    ada = world.person("ada")
    with world.begin(root.by_key) as tx:
        with pytest.raises(SessionRequired):
            _create(tx, "eve", role="administrator")
        with pytest.raises(SessionRequired):
            change_user(tx, ada.id, role="administrator")
        change_user(tx, ada.id, role="publisher")


@pytest.mark.parametrize("role", ["viewer", "publisher"])
def test_only_administrators_handle_accounts(world: World, role: str) -> None:
    ada, bob = world.person("ada", role), world.person("bob")
    with world.begin(ada) as tx:
        for act in (
            lambda: _create(tx, "eve"),
            lambda: change_user(tx, bob.id, role="administrator"),
            lambda: change_user(tx, ada.id, role="administrator"),
            lambda: list_users(tx, PageRequest()),
            lambda: get_user(tx, bob.id),
            lambda: reset_user(tx, world.peppers, bob.id),
        ):
            with pytest.raises(ActionDenied):
                act()


def test_handling_accounts_needs_a_recent_proof_of_identity(world: World, root: Person) -> None:
    ada = world.person("ada")
    with world.begin(root.stale) as tx:
        for act in (
            lambda: _create(tx, "eve"),
            lambda: change_user(tx, ada.id, role="publisher"),
            lambda: change_user(tx, ada.id, is_active=False),
            lambda: reset_user(tx, world.peppers, ada.id),
        ):
            with pytest.raises(ConfirmRequired):
                act()


def test_a_username_is_taken_once_in_any_case(world: World, root: Person) -> None:
    world.person("ada")
    with world.begin(root) as tx:
        for username in ("ada", "ADA", " ada "):
            with pytest.raises(Conflict) as refused:
                _create(tx, username)
            assert refused.value.error_code == "username-taken"


@pytest.mark.parametrize("text", ["ada", "a1", "a.b-c_d", "0x", "A" * 64])
def test_usernames_that_may_be_used(text: str) -> None:
    assert checked_username(text) == text.lower()


@pytest.mark.parametrize(
    "text",
    ["", "a", "-a", ".a", "_a", "a b", "a/b", "a@b", "a" * 65, "äda", "a\0b", "a\nb", "\u0430da", "a%"],
)
def test_usernames_that_may_not(text: str) -> None:
    with pytest.raises(Invalid):
        checked_username(text)


@pytest.mark.parametrize("text", ["ada@example.com", " ada@example.com ", "a.b+c@localhost", "ü@example.com"])
def test_mail_addresses_that_may_be_used(text: str) -> None:
    assert checked_email(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    ["", "ada", "@example.com", "ada@", "a b@example.com", "a@b@c", '"a"@example.com', "a@exa mple.com",
     "a@example..com", "a@.com", "a\0@example.com", "a@example.com\nBcc: x@y.z", "a,b@example.com",
     "<a@example.com>", "x" * 65 + "@example.com", "a@" + "x" * 300 + ".com", "a@" + "x." * 130 + "com"],
)  # fmt: skip
def test_mail_addresses_that_may_not(text: str) -> None:
    with pytest.raises(Invalid):
        checked_email(text)


@pytest.mark.parametrize("text", ["correct horse", "a" * 9 + "bcd", "пароль-пароль", "x1y2" * 64])
def test_passwords_that_may_be_used(text: str) -> None:
    assert checked_password(Secret(text), "ada").reveal() == text


@pytest.mark.parametrize(
    "text",
    ["", "shorter", "1234567", "aaaaaaaaaaaa", "ababababab", "x1y2" * 64 + "z", "adalovelace", "ADALOVELACE"],
)
def test_passwords_that_may_not(text: str) -> None:
    with pytest.raises(WeakPassword):
        checked_password(Secret(text), "adalovelace")


@pytest.mark.parametrize("name", ["x" * 121, "a\0b", "a\u202eb"])
def test_a_display_name_has_to_be_readable(world: World, name: str) -> None:
    with world.begin(world.person("ada")) as tx, pytest.raises(Invalid):
        edit_profile(tx, display_name=name, email=MAIL)


def test_one_edits_ones_own_profile_and_a_key_does_not(world: World) -> None:
    ada = world.person("ada")
    with world.begin(ada) as tx:
        user = edit_profile(tx, display_name=" Ada  Lovelace ", email="al@example.com")
    assert (user.display_name, user.email, user.initials) == ("Ada Lovelace", "al@example.com", "AL")
    with world.begin(ada.by_key) as tx, pytest.raises(SessionRequired):
        edit_profile(tx, display_name="x", email=MAIL)


def test_deactivating_ends_sessions_at_once(world: World, root: Person) -> None:
    ada = world.person("ada")
    world.session(ada)
    with world.begin(root) as tx:
        user, _moved = change_user(tx, ada.id, is_active=False)
        assert not user.is_active
        assert identity.end_all_sessions(tx, ada.id) == []
    with pytest.raises(BadLogin):
        _sign_in(world, "ada", PASSWORD)


def test_the_last_administrator_stays(world: World, root: Person) -> None:
    for change in ({"role": "viewer"}, {"is_active": False}):
        with pytest.raises(Conflict) as refused, world.begin(root) as tx:
            change_user(tx, root.id, **change)  # type: ignore[arg-type]
        assert refused.value.error_code == "last-administrator"


def test_an_administrator_who_steps_down_leaves_nothing_without_an_owner(world: World, root: Person) -> None:
    app, other = world.thing(root), world.person("other", "administrator")
    with world.begin(root) as tx:
        _user, moved = change_user(tx, root.id, role="viewer")
    assert moved == [("app", app.id, other.id)]
    with world.read(other) as tx:
        assert {grant.who_id for grant in list_grants(tx, app.id)} == {root.id, other.id}


def test_what_a_leaver_owned_alone_goes_to_who_let_them_go(world: World, root: Person) -> None:
    ada = world.person("ada", "publisher")
    app = world.thing(ada)
    with world.begin(root) as tx:
        _user, moved = change_user(tx, ada.id, is_active=False)
    assert moved == [("app", app.id, root.id)]


def test_a_change_to_what_is_there_already_changes_nothing(world: World, root: Person) -> None:
    ada = world.person("ada")
    with world.begin(root) as tx:
        change_user(tx, ada.id, role="viewer", is_active=True)
        assert tx.audited == 0


def test_an_unknown_person_or_role_is_refused(world: World, root: Person) -> None:
    with world.begin(root) as tx:
        with pytest.raises(UnknownUser):
            change_user(tx, "usr_" + "0" * 24, role="viewer")
        with pytest.raises(Invalid):
            change_user(tx, root.id, role="emperor")
        with pytest.raises(UnknownUser):
            reset_user(tx, world.peppers, "usr_" + "0" * 24)


def test_people_are_found_by_parts_of_their_names(world: World, root: Person) -> None:
    world.person("ada_l"), world.person("adabl")
    with world.read(root) as tx:
        for find in (find_users, list_users):
            assert [user.username for user in find(tx, PageRequest(q="da_l")).items] == ["ada_l"]
            assert len(find(tx, PageRequest()).items) == 3


def test_the_first_administrator_is_made_once(world: World) -> None:
    with world.begin(SYSTEM) as tx:
        made = create_first_administrator(tx, "admin", "admin@localhost")
        assert made is not None
        assert made.one_time_password is not None
        assert (made.user.role, made.user.must_change_password) == ("administrator", True)
    with world.begin(SYSTEM) as tx:
        assert create_first_administrator(tx, "admin", "admin@localhost") is None


def _change(world: World, actor: Actor, old: Secret = PASSWORD, new: Secret = NEW) -> list[str]:
    return change_password(world.store.uow, actor, ORIGIN, old=old, new=new)


def test_changing_ones_password_ends_the_other_sessions(world: World) -> None:
    ada = world.person("ada")
    this, other = world.session(ada).session.id, world.session(ada).session.id
    assert _change(world, replace(ada.actor, session_id=this)) == [other]
    assert _sign_in(world, "ada", NEW)
    with pytest.raises(BadLogin):
        _sign_in(world, "ada", PASSWORD)


def test_changing_ones_password_takes_the_old_one_and_a_good_new_one(world: World) -> None:
    ada = world.person("ada")
    with pytest.raises(OldPasswordWrong):
        _change(world, ada.actor, old=NEW)
    with pytest.raises(WeakPassword):
        _change(world, ada.actor, new=Secret("shorter"))
    with pytest.raises(WeakPassword):
        _change(world, ada.actor, new=PASSWORD)
    with pytest.raises(SessionRequired):
        _change(world, ada.by_key)


def test_confirming_makes_the_proof_recent(world: World) -> None:
    ada = world.person("ada")
    made = world.session(ada)
    actor = replace(ada.actor, session_id=made.session.id)
    world.store.clock.advance(hours=1)
    confirm(world.store.uow, world.sign_in, actor, ORIGIN, PASSWORD)
    with world.read(actor) as tx:
        [session] = identity.list_sessions(tx, world.sign_in.absolute)
    assert session.confirmed_at == world.now


def test_confirming_gives_the_session_another_token(world: World) -> None:
    ada = world.person("ada")
    made = world.session(ada)
    actor = replace(ada.actor, session_id=made.session.id)
    renewed = confirm(world.store.uow, world.sign_in, actor, ORIGIN, PASSWORD)
    with raw_reader(world.store.uow.engine) as reader:
        old = session_by_token(reader, world.peppers, made.token.reveal())
        new = session_by_token(reader, world.peppers, renewed.token.reveal())
    assert old is None
    assert new is not None
    assert (new.id, renewed.csrf) == (made.session.id, made.csrf)


def test_confirming_is_limited(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from gatepost_server.identity.service import passwords

    monkeypatch.setattr(passwords, "verify_password", lambda *_: False)
    ada = world.person("ada")
    actor = replace(ada.actor, session_id=world.session(ada).session.id)
    for _ in range(10):
        with pytest.raises(BadLogin):
            confirm(world.store.uow, world.sign_in, actor, ORIGIN, NEW)
    with pytest.raises(TooMany):
        confirm(world.store.uow, world.sign_in, actor, ORIGIN, PASSWORD)


def _reset(world: World, root: Person, user_id: str) -> Secret:
    with world.begin(root) as tx:
        return reset_user(tx, world.peppers, user_id)


def _use(world: World, code: Secret, username: str = "ada", new: Secret = NEW) -> None:
    use_reset_code(world.store.uow, world.peppers, username=username, code=code, new=new, origin=ORIGIN)


def test_a_reset_ends_the_password_and_its_code_sets_another_once(world: World, root: Person) -> None:
    ada = world.person("ada")
    world.session(ada)
    code = _reset(world, root, ada.id)
    with pytest.raises(BadLogin):
        _sign_in(world, "ada", PASSWORD)
    with world.read(ada) as tx:
        assert identity.list_sessions(tx, world.sign_in.absolute) == []
    _use(world, code, " ADA ")
    assert not _sign_in(world, "ada", NEW).user.must_change_password
    with pytest.raises(BadLogin):
        _use(world, code)


def test_a_reset_code_is_for_its_person_and_for_an_hour(world: World, root: Person) -> None:
    ada, _bob = world.person("ada"), world.person("bob")
    code = _reset(world, root, ada.id)
    for username in ("bob", "nobody"):
        with pytest.raises(BadLogin):
            _use(world, code, username)
    world.store.clock.advance(hours=1)
    with pytest.raises(BadLogin):
        _use(world, code)


def test_a_second_reset_ends_the_first_code(world: World, root: Person) -> None:
    ada = world.person("ada")
    first, second = _reset(world, root, ada.id), _reset(world, root, ada.id)
    with pytest.raises(BadLogin):
        _use(world, first)
    _use(world, second)


def test_a_weak_new_password_keeps_the_code_good(world: World, root: Person) -> None:
    code = _reset(world, root, world.person("ada").id)
    with pytest.raises(WeakPassword):
        _use(world, code, new=Secret("shorter"))
    _use(world, code)


def test_guessing_reset_codes_is_limited(world: World, root: Person) -> None:
    code = _reset(world, root, world.person("ada").id)
    for _ in range(10):
        with pytest.raises(BadLogin):
            _use(world, Secret("guess"))
    with pytest.raises(TooMany):
        _use(world, code)


def test_a_reset_revives_no_deactivated_account(world: World, root: Person) -> None:
    ada = world.person("ada")
    code = _reset(world, root, ada.id)
    with world.store.arranged() as tx:
        tx.session.get_one(PrincipalRow, ada.id).is_active = False
    with pytest.raises(BadLogin):
        _use(world, code)
    with pytest.raises(BadLogin):
        _sign_in(world, "ada", NEW)
