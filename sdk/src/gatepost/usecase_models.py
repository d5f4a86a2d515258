"""Use cases as the server answers them."""

from dataclasses import dataclass
from datetime import datetime

from gatepost.models import Person
from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class Usecase(Model):
    """What belongs to one purpose; `links` counts what one may see of it."""

    id: str
    name: str
    description: str = ""
    owner: Person | None = None
    links: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class UsecaseLink(Model):
    """A thing that is linked to a use case."""

    type: str
    id: str
    name: str
    linked_at: datetime | None = None
    by: Person | None = None
