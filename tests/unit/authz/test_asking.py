"""Asking: who may, who is refused and how, and that all who answer agree."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from world import World

from gatepost_server.authz import (
    ANYONE,
    INSTANCE,
    ORGANIZATION,
    SIGNED_IN,
    ActionDenied,
    ConfirmRequired,
    Hidden,
    KeysCannotMakeKeys,
    NodeKind,
    SessionRequired,
    may,
    may_create,
    may_on_instance,
    require,
    require_instance,
    require_organization,
    require_self,
    visible,
)
from gatepost_server.authz.policy import Atom
from gatepost_server.authz.tables import PrincipalRow
from gatepost_server.kernel.actor import ANONYMOUS, system_actor
from gatepost_server.kernel.errors import Unauthenticated

USE, OWN, SHARE = 1 << Atom.USE, 1 << Atom.OWN, 1 << Atom.SHARE


def test_an_owner_may_everything(world: World) -> None:
    owner = world.person("owner", "publisher")
    app = world.thing(owner)
    with world.read(owner) as tx:
        for action in ("app:list", "app:open", "app:edit", "app:share", "app:delete"):
            assert require(tx, action, app.id) == app


def test_nobody_is_asked_to_sign_in_whether_the_thing_exists_or_not(world: World) -> None:
    app = world.thing(world.person("owner", "publisher"))
    with world.read(ANONYMOUS) as tx:
        for node_id in (app.id, "app_" + "0" * 24):
            with pytest.raises(Unauthenticated):
                require(tx, "app:read", node_id)


def test_a_stranger_sees_the_same_for_a_hidden_and_a_missing_thing(world: World) -> None:
    app = world.thing(world.person("owner", "publisher"))
    said = []
    with world.read(world.person("stranger", "publisher")) as tx:
        for node_id in (app.id, "app_" + "0" * 24):
            with pytest.raises(Hidden) as refused:
                require(tx, "app:read", node_id)
            said.append((refused.value.detail, refused.value.error_code, refused.value.params))
    assert said[0] == said[1]


def test_who_may_list_but_not_act_is_told_the_missing_right(world: World) -> None:
    app = world.thing(world.person("owner", "publisher"))
    guest = world.person("guest", "publisher")
    world.grant(app.id, guest.id, USE)
    with world.read(guest) as tx:
        with pytest.raises(ActionDenied) as refused:
            require(tx, "app:edit", app.id)
        assert refused.value.params["missing"] == "EDIT"
        assert app.name in refused.value.detail


def test_an_action_on_a_thing_of_another_kind_is_hidden(world: World) -> None:
    owner = world.person("owner", "publisher")
    source = world.thing(owner, NodeKind.SOURCE)
    with world.read(owner) as tx:
        with pytest.raises(Hidden):
            require(tx, "app:read", source.id)
        assert not may(tx, "app:read", source.id)


@pytest.mark.parametrize(
    ("role", "may_edit", "may_use"), [("viewer", False, True), ("publisher", True, True)]
)
def test_a_server_role_caps_what_was_granted(world: World, role: str, may_edit: bool, may_use: bool) -> None:
    app = world.thing(world.person("owner", "publisher"))
    carol = world.person("carol", role)
    world.grant(app.id, carol.id, SHARE | USE)
    with world.read(carol) as tx:
        assert (may(tx, "app:edit", app.id), may(tx, "app:open", app.id)) == (may_edit, may_use)


def test_a_lower_cap_of_the_credential_narrows_further(world: World) -> None:
    owner = world.person("owner", "publisher")
    app = world.thing(owner)
    with world.read(replace(owner.by_key, cap=1)) as tx:
        assert not may(tx, "app:edit", app.id)
        assert may(tx, "app:open", app.id)
    with world.read(replace(owner.by_key, cap=0)) as tx:
        assert not may(tx, "app:open", app.id)


def test_a_deactivated_person_may_nothing(world: World) -> None:
    owner = world.person("owner", "administrator", is_active=False)
    app = world.thing()
    world.grant(app.id, owner.id, OWN)
    with world.read(owner) as tx:
        assert not may(tx, "app:list", app.id)
        assert not may_on_instance(tx, "user:list")
        assert tx.session.scalars(visible(tx, "app:list")).all() == []


def test_what_is_open_to_anyone_is_open_to_nobody_known_too(world: World) -> None:
    app, other = world.thing(), world.thing(name="Other")
    world.grant(app.id, ANYONE, USE)
    with world.read(ANONYMOUS) as tx:
        assert may(tx, "app:open", app.id)
        assert not may(tx, "app:open", other.id)
        assert tx.session.scalars(visible(tx, "app:open")).all() == [app.id]


def test_what_is_open_to_the_signed_in_is_closed_to_nobody_known(world: World) -> None:
    app = world.thing()
    world.grant(app.id, SIGNED_IN, USE)
    with world.read(world.person("ada")) as tx:
        assert may(tx, "app:open", app.id)
    with world.read(ANONYMOUS) as tx:
        assert not may(tx, "app:open", app.id)


def test_a_set_passes_on_what_it_holds_also_to_sets_within_it(world: World) -> None:
    app, ada = world.thing(), world.person("ada")
    world.grant(app.id, world.group("outer", world.group("inner", ada.id)), USE)
    with world.read(ada) as tx:
        assert may(tx, "app:open", app.id)
        assert tx.session.scalars(visible(tx, "app:open")).all() == [app.id]


def test_a_membership_ends_at_its_end(world: World) -> None:
    app, ada = world.thing(), world.person("ada")
    world.grant(app.id, world.group("team", ada.id, until=world.now + timedelta(days=1)), USE)
    for days, expected in ((0, True), (1, False)):
        world.store.clock.advance(days=days)
        with world.read(ada) as tx:
            assert may(tx, "app:open", app.id) is expected
            assert bool(tx.session.scalars(visible(tx, "app:open")).all()) is expected


def test_a_window_is_half_open(world: World) -> None:
    app, ada = world.thing(), world.person("ada")
    until = world.now + timedelta(seconds=10)
    world.grant(app.id, ada.id, USE, until=until)
    world.store.clock.at = until - timedelta(microseconds=1)
    with world.read(ada) as tx:
        assert may(tx, "app:open", app.id)
    world.store.clock.at = until
    with world.read(ada) as tx:
        assert not may(tx, "app:open", app.id)
        assert tx.session.scalars(visible(tx, "app:open")).all() == []


def test_an_administrator_holds_everything_without_a_grant(world: World) -> None:
    app = world.thing(world.person("owner", "publisher"))
    with world.read(world.person("root", "administrator")) as tx:
        assert may(tx, "app:delete", app.id)
        assert tx.session.scalars(visible(tx, "app:delete")).all() == [app.id]
        assert require_instance(tx, "user:list").id == INSTANCE


def test_others_are_denied_on_the_server_in_words_not_by_hiding_it(world: World) -> None:
    with world.read(world.person("ada", "publisher")) as tx:
        with pytest.raises(ActionDenied):
            require_instance(tx, "user:list")
        assert not may_on_instance(tx, "user:list")


@pytest.mark.parametrize(
    ("role", "allowed"), [("viewer", False), ("publisher", True), ("administrator", True)]
)
def test_who_may_create(world: World, role: str, allowed: bool) -> None:
    with world.read(world.person("ada", role)) as tx:
        assert may_create(tx, "app:create") is allowed
        if allowed:
            assert require_organization(tx, "app:create").id == ORGANIZATION
        else:
            with pytest.raises(ActionDenied):
                require_organization(tx, "app:create")


@pytest.mark.parametrize("role", ["viewer", "publisher", "administrator"])
def test_lists_of_roots_agree_with_the_answer_on_each(world: World, role: str) -> None:
    with world.read(world.person("ada", role)) as tx:
        for action, node_id in (("app:create", ORGANIZATION), ("user:list", INSTANCE)):
            listed = tx.session.scalars(visible(tx, action)).all()
            assert listed == ([node_id] if may(tx, action, node_id) else [])


def test_a_list_of_what_is_no_things_is_a_defect(world: World) -> None:
    with world.read(world.person("ada")) as tx, pytest.raises(ValueError, match="not asked of things"):
        visible(tx, "key:list")


def test_our_own_parts_may_everything_that_exists(world: World) -> None:
    app = world.thing()
    with world.read(system_actor("worker")) as tx:
        assert require(tx, "app:delete", app.id).id == app.id
        assert tx.session.scalars(select(visible(tx, "app:list").subquery().c.id)).all() == [app.id]
        with pytest.raises(Hidden):
            require(tx, "app:delete", "app_" + "0" * 24)


def test_what_concerns_oneself_needs_a_persons_session(world: World) -> None:
    ada = world.person("ada")
    with world.read(ada) as tx:
        assert require_self(tx, "key:list") == ada.id
    with world.read(ada.by_key) as tx:
        assert require_self(tx, "me:read") == ada.id
        with pytest.raises(SessionRequired):
            require_self(tx, "key:list")
        with pytest.raises(KeysCannotMakeKeys):
            require_self(tx, "key:create")
    with world.read(ANONYMOUS) as tx, pytest.raises(Unauthenticated):
        require_self(tx, "me:read")
    with world.read(replace(ada.actor, is_app_host=True)) as tx, pytest.raises(SessionRequired):
        require_self(tx, "key:list")


def test_a_proof_of_identity_is_recent_for_ten_minutes(world: World) -> None:
    root = world.person("root", "administrator")
    world.store.clock.advance(minutes=10)
    with world.read(root) as tx:
        require_self(tx, "key:create")
        require_instance(tx, "user:create")
    world.store.clock.advance(seconds=1)
    with world.read(root) as tx:
        require_self(tx, "key:list")
        with pytest.raises(ConfirmRequired):
            require_self(tx, "key:create")
        with pytest.raises(ConfirmRequired):
            require_instance(tx, "user:create")


def test_without_the_right_nobody_is_asked_to_confirm(world: World) -> None:
    with world.read(world.person("ada").stale) as tx, pytest.raises(ActionDenied):
        require_instance(tx, "user:create")


def test_rights_that_a_call_changes_count_at_once(world: World) -> None:
    app, ada = world.thing(), world.person("ada", "publisher")
    with world.store.arranged(ada.actor) as tx:
        assert not may(tx, "app:open", app.id)
        tx.session.get_one(PrincipalRow, ada.id).cap = 5
        tx.memo.clear()
        assert may(tx, "app:open", app.id)
