"""Client library of Gatepost: sign in, deploy, make keys, call content.

`gatepost.client()` returns a `Client` for the configured server. `gatepost.SignedClient` calls
data APIs as an application, and `gatepost.sign()` signs what another library sends. Errors are
the classes of `gatepost.errors`, answers those of `gatepost.models`.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING

from gatepost.secret import Secret
from gatepost.version import VERSION

if TYPE_CHECKING:
    import httpx

    from gatepost.connected import Client
    from gatepost.signed import SignedClient, Signing
    from gatepost.signing import sign
    from gatepost.transport import AskPassword

__all__ = ["Secret", "SignedClient", "Signing", "client", "sign"]
__version__ = VERSION

_LATER = {"SignedClient": "gatepost.signed", "Signing": "gatepost.signed", "sign": "gatepost.signing"}


def __getattr__(name: str) -> object:
    """Load what signs calls when it is asked for, so that `gatepost --help` starts without it."""
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def client(
    server: str | None = None,
    key: str | None = None,
    *,
    visitor: object = None,
    ask_password: "AskPassword | None" = None,
    transport: "httpx.BaseTransport | None" = None,
) -> "Client":
    """Connect to a server; nothing is sent before the first call.

    Server and credential come from the arguments, else from GATEPOST_SERVER and
    GATEPOST_API_KEY, else from the login that `gatepost login` stored. *ask_password* is
    asked when a call needs the password again.

    Inside an application that Gatepost runs it needs neither: it acts for whoever deployed
    the application, and with *visitor*, the request of your framework, for whoever sent that.
    Both reach as far as the application's required key scope level.

    Raises:
        Invalid: no server is known, its address is malformed, or *visitor* is no request.
        Unauthenticated: there is neither key nor login for the server, or *visitor*
            carries no visitor's key.
    """
    # Imported here, so that `gatepost --help` starts without an HTTP client.
    from gatepost.connecting import connect  # noqa: PLC0415

    return connect(server, key, os.environ, visitor=visitor, ask_password=ask_password, transport=transport)
