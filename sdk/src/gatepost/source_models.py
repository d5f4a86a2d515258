"""What the server answers about files of versions, and about environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gatepost.models import Person
from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class SourceFile(Model):
    """One file of a version."""

    path: str
    size: int = 0
    is_executable: bool = False


@dataclass(frozen=True, kw_only=True)
class FileChange(Model):
    """A file that is not the same in two versions; `diff` is None for what is no text."""

    path: str
    change: str
    diff: str | None = None


@dataclass(frozen=True, kw_only=True)
class Comparison(Model):
    """What is different in a version, seen from another one."""

    before: int
    version: int
    files: tuple[FileChange, ...] = ()
    requirements: Mapping[str, object] = field(default_factory=dict)
    resources: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Deployment(Model):
    """A version that was put to work for an application, by whom; `is_live` is what people reach."""

    id: str
    version: int
    source_id: str | None = None
    kind: str | None = None
    at: datetime | None = None
    by: Person | None = None
    is_wanted: bool = False
    is_live: bool = False


@dataclass(frozen=True, kw_only=True)
class RuntimeParameter(Model):
    """A runtime parameter of an application: as declared, as set (`value`), as its process finds it."""

    name: str
    type: str
    default: object = None
    description: str = ""
    allow_empty: bool = True
    min: float | None = None
    max: float | None = None
    value: object = None
    payload: object = None


@dataclass(frozen=True, kw_only=True)
class EnvVariable(Model):
    """An environment variable of an application, and who set it; never its value."""

    name: str
    set_at: datetime | None = None
    set_by: Person | None = None
