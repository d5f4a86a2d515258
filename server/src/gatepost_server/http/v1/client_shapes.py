"""How client applications, their secrets and members go over the wire."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, StrictInt

from gatepost_server.approvals import Validity, parse_validity
from gatepost_server.clients import Client, ClientGroup, ClientSecret, IpAllowlist, Member, Owner
from gatepost_server.http.v1.wire import Body, Time
from gatepost_server.store import Tx


class DaysIn(Body):
    """So many days from now on."""

    days: StrictInt


class UntilIn(Body):
    """Until a moment."""

    until: datetime


ValidityIn = Literal["permanent"] | DaysIn | UntilIn


def validity_of(tx: Tx, validity: ValidityIn) -> Validity:
    """Return what was sent, checked."""
    return parse_validity(validity if isinstance(validity, str) else validity.model_dump(), tx.now)


class IpAllowlistIn(Body):
    """From where an application may call: entries with `;` between them.

    With `mode` *trust* calls from there need no signature, and reach only what reads.
    """

    enabled: bool
    entries: str = ""
    mode: Literal["require", "trust"] = "require"

    def value(self) -> IpAllowlist:
        """Return it as a value."""
        return IpAllowlist(self.enabled, self.entries, self.mode == "trust")


class PersonOut(BaseModel):
    """Somebody by id, username and name."""

    id: str
    username: str
    name: str

    @classmethod
    def of(cls, one: Owner) -> "PersonOut":
        """Present *one*."""
        return cls(id=one.id, username=one.username, name=one.name)


class ClientGroupOut(BaseModel):
    """An application group; `clients` counts all that are in it."""

    id: str
    name: str
    approvers: list[str]
    clients: int
    created_at: Time

    @classmethod
    def of(cls, one: ClientGroup) -> "ClientGroupOut":
        """Present *one* group."""
        return cls(
            id=one.id,
            name=one.name,
            approvers=list(one.approvers),
            clients=one.clients,
            created_at=one.created_at,
        )


class ClientOut(BaseModel):
    """A client application; what one may only know of has its first fields, and null for the others.

    `your_role` is owner or member; `expires_at` is when it ends, and `grant` what to renew.
    Until `debugging_until` refused calls show what was to be signed; `compatible` is whether calls
    may come on the compatible path.
    """

    id: str
    name: str
    app_key: str
    group: dict[str, str]
    owners: list[PersonOut]
    created_at: Time
    updated_at: Time
    scenario: str | None = None
    listed: bool | None = None
    hosted: bool | None = None
    ip_allowlist: dict[str, Any] | None = None
    apis: int | None = None
    data_sources: int | None = None
    members: int | None = None
    your_role: str | None = None
    expires_at: Time | None = None
    grant: str | None = None
    debugging_until: Time | None = None
    compatible: bool | None = None
    app_secret: str | None = None

    @classmethod
    def of(cls, one: Client, *, app_secret: str | None = None) -> "ClientOut":
        """Present *one* application, with the secret that was made with it."""
        known = cls(
            id=one.id,
            name=one.name,
            app_key=one.app_key,
            group={"id": one.group_id, "name": one.group_name},
            owners=[PersonOut.of(each) for each in one.owners],
            created_at=one.created_at,
            updated_at=one.updated_at,
            app_secret=app_secret,
        )
        if not one.is_known_only:
            known.scenario, known.listed, known.hosted = one.scenario, one.is_listed, one.is_hosted
            mode = "trust" if one.ip.is_trusted else "require"
            known.ip_allowlist = {"enabled": one.ip.is_enabled, "entries": one.ip.entries, "mode": mode}
            known.apis, known.data_sources, known.members = one.apis, one.data_sources, one.members
            known.debugging_until, known.compatible = one.debug_until, one.is_compatible
            known.your_role, known.expires_at, known.grant = one.role, one.until, one.grant_id
        return known


class SecretOut(BaseModel):
    """An AppSecret without its text; `app_secret` only in the answer to its making."""

    id: str
    member: PersonOut | None
    custom: bool
    weak: bool
    active: bool
    valid_from: Time
    valid_until: Time | None
    made_by: str
    created_at: Time
    app_secret: str | None = None

    @classmethod
    def of(cls, one: ClientSecret, now: datetime, *, app_secret: str | None = None) -> "SecretOut":
        """Present *one* secret as it is *now*."""
        return cls(
            id=one.id,
            member=None if one.member is None else PersonOut.of(one.member),
            custom=one.is_custom,
            weak=one.is_weak,
            active=one.signs_at(now),
            valid_from=one.from_at,
            valid_until=one.until_at,
            made_by=one.by_name,
            created_at=one.created_at,
            app_secret=app_secret,
        )


class SecretText(BaseModel):
    """The text of a secret."""

    app_secret: str


class MemberOut(BaseModel):
    """Somebody who may use an application, until when, and who let them."""

    id: str
    username: str
    name: str
    since: Time
    until: Time | None
    added_by: str
    has_secret: bool

    @classmethod
    def of(cls, one: Member) -> "MemberOut":
        """Present *one* member."""
        return cls(
            id=one.id,
            username=one.username,
            name=one.name,
            since=one.since,
            until=one.until,
            added_by=one.by_name,
            has_secret=one.has_secret,
        )
