"""Reads for the gate: an AppKey, and the secrets by which a call of its application may be signed."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import String, bindparam, select

from gatepost_server.authz import Node, grant_counts, node_of, with_node
from gatepost_server.clients.model import secret_place
from gatepost_server.clients.tables import ClientRow, SecretRow
from gatepost_server.crypto import Place
from gatepost_server.store import Prepared, RawReader

_CLIENT: Final = Prepared(
    with_node(
        select(ClientRow.name, ClientRow.is_ip_checked, ClientRow.ip_allowlist).where(
            ClientRow.app_key == bindparam("app_key", type_=String())
        ),
        ClientRow.id,
    )
)
_SECRETS: Final = Prepared(
    select(
        SecretRow.id,
        SecretRow.text_sealed,
        SecretRow.from_at,
        SecretRow.until_at,
        SecretRow.member_id,
        SecretRow.grant_id,
    )
    .where(SecretRow.client_id == bindparam("client", type_=String()))
    .order_by(SecretRow.id)
)


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
    """What checking a signature takes: whose AppKey it is, the secrets that count, the allowlist if on."""

    node: Node
    name: str
    ip_allowlist: str | None
    secrets: tuple[SigningSecret, ...]


def signing_facts(reader: RawReader, app_key: str, now: int) -> SigningFacts | None:
    """Return what an AppKey's calls may be signed with at *now* (microseconds); None for an unknown one.

    A member's secret counts as long as the membership does and they are active. That somebody
    active still owns the application, and what it may call, is for others to ask.
    """
    found = reader.first(_CLIENT, app_key=app_key)
    if found is None:
        reader.all(_SECRETS, client="")  # as much work as for an AppKey that there is
        return None
    name, is_checked, allowlist = found[:3]
    node = node_of(found[3:])
    secrets = tuple(
        SigningSecret(secret_id, bytes(sealed), secret_place(secret_id, node.id), begin, until, member_id)
        for secret_id, sealed, begin, until, member_id, grant_id in reader.all(_SECRETS, client=node.id)
        if begin <= now < until and (grant_id is None or grant_counts(reader, grant_id, now))
    )
    return SigningFacts(node, name, allowlist if is_checked else None, secrets)
