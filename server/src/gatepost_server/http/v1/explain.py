"""Why a call was refused, or would be: the failing rule, the smallest grant, who can give it."""

from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import BaseModel

from gatepost_server.authz import Principal, SmallestGrant, Step
from gatepost_server.decisions import Explained, explain_call
from gatepost_server.http.v1.wire import Time
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.web import ActionRouter, ApiCall
from gatepost_server.web.explaining import explained

router = ActionRouter(tags=["explain"])

_UNKNOWN: Final[dict[str, Any]] = {
    "description": "No decision that the caller may know of has this id, or nobody is called so.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
}


class StepOut(BaseModel):
    """One step of the formula of rights; `within` are those of a key's sponsor."""

    rule: str
    passed: bool
    says: str
    within: list["StepOut"] = []

    @classmethod
    def of(cls, step: Step) -> "StepOut":
        """Present *step*."""
        return cls(
            rule=step.rule, passed=step.passed, says=step.says, within=[cls.of(one) for one in step.within]
        )


class SmallestOut(BaseModel):
    """The least that lets the call through; `role` is the smallest one that has the permission."""

    permissions: list[str]
    role: str | None
    on: dict[str, str]
    to: dict[str, str]
    also_to: dict[str, str] | None

    @classmethod
    def of(cls, grant: SmallestGrant) -> "SmallestOut":
        """Present *grant*."""
        return cls(
            permissions=[grant.atom],
            role=grant.role,
            on={"kind": grant.node.kind, "id": grant.node.id, "name": grant.node.name},
            to=_whom(grant.to),
            also_to=None if grant.also_to is None else _whom(grant.also_to),
        )


class HelperOut(BaseModel):
    """Somebody who can help; without an id, whoever administers the server."""

    kind: str
    id: str | None
    name: str
    label: str
    role: str


class ThenOut(BaseModel):
    """What was decided when the call was made."""

    id: str
    at: Time
    allowed: bool = False
    reason: str
    resource: str
    ip: str | None
    door: str


class ExplainOut(BaseModel):
    """What holds now, step by step; `decision` is what was decided then."""

    allowed: bool
    rule: str | None
    missing: str | None
    steps: list[StepOut]
    helps: str
    smallest_grant: SmallestOut | None
    who_can: list[HelperOut]
    caller: dict[str, str]
    action: str
    resource: dict[str, str] | None
    decision: ThenOut | None

    @classmethod
    def of(cls, found: Explained) -> "ExplainOut":
        """Present *found*."""
        now, then = found.now, found.then
        node = now.node
        return cls(
            allowed=now.allowed,
            rule=now.rule,
            missing=now.missing,
            steps=[StepOut.of(step) for step in now.steps],
            helps=now.helps,
            smallest_grant=None if now.smallest is None else SmallestOut.of(now.smallest),
            who_can=[
                HelperOut(kind=one.kind, id=one.id, name=one.name, label=one.label or one.name, role=one.role)
                for one in now.who_can
            ],
            caller={"kind": found.caller_kind, "name": found.caller},
            action=found.action,
            resource=None if node is None else {"kind": node.kind, "id": node.id, "name": node.name},
            decision=None if then is None else ThenOut.model_validate(vars(then)),
        )


@router.reads("/explain", action="decision:explain", responses={404: _UNKNOWN})
def explain(
    call: ApiCall,
    decision_id: Annotated[str | None, Query(max_length=60)] = None,
    action: Annotated[str | None, Query(max_length=60)] = None,
    resource: Annotated[str | None, Query(max_length=200)] = None,
    who: Annotated[str | None, Query(alias="as", max_length=200)] = None,
) -> ExplainOut:
    """Say why a call was refused (`decision_id`), or whether it would be (`action`, `resource`, `as`).

    Others than oneself are explained to administrators. About a thing that one may not know
    of, the answer is the same as about one that does not exist.
    """
    if decision_id is not None:
        _only(**{"action": action, "resource": resource, "as": who})
        return ExplainOut.of(explained(call, decision_id))
    if action is None:
        raise Invalid("Say what is asked.", faults=[FieldFault("action", "or decision_id")])
    with call.read() as tx:
        return ExplainOut.of(explain_call(tx, action, resource, who))


def _whom(one: Principal) -> dict[str, str]:
    return {"kind": one.kind, "id": one.id, "name": one.name, "label": one.label}


def _only(**others: str | None) -> None:
    more = [name for name, value in others.items() if value is not None]
    if more:
        raise Invalid("A decision id says it all.", faults=[FieldFault(more[0], "not with decision_id")])
