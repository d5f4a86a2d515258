"""Ways in from outside: listed to who may close them."""

from collections.abc import Iterator

from gatepost.exposure_models import Way, WayCounts
from gatepost.transport import Transport


class ExposureCalls:
    """Calls about what is open to people outside; administrators see all of it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self, *, kind: str | None = None, q: str | None = None, sort: str | None = None
    ) -> Iterator[Way]:
        """Yield the ways in that you may close, the latest first.

        *kind* is one of those that `counts` names, *sort* one of since, name, with a hyphen
        for downwards.
        """
        return self._transport.pages(Way, "exposure", {"kind": kind, "q": q, "sort": sort})

    def counts(self) -> WayCounts:
        """Return how many ways of each kind there are."""
        return self._transport.get(WayCounts, "exposure/counts")
