"""Refusals about keys."""

from gatepost_server.kernel.errors import NotFound


class UnknownKey(NotFound):
    """No such key, or not one of the caller's."""

    code = "unknown-key"

    def __init__(self) -> None:
        super().__init__("There is no such key.")
