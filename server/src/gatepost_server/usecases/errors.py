"""Refusals of the domain; the codes are permanent."""

from gatepost_server.kernel.errors import Conflict, Invalid, NotFound


class AlreadyLinked(Conflict):
    """The thing is linked to the use case."""

    code = "already-linked"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is already linked to this Use Case.")


class NotLinked(NotFound):
    """The use case has no link to the thing that the caller may see."""

    code = "not-linked"

    def __init__(self) -> None:
        super().__init__("There is no such link of this use case.")


class BadCursor(Invalid):
    """The cursor was made for another list or order."""

    code = "bad-cursor"

    def __init__(self) -> None:
        super().__init__("The cursor is not of this list; start again without it.")
