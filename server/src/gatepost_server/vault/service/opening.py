"""Opening credentials: for the broker, which runs statements over them."""

import json

from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx
from gatepost_server.vault.model import CredentialType, OpenedCredential
from gatepost_server.vault.service.keeping import require_usable, secret_place
from gatepost_server.vault.service.safe import Safe
from gatepost_server.vault.tables import CredentialRow


def open_credential(tx: Tx, safe: Safe, credential_id: str) -> OpenedCredential:
    """Open a credential that the caller may use; called by the broker process only.

    Raises:
        Hidden, ActionDenied: as `require_usable`.
        Sealed: the vault is sealed.
        BrokenSeal: the ciphertext was changed, or moved from another row, owner or organization.
    """
    require_usable(tx, credential_id)
    row = tx.session.get_one(CredentialRow, credential_id)
    text = safe.open(tx, secret_place(row), row.secret_sealed)
    secret = {field: Secret(value) for field, value in json.loads(text.reveal()).items()}
    return OpenedCredential(row.id, CredentialType(row.type), row.user, secret)
