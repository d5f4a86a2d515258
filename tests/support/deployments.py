"""Apps with deployments, and visits of them, written as they are recorded."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from world import Person, World

from gatepost_server.apps import Desk, way_facts
from gatepost_server.apps.facts import content_facts
from gatepost_server.apps.model import ReplicaState
from gatepost_server.apps.tables import (
    AppRow,
    BuildRow,
    DeploymentRow,
    LiveRow,
    ReplicaRow,
    SourceRow,
    SourceVersionRow,
)
from gatepost_server.authn import (
    Identified,
    Means,
    Presented,
    begin_visit,
    identify,
    identify_inside,
    visitor_key,
)
from gatepost_server.authz import NodeKind
from gatepost_server.crypto import Seals
from gatepost_server.crypto.keyfile import KeyRing
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.secret import Secret
from gatepost_server.keys import Safe
from gatepost_server.settings import Folders
from gatepost_server.store import raw_reader

SEALS = Seals(KeyRing(1, {1: b"k" * 32}))
"""What seals the keys of applications in tests."""


def deployed(world: World, by: Person, *, seals: Seals = SEALS, **resources: object) -> str:
    """Write an app of *by* with one deployment that people reach; return the deployment's id."""
    app, source = world.thing(by), world.thing(by, NodeKind.SOURCE, "Code")
    at: dict[str, Any] = {"created_at": world.now, "updated_at": world.now}
    with world.store.arranged() as tx:
        tx.session.add(SourceRow(id=source.id, name="Code", latest=0, **at))
        tx.session.flush()
        tx.session.add(
            AppRow(
                id=app.id, number=int(app.id[-6:], 16), name="Report", slug="report", source_id=source.id,
                desired="running", revision=1, wanted_id="", is_bundled=False, **at,
            )
        )  # fmt: skip
        tx.session.flush()
        tx.session.add(LiveRow(app_id=app.id))
    deployment_id = deployed_again(world, app.id, by.id, **resources)
    started(world, deployment_id, seals)
    promoted(world, deployment_id)
    return deployment_id


def deployed_again(world: World, app_id: str, by_id: str, **resources: object) -> str:
    """Write another version of an app's source, and its deployment by a person or a key; return its id."""
    version_id, deployment_id = new_id("ver", world.now), new_id("dep", world.now)
    with world.store.arranged() as tx:
        app = tx.session.get_one(AppRow, app_id)
        source = tx.session.get_one(SourceRow, app.source_id)
        source.latest += 1
        tx.session.add(
            SourceVersionRow(
                id=version_id, source_id=source.id, number=source.latest, folder=version_id,
                authors=[], kind="fastapi",
                entrypoint="app:app", because="", requirements=None, python=None, author_id=by_id,
                author_name="", created_at=world.now, sha256="", size=1, files=1, resources=resources,
                is_bundled=False,
            )
        )  # fmt: skip
        tx.session.flush()
        tx.session.add(BuildRow(version_id=version_id, state="built"))
        tx.session.add(
            DeploymentRow(
                id=deployment_id, app_id=app_id, version_id=version_id, at=world.now, by_id=by_id, by_name=""
            )
        )
        app.wanted_id = deployment_id
    return deployment_id


def desk_of(world: World, seals: Seals = SEALS) -> Desk:
    """Return the desk from which a runtime takes its orders."""
    return Desk(world.store.uow, Folders(Path("/nowhere")), "runtime", safe=Safe(world.peppers, seals))


def started(world: World, deployment_id: str, seals: Seals = SEALS) -> str | None:
    """Take what the runtime takes to start a deployment: the text of its key."""
    key = desk_of(world, seals).launch_key(deployment_id)
    return None if key is None else key.reveal()


def promoted(world: World, deployment_id: str) -> None:
    """Let a deployment answer, and become what people reach."""
    with world.store.arranged() as tx:
        deployment = tx.session.get_one(DeploymentRow, deployment_id)
        tx.session.merge(
            ReplicaRow(
                deployment_id=deployment_id, app_id=deployment.app_id, revision=1,
                state=ReplicaState.READY, at=world.now, restarts=0,
            )
        )  # fmt: skip
    assert desk_of(world).promote(deployment_id)


def app_of(world: World, deployment_id: str) -> str:
    """Return the id of the app of a deployment."""
    with raw_reader(world.store.engine) as reader:
        way = way_facts(reader, deployment_id)
    assert way is not None
    return way.app_id


def live_of(world: World, app_id: str) -> str | None:
    """Return the deployment of an app that people reach."""
    with raw_reader(world.store.engine) as reader:
        facts = content_facts(reader, app_id)
    return None if facts is None else facts.live_deployment_id


def inside(world: World, deployment_id: str, key: str | None = None) -> Identified:
    """Return who calls by the way in of a deployment, by a key if there is one."""
    what = Presented(key=None if key is None else Secret(key))
    with raw_reader(world.store.engine) as reader:
        means = Means(world.peppers, timedelta(hours=8))
        return identify_inside(reader, means, what, deployment_id, now=world.now)


def outside(world: World, key: str) -> Identified:
    """Return who calls with a key from anywhere else."""
    with raw_reader(world.store.engine) as reader:
        means = Means(world.peppers, timedelta(hours=8))
        return identify(reader, means, Presented(key=Secret(key)), ip="192.0.2.7", now=world.now)


def visited(world: World, deployment_id: str, by: Person) -> tuple[str, str]:
    """Let *by* meet the deployment in a session; return the visitor's key and the session."""
    made = world.session(by)
    with raw_reader(world.store.engine) as reader:
        way = way_facts(reader, deployment_id)
    assert way is not None
    with world.begin(by) as tx:
        visit = begin_visit(tx, made.session.id, way)
    return visitor_key(world.peppers, visit).reveal(), made.session.id
