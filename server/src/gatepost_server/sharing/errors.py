"""Refusals of shares."""

from gatepost_server.kernel.errors import NotFound, Precondition, TooMany


class TooManyMails(TooMany):
    """Somebody has shares told by mail more often than people can want to read."""

    code = "too-many-mails"
    title = "Too many mails"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            "You have had many shares told by mail. Share without a notification, or wait a while.",
            retry_after_s=retry_after_s,
        )


class InvitationOver(Precondition):
    """The link of a mail was used, has ended, or is of another application: one answer for all."""

    code = "invitation-over"
    title = "This link cannot be used any more"

    def __init__(self) -> None:
        super().__init__(
            "It was used already, an hour has passed, or the application is not shared with its address any "
            "more. Ask for a new mail where you asked for this one."
        )


class UnknownGuest(NotFound):
    """There is no such guest of the application (any more)."""

    code = "unknown-guest"
    title = "No such guest"

    def __init__(self) -> None:
        super().__init__("The application has no such guest any more.")


class ExternalOff(Precondition):
    """Guests are to be let in where external sharing is off."""

    code = "external-off"
    title = "External sharing is off"

    def __init__(self) -> None:
        super().__init__("Turn external sharing of the application on first.")


class NoOwnHosts(Precondition):
    """Applications have no hosts of their own, so a guest of one would be on the host of all."""

    code = "no-own-hosts"

    def __init__(self) -> None:
        super().__init__(
            "Nobody outside can be let in where applications are shown on Gatepost's own host. "
            "An administrator can give them a domain of their own."
        )
