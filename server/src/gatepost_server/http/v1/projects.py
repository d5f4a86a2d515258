"""Projects: make, find, change, delete."""

from typing import Any

from pydantic import BaseModel

from gatepost_server import projects
from gatepost_server.audit import Entry
from gatepost_server.http.v1.sources import person
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, ReceiptOut, SortedPageQuery, Time, page_out
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.projects import Project, Shelf
from gatepost_server.web import ActionRouter, ApiCall, require_known

router = ActionRouter(tags=["projects"])


class ProjectIn(Body):
    """A project to be made; `key` is what addresses name it by, for good."""

    key: str
    name: str
    description: str = ""


class ProjectChange(Body):
    """What may be changed of a project; absent fields stay."""

    name: str | None = None
    description: str | None = None


class ProjectOut(BaseModel):
    """A project; `counts` are of what the caller may see in it."""

    id: str
    key: str
    name: str
    description: str
    owner: dict[str, str] | None
    counts: dict[str, int]
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, project: Project) -> "ProjectOut":
        """Present *project*."""
        return cls(
            id=project.id,
            key=project.key,
            name=project.name,
            description=project.description,
            owner=person(project.owner_id, project.owner_name),
            counts={"datasets": project.datasets},
            created_at=project.created_at,
            updated_at=project.updated_at,
        )


@router.makes("/projects", status_code=201, action="project:create")
def create_project(call: ApiCall, body: ProjectIn) -> ProjectOut:
    """Make a project; whoever makes it is its administrator."""
    with call.begin() as tx:
        made = projects.create_project(tx, key=body.key, name=body.name, description=body.description)
        return ProjectOut.of(made)


@router.reads("/projects", action="project:list")
def list_projects(call: ApiCall, page: SortedPageQuery) -> PageOut[ProjectOut]:
    """List the projects one may see."""
    require_known(call)
    with call.read() as tx:
        return page_out(projects.list_projects(tx, page), ProjectOut.of)


@router.reads("/projects/{project}", action="project:list")
def get_project(call: ApiCall, project: str) -> ProjectOut:
    """Return a project by its key."""
    with call.read() as tx:
        return ProjectOut.of(projects.get_project(tx, project))


class HappeningOut(BaseModel):
    """Something that was done to a project or to what stands in it."""

    id: str
    at: Time
    actor: dict[str, str | None]
    via_key_id: str | None
    action: str
    resource: dict[str, str]

    @classmethod
    def of(cls, entry: Entry) -> "HappeningOut":
        """Present *entry* for those who work in the project: not from where, nor what exactly."""
        return cls(
            id=entry.id,
            at=entry.at,
            actor={"kind": entry.actor_kind, "id": entry.actor_id, "name": entry.actor_name},
            via_key_id=entry.via_key_id,
            action=entry.action,
            resource={"kind": entry.resource_kind, "id": entry.resource_id, "name": entry.resource_name},
        )


@router.changes("/projects/{project}", action="project:rename")
def change_project(call: ApiCall, project: str, body: ProjectChange) -> ProjectOut:
    """Give a project another name or description; its key stays."""
    if body.name is None and body.description is None:
        raise Invalid("Nothing to change.", faults=[FieldFault("body", "send name or description")])
    with call.begin() as tx:
        made = projects.change_project(tx, project, name=body.name, description=body.description)
        return ProjectOut.of(made)


@router.removes("/projects/{project}", action="project:delete")
def delete_project(call: ApiCall, project: str) -> ReceiptOut:
    """Delete a project with its datasets; one that holds applications is refused."""
    with call.begin() as tx:
        projects.delete_project(tx, project, Shelf(call.house.folders.datasets))
    return ReceiptOut.of(call.house.collect_receipt())


@router.reads("/projects/{project}/variables", action="project:variables")
def read_variables(call: ApiCall, project: str) -> dict[str, Any]:
    """Return a project's variables."""
    with call.read() as tx:
        return projects.read_variables(tx, project)


@router.replaces("/projects/{project}/variables", action="project:set-variables")
def set_variables(call: ApiCall, project: str, body: dict[str, Any]) -> dict[str, Any]:
    """Replace a project's variables by a JSON object."""
    with call.begin() as tx:
        return projects.set_variables(tx, project, body)


@router.reads("/projects/{project}/timeline", action="project:timeline")
def read_timeline(call: ApiCall, project: str, page: PageQuery) -> PageOut[HappeningOut]:
    """List what was done to a project and in it, newest first."""
    with call.read() as tx:
        return page_out(projects.read_timeline(tx, project, page), HappeningOut.of)
