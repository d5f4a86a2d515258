"""Decisions: why a call was or would be refused, by decision id or by question."""

from gatepost_server.decisions.errors import UnknownCaller, UnknownDecision
from gatepost_server.decisions.model import Explained, Then
from gatepost_server.decisions.service import explain_call, explain_decision

__all__ = [
    "Explained",
    "Then",
    "UnknownCaller",
    "UnknownDecision",
    "explain_call",
    "explain_decision",
]
