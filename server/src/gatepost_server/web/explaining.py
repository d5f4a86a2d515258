"""Explanations as the doors give them: also of what was refused a moment ago."""

import time
from typing import Final

from gatepost_server.decisions import Explained, UnknownDecision, explain_decision
from gatepost_server.kernel.ids import hex_of, is_id
from gatepost_server.web.call import Call
from gatepost_server.web.problem_catalogue import catalogue

_FRESH_S: Final = 5
_PATIENCE_S: Final = 1.5
_AGAIN_S: Final = 0.1


def meaning_of(code: str) -> str:
    """Return what a code of a refusal means, in words without marks."""
    for chapter in catalogue():
        for one in chapter.codes:
            if one.code == code:
                return one.meaning.replace("`", "")
    return "The call was refused as it was sent."


def explained(call: Call, decision_id: str) -> Explained:
    """Explain a decision; one that the gate has just made is waited for until it is written down.

    Raises:
        Unauthenticated: nobody is calling.
        UnknownDecision: there is no such decision, or it is somebody else's.
    """
    call.house.notes.write()
    patience = time.monotonic() + (_PATIENCE_S if _is_fresh(call, decision_id) else 0)
    while True:
        try:
            with call.read() as tx:
                return explain_decision(tx, decision_id, meaning_of)
        except UnknownDecision:
            if time.monotonic() >= patience:
                raise
        time.sleep(_AGAIN_S)


def _is_fresh(call: Call, decision_id: str) -> bool:
    if not is_id(decision_id, "req"):
        return False
    age = call.house.uow.clock.now().timestamp() - int(hex_of(decision_id)[:8], 16)
    return 0 <= age <= _FRESH_S
