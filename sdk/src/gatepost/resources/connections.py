"""Data connections: where data lies, and which stored credentials sign in there."""

from collections.abc import Iterator, Mapping

from gatepost.connection_models import (
    Associated,
    Connection,
    Preview,
    Separated,
    SourceColumn,
    SourceSchema,
    SourceTable,
    Tested,
)
from gatepost.models import Receipt
from gatepost.resources.grants import GrantCalls
from gatepost.secret import Secret
from gatepost.shape import read
from gatepost.transport import Transport, segment


class ConnectionCalls:
    """Calls about data connections; `grants` is who holds which role on one.

    What looks into a source signs in with *credential_id*, or with the only stored credential
    of the connection that one may use.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.grants = GrantCalls(transport, "connections")

    def list(self, *, q: str | None = None) -> Iterator[Connection]:
        """Yield the connections one may see, by name."""
        return self._transport.pages(Connection, "connections", {"q": q})

    def get(self, connection_id: str) -> Connection:
        """Return one connection."""
        return self._transport.get(Connection, _path(connection_id))

    def create(
        self,
        name: str,
        type_: str,
        params: Mapping[str, object],
        *,
        restricted: bool = False,
        impersonate: bool = False,
    ) -> Connection:
        """Make a connection: `create("Sales", "postgresql", {"host": …, "database": …})`."""
        body = {
            "name": name, "type": type_, "params": dict(params),
            "restricted": restricted, "impersonate": impersonate,
        }  # fmt: skip
        return read(Connection, self._transport.call("POST", "connections", body=body))

    def change(
        self,
        connection_id: str,
        *,
        name: str | None = None,
        type_: str | None = None,
        params: Mapping[str, object] | None = None,
        restricted: bool | None = None,
        impersonate: bool | None = None,
    ) -> Connection:
        """Change a connection; what is None stays, and of *params* what is not named.

        Another host, port, type or TLS detaches the stored credentials of everybody else, and
        one's own unless a session confirmed the password lately.
        """
        said = {
            "name": name, "type": type_, "params": params, "restricted": restricted,
            "impersonate": impersonate,
        }  # fmt: skip
        body = {field: value for field, value in said.items() if value is not None}
        return read(Connection, self._transport.call("PATCH", _path(connection_id), body=body))

    def delete(self, connection_id: str) -> Receipt:
        """Delete a connection; the credentials that were associated with it stay."""
        return read(Receipt, self._transport.call("DELETE", _path(connection_id)))

    def credentials(self, connection_id: str) -> Iterator[Associated]:
        """Yield the stored credentials of a connection, as far as one may see them."""
        return self._transport.pages(Associated, f"{_path(connection_id)}/credentials")

    def associate(
        self, connection_id: str, credential_id: str, *, generation: int | None = None
    ) -> Associated:
        """Let a stored credential of one's own sign in at a connection; needs a session, confirmed lately.

        With the *generation* of a connection that was looked at, only if it leads there still.
        """
        path = f"{_path(connection_id)}/credentials/{segment(credential_id)}"
        query = None if generation is None else {"generation": str(generation)}
        return read(Associated, self._transport.call("PUT", path, query=query))

    def separate(
        self, connection_id: str, credential_id: str, *, delete_credential: bool = False
    ) -> Separated:
        """Take a stored credential of one's own from a connection; the last one may delete it as well."""
        path = f"{_path(connection_id)}/credentials/{segment(credential_id)}"
        query = {"delete_credential": "true"} if delete_credential else None
        return read(Separated, self._transport.call("DELETE", path, query=query))

    def test(
        self,
        connection_id: str,
        *,
        credential_id: str | None = None,
        user: str = "",
        secret: Mapping[str, Secret] | None = None,
        save_as: str | None = None,
        hold: bool = False,
        generation: int | None = None,
    ) -> Tested:
        """Try a connection step by step, with a stored credential, a login of this call, or none.

        With *save_as* the login is stored after a good test, under that name. With *hold* it is held
        in memory, for this session or key: `login_id` then stands for a credential, here and in
        `datasets`, until a quarter of an hour after its last use. With the
        *generation* of a connection that was looked at, only if it leads there still.
        """
        body: dict[str, object] = {field: text.reveal() for field, text in (secret or {}).items()}
        said = {
            "credential_id": credential_id, "user": user or None, "save_as": save_as,
            "hold": hold or None, "generation": generation,
        }  # fmt: skip
        body |= {field: value for field, value in said.items() if value is not None}
        return read(Tested, self._transport.call("POST", f"{_path(connection_id)}/test", body=body))

    def forget_login(self, connection_id: str, login_id: str) -> None:
        """Forget a login that was held; one that is over already is no error."""
        self._transport.call("DELETE", f"{_path(connection_id)}/logins/{segment(login_id)}")

    def schemas(self, connection_id: str, *, credential_id: str | None = None) -> Iterator[SourceSchema]:
        """Yield the schemas of a source."""
        query = {"credential_id": credential_id}
        return self._transport.pages(SourceSchema, f"{_path(connection_id)}/schemas", query)

    def tables(
        self, connection_id: str, *, schema: str | None = None, credential_id: str | None = None
    ) -> Iterator[SourceTable]:
        """Yield the tables and views of a schema, or of the one that the login starts in."""
        query = {"schema": schema, "credential_id": credential_id}
        return self._transport.pages(SourceTable, f"{_path(connection_id)}/tables", query)

    def columns(
        self, connection_id: str, table: str, *, schema: str | None = None, credential_id: str | None = None
    ) -> Iterator[SourceColumn]:
        """Yield the columns of a table."""
        query = {"table": table, "schema": schema, "credential_id": credential_id}
        return self._transport.pages(SourceColumn, f"{_path(connection_id)}/columns", query)

    def preview(
        self, connection_id: str, table: str, *, schema: str | None = None, credential_id: str | None = None
    ) -> Preview:
        """Return the first hundred rows of a table."""
        query = {"table": table, "schema": schema, "credential_id": credential_id}
        return self._transport.get(Preview, f"{_path(connection_id)}/preview", query)


def _path(connection_id: str) -> str:
    return f"connections/{segment(connection_id)}"
