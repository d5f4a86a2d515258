"""Refusals of the domain; the codes are permanent."""

from gatepost_server.kernel.errors import Conflict, Invalid, NotFound, Precondition, Unavailable


class AlreadySo(Conflict):
    """The app is already as it was asked to be."""

    code = "already-so"


class AppStopped(Conflict):
    """The app is stopped; it has to be started first."""

    code = "app-stopped"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is stopped. Start it instead.")


class UnknownVersion(NotFound):
    """The source has no version of that number."""

    code = "unknown-version"

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no version {number} of this source.")


class VersionFailed(Conflict):
    """The version's build failed; it cannot be deployed."""

    code = "version-failed"

    def __init__(self, number: int) -> None:
        super().__init__(f"The build of version {number} failed. Upload a new version.")


class SourceInUse(Conflict):
    """Applications are made from this source."""

    code = "source-in-use"

    def __init__(self, name: str, apps: int) -> None:
        super().__init__(
            f"{apps} applications are made from {name}. Delete them first.", params={"apps": apps}
        )


class UploadsRefused(Precondition):
    """This machine cannot confine apps, and nobody has accepted that by name."""

    code = "isolation-none"

    def __init__(self, advice: str) -> None:
        super().__init__(
            f"Uploads are refused, because this machine cannot keep applications apart. {advice}"
        )


class RuntimeSilent(Unavailable):
    """The runtime has not said yet whether this machine can confine apps."""

    code = "runtime-silent"
    retry_after_s = 2

    def __init__(self) -> None:
        super().__init__(
            "The runtime is still finding out how this machine keeps applications apart. "
            "Nothing was taken in; try again in a few seconds."
        )


class BadCursor(Invalid):
    """The cursor was made for another list or order."""

    code = "bad-cursor"

    def __init__(self) -> None:
        super().__init__("The cursor is not of this list; start again without it.")
