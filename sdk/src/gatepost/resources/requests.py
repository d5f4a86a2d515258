"""Requests: what one asks others for, and what others ask."""

from collections.abc import Iterator, Mapping

from gatepost.request_models import Notice, Request
from gatepost.shape import read
from gatepost.transport import Transport, segment


class RequestCalls:
    """Calls about requests."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, box: str = "to_decide") -> Iterator[Request]:
        """Yield what waits for one (`to_decide`), what one asked (`submitted`), what is over (`decided`)."""
        return self._transport.pages(Request, "requests", {"box": box})

    def notices(self) -> Iterator[Notice]:
        """Yield what of one's own ends soon, or has ended lately."""
        return self._transport.pages(Notice, "notices")

    def get(self, request_id: str) -> Request:
        """Return a request that one made or may decide."""
        return read(Request, self._transport.call("GET", f"requests/{segment(request_id)}"))

    def ask_access(
        self, app: str, *, role: str = "consumer", reason: str, validity: Mapping[str, object] | str
    ) -> Request:
        """Ask for a role on an application, by its id or number; needs a login, since no key asks.

        *validity* is `{"days": 30}`, `{"until": "…"}` or `"permanent"`, counted from the
        approval. The answer is the same whether there is such an application.

        Raises:
            Conflict: the same was asked already, or one has it.
            TooMany: more than ten in a day.
        """
        body = {"kind": "access_app", "app": app, "role": role, "reason": reason, "validity": validity}
        return read(Request, self._transport.call("POST", "requests", body=body))

    def ask(
        self, kind: str, fields: Mapping[str, object], *, reason: str, validity: Mapping[str, object] | str
    ) -> Request:
        """Ask for something of a kind (`create_client`, `join_client`, `renew`, …), with its fields.

        Raises:
            Invalid: a field cannot be used.
            Conflict: the same was asked already, or one has it.
        """
        body = {**fields, "kind": kind, "reason": reason, "validity": validity}
        return read(Request, self._transport.call("POST", "requests", body=body))

    def approve(
        self, request: Request, *, note: str = "", narrower: Mapping[str, object] | None = None
    ) -> Request:
        """Approve a request as it was read; what it asks for is done when this returns.

        With *narrower* less is done than was asked for: `validity`, `role`, `fields`.

        Raises:
            Conflict: it is decided already, or was not read as it is.
            Denied: one could not give that by oneself.
        """
        return self._decide("approve", request, note, {"narrower": dict(narrower)} if narrower else {})

    def reject(self, request: Request, *, note: str = "") -> Request:
        """Refuse a request; the asker reads the note."""
        return self._decide("reject", request, note)

    def withdraw(self, request_id: str) -> Request:
        """Take back what one asked for."""
        return read(Request, self._transport.call("POST", f"requests/{segment(request_id)}/withdraw"))

    def _decide(
        self, verb: str, request: Request, note: str, more: Mapping[str, object] | None = None
    ) -> Request:
        body = {"content_hash": request.content_hash, "note": note, **(more or {})}
        return read(
            Request, self._transport.call("POST", f"requests/{segment(request.id)}/{verb}", body=body)
        )
