"""What is different between two versions of a source."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from gatepost_server import apps
from gatepost_server.apps import Comparison
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["sources"])


class FileChangeOut(BaseModel):
    """A file that is not the same; `diff` is null for what is no text, or too long to be compared."""

    path: str
    change: str
    diff: str | None


class ResourceChangeOut(BaseModel):
    """A resource that is not the same."""

    name: str
    before: str | float | None
    after: str | float | None


class NeedsOut(BaseModel):
    """The requirements that came and went, as they are written."""

    added: list[str]
    removed: list[str]


class ComparisonOut(BaseModel):
    """What is different in `version`, seen from `before`."""

    before: int
    version: int
    files: list[FileChangeOut]
    requirements: NeedsOut
    resources: list[ResourceChangeOut]

    @classmethod
    def of(cls, found: Comparison) -> "ComparisonOut":
        """Present what was *found*."""
        return cls(
            before=found.before.number,
            version=found.after.number,
            files=[FileChangeOut(path=one.path, change=one.change, diff=one.diff) for one in found.files],
            requirements=NeedsOut(
                added=list(found.requirements_added), removed=list(found.requirements_removed)
            ),
            resources=[
                ResourceChangeOut(name=name, before=_plain(before), after=_plain(after))
                for name, (before, after) in found.resources.items()
            ],
        )


@router.reads("/sources/{source_id}/versions/{number}/compare", action="source:read")
def compare(
    call: ApiCall,
    source_id: str,
    number: int,
    before: Annotated[int | None, Query(ge=1, description="the version to look back to")] = None,
) -> ComparisonOut:
    """Compare a version with another one, the one before it if none is named."""
    with call.read() as tx:
        found = apps.compare_versions(tx, source_id, before, number, call.house.folders)
        return ComparisonOut.of(found)


def _plain(value: object) -> str | float | None:
    return value if value is None or isinstance(value, int | float) else str(value)
