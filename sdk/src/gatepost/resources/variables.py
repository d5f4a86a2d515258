"""Global variables: configuration for everybody's scenarios and applications. No place for secrets."""

from collections.abc import Iterator

from gatepost.administered import Variable
from gatepost.shape import read
from gatepost.transport import Transport, segment


class VariableCalls:
    """Calls about global variables; administrators only."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, *, q: str | None = None) -> Iterator[Variable]:
        """Yield the global variables whose name matches *q*, by name."""
        return self._transport.pages(Variable, "variables", {"q": q})

    def get(self, name: str) -> Variable:
        """Return one global variable."""
        return self._transport.get(Variable, f"variables/{segment(name)}")

    def set(self, name: str, value: object) -> Variable:
        """Give a global variable a JSON value; applications see it when they start the next time."""
        answer = self._transport.call("PUT", f"variables/{segment(name)}", body={"value": value})
        return read(Variable, answer)

    def delete(self, name: str) -> None:
        """Take a global variable away."""
        self._transport.call("DELETE", f"variables/{segment(name)}")
