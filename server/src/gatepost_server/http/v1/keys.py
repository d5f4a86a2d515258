"""One's own API keys."""

from datetime import datetime

from pydantic import BaseModel

from gatepost_server import keys
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, ReceiptOut, Time, aware, page_out
from gatepost_server.keys import ExpiryChoice, Key, KeyStatus
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["keys"])


class KeyIn(Body):
    """A key to be made. `expires_at` absent: the server's default; null: never."""

    name: str
    expires_at: datetime | None = None
    role: str | None = None
    ip_allowlist: str | None = None

    @property
    def expiry(self) -> ExpiryChoice:
        """What was said about the end."""
        is_given = "expires_at" in self.model_fields_set
        return ExpiryChoice(is_given, aware(self.expires_at, "expires_at"))


class KeyOut(BaseModel):
    """A key as lists show it."""

    id: str
    kind: str
    name: str
    prefix: str
    last_four: str
    role: str | None
    ip_allowlist: str | None
    status: str
    created_at: Time
    expires_at: Time | None
    revoked_at: Time | None
    last_used_at: Time | None
    last_used_ip: str | None
    last_used_agent: str | None

    @classmethod
    def of(cls, key: Key, now: datetime) -> "KeyOut":
        """Present *key*."""
        return cls(
            id=key.id,
            kind=key.kind.value,
            name=key.name,
            prefix=key.prefix,
            last_four=key.last_four,
            role=key.role,
            ip_allowlist=key.ip_allowlist,
            status=key.status(now).value,
            created_at=key.created_at,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
            last_used_at=key.last_used_at,
            last_used_ip=key.last_used_ip,
            last_used_agent=key.last_used_agent,
        )


class KeyMade(KeyOut):
    """A new key with its text, shown only here."""

    key: str


@router.makes("/keys", status_code=201, action="key:create")
def create_key(call: ApiCall, body: KeyIn) -> KeyMade:
    """Make a personal key; its text is in this answer and nowhere else."""
    with call.begin() as tx:
        issued = keys.issue_personal_key(
            tx,
            call.house.peppers,
            call.house.key_rules,
            name=body.name,
            expiry=body.expiry,
            role=body.role,
            ip_allowlist=body.ip_allowlist or "",
        )
        return KeyMade(**KeyOut.of(issued.key, tx.now).model_dump(), key=issued.text.reveal())


@router.reads("/keys", action="key:list")
def list_keys(call: ApiCall, page: PageQuery, status: KeyStatus | None = None) -> PageOut[KeyOut]:
    """List one's own keys."""
    with call.read() as tx:
        return page_out(keys.list_keys(tx, page, status), lambda key: KeyOut.of(key, tx.now))


@router.removes("/keys/{key_id}", action="key:delete")
def delete_key(call: ApiCall, key_id: str) -> ReceiptOut:
    """Delete one of one's own keys; it is refused everywhere when this answers."""
    with call.begin() as tx:
        keys.revoke_key(tx, key_id)
    return ReceiptOut.of(call.house.collect_receipt())
