"""Sessions that rest between two calls: signing in anew for each call would take longer than most calls."""

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from gatepost_server.broker.drivers.ports import Session
from gatepost_server.broker.reaching import Means
from gatepost_server.connections import Login, StoredLogin, Target
from gatepost_server.vault import OpenedCredential

RESTS_S: Final = 30.0
LASTS_S: Final = 300.0
"""After that it signs in again: what the far end decides about the login holds for new sessions only."""
MOST: Final = 32
MOST_ALIKE: Final = 16
"""As many as one person's calls use at a time: fewer would have a busy API sign in again and again."""
_PEPPER: Final = os.urandom(32)

Key = bytes
"""Of one target as it is now and one login as it is now; tells nothing of the secret."""


def key_of(target: Target, login: Login, opened: OpenedCredential | None) -> Key | None:
    """Return which sessions are alike; None where none may rest: what is told once is used once."""
    if not isinstance(login, StoredLogin) or opened is None:
        return None
    secret = {name: text.reveal() for name, text in opened.secret.items()}
    facts = [target.org_id, target.connection_id, target.type.value, dict(target.params),
             opened.id, opened.type.value, opened.user, secret]  # fmt: skip
    text = json.dumps(facts, sort_keys=True).encode()
    return hashlib.blake2b(text, key=_PEPPER, digest_size=32).digest()


@dataclass(eq=False)
class Lease:
    """A session that somebody uses, or that rests; `born` and `since` are steady seconds."""

    session: Session
    born: float
    since: float = 0.0


@dataclass
class Idle:
    """Sessions nobody uses at this moment; where there are too many, the one that rested longest goes.

    Who takes one has opened its login with their own right a moment ago, for this very target.
    """

    steady: Callable[[], float] = time.monotonic
    most: int = MOST
    alike: int = MOST_ALIKE
    rests_s: float = RESTS_S
    lasts_s: float = LASTS_S
    _resting: dict[Key, list[Lease]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _sweeper: threading.Thread | None = None

    def taken(self, key: Key | None, means: Means) -> Lease | None:
        """Return a session that is ready for a call with *means*, the last that came to rest, or None."""
        while (found := self._popped(key)) is not None:
            if not self._is_over(found) and found.session.wake(means):
                return found
            found.session.close()
        return None

    def give(self, key: Key | None, lease: Lease, means: Means) -> bool:
        """Let a session rest after its call; False when it cannot, and has to be closed."""
        if key is None or self.steady() - lease.born >= self.lasts_s:
            return False
        if not lease.session.rest() or not means.fuse.spare():
            return False
        with self._lock:
            alike = self._resting.setdefault(key, [])
            alike.append(lease)
            lease.since = self.steady()
            over = [alike.pop(0)] if len(alike) > self.alike else self._beyond()
            self._begin_sweeping()
        _close(over)
        return True

    def sweep(self) -> None:
        """Close what has rested long enough."""
        with self._lock:
            over = self._without(self._is_over)
        _close(over)

    def __len__(self) -> int:
        return sum(map(len, self._resting.values()))

    def _popped(self, key: Key | None) -> Lease | None:
        with self._lock:
            alike = None if key is None else self._resting.get(key)
            return alike.pop() if alike else None

    def _is_over(self, one: Lease) -> bool:
        now = self.steady()
        return now - one.since >= self.rests_s or now - one.born >= self.lasts_s

    def _beyond(self) -> list[Lease]:
        if len(self) <= self.most:
            return []
        oldest = min((one for alike in self._resting.values() for one in alike), key=lambda one: one.since)
        return self._without(lambda one: one is oldest)

    def _without(self, goes: Callable[[Lease], bool]) -> list[Lease]:
        """Take out those that go, and return them."""
        gone = [one for alike in self._resting.values() for one in alike if goes(one)]
        left = {key: [one for one in alike if one not in gone] for key, alike in self._resting.items()}
        self._resting = {key: alike for key, alike in left.items() if alike}
        return gone

    def _begin_sweeping(self) -> None:
        """Have them swept as long as there are any; called with the lock."""
        if self._sweeper is None:
            self._sweeper = threading.Thread(target=self._keep_sweeping, name="idle", daemon=True)
            self._sweeper.start()

    def _keep_sweeping(self) -> None:
        while True:
            time.sleep(self.rests_s / 2)
            self.sweep()
            with self._lock:
                if not self._resting:
                    self._sweeper = None
                    return


def _close(leases: Sequence[Lease]) -> None:
    for one in leases:
        one.session.close()
