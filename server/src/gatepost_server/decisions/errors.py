"""Refusals of explanations."""

from gatepost_server.kernel.errors import NotFound


class UnknownDecision(NotFound):
    """No decision has this id, or it is somebody else's: the two look the same."""

    code = "unknown-decision"

    def __init__(self) -> None:
        super().__init__(
            "No refused call of yours has this id. An id stands in the answer as decision_id; "
            "those of others are explained to administrators."
        )


class UnknownCaller(NotFound):
    """Nobody is meant by the name or id that was asked about."""

    code = "unknown-caller"

    def __init__(self) -> None:
        super().__init__("No user has this username, and no key this id.")
