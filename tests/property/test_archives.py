"""Nothing comes in by an archive that its importer does not hold (I22): no key, no secret, no right."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from giving import begun
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from imagining import PEOPLE, ROOTS, SETS, THINGS, actor_of, hours, worlds
from oracle import DATA, PROJECT, Credential, Given, Imagined, Person, Thing, Window
from sqlalchemy import select
from stores import Store
from world import RULES

from gatepost_server.authz import policy, subject_for
from gatepost_server.authz.facts import load_facts, load_node
from gatepost_server.authz.model import effective
from gatepost_server.authz.service.asking import forget_subject, reader_of
from gatepost_server.authz.tables import GrantRow, NodeRow
from gatepost_server.bootstrap.scenarios import step_kinds
from gatepost_server.broker import Client
from gatepost_server.crypto import KeyLetter, MintedKey, Peppers, mint_key
from gatepost_server.jobs import facts_of
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.keys import ON_DATASETS, ON_PROJECTS
from gatepost_server.keys.service.minting import write_key
from gatepost_server.keys.tables import KeyRow, VerifierRow
from gatepost_server.projects.archives.manifest import DatasetFile, Manifest, is_owning, read_manifest
from gatepost_server.projects.service.collecting import collect_project
from gatepost_server.projects.service.importing import Arrival, Trade, import_project
from gatepost_server.projects.tables import DashboardRow, DatasetRow, ProjectRow, ScenarioRow
from gatepost_server.store import Tx, micros

EXPORTER = "usr_x"
FOR_GOOD = Window(0, None)
TRADE = Trade(step_kinds(Client(Path("/nonexistent"))), {}, RULES)
STEP = {"type": "mail", "to": "a@x.org", "subject": "s", "text": "t"}
HERE = {name: thing for name, thing in (ROOTS | THINGS).items() if name != "app_c"}
ALL = [*PROJECT.split(), *DATA.split(), "USE", "SHARE", "OWN", "GLOBAL_ADMIN", "CREATE"]


@dataclass(frozen=True)
class Planted:
    """What somebody wrote into an archive by hand; `is_refused`: it may not come in at all."""

    what: str
    permissions: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        return self.what == "verifier" or is_owning(None, self.permissions)

    def into(self, told: dict[str, Any]) -> None:
        rights = {"permissions": list(self.permissions)}
        if self.what == "grant":
            to = {"to": {"type": "user", "name": "usr_b"}, "role": None, "until": None}
            told["grants"].append({"on": {"type": "project", "name": "P"}, **to, **rights})
            return
        key: dict[str, Any] = {
            "name": "planted", "description": "", "datasets": {}, "ip_allowlist": None, "allowed_origins": [],
            **rights,
        }  # fmt: skip
        if self.what == "key for a dataset":
            key |= {"permissions": [], "datasets": {"d": list(self.permissions)}}
        told["keys"].append(key | ({"verifier": "00" * 32} if self.what == "verifier" else {}))


planted = st.builds(
    Planted, st.sampled_from(["grant", "key", "key for a dataset", "verifier"]),
    st.lists(st.sampled_from(ALL), min_size=1, max_size=3, unique=True).map(tuple),
)  # fmt: skip


@st.composite
def worlds_with_a_key(draw: st.DrawFn) -> Imagined:
    """Random worlds in which somebody administers prj_a, and a key holds what keys may there."""
    world = draw(worlds())
    held = [("prj_a", ON_PROJECTS), ("dts_a", ON_DATASETS)]
    some = [
        Given("key_a", at, draw(st.frozensets(st.sampled_from(atoms.split()), max_size=3)), FOR_GOOD)
        for at, atoms in held
    ]
    others = [one for one in world.grants if one.who not in ("key_a", "key_b") and one.at in HERE]
    return _exported(replace(world, grants=[*others, *(one for one in some if one.atoms)]))


def _exported(world: Imagined) -> Imagined:
    """Return *world* with who exports prj_a, and without what an archive does not carry."""
    everybody = {**world.people, EXPORTER: Person(EXPORTER, "publisher", is_active=True)}
    mine = Given(EXPORTER, "prj_a", frozenset({"ADMIN"}), FOR_GOOD)
    return replace(world, people=everybody, things=HERE, grants=[*world.grants, mine])


def _furnish(tx: Tx, peppers: Peppers) -> MintedKey:
    """Put something of every kind into prj_a, and a key that lets in; return the key's text."""
    when = {"created_at": tx.now, "updated_at": tx.now}
    tx.session.get_one(DatasetRow, "dts_a").impersonate = False
    tx.session.add(ProjectRow(id="prj_b", key="R", name="R", description="", variables={}, **when))
    actor = actor_of(Credential("run", EXPORTER, 3))
    tx.session.add(
        ScenarioRow(
            id="scn_a", project_id="prj_a", name="s", folded="s", steps=[STEP], cron=None,
            definer=facts_of(actor), run_as_id="usr_b", is_run_as_consented=True, **when,
        )
    )  # fmt: skip
    tx.session.add(DashboardRow(id="dsh_a", project_id="prj_a", name="h", folded="h", tiles=[], **when))
    minted = mint_key(KeyLetter.PROJECT)
    row = KeyRow(
        id="key_a", kind="project", public_id=minted.public_id, name="robot", description="",
        prefix=minted.prefix, last_four=minted.last_four, owner_id=EXPORTER, created_by=EXPORTER,
        project_id="prj_a", reach=None, run_as_id=None, is_run_as_consented=False, cap=4, ip_allowlist=None,
        is_enabled=True, created_at=tx.now, expires_at=None, revoked_at=None, revoked_by=None,
    )  # fmt: skip
    write_key(tx, peppers, row, minted)
    tx.session.flush()
    return minted


def _act(tx: Tx, how: Credential) -> None:
    tx.actor = replace(actor_of(how), confirmed_at=tx.now)
    forget_subject(tx)


def _archive(tx: Tx) -> dict[str, Any]:
    """Export prj_a and return what the archive says."""
    _act(tx, Credential("session", EXPORTER))
    found = collect_project(tx, "P")
    files = [
        DatasetFile(
            one.dataset.name, [{"name": each.name, "type": each.type} for each in one.dataset.columns],
            one.dataset.is_declared, one.dataset.impersonate, "", [], {}, one.query, one.rules, [],
        )
        for one in found.datasets
    ]  # fmt: skip
    told: dict[str, Any] = json.loads(json.dumps(Manifest(**found.told, datasets=files).written()))
    return told


def _bring(tx: Tx, by: Credential, told: dict[str, Any]) -> bool:
    """Let somebody import an archive as Q; False when it is refused."""
    _act(tx, by)
    before = tx.session.begin_nested()
    try:
        manifest = read_manifest(json.dumps(told).encode())
        import_project(tx, TRADE, Arrival(manifest, {one.name: [] for one in manifest.datasets}), key="Q")
        tx.session.flush()
    except GatepostError:
        before.rollback()
        return False
    before.commit()
    return True


def _grants(tx: Tx) -> dict[str, tuple[str, str, int]]:
    return {one.id: (one.who_id, one.node_id, one.atoms) for one in tx.session.scalars(select(GrantRow))}


def _held(tx: Tx, how: Credential, node_id: str) -> set[str]:
    reader, node = reader_of(tx), load_node(reader_of(tx), node_id)
    assert node is not None
    subject = subject_for(reader, actor_of(how))
    return set(policy.names(effective(subject, node, load_facts(reader, subject, node, micros(tx.now)))))


def _imported(tx: Tx, world: Imagined) -> tuple[list[NodeRow], list[KeyRow]]:
    new = [one for one in tx.session.scalars(select(NodeRow)) if one.id not in world.things]
    own = {one.id for one in new}
    return new, [one for one in tx.session.scalars(select(KeyRow)) if one.project_id in own]


_ONE_IMPORTS = _exported(
    Imagined(
        people={one: Person(one, "publisher", is_active=True) for one in PEOPLE},
        grants=[
            Given("key_a", "prj_a", frozenset({"WRITE_CONF"}), FOR_GOOD),
            Given("usr_b", "prj_a", frozenset({"WRITE_CONF"}), FOR_GOOD),
            Given("grp_a", "dts_a", frozenset({"READ_DATA"}), FOR_GOOD),
        ],
    )
)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    worlds_with_a_key(), hours, st.sampled_from(PEOPLE), st.sampled_from(["session", "personal"]),
    st.lists(planted, max_size=2),
)  # fmt: skip
@example(_ONE_IMPORTS, 0, "usr_a", "session", [])
@example(_ONE_IMPORTS, 0, "usr_a", "personal", [Planted("key", ("MANAGE_EXPOSED_ELEMENTS",))])
@example(_ONE_IMPORTS, 0, "usr_a", "session", [Planted("key", ("ADMIN",))])
@example(_ONE_IMPORTS, 0, "usr_a", "session", [Planted("grant", ("OWN",))])
@example(_ONE_IMPORTS, 0, "usr_a", "session", [Planted("verifier", ("READ_CONF",))])
def test_i22_an_import_gives_no_more_than_the_importer_holds(
    store: Store, peppers: Peppers, world: Imagined, hour: int, importer: str, kind: str, more: list[Planted]
) -> None:
    with begun(store, world, hour) as tx:
        minted = _furnish(tx, peppers)
        told = _archive(tx)
        for secret in (minted.public_id, minted.secret.reveal(), minted.last_four, '"ADMIN"', '"OWN"'):
            assert secret not in json.dumps(told)
        for one in more:
            one.into(told)
        before, verifiers = _grants(tx), set(tx.session.scalars(select(VerifierRow.id)))
        is_in = _bring(tx, Credential(kind, importer), told)
        (new, made), given_now = _imported(tx, world), _grants(tx)
        assert set(tx.session.scalars(select(VerifierRow.id))) == verifiers
        assert before.items() <= given_now.items()
        if not is_in:
            assert not new
            assert not made
            assert given_now == before
            return
        assert not any(one.is_refused for one in more)
        assert all(not one.is_enabled and one.owner_id == importer for one in made)
        after = _with_new(world, new, importer)
        for node in new:
            for how in _everybody():
                assert _held(tx, how, node.id) == after.by(how, node.id, hour), (how, node.kind)
            for key in made:
                held = _held(
                    tx, Credential("project", key.id, 4, importer, frozenset({_project(new)})), node.id
                )
                assert held <= after.rights(importer, 5, node.id, hour), node.kind
        to = {who for name, (who, _, _) in given_now.items() if name not in before}
        assert to <= {importer, *(one.id for one in made)}


def _everybody() -> list[Credential]:
    return [
        Credential("anonymous", None, 1),
        *(Credential("session", who) for who in (*PEOPLE, EXPORTER)),
        Credential("project", "key_a", 4, EXPORTER, frozenset({"prj_a"})),
        Credential("global", "key_b", 5, "usr_c"),
    ]


def _project(new: list[NodeRow]) -> str:
    return next(one.id for one in new if one.kind == "project")


def _with_new(world: Imagined, new: list[NodeRow], importer: str) -> Imagined:
    """Return the world with a project of the importer's, in which nobody else was given anything."""
    things = {one.id: Thing(one.id, one.kind, one.parent_id) for one in new}
    mine = Given(importer, _project(new), frozenset({"ADMIN"}), FOR_GOOD)
    return replace(world, things=world.things | things, grants=[*world.grants, mine])


def test_archives_come_in_so_that_the_law_is_asked_something(store: Store, peppers: Peppers) -> None:
    with begun(store, _ONE_IMPORTS, 0) as tx:
        _furnish(tx, peppers)
        told = _archive(tx)
        assert [one["permissions"] for one in told["keys"]] == [["WRITE_CONF"]]
        assert len(told["grants"]) == len(SETS) - 1
        assert _bring(tx, Credential("session", "usr_a"), told)
        new, made = _imported(tx, _ONE_IMPORTS)
        assert sorted(one.kind for one in new) == ["dashboard", "dataset", "project", "scenario"]
        assert len(made) == 1
        assert any(who == made[0].id for who, _, _ in _grants(tx).values())
