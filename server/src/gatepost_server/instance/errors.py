"""Refusals about what belongs to the whole server."""

from gatepost_server.kernel.errors import NotFound


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
