"""Noting how trying a stored credential at a connection came out, beside their association."""

from gatepost_server.connections.model import LastTest
from gatepost_server.connections.tables import AssociationRow
from gatepost_server.connections.tested import Code, Tested
from gatepost_server.store import Tx
from gatepost_server.vault import Credential


def note_test(tx: Tx, connection_id: str, credential_id: str, tested: Tested) -> None:
    """Note how a test came out, where the two are associated still; asks for no right.

    The trail tells of the test itself: whoever calls this wrote that.
    """
    row = tx.session.get(AssociationRow, (connection_id, credential_id))
    if row is not None:
        row.tested_at, row.tested_code, row.tested_ms = tx.now, tested.code.value, tested.ms


def forget_test(row: AssociationRow) -> None:
    """Forget how it came out: the connection leads elsewhere by now."""
    row.tested_at = row.tested_code = row.tested_ms = None


def last_test(row: AssociationRow, credential: Credential) -> LastTest | None:
    """Return how it came out last, None when that was before the credential was changed."""
    if row.tested_at is None or row.tested_code is None or row.tested_at < credential.updated_at:
        return None
    return LastTest(row.tested_at, Code(row.tested_code), row.tested_ms or 0)
