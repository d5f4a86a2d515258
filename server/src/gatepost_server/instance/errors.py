"""Refusals about what belongs to the whole server."""

from gatepost_server.kernel.errors import Conflict, NotFound


class UnknownVariable(NotFound):
    """No such global variable."""

    code = "unknown-variable"

    def __init__(self) -> None:
        super().__init__("There is no global variable of this name.")


class UnknownLogFile(NotFound):
    """No such log file."""

    code = "unknown-log-file"

    def __init__(self) -> None:
        super().__init__("There is no log file of this name. List them to see which there are.")


class UnknownEgressEntry(NotFound):
    """No such entry of the list of private places."""

    code = "unknown-egress-entry"

    def __init__(self) -> None:
        super().__init__("The list of private places has no such entry. List it to see what is on it.")


class AlreadyListed(Conflict):
    """The entry is on the list of private places already."""

    code = "egress-listed"

    def __init__(self, entry: str) -> None:
        super().__init__(f"{entry} is on the list already.")
