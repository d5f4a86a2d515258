"""Approving less than was asked for: for a shorter time, with a smaller role, with fewer fields."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gatepost_server.approvals.model import Request, Validity, parse_validity
from gatepost_server.approvals.ports import Kinds, Less
from gatepost_server.approvals.service.reading import may_decide
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.store import Tx


def less_of(tx: Tx, kinds: Kinds, request: Request) -> Sequence[Less]:
    """Return of what the caller may approve less than is asked for; nothing for who may not decide."""
    return kinds[request.kind].less(tx, request) if may_decide(tx, kinds, request) else ()


def narrowed(
    tx: Tx, kinds: Kinds, request: Request, wanted: Mapping[str, Any]
) -> tuple[Request, dict[str, Any]]:
    """Return the request as if only *wanted* had been asked for, and what of it is less.

    *wanted* names `validity` and the parts that the kind says; what is absent stays as it was asked.

    Raises:
        Invalid: something is named of which less cannot be approved, or it would be more.
    """
    parts = {one.name: one for one in kinds[request.kind].less(tx, request)}
    unknown = sorted(set(wanted) - {*parts, "validity"})
    if unknown:
        known = ", ".join(["validity", *parts])
        faults = [FieldFault(f"narrower.{name}", f"only these can be narrowed: {known}") for name in unknown]
        raise Invalid("Less of that cannot be approved.", faults=faults, code="unknown-field")
    chosen = {name: _chosen(parts[name], wanted[name]) for name in parts if name in wanted}
    less: dict[str, Any] = {
        name: value
        for name, value in chosen.items()
        if value is not None and value != request.content.get(name)
    }
    validity = request.validity
    if "validity" in wanted:
        validity = _shorter(tx, request.validity, parse_validity(wanted["validity"], tx.now))
    found = replace(request, content={**request.content, **less}, validity=validity)
    return found, less | ({"validity": validity.raw()} if validity != request.validity else {})


def _chosen(part: Less, value: object) -> object:
    """Return what was chosen of a part; None where that is all of it."""
    field = f"narrower.{part.name}"
    if not part.is_many:
        if value in part.choices:
            return value
        raise _wider(field, f"one of {', '.join(part.choices)}")
    if not isinstance(value, list) or not value or not all(one in part.choices for one in value):
        raise _wider(field, f"some of {', '.join(part.choices)}")
    chosen = [one for one in part.choices if one in value]
    return None if len(chosen) == len(part.choices) else chosen


def _shorter(tx: Tx, asked: Validity, wanted: Validity) -> Validity:
    end, last = wanted.ends_at(tx.now), asked.ends_at(tx.now)
    if last is not None and (end is None or end > last):
        raise _wider("narrower.validity", "it would last longer than was asked for")
    return wanted


def _wider(field: str, detail: str) -> Invalid:
    return Invalid("Only what was asked for, or less, can be approved.", faults=[FieldFault(field, detail)])
