"""Reads for the gate: an AppKey, and the secrets by which a call of its application may be signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, String, and_, bindparam, literal_column, select

from gatepost_server.authz import NODE_CELLS, Node, is_living, node_of, with_grant, with_node
from gatepost_server.clients.model import secret_place
from gatepost_server.clients.tables import ClientRow, SecretRow
from gatepost_server.crypto import Place
from gatepost_server.store import Prepared, RawReader

_OPEN: Final = and_(
    SecretRow.client_id == ClientRow.id,
    literal_column("app_secrets.until_at", BigInteger()) > bindparam("now", type_=BigInteger()),
)
_CELLS: Final = (
    SecretRow.id,
    SecretRow.text_sealed,
    SecretRow.from_at,
    SecretRow.until_at,
    SecretRow.member_id,
    SecretRow.grant_id,
)
_OWN: Final = 6
_KNOWN: Final = _OWN + NODE_CELLS
_GRANT: Final = _KNOWN + len(_CELLS)
_SIGNING: Final = Prepared(
    with_grant(
        with_node(
            select(
                ClientRow.name,
                ClientRow.is_ip_checked,
                ClientRow.ip_allowlist,
                ClientRow.is_ip_trusted,
                ClientRow.debug_until,
                ClientRow.is_compatible,
            )
            .select_from(ClientRow)
            .outerjoin(SecretRow, _OPEN)
            .where(ClientRow.app_key == bindparam("app_key", type_=String())),
            ClientRow.id,
        ).add_columns(*_CELLS),
        SecretRow.grant_id,
    ).order_by(SecretRow.id)
)
"""One statement, whatever there is: the application, beside each secret that has not ended its grant."""


@dataclass(frozen=True)
class SigningSecret:
    """A secret as it lies sealed, with its window in microseconds; `place` is what opens it."""

    id: str
    sealed: bytes
    place: Place
    begin: int
    until: int
    member_id: str | None


@dataclass(frozen=True)
class SigningFacts:
    """What checking a signature takes: whose AppKey it is, the secrets that count, the allowlist if on.

    `is_debugging` is whether a refused call may be shown what was to be signed, `is_compatible`
    whether its calls may come on the compatible path, `is_ip_trusted` whether those from its list
    need no signature.
    """

    node: Node
    name: str
    ip_allowlist: str | None
    secrets: tuple[SigningSecret, ...]
    is_debugging: bool = False
    is_compatible: bool = False
    is_ip_trusted: bool = False


def signing_facts(reader: RawReader, app_key: str, now: int) -> SigningFacts | None:
    """Return what an AppKey's calls may be signed with at *now* (microseconds); None for an unknown one.

    A member's secret counts as long as the membership does and they are active. That somebody
    active still owns the application (`authz.has_owner`), and what it may call, is for others to ask.
    """
    rows = reader.all(_SIGNING, app_key=app_key, now=now)
    if not rows:
        return None
    name, is_checked, allowlist, is_trusted, debug_until, is_compatible = rows[0][:_OWN]
    node = node_of(rows[0][_OWN:_KNOWN])
    secrets = tuple(
        _secret(node.id, row[_KNOWN:_GRANT]) for row in rows if _signs(row[_KNOWN:_GRANT], row[_GRANT:], now)
    )
    is_debugging = debug_until is not None and now < debug_until
    listed = allowlist if is_checked else None
    is_ip_trusted = bool(is_checked and is_trusted)
    return SigningFacts(node, name, listed, secrets, is_debugging, bool(is_compatible), is_ip_trusted)


def _signs(cells: Sequence[Any], grant: Sequence[Any], now: int) -> bool:
    secret_id, _sealed, begin, until, _member, grant_id = cells
    is_open = secret_id is not None and begin <= now < until
    return is_open and (grant_id is None or is_living(grant, now))


def _secret(client_id: str, cells: Sequence[Any]) -> SigningSecret:
    secret_id, sealed, begin, until, member_id, _grant = cells
    return SigningSecret(
        secret_id, bytes(sealed), secret_place(secret_id, client_id), begin, until, member_id
    )
