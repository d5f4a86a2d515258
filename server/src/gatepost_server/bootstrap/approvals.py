"""The kinds of requests there are."""

from gatepost_server.approvals import Kinds, RequestKind
from gatepost_server.apps import AccessRequest
from gatepost_server.clients import CreateClient, JoinClient, Renew
from gatepost_server.crypto import Seals
from gatepost_server.dataapis import UseApi, UseDataset


def request_kinds(signing: Seals | None = None) -> Kinds:
    """Return every kind of request by its name; without *signing* they can be told of, not decided."""
    kinds: tuple[RequestKind, ...] = (
        AccessRequest(), CreateClient(signing), JoinClient(signing), Renew(), UseApi(), UseDataset(),
    )  # fmt: skip
    return {kind.name: kind for kind in kinds}
