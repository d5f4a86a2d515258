"""Why a call was refused, or would be."""

from gatepost.explaining import Explanation
from gatepost.transport import Transport


class ExplainCalls:
    """Calls that explain; they do nothing else."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def decision(self, decision_id: str) -> Explanation:
        """Explain a refusal by the `decision_id` of its error.

        Raises:
            NotFound: there is no such decision, or it is somebody else's.
        """
        return self._transport.get(Explanation, "explain", {"decision_id": decision_id})

    def call(self, action: str, resource: str | None = None, *, who: str | None = None) -> Explanation:
        """Say whether one may do *action* on a thing, and why; for administrators also whether *who* may.

        *resource* is an id, an application's number, a project's key or `PROJECT/DATASET`;
        *who* a username or the id of a key.

        Raises:
            Invalid: no such action, or it is asked of a thing and none is named.
            Denied: others are asked about by somebody who is no administrator.
        """
        query: dict[str, str | int | bool | None] = {"action": action, "resource": resource, "as": who}
        return self._transport.get(Explanation, "explain", query)
