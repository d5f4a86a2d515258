"""What the doors share: the call, CSRF, problems, routers that declare their action."""

from gatepost_server.web.call import (
    ApiCall,
    Call,
    House,
    PageCall,
    UploadCall,
    check_same_origin,
    check_token,
    require_known,
    visitor,
)
from gatepost_server.web.cross_origin import CrossOrigin
from gatepost_server.web.documenting import document_refusals
from gatepost_server.web.middleware import Edge
from gatepost_server.web.problems import ProblemBody, install_problems, problem_of
from gatepost_server.web.routing import ActionRouter, declared_actions

__all__ = [
    "ActionRouter",
    "ApiCall",
    "Call",
    "CrossOrigin",
    "Edge",
    "House",
    "PageCall",
    "ProblemBody",
    "UploadCall",
    "check_same_origin",
    "check_token",
    "declared_actions",
    "document_refusals",
    "install_problems",
    "problem_of",
    "require_known",
    "visitor",
]
