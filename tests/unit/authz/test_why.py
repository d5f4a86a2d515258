"""Why: what is told of grants and sponsors, to whom, and what would help."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from world import Person, World

from gatepost_server.authz import ORGANIZATION, KeyMaking, Why, why
from gatepost_server.authz.policy import Atom
from gatepost_server.authz.tables import GrantRow, NodeRow, PrincipalRow
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.errors import Invalid
from gatepost_server.store import Prepared, RawReader

USE, EDIT, SHARE = 1 << Atom.USE, 1 << Atom.EDIT, 1 << Atom.SHARE
KEY = "key_" + "0" * 24


def project_key(world: World, sponsor: Person, reach: str) -> Actor:
    """A key with rights of its own, within *sponsor*."""
    with world.store.arranged() as tx:
        tx.session.add(
            PrincipalRow(
                id=KEY, kind="key", name="loader", label="loader", org_id=ORGANIZATION, is_active=True, cap=5
            )
        )
    return Actor(ActorKind.PROJECT_KEY, KEY, "loader", cap=4, reach=(reach,), sponsor_id=sponsor.id)


def asked(world: World, asker: Person | Actor, about: Actor, action: str, node_id: str) -> Why:
    with world.read(asker) as tx:
        return why(tx, about, action, node_id)


def failed(found: Why) -> list[str]:
    return [step.rule for step in found.steps if not step.passed]


def test_the_grants_that_counted_are_named_with_their_group_and_end(world: World) -> None:
    app, ada = world.thing(world.person("owner", "publisher")), world.person("ada", "publisher")
    pilot = world.group("Claims pilot", ada.id)
    world.grant(app.id, pilot, USE, until=world.now + timedelta(days=30))
    found = asked(world, ada, ada.actor, "app:open", app.id)
    [step] = [step for step in found.steps if step.rule == "not-granted"]
    assert step.says == "USE comes by a grant of USE on Report, through Claims pilot, until 3 Feb 2027."


def test_a_grant_that_has_ended_is_told(world: World) -> None:
    app, ada = world.thing(world.person("owner", "publisher")), world.person("ada", "publisher")
    world.grant(app.id, ada.id, USE)
    past = world.grant(app.id, ada.id, EDIT)
    with world.store.arranged() as tx:
        tx.session.get_one(GrantRow, past).until_at = world.now - timedelta(days=1)
    found = asked(world, ada, ada.actor, "app:edit", app.id)
    [step] = [step for step in found.steps if step.rule == "not-granted"]
    assert step.says.endswith("A grant of EDIT on Report ended on 3 Jan 2027.")


def test_a_key_lacks_what_its_sponsor_lacks(world: World) -> None:
    app, sponsor = world.thing(world.person("owner", "publisher")), world.person("sponsor", "publisher")
    key = project_key(world, sponsor, app.id)
    world.grant(app.id, KEY, EDIT)
    world.grant(app.id, sponsor.id, USE)
    found = asked(world, sponsor, key, "app:edit", app.id)
    assert failed(found) == ["sponsor-lacks", "asked"]
    assert found.smallest is not None
    assert (found.smallest.to.id, found.smallest.role) == (sponsor.id, "editor")
    assert [one.name for one in found.who_can] == ["owner"]


def test_key_and_sponsor_may_both_need_the_grant(world: World) -> None:
    app, sponsor = world.thing(world.person("owner", "publisher")), world.person("sponsor", "publisher")
    key = project_key(world, sponsor, app.id)
    root = world.person("root", "administrator")
    found = asked(world, root, key, "app:edit", app.id)
    assert failed(found) == ["not-granted", "sponsor-lacks", "asked"]
    assert found.smallest is not None
    assert found.smallest.also_to is not None
    assert (found.smallest.to.id, found.smallest.role, found.smallest.also_to.id) == (KEY, None, sponsor.id)


def test_how_a_sponsor_holds_it_is_told_to_them_and_to_administrators_alone(world: World) -> None:
    app, sponsor = world.thing(world.person("owner", "publisher")), world.person("sponsor", "publisher")
    key = project_key(world, sponsor, app.id)
    world.grant(app.id, KEY, USE)
    world.grant(app.id, world.group("Layoffs", sponsor.id), USE)
    told = {}
    for who in (key, sponsor.actor, world.person("root", "administrator").actor):
        found = asked(world, who, key, "app:open", app.id)
        told[who.name] = "Layoffs" in str(found.steps)
    assert told == {"loader": False, "Sponsor": True, "Root": True}


def test_a_key_out_of_reach_says_so_and_no_grant_helps(world: World) -> None:
    owner = world.person("owner", "publisher")
    app, other = world.thing(owner), world.thing(owner, name="Other")
    key = project_key(world, owner, other.id)
    found = asked(world, owner, key, "app:open", app.id)
    assert (found.rule, found.smallest) == ("out-of-reach", None)
    assert "not-granted" in failed(found)


def test_a_restricted_connection_is_no_matter_of_grants(world: World) -> None:
    owner = world.person("owner", "publisher")
    app = world.thing(owner)
    with world.store.arranged() as tx:
        tx.session.get_one(NodeRow, app.id).is_restricted = True
    key = project_key(world, owner, app.id)
    world.grant(app.id, KEY, USE)
    found = asked(world, owner, key, "app:open", app.id)
    assert (found.rule, found.smallest, failed(found)) == (
        "restricted-connection", None, ["restricted-connection", "asked"],
    )  # fmt: skip
    assert asked(world, owner, owner.actor, "app:open", app.id).allowed


def test_somebody_deactivated_holds_nothing(world: World) -> None:
    app, ada = world.thing(world.person("owner", "publisher")), world.person("ada", is_active=False)
    root = world.person("root", "administrator")
    found = asked(world, root, ada.actor, "app:open", app.id)
    assert (found.rule, found.smallest) == ("account-inactive", None)
    assert [one.name for one in found.who_can] == ["root"]


def test_what_helps_a_key_without_sponsor_is_a_deed_that_there_is(world: World) -> None:
    app, gone = world.thing(world.person("owner", "publisher")), world.person("gone", is_active=False)
    key = replace(project_key(world, gone, app.id), kind=ActorKind.GLOBAL_KEY)
    world.grant(app.id, KEY, USE)
    found = asked(world, world.person("root", "administrator"), key, "app:open", app.id)
    assert "sponsor-inactive" in failed(found)
    assert "Nobody adopts a global key: an administrator makes a new one." in found.helps


def test_people_of_other_organizations_are_not_named(world: World) -> None:
    owner, ada = world.person("owner", "publisher"), world.person("ada", "publisher")
    app = world.thing(owner)
    world.grant(app.id, ada.id, USE)
    with world.store.arranged() as tx:
        tx.session.get_one(PrincipalRow, owner.id).org_id = "org_" + "2" * 24
    found = asked(world, ada, ada.actor, "app:edit", app.id)
    assert [(one.id, one.name) for one in found.who_can] == [(None, "an administrator")]


def test_who_lacks_it_themselves_cannot_give_it(world: World) -> None:
    app, ada = world.thing(world.person("owner", "publisher")), world.person("ada", "publisher")
    world.grant(app.id, world.person("editor", "publisher").id, SHARE)
    world.grant(app.id, ada.id, USE)
    edit, delete = (asked(world, ada, ada.actor, f"app:{verb}", app.id) for verb in ("edit", "delete"))
    assert sorted(one.name for one in edit.who_can) == ["editor", "owner"]
    assert [one.name for one in delete.who_can] == ["owner"]


def test_a_hidden_thing_costs_the_work_of_a_missing_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, stranger = world.thing(world.person("owner", "publisher")), world.person("stranger")
    done: list[object] = []
    for name in ("first", "all"):
        real = getattr(RawReader, name)

        def counted(reader: RawReader, what: Prepared, *, real: Any = real, **bound: Any) -> Any:
            done.append(what)
            return real(reader, what, **bound)

        monkeypatch.setattr(RawReader, name, counted)
    work, said = [], []
    for node_id in (app.id, "app_" + "0" * 24):
        said.append(asked(world, stranger, stranger.actor, "app:open", node_id))
        work.append(list(done))
        done.clear()
    assert said[0] == said[1]
    assert work[0] == work[1]
    assert work[0], "the store was asked"


@pytest.mark.parametrize(("action", "node_id"), [("app:juggle", None), ("app:open", None)])
def test_half_a_question_is_refused(world: World, action: str, node_id: str | None) -> None:
    ada = world.person("ada")
    with world.read(ada) as tx, pytest.raises(Invalid):
        why(tx, ada.actor, action, node_id)


def test_a_key_does_not_do_what_persons_do(world: World) -> None:
    ada = world.person("ada")
    with world.read(ada) as tx:
        assert why(tx, ada.actor, "key:create", None).allowed
        assert why(tx, replace(ada.by_key), "key:create", None).rule == "session-required"
        words = why(tx, ada.by_key, "key:create", None).steps[0].says
        assert words.endswith("the policy keys_may_create_keys is off.")


def test_where_keys_may_make_keys_it_is_said_which(world: World) -> None:
    ada = world.person("ada", "administrator")
    lent = replace(ada.by_key, kind=ActorKind.CREATOR_KEY)
    with world.read(ada) as tx:
        for action in ("key:create", "key:make-global"):
            assert why(tx, ada.by_key, action, None, making=KeyMaking.OWN).allowed
            refused = why(tx, lent, action, None, making=KeyMaking.OWN)
            assert not refused.allowed
            assert "no other key makes any" in refused.steps[-1].says
        for action in ("key:rotate", "key:widen-global"):
            assert why(tx, ada.by_key, action, None, making=KeyMaking.OWN).rule == "session-required"
