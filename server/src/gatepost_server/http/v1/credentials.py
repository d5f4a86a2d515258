"""Stored credentials: written and never shown again."""

from typing import Literal, Self

from pydantic import BaseModel, SecretStr

from gatepost_server import connections, vault
from gatepost_server.http.v1.sources import person
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, ReceiptOut, Time, page_out
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.secret import Secret
from gatepost_server.vault import Credential
from gatepost_server.web import ActionRouter, ApiCall, require_known

router = ActionRouter(tags=["credentials"])

TypeName = Literal["basic", "key_pair", "token", "s3", "oauth_client"]


class SecretFields(Body):
    """The secret of a credential, by what its type has; none is ever answered."""

    password: SecretStr | None = None
    private_key: SecretStr | None = None
    passphrase: SecretStr | None = None
    token: SecretStr | None = None
    secret_key: SecretStr | None = None
    client_secret: SecretStr | None = None

    def secret(self) -> dict[str, Secret]:
        """Return what was sent of it, by field."""
        sent = ((name, getattr(self, name)) for name in SecretFields.model_fields)
        return {name: Secret(value.get_secret_value()) for name, value in sent if value is not None}


class CredentialIn(SecretFields):
    """A credential to be stored.

    `user` is the user name, the access key id of `s3` or the client id of `oauth_client`. The
    secret is `password` of `basic`, `private_key` (and `passphrase`) of `key_pair`, `token`,
    `secret_key` of `s3`, or `client_secret`.
    """

    name: str
    type: TypeName = "basic"
    user: str = ""


class CredentialChange(SecretFields):
    """What may be changed of a credential; absent fields stay, the secret as a whole."""

    name: str | None = None
    user: str | None = None


class CredentialOut(BaseModel):
    """A stored credential; the secret is not among it."""

    id: str
    name: str
    type: str
    user: str
    health: str
    owner: dict[str, str] | None
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, one: Credential) -> Self:
        """Present *one* credential."""
        return cls(
            id=one.id,
            name=one.name,
            type=one.type.value,
            user=one.user,
            health=one.health.value,
            owner=person(one.owner_id, one.owner_name),
            created_at=one.created_at,
            updated_at=one.updated_at,
        )


@router.makes("/credentials", status_code=201, action="credential:create")
def create_credential(call: ApiCall, body: CredentialIn) -> CredentialOut:
    """Store a credential of one's own, from a session."""
    with call.begin() as tx:
        made = vault.save_credential(
            tx, call.house.vault, body.name, vault.type_of(body.type), body.user, body.secret()
        )
        return CredentialOut.of(made)


@router.reads("/credentials", action="credential:list")
def list_credentials(call: ApiCall, page: PageQuery) -> PageOut[CredentialOut]:
    """List the credentials one may see, by name."""
    require_known(call)
    with call.read() as tx:
        return page_out(vault.list_credentials(tx, page), CredentialOut.of)


@router.reads("/credentials/{credential_id}", action="credential:list")
def get_credential(call: ApiCall, credential_id: str) -> CredentialOut:
    """Return a credential."""
    with call.read() as tx:
        return CredentialOut.of(vault.get_credential(tx, credential_id))


@router.changes("/credentials/{credential_id}", action="credential:edit")
def edit_credential(call: ApiCall, credential_id: str, body: CredentialChange) -> CredentialOut:
    """Change a credential for all its connections; needs recent authentication."""
    if not body.model_fields_set:
        fault = FieldFault("body", "send name, user or the fields of the secret")
        raise Invalid("Nothing to change.", faults=[fault])
    with call.begin() as tx:
        changed = vault.edit_credential(
            tx, call.house.vault, credential_id, name=body.name, user=body.user, secret=body.secret()
        )
        return CredentialOut.of(changed)


@router.removes("/credentials/{credential_id}", action="credential:delete")
def delete_credential(call: ApiCall, credential_id: str) -> ReceiptOut:
    """Delete a credential with its associations."""
    with call.begin() as tx:
        connections.delete_credential(tx, credential_id)
    return ReceiptOut.of(call.house.collect_receipt())
