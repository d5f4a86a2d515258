"""Where wrapping keys come from: a file made at the first start, a passphrase, the environment."""

import base64
import binascii
import time
from abc import ABC, abstractmethod
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

from argon2.low_level import Type, hash_secret_raw

from gatepost_server.crypto.envelope import KEY_BYTES, WrappingKeys, new_key
from gatepost_server.crypto.keyfile import KeyRing, load_ring, replace_ring
from gatepost_server.kernel.errors import Precondition
from gatepost_server.kernel.secret import Secret

_FILE: Final = "vault.json"
_FIELD: Final = "keys"
_READERS_S: Final = 60.0
"""How long who reads the store may have begun before a rotation ended."""


class KeysElsewhere(Precondition):
    """The wrapping key is not Gatepost's own to make."""

    code = "vault-key-elsewhere"

    def __init__(self, variable: str) -> None:
        super().__init__(
            f"The vault's key comes from {variable}. Set the new one there and the old one in "
            f"{variable.replace('GATEPOST_VAULT_', 'GATEPOST_VAULT_OLD_')}, and run "
            "`gatepost admin vault rewrap`."
        )


class BadVaultKey(Precondition):
    """The key given in the environment is no key."""

    code = "vault-key-malformed"

    def __init__(self) -> None:
        super().__init__("GATEPOST_VAULT_KEY has to be 32 bytes in base64: `openssl rand -base64 32`.")


class KeySource(Protocol):
    """A provider of wrapping keys; asked anew at each use, so that a rotation reaches everybody."""

    name: str
    makes: bool

    def keys(self, salt: bytes) -> WrappingKeys | None:
        """Return the keys that are here; None when there are none, and the vault is sealed."""
        ...

    def found(self, salt: bytes) -> WrappingKeys | None:
        """Return the keys of a vault that is new, made if they are this source's to make."""
        ...

    def add(self) -> None:
        """Make another current key; the old ones go on opening.

        Raises:
            KeysElsewhere: somebody else keeps the keys.
        """
        ...

    def retire(self) -> None:
        """Forget all but the current key, where they are this source's to keep."""
        ...


class FileKeys:
    """Keys in a file of the secrets folder, 0600, made at the first start.

    A key that was retired opens for a while longer where it was known: who began to read the
    store before the data keys were moved still finds them as they were.
    """

    name = "file"
    makes = True

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE
        self._lock = Lock()
        self._known: KeyRing | None = None
        self._retired: dict[bytes, float] = {}

    def keys(self, salt: bytes) -> WrappingKeys | None:
        """Return the keys of the file; None when it is gone."""
        del salt
        if not self._path.exists():
            return None
        ring = load_ring(self._path, _FIELD)
        return WrappingKeys.of(ring.keys[ring.current], *ring.keys.values(), *self._lately(ring))

    def _lately(self, ring: KeyRing) -> list[bytes]:
        """Return the keys that this process knew and that a rotation took out of the file lately."""
        now = time.monotonic()
        with self._lock:
            known, self._known = self._known or ring, ring
            if ring.current < known.current or ring.keys.get(known.current, b"") not in {
                b"", known.keys[known.current]
            }:  # fmt: skip
                self._retired = {}  # another file, not a rotated one
                return []
            gone = set(known.keys.values()) - set(ring.keys.values())
            still = {key: until for key, until in self._retired.items() if until > now}
            self._retired = dict.fromkeys(gone, now + _READERS_S) | still
            return list(self._retired)

    def found(self, salt: bytes) -> WrappingKeys | None:
        """Make the file unless it is there."""
        load_ring(self._path, _FIELD)
        return self.keys(salt)

    def add(self) -> None:
        """Put a new current key beside the others, in one step."""
        ring = load_ring(self._path, _FIELD)
        version = max(ring.keys) + 1
        replace_ring(self._path, _FIELD, KeyRing(version, {**ring.keys, version: new_key()}))

    def retire(self) -> None:
        """Leave the current key alone in the file."""
        ring = load_ring(self._path, _FIELD)
        if len(ring.keys) > 1:
            current = {ring.current: ring.keys[ring.current]}
            replace_ring(self._path, _FIELD, KeyRing(ring.current, current))


class _Given(ABC):
    """Keys that an operator gives at each start, with the one before while it is rotated."""

    name: str
    variable: str
    makes = False

    def __init__(self, current: Secret | None, old: Secret | None = None) -> None:
        self._current = current
        self._old = old
        self._made: dict[tuple[str, bytes], bytes] = {}

    def keys(self, salt: bytes) -> WrappingKeys | None:
        """Return the keys that were given; None when none was."""
        if self._current is None:
            return None
        others = [] if self._old is None else [self._key_of(self._old, salt)]
        return WrappingKeys.of(self._key_of(self._current, salt), *others)

    def found(self, salt: bytes) -> WrappingKeys | None:
        """Return the keys that were given: there is nothing to make."""
        return self.keys(salt)

    def add(self) -> None:
        """Refuse: the operator does it."""
        raise KeysElsewhere(self.variable)

    def retire(self) -> None:
        """Leave it to the operator, who takes the old one out of the environment."""
        return

    def _key_of(self, given: Secret, salt: bytes) -> bytes:
        known = (given.reveal(), salt)
        if known not in self._made:
            self._made[known] = self._derived(given, salt)
        return self._made[known]

    @abstractmethod
    def _derived(self, given: Secret, salt: bytes) -> bytes:
        """Make a key of what was given."""


class EnvironmentKeys(_Given):
    """A key of 32 bytes in base64."""

    name = "environment"
    variable = "GATEPOST_VAULT_KEY"

    def _derived(self, given: Secret, salt: bytes) -> bytes:
        del salt
        try:
            key = base64.b64decode(given.reveal(), validate=True)
        except binascii.Error:
            raise BadVaultKey from None
        if len(key) != KEY_BYTES:
            raise BadVaultKey
        return key


class PassphraseKeys(_Given):
    """A key that argon2id makes of a passphrase and the salt that the store keeps."""

    name = "passphrase"
    variable = "GATEPOST_VAULT_PASSPHRASE"

    def _derived(self, given: Secret, salt: bytes) -> bytes:
        # RFC 9106, second recommended option: 64 MiB, three passes, four lanes.
        return hash_secret_raw(
            given.reveal().encode(), salt,
            time_cost=3, memory_cost=65536, parallelism=4, hash_len=KEY_BYTES, type=Type.ID,
        )  # fmt: skip
