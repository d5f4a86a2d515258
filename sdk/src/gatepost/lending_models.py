"""What the server answers about applications that act in one's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gatepost.models import Person
from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class Lent(Model):
    """An application that one agreed to: up to which level, and whether that still counts."""

    app: str
    name: str | None = None
    level: str
    agreed_at: datetime | None = None
    counts: bool = False


@dataclass(frozen=True, kw_only=True)
class Asked(Model):
    """The level that an application asks for in one's name (None: none), and what it has until then.

    `visitor_reach` are the projects and datasets on which it asks for it; None all that one may.
    """

    level: str | None = None
    until_then: str | None = None
    has_agreed: bool = False
    deployed_by: Person | None = None
    visitor_reach: Sequence[str] | None = None
