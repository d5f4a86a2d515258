"""Trying data connections, and looking into their sources."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from fastapi import Query
from pydantic import BaseModel, Field

from gatepost_server import connections
from gatepost_server.connections import (
    Checked,
    Login,
    Means,
    NoLogin,
    OneTimeLogin,
    SourceColumn,
    StoredLogin,
    Tested,
    Tried,
)
from gatepost_server.http.v1.credentials import SecretFields, TypeName
from gatepost_server.http.v1.wire import PageOut
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.vault import SHAPES, CredentialType
from gatepost_server.web import ActionRouter, ApiCall, Call

router = ActionRouter(tags=["connections"])

Id = Annotated[
    str | None,
    Query(max_length=40, description="a stored credential, or a login that is held; none: the only one"),
]
Schema = Annotated[str | None, Query(min_length=1, max_length=500)]
Table = Annotated[str, Query(min_length=1, max_length=500)]


class LoginIn(SecretFields):
    """What to sign in with: a stored credential, a login for this call, or nothing where none is needed.

    With `save_as` (a name; one is made up of an empty one) the login is stored after a good test,
    and associated with the connection. With `hold` it is held in memory instead, for the session or key
    that sent it: `login_id` of the answer is sent as `credential_id` to look into the source, or to read
    a dataset from it, until a quarter of an hour after its last use. With the `generation` of the
    connection that was looked at, nothing is sent if it leads elsewhere since.
    """

    credential_id: str | None = None
    type: TypeName | None = None
    user: str = ""
    save_as: str | None = None
    hold: bool = False
    generation: int | None = None

    def login(self) -> Login:
        """Return the login that was sent.

        Raises:
            Invalid: both kinds were, or something is to be stored that was not sent.
        """
        secret = self.secret()
        is_typed = bool(secret or self.user or self.type or self.hold) or self.save_as is not None
        if self.hold and self.save_as is not None:
            fault = FieldFault("hold", "by itself: what is stored needs not be held")
            raise Invalid("Is the login to be stored, or held?", faults=[fault])
        if self.credential_id is not None and is_typed:
            fault = FieldFault("credential_id", "by itself, or a user and a secret instead")
            raise Invalid("Which login is meant?", faults=[fault])
        if self.credential_id is not None:
            return StoredLogin(self.credential_id)
        if not is_typed:
            return NoLogin()
        fitting = (one for one in CredentialType if SHAPES[one].needed in secret)
        return OneTimeLogin(
            CredentialType(self.type) if self.type else next(fitting, CredentialType.BASIC), self.user, secret
        )


class StepOut(BaseModel):
    """One step: name, tcp, tls, login or query; `code` and `hint` are of a fixed set."""

    name: str
    ok: bool
    ms: int
    code: str
    hint: str


def steps_out(tested: Tested) -> list[StepOut]:
    """Present the steps of a test."""
    return [
        StepOut(name=step.name.value, ok=step.ok, ms=step.ms, code=step.code.value, hint=step.hint)
        for step in tested.steps
    ]


class TestedOut(BaseModel):
    """A test: its steps up to the first that failed, and what was stored, or is held, after it."""

    ok: bool
    steps: list[StepOut]
    credential_id: str | None
    login_id: str | None

    @classmethod
    def of(cls, one: Tried) -> Self:
        """Present *one* test."""
        steps = steps_out(one.tested)
        return cls(ok=one.tested.ok, steps=steps, credential_id=one.saved_id, login_id=one.held_id)


class CheckIn(SecretFields):
    """Another user or secret to be tried; what is left out is as it is stored."""

    user: str | None = None


class CheckedOut(BaseModel):
    """How one connection of a credential came out."""

    connection: dict[str, str]
    ok: bool
    steps: list[StepOut]

    @classmethod
    def of(cls, one: Checked) -> Self:
        """Present *one* connection."""
        named = {"id": one.connection_id, "name": one.connection_name, "type": one.connection_type.value}
        return cls(connection=named, ok=one.tested.ok, steps=steps_out(one.tested))


class ChecksOut(BaseModel):
    """How the connections of a credential came out; `ok` when all were tried and work.

    Each counts as a test, of which there are ten a minute: `untried` are the names of the rest.
    """

    ok: bool
    connections: list[CheckedOut]
    untried: list[str]


class SchemaOut(BaseModel):
    """A schema of a source."""

    name: str


class TableOut(BaseModel):
    """A table or a view; `schema` is null where a source has none."""

    schema_: str | None = Field(serialization_alias="schema")
    name: str
    kind: str


class SourceColumnOut(BaseModel):
    """A column: its type as datasets have it, and as the source calls it."""

    name: str
    type: str
    native_type: str


def columns_out(columns: Sequence[SourceColumn]) -> list[SourceColumnOut]:
    """Present the columns of a table."""
    return [SourceColumnOut(name=one.name, type=one.type, native_type=one.native_type) for one in columns]


class PreviewOut(BaseModel):
    """The first rows of a table, and whether there are more."""

    columns: list[SourceColumnOut]
    rows: list[list[Any]]
    truncated: bool


@router.makes("/connections/{connection_id}/test", action="connection:use")
def try_connection(call: ApiCall, connection_id: str, body: LoginIn) -> TestedOut:
    """Try a connection step by step; ten times a minute."""
    login = body.login()
    tried = connections.try_connection(
        means_of(call), connection_id, login, save_as=body.save_as, is_held=body.hold,
        generation=body.generation,
    )  # fmt: skip
    return TestedOut.of(tried)


@router.removes("/connections/{connection_id}/logins/{login_id}", status_code=204, action="connection:use")
def forget_login(call: ApiCall, connection_id: str, login_id: str) -> None:
    """Forget a one-time login; one that is over already is no error."""
    connections.let_go(means_of(call), connection_id, login_id)


@router.makes("/credentials/{credential_id}/check", action="credential:edit")
def check_credential(call: ApiCall, credential_id: str, body: CheckIn) -> ChecksOut:
    """Try a credential at all its connections, as it is or as it is to be; saves nothing."""
    found = connections.check_credential(
        means_of(call), credential_id, user=body.user, secret=body.secret() or None
    )
    done = [CheckedOut.of(one) for one in found.done]
    return ChecksOut(ok=found.ok, connections=done, untried=list(found.untried))


@router.reads("/connections/{connection_id}/schemas", action="connection:use")
def list_schemas(call: ApiCall, connection_id: str, credential_id: Id = None) -> PageOut[SchemaOut]:
    """List the schemas of a source, signed in with a stored credential."""
    found = connections.look_into(means_of(call), connection_id, credential_id).schemas()
    return PageOut(items=[SchemaOut(name=one) for one in found], next=None)


@router.reads("/connections/{connection_id}/tables", action="connection:use")
def list_tables(
    call: ApiCall, connection_id: str, schema: Schema = None, credential_id: Id = None
) -> PageOut[TableOut]:
    """List the tables and views of a schema, or of the one that the login starts in."""
    found = connections.look_into(means_of(call), connection_id, credential_id).tables(schema)
    items = [TableOut(schema_=one.schema, name=one.name, kind=one.kind) for one in found]
    return PageOut(items=items, next=None)


@router.reads("/connections/{connection_id}/columns", action="connection:use")
def list_columns(
    call: ApiCall, connection_id: str, table: Table, schema: Schema = None, credential_id: Id = None
) -> PageOut[SourceColumnOut]:
    """List the columns of a table."""
    found = connections.look_into(means_of(call), connection_id, credential_id).columns(schema, table)
    return PageOut(items=columns_out(found), next=None)


@router.reads("/connections/{connection_id}/preview", action="connection:use")
def preview(
    call: ApiCall, connection_id: str, table: Table, schema: Schema = None, credential_id: Id = None
) -> PreviewOut:
    """Return the first hundred rows of a table."""
    found = connections.look_into(means_of(call), connection_id, credential_id).preview(schema, table)
    rows = [list(row) for row in found.rows]
    return PreviewOut(columns=columns_out(found.columns), rows=rows, truncated=found.truncated)


def means_of(call: Call) -> Means:
    """Return what trying a connection takes, as the caller."""
    return Means(call.begin, call.house.broker, call.house.vault)
