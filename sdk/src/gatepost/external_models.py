"""What the API tells about sharing with people outside."""

from dataclasses import dataclass
from datetime import datetime

from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class Guest(Model):
    """Somebody outside who is signed in to one application; `last_seen` is None until they opened it."""

    id: str
    email: str
    since: datetime
    ends_at: datetime
    last_seen: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Invited(Model):
    """An address to which a mail went whose link can be used until `expires_at`."""

    email: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class External(Model):
    """External sharing of an application; `link` is None until it was first set up."""

    enabled: bool
    allowed: tuple[str, ...] = ()
    link: str | None = None
    guests: tuple[Guest, ...] = ()
    invited: tuple[Invited, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sent(Model):
    """What became of one invitation; `reason` says why no mail goes out."""

    email: str
    sent: bool
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class SentList(Model):
    """What became of all of them."""

    items: tuple[Sent, ...] = ()
