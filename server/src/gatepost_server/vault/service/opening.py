"""Opening credentials: for the broker, which runs statements over them."""

import json

from gatepost_server.authz import Hidden, reader_of
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx
from gatepost_server.vault.facts import sealed_facts
from gatepost_server.vault.model import CredentialType, OpenedCredential
from gatepost_server.vault.service.keeping import USE, require_use, secret_place
from gatepost_server.vault.service.safe import Safe


def open_credential(tx: Tx, safe: Safe, credential_id: str) -> OpenedCredential:
    """Open a credential that the caller may use; called by the broker process only.

    Raises:
        Hidden, ActionDenied: as `require_use`.
        Sealed: the vault is sealed.
        BrokenSeal: the ciphertext was changed, or moved from another row, owner or organization.
    """
    require_use(tx, credential_id)
    found = sealed_facts(reader_of(tx), credential_id)
    if found is None:
        raise Hidden(USE, credential_id)
    place = secret_place(credential_id, found.org_id, found.owner_id, found.data_key_id)
    text = safe.open(tx, place, found.sealed)
    secret = {field: Secret(value) for field, value in json.loads(text.reveal()).items()}
    return OpenedCredential(credential_id, CredentialType(found.type), found.user, secret)
