"""One-time logins that are held a while, so that one that was typed serves more than one click."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from gatepost_server.connections import HELD, HeldLogin, LoginOver, OneTimeLogin, Target
from gatepost_server.kernel.actor import Actor

RESTS_S: Final = 15 * 60.0
LASTS_S: Final = 60 * 60.0
MOST: Final = 1000
MOST_OF_ONE: Final = 10

Holder = tuple[str | None, str | None, str | None]


@dataclass
class _Held:
    holder: Holder
    target: Target
    login: OneTimeLogin
    born: float
    since: float


@dataclass
class Holding:
    """Logins in memory and nowhere else, each for who gave it and for one target; in steady seconds.

    A session or a key has its own: another session of the same person has none of them. Where
    there are too many, the one that was not used for longest goes.
    """

    steady: Callable[[], float] = time.monotonic
    most: int = MOST
    of_one: int = MOST_OF_ONE
    _held: "OrderedDict[str, _Held]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _sweeper: threading.Thread | None = None

    def hold(self, actor: Actor, target: Target, login: OneTimeLogin) -> str:
        """Hold *login* for *actor*; return its id, which tells nothing."""
        held_id, now = f"{HELD}_{secrets.token_hex(12)}", self.steady()
        with self._lock:
            self._held[held_id] = _Held(_holder(actor), target, login, now, now)
            own = [one for one, held in self._held.items() if held.holder == _holder(actor)]
            for one in own[: -self.of_one]:
                del self._held[one]
            while len(self._held) > self.most:
                self._held.popitem(last=False)
            self._begin_sweeping()
        return held_id

    def login_of(self, actor: Actor, target: Target, wanted: HeldLogin) -> OneTimeLogin:
        """Return the login that *actor* had held for *target*.

        Raises:
            LoginOver: there is none of that id, it is over, or it is another one's or for elsewhere.
        """
        with self._lock:
            found = self._held.get(wanted.id)
            if found is None or found.holder != _holder(actor) or found.target != target:
                raise LoginOver
            if self._is_over(found):
                del self._held[wanted.id]
                raise LoginOver
            found.since = self.steady()
            self._held.move_to_end(wanted.id)
            return found.login

    def let_go(self, actor: Actor, target: Target, wanted: HeldLogin) -> None:
        """Forget a login that *actor* had held for that connection."""
        with self._lock:
            found = self._held.get(wanted.id)
            same = found is not None and found.target.connection_id == target.connection_id
            if found is not None and same and found.holder == _holder(actor):
                del self._held[wanted.id]

    def sweep(self) -> None:
        """Forget what is over."""
        with self._lock:
            for one in [name for name, held in self._held.items() if self._is_over(held)]:
                del self._held[one]

    def __len__(self) -> int:
        return len(self._held)

    def _is_over(self, held: _Held) -> bool:
        now = self.steady()
        return now - held.since >= RESTS_S or now - held.born >= LASTS_S

    def _begin_sweeping(self) -> None:
        """Have them swept as long as there are any: a secret is not kept for nobody; called with the lock."""
        if self._sweeper is None:
            self._sweeper = threading.Thread(target=self._keep_sweeping, name="held", daemon=True)
            self._sweeper.start()

    def _keep_sweeping(self) -> None:
        while True:
            time.sleep(60)
            self.sweep()
            with self._lock:
                if not self._held:
                    self._sweeper = None
                    return


def _holder(actor: Actor) -> Holder:
    """Return whose a login is: of this session, or of this key, itself and not of what it was lent to."""
    if actor.behind is not None:
        return (None, None, secrets.token_hex())  # nobody's: it is found by none
    return (actor.principal_id, actor.session_id, actor.via_key_id)
