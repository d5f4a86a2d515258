"""How much of a request's body may pass, counted where chunks have no length announced."""


class Measure:
    """Counts one body after the other; *limit* None means that any length may pass."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._passed = 0

    @property
    def is_too_long(self) -> bool:
        """True once more came than may pass."""
        return self._limit is not None and self._passed > self._limit

    def begin(self) -> None:
        """Begin another body."""
        self._passed = 0

    def count(self, piece: bytes) -> None:
        """Count a piece.

        Raises:
            ValueError: it goes beyond the limit, and may not pass.
        """
        self._passed += len(piece)
        if self.is_too_long:
            msg = "the body is too long"
            raise ValueError(msg)
