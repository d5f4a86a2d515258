"""Personal API keys."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from gatepost.models import IssuedKey, Key, Receipt
from gatepost.shape import read, stamp
from gatepost.transport import Transport, segment


class _PolicyDefault:
    """Says that the server chooses the expiry."""


POLICY_DEFAULT = _PolicyDefault()


class KeyCalls:
    """Calls about one's own API keys."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        name: str,
        *,
        expires_at: datetime | _PolicyDefault | None = POLICY_DEFAULT,
        role: str | None = None,
        ip_allowlist: Sequence[str] | None = None,
    ) -> IssuedKey:
        """Make a key; needs a session, and its `key` is shown this once.

        *expires_at* None means never, where the instance allows it; left out, the
        instance decides. *role* may only be lower than one's own.

        Raises:
            Denied: a key calls (keys may not create keys), or never is not allowed.
            Invalid: a field is not acceptable.
        """
        body: dict[str, object] = {"name": name}
        if not isinstance(expires_at, _PolicyDefault):
            body["expires_at"] = stamp(expires_at) if expires_at is not None else None
        if role is not None:
            body["role"] = role
        if ip_allowlist is not None:
            body["ip_allowlist"] = ";".join(ip_allowlist)
        return read(IssuedKey, self._transport.call("POST", "keys", body=body))

    def list(
        self, *, q: str | None = None, sort: str | None = None, status: str | None = None
    ) -> Iterator[Key]:
        """Yield one's keys; *status* is `active`, `expired` or `revoked`, left out: all."""
        return self._transport.pages(Key, "keys", {"q": q, "sort": sort, "status": status})

    def delete(self, key_id: str) -> Receipt:
        """Delete a key; when this returns, the gates named in the receipt have forgotten it.

        Raises:
            NotFound: there is no such key of the caller's.
        """
        return read(Receipt, self._transport.call("DELETE", f"keys/{segment(key_id)}"))
