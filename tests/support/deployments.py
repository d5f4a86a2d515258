"""Apps with a deployment, and visits of them, written as they are recorded."""

from datetime import timedelta
from typing import Any

from world import Person, World

from gatepost_server.apps import way_facts
from gatepost_server.apps.tables import AppRow, BuildRow, DeploymentRow, SourceRow, SourceVersionRow
from gatepost_server.authn import Identified, Means, Presented, begin_visit, identify_inside, visitor_key
from gatepost_server.authz import NodeKind
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import raw_reader


def deployed(world: World, by: Person, **resources: str | None) -> str:
    """Write an app of *by* with one deployment, and return the deployment's id."""
    app, source = world.thing(by), world.thing(by, NodeKind.SOURCE, "Code")
    version_id, deployment_id = new_id("ver", world.now), new_id("dep", world.now)
    at: dict[str, Any] = {"created_at": world.now, "updated_at": world.now}
    with world.store.arranged() as tx:
        tx.session.add(SourceRow(id=source.id, name="Code", latest=1, **at))
        tx.session.flush()
        tx.session.add(
            SourceVersionRow(
                id=version_id, source_id=source.id, number=1, kind="fastapi", entrypoint="app:app",
                because="",
                requirements=None, python=None, author_id=by.id, author_name="", created_at=world.now,
                sha256="", size=1, files=1, resources=resources, is_bundled=False,
            )
        )  # fmt: skip
        tx.session.flush()
        tx.session.add(BuildRow(version_id=version_id, state="built"))
        number = int(app.id[-6:], 16)
        tx.session.add(
            AppRow(
                id=app.id, number=number, name="Report", slug="report", source_id=source.id,
                desired="running",
                revision=1, wanted_id=deployment_id, is_bundled=False, **at,
            )
        )  # fmt: skip
        tx.session.flush()
        tx.session.add(
            DeploymentRow(
                id=deployment_id, app_id=app.id, version_id=version_id, at=world.now, by_id=by.id, by_name=""
            )
        )
    return deployment_id


def app_of(world: World, deployment_id: str) -> str:
    """Return the id of the app of a deployment."""
    with raw_reader(world.store.engine) as reader:
        way = way_facts(reader, deployment_id)
    assert way is not None
    return way.app_id


def inside(world: World, deployment_id: str, key: str | None = None) -> Identified:
    """Return who calls by the way in of a deployment, by a visitor's key if there is one."""
    what = Presented(key=None if key is None else Secret(key))
    with raw_reader(world.store.engine) as reader:
        means = Means(world.peppers, timedelta(hours=8))
        return identify_inside(reader, means, what, deployment_id, now=world.now)


def visited(world: World, deployment_id: str, by: Person) -> tuple[str, str]:
    """Let *by* meet the deployment in a session; return the visitor's key and the session."""
    made = world.session(by)
    with raw_reader(world.store.engine) as reader:
        way = way_facts(reader, deployment_id)
    assert way is not None
    with world.begin(by) as tx:
        visit = begin_visit(tx, made.session.id, way)
    return visitor_key(world.peppers, visit).reveal(), made.session.id
