"""Refusals of the domain; the codes are permanent."""

from gatepost_server.kernel.errors import Denied, Precondition, Unavailable


class StoringOff(Denied):
    """The feature of stored credentials is turned off."""

    code = "stored-credentials-off"

    def __init__(self) -> None:
        super().__init__(
            "Stored credentials are turned off on this server. An administrator turns them on under "
            "Administration, Features."
        )


class Sealed(Unavailable):
    """The wrapping key is not here, so nothing can be sealed or opened."""

    code = "vault-sealed"

    def __init__(self) -> None:
        super().__init__("The vault is sealed: its key was not given to this server. Ask an administrator.")


class WrongVaultKey(Precondition):
    """A wrapping key is here, and it is not the one that the vault was sealed by."""

    code = "vault-key-wrong"

    def __init__(self, source: str) -> None:
        super().__init__(
            f"The vault's key ({source}) is not the one that stored credentials are sealed by. "
            "Give the right one and start again."
        )


class NotYours(Denied):
    """Somebody else's credential, which the caller may only use where its owner has put it."""

    code = "credential-not-yours"

    def __init__(self) -> None:
        super().__init__("This credential is somebody else's. Only its owner says where it signs in.")
