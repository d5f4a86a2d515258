"""Refusals on their way from the broker to who asked: the same class, words and parameters."""

from collections.abc import Mapping
from typing import Any, Final

from gatepost_server.authz.errors import ActionDenied, Hidden
from gatepost_server.broker.places import Busy
from gatepost_server.connections import Failure, LoginOver, NotAssociated, StatementFailed
from gatepost_server.kernel import errors
from gatepost_server.kernel.errors import FieldFault, GatepostError
from gatepost_server.vault import Sealed, StoringOff

_KNOWN: Final[Mapping[str, type[GatepostError]]] = {
    one.__name__: one
    for one in (
        ActionDenied, Busy, Hidden, LoginOver, NotAssociated, Sealed, StatementFailed, StoringOff,
        errors.Invalid, errors.Denied, errors.NotFound, errors.Conflict, errors.Precondition,
        errors.Unprocessable, errors.TooLarge, errors.Unavailable,
    )
}  # fmt: skip
_MORE: Final = ("action", "resource_kind", "resource_id", "failure")


def told(refusal: GatepostError) -> dict[str, Any]:
    """Return *refusal* as plain facts."""
    name = next(
        one.__name__ for one in type(refusal).__mro__ if one.__name__ in _KNOWN or one is GatepostError
    )
    return {
        "class": name,
        "detail": refusal.detail,
        "code": refusal.error_code,
        "params": refusal.params,
        "faults": [[fault.field, fault.detail] for fault in refusal.faults],
        "more": {name: str(getattr(refusal, name)) for name in _MORE if hasattr(refusal, name)},
    }


def revived(facts: Mapping[str, Any]) -> GatepostError:
    """Return the refusal that *facts* tell of."""
    made = _KNOWN.get(facts["class"], errors.Unavailable)
    refusal = made.__new__(made)
    faults = [FieldFault(field, detail) for field, detail in facts["faults"]]
    GatepostError.__init__(
        refusal, facts["detail"], faults=faults, params=facts["params"], code=facts["code"]
    )
    for name, value in facts["more"].items():
        setattr(refusal, name, Failure(value) if name == "failure" else value)
    return refusal
