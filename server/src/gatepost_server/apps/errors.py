"""Refusals of the domain; the codes are permanent."""

from collections.abc import Sequence

from gatepost_server.kernel.errors import Conflict, FieldFault, Invalid, NotFound, Precondition, Unavailable


class AlreadySo(Conflict):
    """The app is already as it was asked to be."""

    code = "already-so"


class AuthorsUnconfirmed(Conflict):
    """The version holds work of others, which would act for whoever deploys it."""

    code = "authors-unconfirmed"
    title = "Others have worked on this version"

    def __init__(self, number: int, missing: Sequence[tuple[str, str]]) -> None:
        self.missing = tuple(missing)
        names = ", ".join(name or who for who, name in missing)
        super().__init__(
            f"Version {number} holds work of {names}. What you deploy acts with your rights: look at it, "
            "then deploy it with their ids in `confirmed_authors`.",
            faults=[FieldFault("confirmed_authors", f"{who}: {name or who}") for who, name in missing],
        )


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


class VersionIsDraft(Conflict):
    """The version is a draft; it has to be built first."""

    code = "version-draft"

    def __init__(self, number: int) -> None:
        super().__init__(f"Version {number} is a draft. Build it first.")


class VersionFinal(Conflict):
    """The version is no draft, and so never changes."""

    code = "version-final"

    def __init__(self, number: int) -> None:
        super().__init__(f"Version {number} never changes any more. Change a draft of it instead.")


class DraftExists(Conflict):
    """The source has a draft already; it may have one."""

    code = "draft-exists"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Version {number} is a draft already, and there is one at a time. "
            "Change that one, build it or discard it.",
            params={"version": number},
        )


class ChangedMeanwhile(Conflict):
    """Somebody changed the draft between reading and writing it."""

    code = "changed-meanwhile"

    def __init__(self, number: int) -> None:
        super().__init__(f"Somebody else changed version {number} at the same moment. Try again.")


class UnknownFile(NotFound):
    """The version has no file of that path."""

    code = "unknown-file"

    def __init__(self, path: str) -> None:
        super().__init__(f"There is no file {path} in this version.")


class FileExists(Conflict):
    """The file is there, and it was not said that it is to be replaced."""

    code = "file-exists"

    def __init__(self, path: str) -> None:
        super().__init__(f"There is a file {path} already. Read it, and send its ETag as If-Match.")


class FileChanged(Conflict):
    """The file is not as it was when the caller read it."""

    code = "file-changed"

    def __init__(self, path: str) -> None:
        super().__init__(f"Somebody else changed {path} since you read it. Nothing was saved.")


class SourceInUse(Conflict):
    """Applications run a version of this source, or ran one to which they can go back."""

    code = "source-in-use"

    def __init__(self, name: str, apps: int, seen: Sequence[str]) -> None:
        others = apps - len(seen)
        more = [f"{others} more" if seen else f"{others} that you do not see"] if others else []
        super().__init__(
            f"Versions of {name} are run by applications, or can be gone back to: "
            f"{', '.join([*seen, *more])}. Delete those applications first.",
            params={"apps": apps},
        )


class ParametersMissing(Precondition):
    """The version declares runtime parameters that must have a value, and have none."""

    code = "parameters-missing"

    def __init__(self, name: str, missing: Sequence[str]) -> None:
        faults = [FieldFault(one[:64], "needs a value") for one in missing]
        super().__init__(
            f"{name} cannot start without a value for {', '.join(missing)}. Set it, then start again.",
            faults=faults,
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


class NoSuchConnection(NotFound):
    """The app's code has no connection of that name."""

    code = "app-connection-unknown"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"This application has no connection called {name[:64]}. "
            "Who may edit the application adds one in its settings."
        )


class NotForEnvironment(Conflict):
    """Only a PostgreSQL that a stored credential signs in at can be given in an app's environment."""

    code = "app-connection-no-environment"

    def __init__(self) -> None:
        super().__init__(
            "Only PostgreSQL can be in an application's environment, signed in with a stored credential "
            "of your own. Leave that out: the application's code reaches the connection by its name, too."
        )


class NotReachedByCode(Conflict):
    """Code may not reach this connection: it is for people alone, or its source takes no statements."""

    code = "app-connection-unfit"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Applications do not reach {name}: over it people work in person, or its source takes no SQL."
        )
