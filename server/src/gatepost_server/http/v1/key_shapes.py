"""Keys on the wire: what the routes of every kind of key share."""

from datetime import datetime, timedelta

from pydantic import BaseModel

from gatepost_server.authz import Principal
from gatepost_server.http.v1.wire import Body, Time, aware
from gatepost_server.keys import Change, Draft, ExpiryChoice, IssuedKey, Key, OldCaller, OldSecret


class DraftIn(Body):
    """What is said of any new key. `expires_at` absent: the server's default; null: never."""

    name: str
    description: str = ""
    expires_at: datetime | None = None
    ip_allowlist: str | None = None

    @property
    def expiry(self) -> ExpiryChoice:
        """What was said about the end."""
        return ExpiryChoice("expires_at" in self.model_fields_set, aware(self.expires_at, "expires_at"))

    def draft(self) -> Draft:
        """Return it as a value."""
        return Draft(self.name, self.description, self.expiry, self.ip_allowlist or "")


class ChangeIn(Body):
    """What is to change of a key; absent fields stay. `ip_allowlist` null or empty lifts it."""

    name: str | None = None
    description: str | None = None
    expires_at: datetime | None = None
    ip_allowlist: str | None = None
    is_enabled: bool | None = None

    def change(self) -> Change:
        """Return it as a value."""
        said = self.model_fields_set
        return Change(
            name=self.name,
            description=self.description,
            expiry=ExpiryChoice("expires_at" in said, aware(self.expires_at, "expires_at")),
            ip_allowlist=(self.ip_allowlist or "") if "ip_allowlist" in said else None,
            is_enabled=self.is_enabled,
        )


class RotateIn(Body):
    """How long the old secret goes on counting; 0 ends it at once."""

    overlap_seconds: int = 0

    @property
    def overlap(self) -> timedelta:
        """Return it as a span; what is out of all measure stays out of it."""
        return timedelta(seconds=max(-1, min(self.overlap_seconds, 10**9)))


class RunAsIn(Body):
    """The associated user, by username; null for none."""

    user: str | None


class OldCallerOut(BaseModel):
    """Somebody who still has a replaced secret: from where, by what program, since when and how often.

    `via` is `api` or `app`; `app` is the application that was called, null where you may not know of it.
    """

    ip: str | None
    agent: str | None
    via: str
    app: dict[str, str] | None
    first_at: Time
    last_at: Time
    uses: int

    @classmethod
    def of(cls, one: OldCaller) -> "OldCallerOut":
        """Present *one*."""
        is_known = one.app_id is not None and one.app_name is not None
        return cls(
            ip=one.ip,
            agent=one.agent,
            via="api" if one.app_id is None else "app",
            app={"id": str(one.app_id), "name": str(one.app_name)} if is_known else None,
            first_at=one.first_at,
            last_at=one.last_at,
            uses=one.uses,
        )


class OldSecretOut(BaseModel):
    """A replaced secret that still counts, and who used it since it was replaced, the last first.

    The latest 50 `callers` are told one by one; `other_uses` counts what others did.
    """

    ends_at: Time
    last_four: str
    replaced_at: Time
    callers: list[OldCallerOut]
    other_uses: int
    last_used_at: Time | None
    last_used_ip: str | None
    last_used_agent: str | None

    @classmethod
    def of(cls, old: OldSecret | None) -> "OldSecretOut | None":
        """Present *old*."""
        if old is None:
            return None
        return cls(
            ends_at=old.ends_at,
            last_four=old.last_four,
            replaced_at=old.replaced_at,
            callers=[OldCallerOut.of(one) for one in old.callers],
            other_uses=old.other_uses,
            last_used_at=old.last.last_at if old.last else None,
            last_used_ip=old.last.ip if old.last else None,
            last_used_agent=old.last.agent if old.last else None,
        )


class KeyOut(BaseModel):
    """A key as lists show it; `app_id` is the application that it is the key of."""

    id: str
    kind: str
    name: str
    description: str
    prefix: str
    last_four: str
    role: str | None
    ip_allowlist: str | None
    is_enabled: bool
    status: str
    app_id: str | None
    created_at: Time
    expires_at: Time | None
    revoked_at: Time | None
    last_used_at: Time | None
    last_used_ip: str | None
    last_used_agent: str | None
    old_secret: OldSecretOut | None

    @classmethod
    def of(cls, key: Key, now: datetime) -> "KeyOut":
        """Present *key*."""
        return cls(
            id=key.id,
            kind=key.kind.value,
            name=key.name,
            description=key.description,
            prefix=key.prefix,
            last_four=key.last_four,
            role=key.role,
            ip_allowlist=key.ip_allowlist,
            is_enabled=key.is_enabled,
            status=key.status(now).value,
            app_id=key.app_id,
            created_at=key.created_at,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
            last_used_at=key.last_used_at,
            last_used_ip=key.last_used_ip,
            last_used_agent=key.last_used_agent,
            old_secret=OldSecretOut.of(key.old_secret),
        )


class HeldKeyOut(KeyOut):
    """A key that holds rights of its own: who made it, who answers for it, its associated user.

    `run_as_counts` is false when the associated user agrees no longer.
    """

    sponsor: dict[str, str] | None
    created_by: dict[str, str] | None
    run_as: str | None
    run_as_counts: bool

    @classmethod
    def held(cls, key: Key, now: datetime) -> dict[str, object]:
        """Return the fields of *key* that every such key has."""
        return {
            **KeyOut.of(key, now).model_dump(),
            "sponsor": party(key.owner),
            "created_by": party(key.created_by),
            "run_as": key.run_as.name if key.run_as else None,
            "run_as_counts": key.run_as_counts,
        }


class RotatedOut(BaseModel):
    """A key's new text, shown only here, and when the old one ends."""

    key: str
    old_ends_at: Time
    id: str
    name: str
    prefix: str
    last_four: str

    @classmethod
    def of(cls, issued: IssuedKey, old_ends_at: datetime) -> "RotatedOut":
        """Present *issued*."""
        key = issued.key
        return cls(
            key=issued.text.reveal(),
            old_ends_at=old_ends_at,
            id=key.id,
            name=key.name,
            prefix=key.prefix,
            last_four=key.last_four,
        )


def party(who: Principal | None) -> dict[str, str] | None:
    """Return somebody as lists name them; None when they are gone."""
    return {"type": who.kind, "id": who.id, "name": who.name, "label": who.label} if who else None
