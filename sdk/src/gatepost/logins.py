"""The logins that a person keeps on this machine: one file, readable by its owner only."""

import json
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gatepost.address import Address, address_of
from gatepost.credentials import SessionCredential
from gatepost.errors import Invalid
from gatepost.secret import Secret

_OTHERS = 0o077


def config_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of this person's settings; `GATEPOST_CONFIG_DIR` names another."""
    if named := environ.get("GATEPOST_CONFIG_DIR"):
        return Path(named)
    if sys.platform == "win32":
        return Path(environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "gatepost"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "gatepost"
    return Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "gatepost"


@dataclass(frozen=True)
class Login:
    """One session: where, who, and what proves it.

    `must_change_password` is what the server said when it was opened; it is not stored.
    """

    server: Address
    username: str
    credential: SessionCredential = field(repr=False)
    must_change_password: bool = False


@dataclass
class _Stored:
    current: str | None = None
    logins: dict[str, dict[str, object]] = field(default_factory=dict)


class Logins:
    """Read and write the stored logins; the last one made is the current one.

    The file is replaced as a whole and created with mode 0600; one that others may read
    is refused instead of trusted.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "login.json"

    def at(self, server: Address | None) -> Login | None:
        """Return the login at *server*, or the current one when *server* is None.

        Raises:
            Invalid: the file is damaged, or others may read it.
        """
        stored = self._read()
        origin = server.origin if server is not None else stored.current
        if origin is None or origin not in stored.logins:
            return None
        entry = stored.logins[origin]
        cookies, csrf, username = entry.get("cookies"), entry.get("csrf"), entry.get("username")
        if not isinstance(cookies, dict) or not isinstance(csrf, str) or not isinstance(username, str):
            raise self._damaged()
        held = {str(name): Secret(str(value)) for name, value in cookies.items()}
        return Login(address_of(origin), username, SessionCredential(held, Secret(csrf)))

    def keep(self, login: Login, *, make_current: bool = True) -> None:
        """Store *login* in place of an older one at the same server."""
        stored = self._read()
        stored.logins[login.server.origin] = {
            "username": login.username,
            "cookies": {name: value.reveal() for name, value in login.credential.cookies.items()},
            "csrf": login.credential.csrf.reveal(),
        }
        if make_current:
            stored.current = login.server.origin
        self._write(stored)

    def forget(self, server: Address) -> None:
        """Remove the login at *server*; it need not be there."""
        stored = self._read()
        stored.logins.pop(server.origin, None)
        if stored.current == server.origin:
            stored.current = next(iter(stored.logins), None)
        self._write(stored)

    def _read(self) -> _Stored:
        try:
            with self.path.open(encoding="utf-8") as file:
                if os.name == "posix" and os.fstat(file.fileno()).st_mode & _OTHERS:
                    detail = f"Others may read {self.path}; remove it and run `gatepost login` again."
                    raise Invalid(detail, code="login-file-open-to-others")
                found = json.load(file)
        except FileNotFoundError:
            return _Stored()
        except ValueError:
            raise self._damaged() from None
        current = found.get("current") if isinstance(found, dict) else None
        logins = found.get("logins") if isinstance(found, dict) else None
        if not isinstance(logins, dict) or not all(isinstance(entry, dict) for entry in logins.values()):
            raise self._damaged()
        return _Stored(current if isinstance(current, str) else None, logins)

    def _write(self, stored: _Stored) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = self.path.with_name(f".{self.path.name}.{secrets.token_hex(6)}")
        text = json.dumps({"current": stored.current, "logins": stored.logins}, indent=2)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            beside.replace(self.path)
        finally:
            beside.unlink(missing_ok=True)

    def _damaged(self) -> Invalid:
        detail = f"{self.path} cannot be read as stored logins; remove it and run `gatepost login` again."
        return Invalid(detail, code="bad-login-file")
