"""Refusals of the domain; the codes are permanent."""

from gatepost_server.kernel.errors import Conflict, Denied, NotFound


class ClientNameTaken(Conflict):
    """The group has an application of that name."""

    code = "client-name-taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"This group has an application called {name} already. Choose another name.")


class GroupNameTaken(Conflict):
    """There is an application group of that name."""

    code = "client-group-taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is an application group called {name} already.")


class GroupInUse(Conflict):
    """The group still holds applications."""

    code = "client-group-in-use"

    def __init__(self, name: str, count: int) -> None:
        held = "an application" if count == 1 else f"{count} applications"
        super().__init__(f"{name} still holds {held}. Move or delete them first.")


class AppKeyTaken(Conflict):
    """The AppKey is in use, or was: none is given out twice."""

    code = "app-key-taken"

    def __init__(self) -> None:
        super().__init__("This AppKey is in use, or was once. Choose another one.")


class AlreadyClient(Conflict):
    """The application has an AppKey already."""

    code = "already-client"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has an AppKey already.")


class AlreadyHosted(Conflict):
    """The client application is hosted already."""

    code = "already-hosted"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is hosted already. Deploy another version of it instead.")


class NotOwnerNow(Conflict):
    """Whoever asked for an AppKey does not own the hosted application any more."""

    code = "not-owner-now"

    def __init__(self) -> None:
        super().__init__("Whoever asked does not own that application any more, or it was deleted.")


class CompatibleOff(Conflict):
    """The instance does not let vendors' clients call data APIs."""

    code = "compatible-calls-off"

    def __init__(self) -> None:
        super().__init__(
            "The compatible path is turned off on this server. An administrator turns it on under "
            "Administration, Features."
        )


class AllowlistOff(Conflict):
    """The instance does not offer IP allowlists of applications."""

    code = "ip-allowlist-off"

    def __init__(self) -> None:
        super().__init__(
            "Allowlists of applications are turned off on this server. An administrator turns them on "
            "under Administration, Features."
        )


class IpTrustOff(Conflict):
    """The instance lets no address call without a signature."""

    code = "ip-trust-off"

    def __init__(self) -> None:
        super().__init__(
            "Calls without a signature are turned off on this server. An administrator turns them on "
            "under Administration, Features."
        )


class AlreadyMember(Conflict):
    """They own or use the application already."""

    code = "already-member"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} owns this application or is a member of it already.")


class TooManySecrets(Conflict):
    """The application has as many AppSecrets that count as one may have."""

    code = "too-many-secrets"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"An application has at most {most} AppSecrets at a time, those of its members among them. "
            "Delete one, or remove a member."
        )


class UnknownMember(NotFound):
    """Nobody of that name is a member."""

    code = "unknown-member"

    def __init__(self) -> None:
        super().__init__("Nobody of that name is a member of this application.")


class UnknownSecret(NotFound):
    """The application has no such secret that the caller may know of."""

    code = "unknown-secret"

    def __init__(self) -> None:
        super().__init__("There is no such secret of this application.")


class NotApprover(Denied):
    """An application comes into a group by those who approve what comes into it."""

    code = "not-approver"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Only those who approve applications of {name} move one there. Ask for a new one in that group."
        )


class RequestNeeded(Denied):
    """On this server client applications come into being by requests alone."""

    code = "request-needed"

    def __init__(self) -> None:
        super().__init__(
            "On this server administrators ask for client applications like everybody else: somebody "
            "else approves. Administration, Policies, says so."
        )
