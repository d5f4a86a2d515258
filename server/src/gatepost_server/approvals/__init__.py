"""Approvals: what somebody asks for and somebody else decides, once, with its effect.

Rooms above bring the kinds of requests (`RequestKind`); the doors pass all of them along.
"""

from gatepost_server.approvals.errors import (
    AlreadyAsked,
    NotAnApprover,
    NotAsRead,
    NotPending,
    OwnRequest,
    TooManyRequests,
)
from gatepost_server.approvals.model import (
    NOTICE_DAYS,
    REASON_LENGTH,
    Ending,
    Notice,
    Ref,
    Request,
    RequestState,
    Validity,
    parse_validity,
)
from gatepost_server.approvals.ports import Change, Kinds, Less, RequestKind, Wanted
from gatepost_server.approvals.service.approvers import change_approvers, read_approvers
from gatepost_server.approvals.service.asking import ask, erase_over, withdraw
from gatepost_server.approvals.service.deciding import approve, reject
from gatepost_server.approvals.service.narrowing import less_of
from gatepost_server.approvals.service.noticing import (
    count_notices,
    give_notice,
    is_notice_due,
    list_notices,
)
from gatepost_server.approvals.service.reading import (
    BOXES,
    count_to_decide,
    get_request,
    list_requests,
    may_decide,
    pending_about,
    waits_for,
)
from gatepost_server.approvals.service.telling import is_anything_untold, tell_deciders

__all__ = [
    "BOXES",
    "NOTICE_DAYS",
    "REASON_LENGTH",
    "AlreadyAsked",
    "Change",
    "Ending",
    "Kinds",
    "Less",
    "NotAnApprover",
    "NotAsRead",
    "NotPending",
    "Notice",
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
    "change_approvers",
    "count_notices",
    "count_to_decide",
    "erase_over",
    "get_request",
    "give_notice",
    "is_anything_untold",
    "is_notice_due",
    "less_of",
    "list_notices",
    "list_requests",
    "may_decide",
    "parse_validity",
    "pending_about",
    "read_approvers",
    "reject",
    "tell_deciders",
    "waits_for",
    "withdraw",
]
