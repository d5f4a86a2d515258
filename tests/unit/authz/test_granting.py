"""Granting: nobody gives more, or for longer, than they hold; nothing is left without an owner."""

from datetime import datetime, timedelta

import pytest
from world import Person, World

from gatepost_server.authz import (
    ANYONE,
    SIGNED_IN,
    ActionDenied,
    Hidden,
    LastOwner,
    Node,
    NodeKind,
    TooWide,
    access_of,
    accesses_of,
    give_role,
    hand_over,
    list_grants,
    may,
    owners_of,
    set_access,
    set_active,
    set_role,
    take_back,
)
from gatepost_server.authz.errors import OwnOwnerGrant
from gatepost_server.authz.policy import Atom, policy
from gatepost_server.kernel.errors import Conflict, Invalid

USE, OWN = 1 << Atom.USE, 1 << Atom.OWN
EDITOR = policy.presets[NodeKind.APP]["editor"]


def _share(
    world: World, who: Person, app: Node, to: str, role: str = "consumer", until: datetime | None = None
) -> str:
    with world.begin(who) as tx:
        return give_role(tx, app.id, to, role, until=until).id


@pytest.fixture
def owner(world: World) -> Person:
    return world.person("owner", "publisher")


@pytest.fixture
def app(world: World, owner: Person) -> Node:
    return world.thing(owner)


@pytest.fixture
def bob(world: World) -> Person:
    return world.person("bob", "publisher")


def test_a_shared_thing_is_open_at_once_and_closed_at_once(
    world: World, owner: Person, app: Node, bob: Person
) -> None:
    grant = _share(world, owner, app, bob.id)
    with world.read(bob) as tx:
        assert may(tx, "app:open", app.id)
    with world.begin(owner) as tx:
        take_back(tx, app.id, grant)
    with world.read(bob) as tx:
        assert not may(tx, "app:open", app.id)


def test_an_editor_may_share_as_editor_and_consumer_but_not_as_owner(
    world: World, app: Node, bob: Person, owner: Person
) -> None:
    _share(world, owner, app, bob.id, "editor")
    eve = world.person("eve", "publisher")
    _share(world, bob, app, eve.id, "editor")
    _share(world, bob, app, eve.id, "consumer")
    with pytest.raises(TooWide):
        _share(world, bob, app, eve.id, "owner")


def test_a_consumer_may_not_share(world: World, owner: Person, app: Node, bob: Person) -> None:
    _share(world, owner, app, bob.id)
    with pytest.raises(ActionDenied):
        _share(world, bob, app, owner.id, "editor")


def test_a_stranger_does_not_learn_that_the_thing_exists(world: World, app: Node, bob: Person) -> None:
    with pytest.raises(Hidden):
        _share(world, bob, app, bob.id, "owner")


def test_an_editor_for_a_time_gives_nothing_for_longer(
    world: World, owner: Person, app: Node, bob: Person
) -> None:
    end = world.now + timedelta(days=30)
    _share(world, owner, app, bob.id, "editor", until=end)
    eve = world.person("eve")
    _share(world, bob, app, eve.id, until=end)
    for too_long in (end + timedelta(microseconds=1), None):
        with pytest.raises(TooWide):
            _share(world, bob, app, eve.id, until=too_long)


def test_rights_that_follow_each_other_without_a_gap_count_as_one(
    world: World, owner: Person, app: Node, bob: Person
) -> None:
    world.grant(app.id, bob.id, EDITOR, until=world.now + timedelta(days=1))
    world.grant(app.id, world.group("team", bob.id, until=world.now + timedelta(days=3)), EDITOR)
    eve = world.person("eve")
    _share(world, bob, app, eve.id, until=world.now + timedelta(days=3))
    with pytest.raises(TooWide):
        _share(world, bob, app, eve.id, until=world.now + timedelta(days=3, seconds=1))


def test_a_right_through_a_set_lasts_no_longer_than_the_membership(
    world: World, app: Node, bob: Person
) -> None:
    inner = world.group("inner", bob.id, until=world.now + timedelta(days=2))
    world.grant(app.id, world.group("outer", inner), EDITOR)
    eve = world.person("eve")
    with pytest.raises(TooWide):
        _share(world, bob, app, eve.id)
    _share(world, bob, app, eve.id, until=world.now + timedelta(days=2))


def test_general_access_is_a_grant_like_another(world: World, app: Node, bob: Person) -> None:
    world.grant(app.id, bob.id, EDITOR, until=world.now + timedelta(days=2))
    with world.begin(bob) as tx, pytest.raises(TooWide):
        set_access(tx, app.id, "anyone", "anyone")


@pytest.mark.parametrize("everybody", [ANYONE, SIGNED_IN])
def test_general_access_is_not_given_as_a_role_past_the_ceiling(
    world: World, owner: Person, app: Node, everybody: str
) -> None:
    with pytest.raises(Invalid):
        _share(world, owner, app, everybody)


@pytest.mark.parametrize("role", ["admin", "", "Owner", "viewer"])
def test_an_unknown_role_is_refused(world: World, owner: Person, app: Node, bob: Person, role: str) -> None:
    with pytest.raises(Invalid) as refused:
        _share(world, owner, app, bob.id, role)
    assert refused.value.faults[0].field == "role"


@pytest.mark.parametrize("seconds", [0, -1])
def test_an_end_that_has_passed_is_refused(
    world: World, owner: Person, app: Node, bob: Person, seconds: int
) -> None:
    with pytest.raises(Invalid) as refused:
        _share(world, owner, app, bob.id, until=world.now + timedelta(seconds=seconds))
    assert refused.value.faults[0].field == "until"


def test_the_same_role_twice_is_a_conflict_and_extending_is_not(
    world: World, owner: Person, app: Node, bob: Person
) -> None:
    _share(world, owner, app, bob.id, until=world.now + timedelta(days=1))
    with pytest.raises(Conflict):
        _share(world, owner, app, bob.id, until=world.now + timedelta(days=1))
    _share(world, owner, app, bob.id, until=world.now + timedelta(days=2))


def test_nobody_is_found_who_is_gone(world: World, owner: Person, app: Node) -> None:
    gone = world.person("gone", is_active=False)
    for who in (gone.id, "usr_" + "0" * 24):
        with pytest.raises(Invalid) as refused:
            _share(world, owner, app, who)
        assert refused.value.error_code == "unknown-principal"


def test_owners_are_publishers_or_above(world: World, owner: Person, app: Node) -> None:
    viewer = world.person("carol", "viewer")
    with pytest.raises(Invalid) as refused:
        _share(world, owner, app, viewer.id, "owner")
    assert refused.value.error_code == "owner-must-publish"
    _share(world, owner, app, viewer.id, "editor")


def test_the_last_owner_stays(world: World, owner: Person, app: Node) -> None:
    with world.read(owner) as tx:
        own = list_grants(tx, app.id)[0].id
    with pytest.raises(LastOwner), world.begin(owner) as tx:
        take_back(tx, app.id, own)
    with world.read(owner) as tx:
        assert may(tx, "app:delete", app.id)


@pytest.mark.parametrize("weak", ["for a time", "a viewer", "deactivated"])
def test_an_owner_without_lasting_effect_does_not_count_as_one(
    world: World, owner: Person, app: Node, weak: str
) -> None:
    role = "viewer" if weak == "a viewer" else "publisher"
    other = world.person("other", role, is_active=weak != "deactivated")
    world.grant(app.id, other.id, OWN, until=world.now + timedelta(days=9) if weak == "for a time" else None)
    with world.read(owner) as tx:
        own = next(grant.id for grant in list_grants(tx, app.id) if grant.who_id == owner.id)
    with pytest.raises(LastOwner), world.begin(owner) as tx:
        take_back(tx, app.id, own)


def test_a_second_owner_lets_the_first_go(world: World, owner: Person, app: Node, bob: Person) -> None:
    _share(world, owner, app, bob.id, "owner")
    with world.read(bob) as tx:
        own = next(grant.id for grant in list_grants(tx, app.id) if grant.who_id == owner.id)
    with world.begin(bob) as tx:
        take_back(tx, app.id, own)
    with world.read(owner) as tx:
        assert not may(tx, "app:list", app.id)


def test_nobody_takes_back_from_somebody_above_them(
    world: World, owner: Person, app: Node, bob: Person
) -> None:
    _share(world, owner, app, bob.id, "editor")
    with world.read(bob) as tx:
        own = next(grant.id for grant in list_grants(tx, app.id) if grant.who_id == owner.id)
    with pytest.raises(TooWide), world.begin(bob) as tx:
        take_back(tx, app.id, own)


def test_a_grant_of_another_thing_is_unknown_here(world: World, owner: Person, app: Node) -> None:
    other = world.thing(owner, name="Other")
    with world.read(owner) as tx:
        elsewhere = list_grants(tx, other.id)[0].id
    for grant in (elsewhere, "grt_" + "0" * 24):
        with pytest.raises(Hidden), world.begin(owner) as tx:
            take_back(tx, app.id, grant)


def test_the_list_shows_who_gave_what_and_leaves_general_access_out(
    world: World, owner: Person, app: Node, bob: Person
) -> None:
    _share(world, owner, app, bob.id, "editor")
    with world.begin(owner) as tx:
        set_access(tx, app.id, "signed_in", "anyone")
    with world.read(owner) as tx:
        assert [(one.who_label, one.role, one.by_name) for one in list_grants(tx, app.id)] == [
            ("Owner", "owner", "Owner"), ("Bob", "editor", "Owner"),
        ]  # fmt: skip
        assert owners_of(tx, [app.id]) == {app.id: (owner.id, "Owner")}


def test_who_may_not_share_does_not_see_with_whom_it_is_shared(
    world: World, owner: Person, app: Node, bob: Person
) -> None:
    _share(world, owner, app, bob.id)
    with world.read(bob) as tx, pytest.raises(ActionDenied):
        list_grants(tx, app.id)


@pytest.mark.parametrize("how", ["deactivated", "demoted"])
def test_what_would_have_no_owner_is_handed_over(
    world: World, owner: Person, app: Node, bob: Person, how: str
) -> None:
    shared = world.thing(owner, name="Shared")
    _share(world, owner, shared, bob.id, "owner")
    root = world.person("root", "administrator")
    with world.begin(root) as tx:
        if how == "deactivated":
            set_active(tx, owner.id, is_active=False)
        else:
            set_role(tx, owner.id, "viewer")
        moved = hand_over(tx, owner.id, root.id)
        tx.audit("user:change", "user", owner.id, "owner")
    assert moved == [("app", app.id, root.id)]


def test_sharing_is_in_the_trail(world: World, owner: Person, app: Node, bob: Person) -> None:
    with world.begin(owner) as tx:
        grant = give_role(tx, app.id, bob.id, "consumer")
        take_back(tx, app.id, grant.id)
        assert tx.audited == 2


@pytest.mark.parametrize("ceiling", ["grants", "signed_in", "anyone"])
@pytest.mark.parametrize("access", ["grants", "signed_in", "anyone"])
def test_general_access_reaches_up_to_the_ceiling(
    world: World, owner: Person, app: Node, access: str, ceiling: str
) -> None:
    order = ["grants", "signed_in", "anyone"]
    if order.index(access) <= order.index(ceiling):
        with world.begin(owner) as tx:
            set_access(tx, app.id, access, ceiling)
            assert access_of(tx, app.id) == access
            assert accesses_of(tx, [app.id]).get(app.id, "grants") == access
        return
    with pytest.raises(TooWide) as refused, world.begin(owner) as tx:
        set_access(tx, app.id, access, ceiling)
    assert refused.value.error_code == "access-above-ceiling"


def test_general_access_can_be_taken_back(world: World, owner: Person, app: Node, bob: Person) -> None:
    for access, opens in (("anyone", True), ("signed_in", True), ("grants", False)):
        with world.begin(owner) as tx:
            set_access(tx, app.id, access, "anyone")
        with world.read(bob) as tx:
            assert may(tx, "app:open", app.id) is opens


def test_an_unknown_access_type_is_refused(world: World, owner: Person, app: Node) -> None:
    with pytest.raises(Invalid), world.begin(owner) as tx:
        set_access(tx, app.id, "world", "anyone")


def test_general_access_that_is_there_already_changes_nothing(world: World, owner: Person, app: Node) -> None:
    with world.begin(owner) as tx:
        set_access(tx, app.id, "grants", "anyone")
        assert tx.audited == 0


def test_nobody_gives_up_their_own_ownership_but_another_owner_takes_it(
    world: World, owner: Person, app: Node
) -> None:
    other = world.person("other", "publisher")
    with world.begin(owner) as tx:
        own = next(one.id for one in list_grants(tx, app.id) if one.who_id == owner.id)
        give_role(tx, app.id, other.id, "owner")
    with world.begin(owner) as tx, pytest.raises(OwnOwnerGrant):
        take_back(tx, app.id, own)
    with world.begin(other) as tx:
        take_back(tx, app.id, own)
        assert [one.who_id for one in list_grants(tx, app.id)] == [other.id]
