"""Spent nonces in the store, where every process sees them."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete

from gatepost_server.kernel.actor import Actor, Origin
from gatepost_server.signing.tables import SpentNonceRow
from gatepost_server.store import Tx, UnitOfWork, insert_or

_SPARE: Final = timedelta(minutes=1)
"""By how much the clocks of two machines may differ when one of them sweeps."""


def spend_nonce(tx: Tx, app_key: str, nonce: str, window: timedelta) -> bool:
    """Keep *nonce* as spent for twice the *window*; False when it was already.

    One statement: of two calls at the same moment the second waits for the first to commit.
    """
    row = {"app_key": app_key, "nonce": nonce, "until": tx.now + 2 * window}
    insert = insert_or(tx, SpentNonceRow).values(row).on_conflict_do_nothing()
    return tx.session.execute(insert.returning(SpentNonceRow.nonce)).first() is not None


def sweep_nonces(tx: Tx) -> None:
    """Forget nonces whose requests would be too old by now."""
    tx.session.execute(delete(SpentNonceRow).where(SpentNonceRow.until < tx.now - _SPARE))


class StoredNonces:
    """Spends each nonce in a transaction of its own, so that no failing work gives one back."""

    def __init__(self, uow: UnitOfWork, who: tuple[Actor, Origin]) -> None:
        self._uow = uow
        self._who = who

    def spend(self, app_key: str, nonce: str, window: timedelta) -> bool:
        """Keep *nonce* as spent; False when it was already.

        Raises:
            Unavailable: the store does not answer.
        """
        with self._uow.begin(*self._who) as tx:
            return spend_nonce(tx, app_key, nonce, window)
