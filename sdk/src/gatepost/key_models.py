"""Keys of projects and global keys as the server answers them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gatepost.models import Key
from gatepost.secret import Secret
from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class Answerer(Model):
    """Who answers for a key, or made it."""

    type: str
    id: str
    name: str
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class HeldKey(Key):
    """A key that holds rights of its own, within those of its sponsor."""

    sponsor: Answerer | None = None
    created_by: Answerer | None = None
    run_as: str | None = None
    run_as_counts: bool = False


@dataclass(frozen=True, kw_only=True)
class AppKey(Key):
    """A key of an application: for whom it acts, how far, and whether the application is run with it."""

    user: Answerer | None = None
    key_scope_level: str | None = None
    is_used: bool = False


@dataclass(frozen=True, kw_only=True)
class AnyKey(Key):
    """A key of any kind, as administrators list them: whose it is or who answers for it."""

    owner: Answerer | None = None
    project: str | None = None
    run_as: str | None = None


@dataclass(frozen=True, kw_only=True)
class Consents(Model):
    """The projects whose keys one agreed to be the associated user of."""

    projects: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class KeyText(Model):
    """The text of a key that could be shown again."""

    key: Secret


@dataclass(frozen=True, kw_only=True)
class ProjectKey(HeldKey):
    """A key of a project."""

    project: str
    permissions: tuple[str, ...] = ()
    datasets: Mapping[str, list[str]] = field(default_factory=dict)
    allowed_origins: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GlobalKey(HeldKey):
    """A key for several projects, or for the whole server."""

    global_admin: bool = False
    projects: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class IssuedProjectKey(ProjectKey):
    """A project key that was just made; `key` is shown this once."""

    key: Secret


@dataclass(frozen=True, kw_only=True)
class IssuedGlobalKey(GlobalKey):
    """A global key that was just made; `key` is shown this once."""

    key: Secret


@dataclass(frozen=True, kw_only=True)
class RotatedKey(Model):
    """A key's new text, shown this once, and when its old one ends."""

    key: Secret
    old_ends_at: datetime
    id: str
    name: str
    prefix: str
