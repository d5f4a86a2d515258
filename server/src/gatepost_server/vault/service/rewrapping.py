"""Another wrapping key under traffic: data keys are moved one transaction at a time.

Killed at any moment, nothing is lost: the old wrapping key opens until no row needs it, and
`rewrap` goes on where it stopped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from gatepost_server.authz import INSTANCE
from gatepost_server.kernel.actor import Actor, Origin
from gatepost_server.store import Tx, UnitOfWork
from gatepost_server.vault.service.safe import Safe, State, is_canary_of, move_canary, moved
from gatepost_server.vault.tables import CredentialRow, DataKeyRow

_AT_ONCE: Final = 50


@dataclass(frozen=True)
class Standing:
    """How the vault is: by which source, in which state, and how much is left to be moved."""

    state: State
    source: str
    data_keys: int
    credentials: int
    remaining: int


@dataclass(frozen=True)
class Keeper:
    """Who works on the vault from the machine itself, and as whom the trail names them."""

    uow: UnitOfWork
    safe: Safe
    actor: Actor
    origin: Origin

    def standing(self) -> Standing:
        """Return how the vault is."""
        with self.uow.read(self.actor, self.origin) as tx:
            state = self.safe.state(tx)
            count = tx.session.scalar(select(func.count()).select_from(DataKeyRow)) or 0
            stored = tx.session.scalar(select(func.count()).select_from(CredentialRow)) or 0
            left = remaining(tx, self.safe.current(tx)) if state is State.OPEN and count else 0
        return Standing(state, self.safe.source.name, count, stored, left)

    def rotate(self, tell: Callable[[int], None]) -> Standing:
        """Make another wrapping key and move everything under it, telling how many are left.

        Raises:
            KeysElsewhere: the operator gives the key.
            Sealed: the present key is not here, or not the right one.
        """
        with self.uow.begin(self.actor, self.origin) as tx:
            self.safe.keys(tx)
            self.safe.source.add()
            tx.audit("vault:rotate", "instance", INSTANCE, "vault", after={"source": self.safe.source.name})
        return self.rewrap(tell)

    def rewrap(self, tell: Callable[[int], None]) -> Standing:
        """Move what another wrapping key holds under the current one, and forget the others then.

        Raises:
            Sealed: the key is not here, or not the right one.
        """
        while True:
            with self.uow.begin(self.actor, self.origin) as tx:
                left = self._some_moved(tx)
                if left == 0:
                    self._finish(tx)
            tell(left)
            if left == 0:
                self._forget_others()
                return self.standing()

    def _some_moved(self, tx: Tx) -> int:
        keys = self.safe.keys(tx)
        some = select(DataKeyRow).where(DataKeyRow.wrapped_by != keys.current).order_by(DataKeyRow.id)
        for row in tx.session.scalars(some.limit(_AT_ONCE).with_for_update()):
            for column, value in moved(row, keys).items():
                setattr(row, column, value)
        tx.session.flush()
        return remaining(tx, keys.current)

    def _finish(self, tx: Tx) -> None:
        keys = self.safe.keys(tx)
        move_canary(tx, keys)
        tx.audit("vault:rewrap", "instance", INSTANCE, "vault", after={"source": self.safe.source.name})

    def _forget_others(self) -> None:
        """Forget all wrapping keys but the current one, unless another rotation needs them by now.

        Only once the canary is committed may the key that it had go; and nobody adds one
        meanwhile, since who does holds the canary's row as we do.
        """
        with self.uow.begin(self.actor, self.origin) as tx:
            keys = self.safe.keys(tx)
            if is_canary_of(tx, keys) and remaining(tx, keys.current) == 0:
                self.safe.source.retire()


def remaining(tx: Tx, current: str) -> int:
    """Return how many data keys another wrapping key than *current* holds."""
    left = select(func.count()).where(DataKeyRow.wrapped_by != current)
    return tx.session.scalar(left) or 0
