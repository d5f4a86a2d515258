"""Approvals: what somebody asks for and somebody else decides, once, with its effect.

Rooms above bring the kinds of requests (`RequestKind`); the doors pass all of them along.
"""

from gatepost_server.approvals.errors import (
    AlreadyAsked,
    NotAsRead,
    NotPending,
    OwnRequest,
    TooManyRequests,
)
from gatepost_server.approvals.model import (
    REASON_LENGTH,
    Ref,
    Request,
    RequestState,
    Validity,
    parse_validity,
)
from gatepost_server.approvals.ports import Change, Kinds, RequestKind, Wanted
from gatepost_server.approvals.service.asking import ask, erase_over, withdraw
from gatepost_server.approvals.service.deciding import approve, reject
from gatepost_server.approvals.service.reading import (
    BOXES,
    count_to_decide,
    get_request,
    list_requests,
    may_decide,
    pending_about,
)
from gatepost_server.approvals.service.telling import is_anything_untold, tell_deciders

__all__ = [
    "BOXES",
    "REASON_LENGTH",
    "AlreadyAsked",
    "Change",
    "Kinds",
    "NotAsRead",
    "NotPending",
    "OwnRequest",
    "Ref",
    "Request",
    "RequestKind",
    "RequestState",
    "TooManyRequests",
    "Validity",
    "Wanted",
    "approve",
    "ask",
    "count_to_decide",
    "erase_over",
    "get_request",
    "is_anything_untold",
    "list_requests",
    "may_decide",
    "parse_validity",
    "pending_about",
    "reject",
    "tell_deciders",
    "withdraw",
]
