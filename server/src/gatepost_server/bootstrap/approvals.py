"""The kinds of requests there are."""

from gatepost_server.approvals import Kinds, RequestKind
from gatepost_server.apps import AccessRequest


def request_kinds() -> Kinds:
    """Return every kind of request by its name."""
    kinds: tuple[RequestKind, ...] = (AccessRequest(),)
    return {kind.name: kind for kind in kinds}
