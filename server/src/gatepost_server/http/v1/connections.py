"""Data connections: where data lies, and which stored credentials sign in there."""

from typing import Any, Self

from pydantic import BaseModel, Field

from gatepost_server import connections
from gatepost_server.connections import Association, Changes, Code, Connection
from gatepost_server.http.v1.credentials import CredentialOut
from gatepost_server.http.v1.sources import person
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, ReceiptOut, Time, page_out
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.web import ActionRouter, ApiCall, require_known

router = ActionRouter(tags=["connections"])


class ConnectionIn(Body):
    """A connection to be made.

    `params` are `host`, `port`, `database`, `tls` (verify-full, require, disable) and `ca` of
    `postgresql` and `mysql`; `file` of `sqlite` and `duckdb`; `endpoint`, `region`, `bucket`,
    `prefix` and `path_style` of `s3`; `base_url` of `http`. Nothing else is passed to a driver.
    """

    name: str
    type: str
    params: dict[str, Any] = Field(max_length=50)
    restricted: bool = False
    impersonate: bool = False


class ConnectionChange(Body):
    """What may be changed of a connection; absent fields stay, and absent `params`, a null one goes."""

    name: str | None = None
    type: str | None = None
    params: dict[str, Any] | None = Field(None, max_length=50)
    restricted: bool | None = None
    impersonate: bool | None = None


class ConnectionOut(BaseModel):
    """A connection: `params` for who may read them, `address` and `tls` for who may use it, else null.

    The `generation` counts how often it was led elsewhere. Who sends it along when a login is
    tried or associated is refused (`endpoint-changed`) if that happened since.
    """

    id: str
    name: str
    type: str
    params: dict[str, str | int | bool] | None
    address: str | None
    tls: str | None
    generation: int
    restricted: bool
    impersonate: bool
    owner: dict[str, str] | None
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, one: Connection) -> Self:
        """Present *one* connection."""
        return cls(
            id=one.id,
            name=one.name,
            type=one.type.value,
            params=None if one.params is None else dict(one.params),
            address=one.address,
            tls=one.tls,
            generation=one.generation,
            restricted=one.restricted,
            impersonate=one.impersonate,
            owner=person(one.owner_id, one.owner_name),
            created_at=one.created_at,
            updated_at=one.updated_at,
        )


class LastTestOut(BaseModel):
    """How trying it there came out last: `ok`, or the word of the step that failed."""

    at: Time
    ok: bool
    code: str
    ms: int


class AssociationOut(BaseModel):
    """A stored credential of a connection.

    `state` is `attached`, or `detached` when the connection leads elsewhere since: then it signs
    in no more, until its owner associates it again. `tested` is null when it was not tried there
    since it was associated or changed.
    """

    connection: dict[str, str]
    credential: CredentialOut
    state: str
    associated_at: Time
    tested: LastTestOut | None

    @classmethod
    def of(cls, one: Association) -> Self:
        """Present *one* association."""
        last = one.tested
        tested = None
        if last is not None:
            tested = LastTestOut(at=last.at, ok=last.code is Code.OK, code=last.code.value, ms=last.ms)
        return cls(
            connection={
                "id": one.connection_id, "name": one.connection_name, "type": one.connection_type.value,
            },
            credential=CredentialOut.of(one.credential),
            state="attached" if one.is_attached else "detached",
            associated_at=one.at,
            tested=tested,
        )  # fmt: skip


class SeparatedOut(BaseModel):
    """That an association is gone; `is_last` when the credential has no connection left."""

    removed: bool = True
    is_last: bool
    credential_deleted: bool


@router.makes("/connections", status_code=201, action="connection:create")
def create_connection(call: ApiCall, body: ConnectionIn) -> ConnectionOut:
    """Make a connection; nothing is connected yet."""
    with call.begin() as tx:
        made = connections.create_connection(
            tx, body.name, body.type, body.params, restricted=body.restricted, impersonate=body.impersonate
        )
        return ConnectionOut.of(made)


@router.reads("/connections", action="connection:list")
def list_connections(call: ApiCall, page: PageQuery) -> PageOut[ConnectionOut]:
    """List the connections one may see, by name."""
    require_known(call)
    with call.read() as tx:
        return page_out(connections.list_connections(tx, page), ConnectionOut.of)


@router.reads("/connections/{connection_id}", action="connection:list")
def get_connection(call: ApiCall, connection_id: str) -> ConnectionOut:
    """Return a connection."""
    with call.read() as tx:
        return ConnectionOut.of(connections.get_connection(tx, connection_id))


@router.changes("/connections/{connection_id}", action="connection:edit")
def edit_connection(call: ApiCall, connection_id: str, body: ConnectionChange) -> ConnectionOut:
    """Change a connection; another host, port, type or TLS detaches the credentials of everybody else.

    One's own stay in a session that confirmed the password lately, else they are detached too.
    """
    changes = Changes(body.name, body.type, body.params, body.restricted, body.impersonate)
    if connections.is_nothing(changes):
        fault = FieldFault("body", "send name, type, params, restricted or impersonate")
        raise Invalid("Nothing to change.", faults=[fault])
    with call.begin() as tx:
        home = call.house.settings.public_url()
        return ConnectionOut.of(connections.edit_connection(tx, connection_id, changes, home=home))


@router.removes("/connections/{connection_id}", action="connection:delete")
def delete_connection(call: ApiCall, connection_id: str) -> ReceiptOut:
    """Delete a connection; the credentials that were associated with it stay."""
    with call.begin() as tx:
        connections.delete_connection(tx, connection_id)
    return ReceiptOut.of(call.house.collect_receipt())


@router.reads("/connections/{connection_id}/credentials", action="connection:list")
def list_credentials(call: ApiCall, connection_id: str, page: PageQuery) -> PageOut[AssociationOut]:
    """List the stored credentials of a connection, as far as one may see them."""
    with call.read() as tx:
        return page_out(connections.list_credentials_of(tx, connection_id, page), AssociationOut.of)


@router.reads("/credentials/{credential_id}/connections", action="credential:list")
def list_connections_of(call: ApiCall, credential_id: str, page: PageQuery) -> PageOut[AssociationOut]:
    """List the connections that a stored credential signs in at, as far as one may see them."""
    with call.read() as tx:
        return page_out(connections.list_connections_of(tx, credential_id, page), AssociationOut.of)


@router.replaces("/connections/{connection_id}/credentials/{credential_id}", action="credential:associate")
def associate(
    call: ApiCall, connection_id: str, credential_id: str, generation: int | None = None
) -> AssociationOut:
    """Let a stored credential of one's own sign in at a connection, from a session confirmed lately."""
    with call.begin() as tx:
        made = connections.associate(tx, connection_id, credential_id, generation=generation)
        return AssociationOut.of(made)


@router.removes("/connections/{connection_id}/credentials/{credential_id}", action="credential:separate")
def separate(
    call: ApiCall, connection_id: str, credential_id: str, delete_credential: bool = False
) -> SeparatedOut:
    """Take a stored credential of one's own from a connection; the last one may delete it as well."""
    with call.begin() as tx:
        done = connections.separate(tx, connection_id, credential_id, delete_credential=delete_credential)
    return SeparatedOut(is_last=done.is_last, credential_deleted=done.credential_deleted)
