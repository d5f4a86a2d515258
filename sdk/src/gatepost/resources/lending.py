"""What one lets applications do in one's name."""

from collections.abc import Iterator, Sequence

from gatepost.lending_models import Asked, Lent
from gatepost.models import Receipt
from gatepost.shape import read
from gatepost.transport import Transport, segment


class LendingCalls:
    """Calls about what applications do in one's name; agreeing and taking back need a login."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Iterator[Lent]:
        """Yield the applications that one agreed to."""
        return self._transport.pages(Lent, "me/visitor-consents")

    def asked(self, app: str) -> Asked:
        """Return what an application asks of the caller, by its id or number."""
        return read(Asked, self._transport.call("GET", f"me/visitor-consents/{segment(app)}"))

    def agree(
        self, app: str, level: str, deployed_by: str, visitor_reach: Sequence[str] | None = None
    ) -> None:
        """Let an application act in one's name up to *level*, as it asks now.

        *deployed_by* is the id of who deployed it and *visitor_reach* on what it asks, as `asked` said.

        Raises:
            Conflict: it asks for another level or other data, somebody else deployed it, or nothing of
                it runs.
            Denied: a key calls.
        """
        body: dict[str, object] = {"level": level, "deployed_by": deployed_by}
        if visitor_reach is not None:
            body["visitor_reach"] = list(visitor_reach)
        self._transport.call("PUT", f"me/visitor-consents/{segment(app)}", body=body)

    def take_back(self, app: str) -> Receipt:
        """Agree no longer; it holds at the application's next call in one's name.

        Raises:
            NotFound: one had not agreed.
        """
        return read(Receipt, self._transport.call("DELETE", f"me/visitor-consents/{segment(app)}"))
