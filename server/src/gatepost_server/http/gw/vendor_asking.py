"""What a call on the compatible path asks for: conditions in a JSON body, or flat parameters. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gatepost_server.dataapis import Definition, Operation, Ordering, Stage
from gatepost_server.http.gw.asking import Asked, Form, json_of
from gatepost_server.http.gw.callers import GateCall
from gatepost_server.http.gw.calling import STAGES
from gatepost_server.kernel.errors import Denied, FieldFault, Invalid

_STAGE_OF: Final = {"PROD": Stage.PRODUCTION, "PRE": Stage.DEVELOPMENT}
_ADDRESS: Final = ("appKey", "env")
_FLAT: Final = ("pageStart", "pageSize", "returnTotalNum", "returnFields")
"""What a call without a JSON body may say beside its conditions."""
_PASSED_OVER: Final = ("keepColumnCase", "useModelCache", "useResultCache")
_NOT_OFFERED: Final = ("accountType", "delegationUid", "apiVersion")
_READING: Final = {"conditions", "orderBys", *_FLAT, *_PASSED_OVER, *_NOT_OFFERED}
_WRITING: Final = {"conditions", "batchConditions", *_PASSED_OVER, *_NOT_OFFERED}
_DIRECTIONS: Final = {"ASC": False, "DESC": True}
_MOST: Final = 10**9


class NotBodySigned(Invalid):
    """The data API takes no body that anybody on the way could have changed."""

    code = "body-not-signed"

    def __init__(self) -> None:
        super().__init__("This data API needs a body that is signed: send its Content-MD5.")


class NotBound(Denied):
    """The data API is not for calls of this kind."""

    code = "operation-closed"

    def __init__(self, operation: str) -> None:
        super().__init__(f"This data API has no operation {operation}.", params={"operation": operation})


@dataclass(frozen=True)
class VendorWants:
    """A call of a vendor's client: the operation stands in its path, the rest in parameters or a body.

    `is_json` is false for forms and for calls without a body, whose parameters are the conditions.
    """

    ref: str
    verb: Operation
    gate: GateCall
    is_json: bool

    def stage(self, gate: GateCall) -> Stage:
        """Return the stage of the signed header; what the address says may not contradict it.

        Raises:
            Invalid: another AppKey, or another environment than the stage's.
        """
        signed = gate.signed
        assert signed is not None, "nobody else calls here"
        sent, stage, faults = signed.parameters, STAGES[signed.stage], list[FieldFault]()
        if sent.get("appKey", signed.app_key) != signed.app_key:
            faults.append(FieldFault("appKey", "the AppKey that signs"))
        if "env" in sent and _STAGE_OF.get(sent["env"]) is not stage:
            faults.append(FieldFault("env", "PROD with stage RELEASE, PRE with stage PRE or TEST"))
        if faults:
            raise Invalid("The call cannot be accepted.", faults=faults, code="call-invalid")
        return stage

    def operation(self, definition: Definition) -> Operation:
        """Return the operation of the path.

        Raises:
            NotBound: the API does not offer it.
        """
        if self.verb not in definition.operations:
            raise NotBound(self.verb.value)
        return self.verb

    def asked(self, definition: Definition) -> Asked:
        """Return what is asked for.

        Raises:
            NotBodySigned: the API needs a signed body.
            Invalid: something cannot be read; each fault names it.
        """
        signed = self.gate.signed
        if definition.needs_signed_body and signed is not None and not signed.is_body_signed:
            raise NotBodySigned
        said, conditions = self._said()
        faults: list[FieldFault] = []
        asked = Asked(
            stage=Stage.PRODUCTION,
            form=Form.JSON,
            limit=None if said.get("pageSize") is None else _number(said["pageSize"], "pageSize", faults),
            offset=_number(said.get("pageStart") or 0, "pageStart", faults),
            order=tuple(_orderings(said.get("orderBys"), faults)),
            fields=_names(said.get("returnFields"), faults),
            with_total=_truth(said.get("returnTotalNum"), faults),
            parameters={} if self.verb.is_writing else conditions,
        )
        if faults:
            raise Invalid("The call cannot be accepted.", faults=faults, code="call-invalid")
        return asked

    def rows(self, body: bytes) -> list[Mapping[str, Any]]:
        """Return the rows to write: one of `conditions`, or those of `batchConditions`.

        Raises:
            Invalid: both were sent, or no rows.
        """
        del body  # `_said` reads it with what is around it
        said, conditions = self._said()
        batch = said.get("batchConditions")
        if batch is None:
            return [conditions]
        if conditions or not isinstance(batch, list) or not all(isinstance(one, dict) for one in batch):
            fault = FieldFault("batchConditions", "a list of objects, without conditions beside it")
            raise Invalid("The call cannot be accepted.", faults=[fault], code="call-invalid")
        return batch

    def _said(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return what was said around the conditions, and the conditions."""
        signed = self.gate.signed
        assert signed is not None, "nobody else calls here"
        sent = {name: value for name, value in signed.parameters.items() if name not in _ADDRESS}
        if not self.is_json:
            around = {} if self.verb.is_writing else {n: v for n, v in sent.items() if n in _FLAT}
            return around, {name: value for name, value in sent.items() if name not in around}
        said = _members(self.gate.body, _WRITING if self.verb.is_writing else _READING)
        own = said.get("conditions") or {}
        faults = [FieldFault(name[:100], "once") for name in sent if name in own]
        faults += [FieldFault(n, "is not offered here") for n in _NOT_OFFERED if said.get(n) is not None]
        if faults:
            raise Invalid("The call cannot be accepted.", faults=faults, code="call-invalid")
        return said, {**sent, **own}


def _members(body: bytes, known: set[str]) -> Mapping[str, Any]:
    """Return the members of a JSON body; some clients send null, or nothing, for no conditions."""
    said = json_of(body) if body.strip() else None
    if said is None:
        return {}
    if not isinstance(said, dict) or not isinstance(said.get("conditions") or {}, dict):
        fault = FieldFault("conditions", "an object of parameters, in a JSON object")
        raise Invalid("The body cannot be used.", faults=[fault], code="call-invalid")
    if unknown := sorted(set(said) - known):
        faults = [FieldFault(name[:100], "there is no such member here") for name in unknown]
        raise Invalid("The body cannot be used.", faults=faults, code="call-invalid")
    return said


def _number(raw: Any, name: str, faults: list[FieldFault]) -> int:
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < 10:  # noqa: PLR2004 — as below
        raw = int(raw)
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < _MOST:
        return raw
    faults.append(FieldFault(name, "a whole number"))
    return 0


def _truth(raw: Any, faults: list[FieldFault]) -> bool:
    if raw not in (None, True, False, "true", "false"):
        faults.append(FieldFault("returnTotalNum", "true or false"))
    return raw in (True, "true")


def _names(raw: Any, faults: list[FieldFault]) -> tuple[str, ...] | None:
    """Return the fields to return; an empty list means all, as none does."""
    names = [one.strip() for one in raw.split(",") if one.strip()] if isinstance(raw, str) else raw or []
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        faults.append(FieldFault("returnFields", "a list of names"))
        return None
    return tuple(names) or None


def _orderings(raw: Any, faults: list[FieldFault]) -> list[Ordering]:
    found = []
    for one in raw if isinstance(raw, list) else [] if raw is None else [raw]:
        way = one.get("order", "ASC") if isinstance(one, dict) else None
        name = one.get("field") if isinstance(one, dict) else None
        if isinstance(name, str) and isinstance(way, str) and way.upper() in _DIRECTIONS:
            found.append(Ordering(name, _DIRECTIONS[way.upper()]))
        else:
            faults.append(FieldFault("orderBys", 'objects {"field": …, "order": "ASC" or "DESC"}'))
            break
    return found
