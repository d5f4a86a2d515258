"""The desk where runtime, gate and worker take orders and leave reports; bookkeeping only."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import aliased

from gatepost_server import keys
from gatepost_server.apps.model import (
    BuildOrder,
    BuildResult,
    Desired,
    DesiredApp,
    KeyScopeLevel,
    Kind,
    ReplicaReport,
    ReplicaState,
    VersionState,
)
from gatepost_server.apps.processes import kept_processes, read_processes, sockets_of
from gatepost_server.apps.queries.sources import detected_of
from gatepost_server.apps.resources import read_resources
from gatepost_server.apps.service.environment import opened_env
from gatepost_server.apps.service.injecting import injected_apps
from gatepost_server.apps.service.parameters import process_parameters
from gatepost_server.apps.service.reading import build_log, run_log
from gatepost_server.apps.service.status import write_status
from gatepost_server.apps.tables import AppRow, BuildRow, DeploymentRow, LiveRow, ReplicaRow, SourceVersionRow
from gatepost_server.apps.views import Route, RuntimeStatus
from gatepost_server.crypto import Seals
from gatepost_server.instance import variables
from gatepost_server.kernel.actor import Origin, system_actor
from gatepost_server.kernel.secret import Secret
from gatepost_server.settings import Folders
from gatepost_server.store import ChangeWatch, UnitOfWork

_LEASE: Final = timedelta(hours=1)


class Desk:
    """Hands out builds and desired apps, and writes down what was seen of them.

    Opens its own short transactions, so every call may block and may come from any thread.
    Only with *seals* does it tell what the variables of apps are, only with a *safe* can it
    hand out their keys.
    """

    def __init__(
        self,
        uow: UnitOfWork,
        folders: Folders,
        part: str,
        seals: Seals | None = None,
        *,
        safe: keys.Safe | None = None,
    ) -> None:
        self._uow = uow
        self._seals = seals
        self._safe = safe
        self._folders = folders
        self._who = (system_actor(part), Origin(request_id=part, door=part))
        self._watch = ChangeWatch(uow.engine)

    def has_news(self) -> bool:
        """Tell whether anything may have changed since this was last asked; one caller at a time.

        Costs next to nothing, so that whoever waits for work can ask often.
        """
        return self._watch.has_moved()

    def claim_build(self) -> BuildOrder | None:
        """Take the oldest queued version for building; nobody else gets it. None: nothing waits."""
        with self._uow.read(*self._who) as tx:
            free = or_(
                BuildRow.state == VersionState.QUEUED,
                and_(BuildRow.state == VersionState.BUILDING, BuildRow.lease_until < tx.now),
            )
            oldest = select(BuildRow.version_id).where(free).order_by(BuildRow.version_id).limit(1)
            version_id = tx.session.scalar(oldest)
        if version_id is None:
            return None
        with self._uow.begin(*self._who) as tx:
            row = tx.session.get(BuildRow, version_id, with_for_update=True)
            is_free = row is not None and (
                row.state == VersionState.QUEUED or (row.lease_until is not None and row.lease_until < tx.now)
            )
            if row is None or not is_free or row.finished_at is not None:
                return None
            row.state, row.reason = VersionState.BUILDING, None
            row.started_at, row.lease_until = tx.now, tx.now + _LEASE
            version = tx.session.get_one(SourceVersionRow, version_id)
            return BuildOrder(
                version_id=version.id,
                source_id=version.source_id,
                number=version.number,
                detected=detected_of(version),
                code_dir=str(self._folders.sources / version.folder),
                log_path=str(build_log(self._folders, version.id)),
            )

    def finish_build(self, version_id: str, result: BuildResult) -> None:
        """Write down how a claimed build ended; one that is not claimed any more is ignored."""
        with self._uow.begin(*self._who) as tx:
            row = tx.session.get(BuildRow, version_id, with_for_update=True)
            if row is None or row.state != VersionState.BUILDING:
                return
            row.state = VersionState.BUILT if result.ok else VersionState.FAILED
            # The name only: the data folder may be moved, or restored elsewhere.
            row.env_dir = Path(result.env_dir).name if result.env_dir else None
            row.reason = None if result.ok else result.reason
            row.lease_until, row.finished_at = None, tx.now

    def requeue_builds(self) -> None:
        """Forget what a runtime that died had begun: its builds wait again, its processes are gone.

        So do builds whose environment is not there any more: a backup holds none.
        """
        with self._uow.begin(*self._who) as tx:
            built = select(BuildRow).where(
                BuildRow.state == VersionState.BUILT, BuildRow.env_dir.is_not(None)
            )
            for row in tx.session.scalars(built):
                if not (self._folders.envs / (row.env_dir or "")).is_dir():
                    row.state, row.env_dir, row.finished_at = VersionState.QUEUED, None, None
            tx.session.execute(
                update(BuildRow)
                .where(BuildRow.state == VersionState.BUILDING)
                .values(state=VersionState.QUEUED, lease_until=None)
            )
            tx.session.execute(
                update(ReplicaRow)
                .where(ReplicaRow.state.in_([ReplicaState.READY, ReplicaState.BACKING_OFF]))
                .values(state=ReplicaState.STARTING, socket_path=None, processes=[])
            )

    def desired_apps(self) -> Sequence[DesiredApp]:
        """Return every deployment that should be served now.

        Of each app that should run: the wanted deployment once it is built, and the live
        one while it is another.
        """
        serving = or_(DeploymentRow.id == AppRow.wanted_id, DeploymentRow.id == LiveRow.deployment_id)
        query = (
            select(AppRow, DeploymentRow, SourceVersionRow, BuildRow.env_dir, LiveRow.wake_requested_at)
            .join(LiveRow, LiveRow.app_id == AppRow.id)
            .join(DeploymentRow, and_(DeploymentRow.app_id == AppRow.id, serving))
            .join(SourceVersionRow, SourceVersionRow.id == DeploymentRow.version_id)
            .join(BuildRow, BuildRow.version_id == SourceVersionRow.id)
            .where(AppRow.desired == Desired.RUNNING, BuildRow.state == VersionState.BUILT)
            .order_by(DeploymentRow.id)
        )
        with self._uow.read(*self._who) as tx:
            found, env = tx.session.execute(query).all(), {"GATEPOST_VARIABLES": json.dumps(variables(tx))}
            ids = sorted({row[0].id for row in found})
            own, given = opened_env(tx.session, self._seals, ids), injected_apps(tx, ids)
            asked = {row[1].id: (row[0].id, row[2].parameters) for row in found}
            parameters = process_parameters(tx.session, asked)
            return [
                DesiredApp(
                    app_id=app.id,
                    number=app.number,
                    name=app.name,
                    deployment_id=deployment.id,
                    version_id=version.id,
                    kind=Kind(version.kind),
                    entrypoint=version.entrypoint,
                    code_dir=str(self._folders.sources / version.folder),
                    env_dir=str(self._folders.envs / env_dir) if env_dir else None,
                    log_path=str(run_log(self._folders, app.id)),
                    revision=app.revision,
                    resources=read_resources(version.resources),
                    env={**own.get(app.id, {}), **parameters[deployment.id].env, **env},
                    trusted=version.is_bundled,
                    is_wanted=deployment.id == app.wanted_id,
                    wake_requested_at=wake,
                    lacks=parameters[deployment.id].lacks,
                    has_connections=app.id in given,
                )
                for app, deployment, version, env_dir, wake in found
            ]

    def launch_key(self, deployment_id: str) -> Secret | None:
        """Return the key that a deployment is started with, made at the first start of its app.

        None for a level of none, for what runs no code, and where its user deleted the key.
        """
        if self._safe is None:
            return None
        with self._uow.begin(*self._who) as tx:
            deployment = tx.session.get(DeploymentRow, deployment_id)
            if deployment is None:
                return None
            app = tx.session.get_one(AppRow, deployment.app_id, with_for_update=True)
            version = tx.session.get_one(SourceVersionRow, deployment.version_id)
            level = read_resources(version.resources).required_key_scope_level
            if level == KeyScopeLevel.NONE or version.kind == Kind.STATIC:
                return None
            return keys.launch_key(tx, self._safe, app.id, deployment.by_id, deployed_at=deployment.at)

    def report(self, report: ReplicaReport) -> None:
        """Write down what was seen of a deployment; one that is gone is ignored.

        So is what an older revision says: that process is about to end.
        """
        with self._uow.begin(*self._who) as tx:
            deployment = tx.session.get(DeploymentRow, report.deployment_id)
            if deployment is None or deployment.app_id != report.app_id:
                return
            app = tx.session.get_one(AppRow, report.app_id)
            live = tx.session.get_one(LiveRow, report.app_id)
            is_over = report.deployment_id not in (app.wanted_id, live.deployment_id)
            row = tx.session.get(ReplicaRow, report.deployment_id)
            if is_over and report.state is ReplicaState.STOPPED:
                if row is not None:
                    tx.session.delete(row)
                return
            if report.revision < app.revision:
                return
            if row is None:
                row = ReplicaRow(deployment_id=report.deployment_id, app_id=report.app_id)
                tx.session.add(row)
            row.revision, row.state, row.at = report.revision, report.state, report.at
            row.socket_path, row.reason = report.socket_path, report.reason
            row.restarts, row.isolation = report.restarts, report.isolation
            row.is_sticky, row.processes = report.is_sticky, kept_processes(report.processes)

    def routes(self) -> Sequence[Route]:
        """Return everything that may be reached now, and where."""
        query = (
            select(
                ReplicaRow.deployment_id, ReplicaRow.socket_path, ReplicaRow.processes, ReplicaRow.is_sticky
            )
            .join(AppRow, AppRow.id == ReplicaRow.app_id)
            .join(LiveRow, LiveRow.app_id == AppRow.id)
            .where(
                AppRow.desired == Desired.RUNNING,
                ReplicaRow.state == ReplicaState.READY,
                ReplicaRow.socket_path.is_not(None),
                or_(
                    ReplicaRow.deployment_id == AppRow.wanted_id,
                    ReplicaRow.deployment_id == LiveRow.deployment_id,
                ),
            )
            .order_by(ReplicaRow.deployment_id)
        )
        with self._uow.read(*self._who) as tx:
            return [
                Route(deployment_id, sockets_of(read_processes(kept), path or ""), is_sticky)
                for deployment_id, path, kept, is_sticky in tx.session.execute(query)
            ]

    def awaiting_promotion(self) -> Sequence[str]:
        """Return the wanted deployments that answer, but are not what people reach yet."""
        seen = aliased(ReplicaRow)
        query = (
            select(AppRow.wanted_id)
            .join(LiveRow, LiveRow.app_id == AppRow.id)
            .join(seen, seen.deployment_id == AppRow.wanted_id)
            .where(
                AppRow.desired == Desired.RUNNING,
                seen.state == ReplicaState.READY,
                LiveRow.deployment_id.is_distinct_from(AppRow.wanted_id),
            )
        )
        with self._uow.read(*self._who) as tx:
            return tx.session.scalars(query).all()

    def promote(self, deployment_id: str) -> bool:
        """Make a deployment what people reach, once the gate routes to it.

        From then on its app acts for whoever deployed it: the key of a former deployer ends.
        False when it is not wanted any more or does not answer; then nothing changes.
        """
        with self._uow.begin(*self._who) as tx:
            deployment = tx.session.get(DeploymentRow, deployment_id)
            replica = tx.session.get(ReplicaRow, deployment_id)
            if deployment is None or replica is None or replica.state != ReplicaState.READY:
                return False
            app = tx.session.get_one(AppRow, deployment.app_id)
            if app.wanted_id != deployment_id or app.desired != Desired.RUNNING:
                return False
            live = tx.session.get_one(LiveRow, deployment.app_id)
            if live.deployment_id != deployment_id:
                live.deployment_id, live.promoted_at = deployment_id, tx.now
                keys.end_creator_keys(tx, app.id, but_of=deployment.by_id)
            return True

    def report_runtime(self, status: RuntimeStatus) -> None:
        """Write down what the runtime says of itself: its rung, R, the interpreters it found."""
        with self._uow.begin(*self._who) as tx:
            write_status(tx, status)
