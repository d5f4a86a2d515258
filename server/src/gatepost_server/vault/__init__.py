"""The vault: credentials stored under a name, written and never shown again (seed 001)."""

from gatepost_server.vault.errors import NotYours, Sealed, StoringOff, WrongVaultKey
from gatepost_server.vault.model import (
    SHAPES,
    Credential,
    CredentialType,
    Health,
    OpenedCredential,
    type_of,
)
from gatepost_server.vault.model import (
    checked as checked_credential,
)
from gatepost_server.vault.service.keeping import (
    Leaving,
    delete_credential,
    edit_credential,
    get_credential,
    known_credentials,
    list_credentials,
    may_keep,
    may_store,
    note_health,
    require_deletable,
    require_editable,
    require_own,
    require_storing,
    require_usable,
    require_use,
    save_credential,
    seen_credentials,
    usable_credentials,
)
from gatepost_server.vault.service.opening import open_credential
from gatepost_server.vault.service.rewrapping import Keeper, Standing
from gatepost_server.vault.service.safe import CREDENTIAL, Safe, State

__all__ = [
    "CREDENTIAL",
    "SHAPES",
    "Credential",
    "CredentialType",
    "Health",
    "Keeper",
    "Leaving",
    "NotYours",
    "OpenedCredential",
    "Safe",
    "Sealed",
    "Standing",
    "State",
    "StoringOff",
    "WrongVaultKey",
    "checked_credential",
    "delete_credential",
    "edit_credential",
    "get_credential",
    "known_credentials",
    "list_credentials",
    "may_keep",
    "may_store",
    "note_health",
    "open_credential",
    "require_deletable",
    "require_editable",
    "require_own",
    "require_storing",
    "require_usable",
    "require_use",
    "save_credential",
    "seen_credentials",
    "type_of",
    "usable_credentials",
]  # fmt: skip
