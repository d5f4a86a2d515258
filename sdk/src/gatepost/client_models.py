"""Client applications as the server answers them: with their secrets, members and groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gatepost.secret import Secret
from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class Keeper(Model):
    """Somebody who owns or uses a client application."""

    id: str
    username: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class ClientGroup(Model):
    """An application group; `approvers` are usernames."""

    id: str
    name: str
    approvers: tuple[str, ...] = ()
    clients: int = 0
    created_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ClientApplication(Model):
    """A client application; of one that one may only know of, no more than the first facts.

    `app_secret` is only in the answer to its making.
    """

    id: str
    name: str
    app_key: str
    group: Mapping[str, str]
    owners: tuple[Keeper, ...] = ()
    created_at: datetime | None = None
    updated_at: datetime | None = None
    scenario: str | None = None
    listed: bool | None = None
    hosted: bool | None = None
    ip_allowlist: Mapping[str, object] | None = None
    apis: int | None = None
    data_sources: int | None = None
    members: int | None = None
    your_role: str | None = None
    expires_at: datetime | None = None
    grant: str | None = None
    debugging_until: datetime | None = None
    compatible: bool | None = None
    app_secret: Secret | None = None


@dataclass(frozen=True, kw_only=True)
class ClientSecret(Model):
    """An AppSecret; its text only in the answer to its making."""

    id: str
    member: Keeper | None = None
    custom: bool = False
    weak: bool = False
    active: bool = False
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    made_by: str = ""
    created_at: datetime | None = None
    app_secret: Secret | None = None


@dataclass(frozen=True, kw_only=True)
class ClientSecretText(Model):
    """The text of a secret that is shown again."""

    app_secret: Secret


@dataclass(frozen=True, kw_only=True)
class ClientMember(Model):
    """Somebody who may use a client application, until when."""

    id: str
    username: str
    name: str = ""
    since: datetime | None = None
    until: datetime | None = None
    added_by: str = ""
    has_secret: bool = True
