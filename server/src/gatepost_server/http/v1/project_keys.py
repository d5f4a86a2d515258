"""Keys of projects, and the consent to be their associated user."""

from datetime import datetime

from fastapi import Response
from pydantic import BaseModel, Field

from gatepost_server import keys, projects
from gatepost_server.http.v1.key_shapes import (
    ChangeIn,
    DraftIn,
    HeldKeyOut,
    RotatedOut,
    RotateIn,
    RunAsIn,
)
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, ReceiptOut, page_out
from gatepost_server.keys import Key, KeyStatus, ProjectKeyWish, ProjectRights, Ring, ring_of
from gatepost_server.store import Tx
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["project keys"])


class RightsIn(Body):
    """What a project key holds: on the whole project, and on single datasets by name."""

    permissions: list[str] = Field(default_factory=list)
    datasets: dict[str, list[str]] = Field(default_factory=dict)

    def rights(self) -> ProjectRights:
        """Return it as a value."""
        return ProjectRights(self.permissions, self.datasets)


class ProjectKeyIn(DraftIn, RightsIn):
    """A key of a project to be made; `sponsor` names a group of one's own that administers it."""

    run_as: str | None = None
    sponsor: str | None = None
    allowed_origins: list[str] = Field(default_factory=list)

    def wish(self) -> ProjectKeyWish:
        """Return it as a value."""
        return ProjectKeyWish(self.draft(), self.rights(), self.run_as, self.sponsor, self.allowed_origins)


class OriginsIn(Body):
    """The origins whose pages may call with the key."""

    origins: list[str] = Field(max_length=100)


class ProjectKeyOut(HeldKeyOut):
    """A key of a project."""

    project: str
    permissions: list[str]
    datasets: dict[str, list[str]]
    allowed_origins: list[str]

    @classmethod
    def of_project(cls, key: Key, project: str, now: datetime) -> "ProjectKeyOut":
        """Present *key* of the project with the key *project*."""
        return cls.model_validate(
            {
                **cls.held(key, now),
                "project": project,
                "permissions": list(key.permissions),
                "datasets": key.datasets,
                "allowed_origins": list(key.allowed_origins),
            }
        )


class ProjectKeyMade(ProjectKeyOut):
    """A new key with its text, shown only here."""

    key: str


class ConsentsOut(BaseModel):
    """The projects whose keys one agreed to be the associated user of."""

    projects: list[str]


@router.makes("/projects/{project}/keys", status_code=201, action="project:make-key")
def create_key(call: ApiCall, project: str, body: ProjectKeyIn) -> ProjectKeyMade:
    """Make a key of a project; its text is in this answer and nowhere else."""
    house = call.house
    with call.begin() as tx:
        node = projects.require_project(tx, "project:make-key", project)
        issued = keys.issue_project_key(tx, house.peppers, house.key_rules, node.id, body.wish())
        shown = ProjectKeyOut.of_project(issued.key, project, tx.now)
        return ProjectKeyMade(**shown.model_dump(), key=issued.text.reveal())


@router.reads("/projects/{project}/keys", action="project:keys")
def list_keys(
    call: ApiCall, project: str, page: PageQuery, status: KeyStatus | None = None
) -> PageOut[ProjectKeyOut]:
    """List the keys of a project."""
    with call.read() as tx:
        found = keys.list_keys(tx, page, status, ring=_ring(tx, "project:keys", project))
        return page_out(found, lambda key: ProjectKeyOut.of_project(key, project, tx.now))


@router.reads("/projects/{project}/keys/{key_id}", action="project:keys")
def get_key(call: ApiCall, project: str, key_id: str) -> ProjectKeyOut:
    """Return a key of a project."""
    with call.read() as tx:
        key = keys.get_key(tx, key_id, _ring(tx, "project:keys", project))
        return ProjectKeyOut.of_project(key, project, tx.now)


@router.changes("/projects/{project}/keys/{key_id}", action="project:edit-key")
def change_key(call: ApiCall, project: str, key_id: str, body: ChangeIn) -> ProjectKeyOut:
    """Change what is said about a key, disable or enable it."""
    with call.begin() as tx:
        ring = _ring(tx, "project:edit-key", project)
        key = keys.change_key(tx, call.house.key_rules, key_id, body.change(), ring)
        changed = ProjectKeyOut.of_project(key, project, tx.now)
    call.house.collect_receipt()
    return changed


@router.replaces("/projects/{project}/keys/{key_id}/permissions", action="project:make-key")
def set_permissions(call: ApiCall, project: str, key_id: str, body: RightsIn) -> ProjectKeyOut:
    """Replace all that a key holds."""
    with call.begin() as tx:
        node = projects.require_project(tx, "project:make-key", project)
        key = keys.set_project_rights(tx, node.id, key_id, body.rights())
        changed = ProjectKeyOut.of_project(key, project, tx.now)
    call.house.collect_receipt()
    return changed


@router.replaces("/projects/{project}/keys/{key_id}/run-as", action="project:make-key")
def set_run_as(call: ApiCall, project: str, key_id: str, body: RunAsIn) -> ProjectKeyOut:
    """Name a key's associated user, or none."""
    with call.begin() as tx:
        key = keys.set_run_as(tx, key_id, body.user, _ring(tx, "project:make-key", project))
        return ProjectKeyOut.of_project(key, project, tx.now)


@router.replaces("/projects/{project}/keys/{key_id}/allowed-origins", action="project:make-key")
def set_origins(call: ApiCall, project: str, key_id: str, body: OriginsIn) -> ProjectKeyOut:
    """Say pages of which origins may call with a key."""
    with call.begin() as tx:
        node = projects.require_project(tx, "project:make-key", project)
        key = keys.set_origins(tx, node.id, key_id, body.origins)
        return ProjectKeyOut.of_project(key, project, tx.now)


@router.makes("/projects/{project}/keys/{key_id}/rotate", action="project:make-key")
def rotate_key(call: ApiCall, project: str, key_id: str, body: RotateIn) -> RotatedOut:
    """Give a key a new secret; the old one counts on for the overlap."""
    with call.begin() as tx:
        ring = _ring(tx, "project:make-key", project)
        rotated = RotatedOut.of(*keys.rotate_key(tx, call.house.peppers, key_id, body.overlap, ring))
    call.house.collect_receipt()
    return rotated


@router.makes("/projects/{project}/keys/{key_id}/end-old", action="project:revoke-key")
def end_old_secret(call: ApiCall, project: str, key_id: str) -> ReceiptOut:
    """End the old secret of a key now."""
    with call.begin() as tx:
        keys.end_old_secret(tx, key_id, _ring(tx, "project:revoke-key", project))
    return ReceiptOut.of(call.house.collect_receipt())


@router.makes("/projects/{project}/keys/{key_id}/adopt", action="project:adopt-key")
def adopt_key(call: ApiCall, project: str, key_id: str) -> ProjectKeyOut:
    """Answer for a key from now on."""
    with call.begin() as tx:
        node = projects.require_project(tx, "project:adopt-key", project)
        key = keys.adopt_key(tx, node.id, key_id)
        return ProjectKeyOut.of_project(key, project, tx.now)


@router.removes("/projects/{project}/keys/{key_id}", action="project:revoke-key")
def delete_key(call: ApiCall, project: str, key_id: str) -> ReceiptOut:
    """Delete a key of a project; it is refused everywhere when this answers."""
    with call.begin() as tx:
        keys.revoke_key(tx, key_id, _ring(tx, "project:revoke-key", project))
    return ReceiptOut.of(call.house.collect_receipt())


@router.reads("/me/run-as", action="consent:give")
def list_consents(call: ApiCall) -> ConsentsOut:
    """List the projects whose keys one agreed to be the associated user of."""
    with call.read() as tx:
        return ConsentsOut(projects=sorted(projects.project_keys(tx, keys.list_consents(tx)).values()))


@router.replaces("/me/run-as/{project}", status_code=204, action="consent:give")
def give_consent(call: ApiCall, project: str) -> Response:
    """Agree to be the associated user of a project's keys."""
    with call.begin() as tx:
        keys.give_consent(tx, projects.project_ids(tx, [project]).get(project, ""))
    return Response(status_code=204)


@router.removes("/me/run-as/{project}", action="consent:give")
def withdraw_consent(call: ApiCall, project: str) -> ReceiptOut:
    """Agree no longer; the next call with such a key does not act for one."""
    with call.begin() as tx:
        given = projects.project_keys(tx, keys.list_consents(tx))
        keys.withdraw_consent(tx, next((one for one, key in given.items() if key == project), ""))
    return ReceiptOut.of(call.house.collect_receipt())


def _ring(tx: Tx, action: str, project: str) -> Ring:
    return ring_of(projects.require_project(tx, action, project).id)
