"""Versions of a source: uploaded or drafted, given resources, built."""

from pydantic import BaseModel, Field

from gatepost_server import apps
from gatepost_server.apps import KeyScopeLevel, Kind, Resources, SourceVersion
from gatepost_server.http.v1.app_parameters import DeclaredOut
from gatepost_server.http.v1.sources import Upload, form_of, limits_of, person
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, Time, page_out
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["sources"])


class VersionIn(Body):
    """What may be said of a version beside its bundle."""

    kind: Kind | None = None


class DraftIn(Body):
    """A draft to be begun, from the files and resources of a version, or empty for null."""

    base_version: int | None = Field(ge=1)


class BuildOrderIn(Body):
    """How a draft is served, when its files do not say."""

    kind: Kind | None = None


class ResourcesIn(Body):
    """All that a version asks for; what is left out is as usual, a level left out never set.

    `visitor_reach` names projects (`P`) and datasets (`P/D`): visitors' keys reach no other.
    Below `health_path` a process has to answer 200 to 399; null: any answer at `/` will do.
    """

    cpu: float = 1.0
    memory: int = 1024
    replicas: int = 1
    session_affinity: bool = False
    idle_pause_minutes: int | None = None
    required_key_scope_level: KeyScopeLevel | None = None
    visitor_reach: list[str] | None = None
    health_path: str | None = None

    def wanted(self) -> Resources:
        """Return them as the domain has them."""
        return Resources(
            self.cpu,
            self.memory,
            self.replicas,
            self.required_key_scope_level,
            self.idle_pause_minutes,
            self.session_affinity,
            None if self.visitor_reach is None else tuple(self.visitor_reach),
            self.health_path,
        )


class ResourcesOut(BaseModel):
    """What a version asks for: cores, memory in MiB, processes, and how far its keys reach.

    It pauses when nobody called for `idle_pause_minutes`: 0 never, null as the server does.
    With `session_affinity` a browser keeps to one of several processes while that answers.
    `visitor_reach` are the projects and datasets that visitors' keys reach; null all that they may.
    """

    cpu: float
    memory: int
    replicas: int
    session_affinity: bool
    idle_pause_minutes: int | None
    required_key_scope_level: KeyScopeLevel | None
    visitor_reach: list[str] | None = None
    health_path: str | None = None

    @classmethod
    def of(cls, wanted: Resources) -> "ResourcesOut":
        """Present *wanted*."""
        return cls(
            cpu=wanted.cpu,
            memory=wanted.memory,
            replicas=wanted.replicas,
            session_affinity=wanted.session_affinity,
            idle_pause_minutes=wanted.idle_pause_minutes,
            required_key_scope_level=wanted.required_key_scope_level,
            visitor_reach=None if wanted.visitor_reach is None else list(wanted.visitor_reach),
            health_path=wanted.health_path,
        )


class VersionOut(BaseModel):
    """A version: what it is, who made it, how its build went.

    While it is a draft it is not known how it will be served, nor its digest. `authors` are
    all whose work is in it; `author` was the last.
    """

    id: str
    source_id: str
    version: int
    state: str
    reason: str | None
    kind: str | None
    entrypoint: str | None
    detected_because: str | None
    author: dict[str, str] | None
    authors: list[dict[str, str]]
    based_on: int | None
    sha256: str | None
    size: int
    files: int
    resources: ResourcesOut
    runtime_parameters: list[DeclaredOut]
    created_at: Time
    built_at: Time | None

    @classmethod
    def of(cls, version: SourceVersion) -> "VersionOut":
        """Present *version*."""
        detected = version.detected
        return cls(
            id=version.id,
            source_id=version.source_id,
            version=version.number,
            state=version.state,
            reason=version.reason,
            kind=detected.kind if detected else None,
            entrypoint=detected.entrypoint if detected else None,
            detected_because=detected.because if detected else None,
            author=person(version.author_id, version.author_name),
            authors=[{"id": one, "name": name} for one, name in version.authors],
            based_on=version.based_on,
            sha256=version.sha256 or None,
            size=version.size,
            files=version.files,
            resources=ResourcesOut.of(version.resources),
            runtime_parameters=[DeclaredOut.of(one) for one in detected.parameters] if detected else [],
            created_at=version.created_at,
            built_at=version.built_at,
        )


@router.makes(
    "/sources/{source_id}/versions",
    status_code=201,
    action="source:edit",
    openapi_extra=form_of(VersionIn, DraftIn),
)
def add_version(call: ApiCall, source_id: str, upload: Upload) -> VersionOut:
    """Add the next version of a source: files, whose build starts at once, or a draft."""
    if upload.bundle is None and "base_version" in upload.fields:
        base, folders = upload.read_as(DraftIn).base_version, call.house.folders
        return VersionOut.of(apps.start_draft(call, folders, source_id, base))
    kind = upload.read_as(VersionIn).kind
    sources, now = call.house.folders.sources, call.house.uow.clock.now()
    with (
        apps.taken_in(upload.file(), sources, now, kind=kind, limits=limits_of(call)) as bundle,
        call.begin() as tx,
    ):
        return VersionOut.of(apps.add_version(tx, source_id, bundle))


@router.reads("/sources/{source_id}/versions", action="source:read")
def list_versions(call: ApiCall, source_id: str, page: PageQuery) -> PageOut[VersionOut]:
    """List the versions of a source, newest first."""
    with call.read() as tx:
        return page_out(apps.list_versions(tx, source_id, page), VersionOut.of)


@router.reads("/sources/{source_id}/versions/{number}", action="source:read")
def get_version(call: ApiCall, source_id: str, number: int) -> VersionOut:
    """Return one version of a source."""
    with call.read() as tx:
        return VersionOut.of(apps.get_version(tx, source_id, number))


@router.removes("/sources/{source_id}/versions/{number}", status_code=204, action="source:edit")
def discard_draft(call: ApiCall, source_id: str, number: int) -> None:
    """Discard a draft with its files; its number goes to the next version."""
    with call.begin() as tx:
        apps.discard_draft(tx, source_id, number, call.house.folders)


@router.replaces("/sources/{source_id}/versions/{number}/resources", action="source:edit")
def set_resources(call: ApiCall, source_id: str, number: int, body: ResourcesIn) -> VersionOut:
    """Give a draft other resources; of a version that is none, the next draft is begun with them."""
    wanted = body.wanted()
    return VersionOut.of(apps.set_resources(call, call.house.folders, source_id, number, wanted))


@router.makes("/sources/{source_id}/versions/{number}/build", status_code=202, action="source:edit")
def build_draft(call: ApiCall, source_id: str, number: int, body: BuildOrderIn | None = None) -> VersionOut:
    """Make a draft final and build it; poll until `state` is built or failed."""
    kind = body.kind if body is not None else None
    return VersionOut.of(apps.build_draft(call, call.house.folders, source_id, number, kind=kind))
