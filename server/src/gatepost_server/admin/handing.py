"""Secrets handed to a process: by a descriptor that only it reads, never by its environment.

The environment of a process stands in /proc for as long as the process lives, and goes on
to everything it starts. What is handed here is gone once it was taken.
"""

import json
import os
import sys
from collections.abc import Mapping
from typing import Final

from gatepost_server.admin.leash import ask_kernel
from gatepost_server.settings import Settings

HANDED: Final = "GATEPOST_HANDED_FD"
_PREFIX: Final = "GATEPOST_"
_STDIN: Final = 0
_PR_SET_DUMPABLE: Final = 4
_VAULT: Final = ("vault_key", "vault_old_key", "vault_passphrase", "vault_old_passphrase")
_MAIL: Final = ("mail_password",)
_STORE: Final = ("store",)
"""An address of a database may hold a password."""

SECRET_FIELDS: Final = (*_VAULT, *_MAIL, *_STORE)
_USES: Final[Mapping[str, tuple[str, ...]]] = {
    "broker": (*_VAULT, *_STORE),  # opens stored credentials
    "control": SECRET_FIELDS,  # seals them, and sends the mail that somebody waits for
    "worker": (*_MAIL, *_STORE),
}


def is_vault_holder(part: str) -> bool:
    """Tell whether process *part* is handed what the vault's key is made of."""
    return bool(set(_VAULT) & set(_USES.get(part, ())))


def secrets_for(part: str, settings: Settings) -> dict[str, str]:
    """Return the secret settings that process *part* has a use for."""
    chosen = {name: getattr(settings, name) for name in _USES.get(part, _STORE)}
    return {
        name: str(value if isinstance(value, str) else value.get_secret_value())
        for name, value in chosen.items()
        if value is not None
    }


def descriptor_with(secrets: Mapping[str, str]) -> int:
    """Return a descriptor that reads as *secrets*; of a file that has no name and is on no disk."""
    handed = os.memfd_create("handed")
    os.write(handed, json.dumps(dict(secrets)).encode())
    os.lseek(handed, 0, os.SEEK_SET)
    return handed


def take_handed() -> dict[str, str]:
    """Return what was handed to this process, once; nothing when nothing was."""
    number = os.environ.pop(HANDED, None)
    if number is None:
        return {}
    with os.fdopen(int(number), "rb", closefd=int(number) != _STDIN) as source:
        handed: dict[str, str] = json.load(source)
    if int(number) == _STDIN:
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123  # a descriptor is wanted
            os.dup2(nothing.fileno(), _STDIN)
    return handed


def leave_environment() -> None:
    """Become the same program with the secrets handed over, if the environment holds any.

    Taking them out of `os.environ` would not do: /proc shows what a process was started with.
    """
    variables = {f"{_PREFIX}{name.upper()}": name for name in SECRET_FIELDS}
    given = {name: os.environ[variable] for variable, name in variables.items() if variable in os.environ}
    if not given:
        return
    kept = {name: value for name, value in os.environ.items() if name not in variables}
    handed = descriptor_with(given)
    os.set_inheritable(handed, True)
    os.execve(sys.executable, sys.orig_argv, {**kept, HANDED: str(handed)})  # noqa: S606  # that is the purpose


def forbid_looking() -> None:
    """Let nobody else of our own user look into this process or get a core dump of it.

    Raises:
        OSError: the kernel refused.
    """
    ask_kernel(_PR_SET_DUMPABLE, 0)
