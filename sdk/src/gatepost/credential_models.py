"""Stored credentials as the server answers them; none holds a secret."""

from dataclasses import dataclass
from datetime import datetime

from gatepost.models import Person
from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class StoredCredential(Model):
    """What somebody signs in with elsewhere, under a name; `health` is what its last use said."""

    id: str
    name: str
    type: str
    user: str = ""
    health: str = "untested"
    owner: Person | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
