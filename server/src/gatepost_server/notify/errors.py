"""Refusals about mail."""

from gatepost_server.kernel.errors import Invalid, Precondition, TooMany


class BadAddress(Invalid):
    """Not one plain mail address."""

    code = "bad-address"

    def __init__(self) -> None:
        super().__init__("That is not a mail address of the form name@example.com.")


class NoMailServer(Precondition):
    """Mail was asked for, and there is no server to send it through."""

    code = "no-mail-server"

    def __init__(self) -> None:
        super().__init__("No mail server is set up. Set mail.host and mail.from in the settings first.")


class TooManyTests(TooMany):
    """Test mails are for a person to look at, not for a program to send."""

    code = "too-many-tests"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("Too many test mails; wait a moment.", retry_after_s=retry_after_s)
