"""Refusals of what people lend applications."""

from gatepost_server.kernel.errors import Conflict, NotFound


class NothingToLend(Conflict):
    """Nothing of the application runs that could act for anybody."""

    code = "nothing-to-lend"
    title = "This application acts for nobody"

    def __init__(self) -> None:
        super().__init__(
            "Nothing of this application runs, or its version gets no key. Start it, or ask its owner."
        )


class LevelChanged(Conflict):
    """The application asks for something else than was agreed to, or somebody else deployed it."""

    code = "level-changed"
    title = "The application has changed"

    def __init__(self, level: str) -> None:
        super().__init__(
            f"It asks for level {level} now, for other data, or somebody else deployed it. "
            "Look at that, then agree to it."
        )


class NothingLent(NotFound):
    """The caller has not agreed to anything with this application."""

    code = "unknown-visitor-consent"
    title = "You lend this application nothing"

    def __init__(self) -> None:
        super().__init__("You have not agreed that this application acts in your name.")
