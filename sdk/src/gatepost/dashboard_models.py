"""What the server answers about dashboards and archives, as frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gatepost.project_models import Project
from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class Dashboard(Model):
    """A dashboard; `tiles` is None for who may see it, but not read how it is made."""

    id: str
    project: str
    name: str
    tiles: tuple[Mapping[str, object], ...] | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SeenTile(Model):
    """A tile as one sees it; `content` is None unless `state` is shown."""

    id: str
    type: str
    state: str
    title: str = ""
    content: Mapping[str, object] | None = None
    reason: str | None = None
    by: str | None = None


@dataclass(frozen=True, kw_only=True)
class SeenDashboard(Model):
    """A dashboard as one sees it now."""

    id: str
    name: str
    seen_at: datetime
    tiles: tuple[SeenTile, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Authorized(Model):
    """Something whose data viewers of dashboards see by somebody else's rights."""

    id: str
    name: str
    by: Mapping[str, str]
    is_effective: bool = True
    given_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Imported(Model):
    """A project that was imported; nobody was given what `suggestions` tell of."""

    project: Project
    suggestions: Mapping[str, object] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
