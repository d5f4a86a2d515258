"""Runtime parameters: what a version declares, and which values fit; pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, TypeGuard

LONGEST: Final = 32_768
PREFIX: Final = "MLOPS_RUNTIME_PARAM_"
"""How the variables begin by which a process finds its parameters."""

Value = str | int | float | bool


class ParameterType(StrEnum):
    """Of which type the values of a parameter are."""

    STRING = "string"
    NUMERIC = "numeric"
    BOOLEAN = "boolean"


@dataclass(frozen=True)
class Parameter:
    """One that a version declares; without a value its application finds the default, or null."""

    name: str
    type: ParameterType
    default: Value | None = None
    description: str = ""
    allow_empty: bool = True
    min_value: float | None = None
    max_value: float | None = None


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether *value* is a number that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def fault_of_value(wanted: Parameter, value: object) -> str | None:
    """Say why *value* cannot be one of *wanted*; None when it can."""
    if wanted.type is ParameterType.STRING:
        return _fault_of_text(wanted, value)
    if wanted.type is ParameterType.BOOLEAN:
        return None if isinstance(value, bool) else "true or false"
    if not is_number(value):
        return "a number"
    least, most = wanted.min_value, wanted.max_value
    if (least is not None and value < least) or (most is not None and value > most):
        return f"a number {span_of(wanted)}"
    return None


def span_of(wanted: Parameter) -> str:
    """Say between which bounds a number has to be; empty without any."""
    least, most = wanted.min_value, wanted.max_value
    said = [f"from {least:g}"] if least is not None else []
    said += [f"up to {most:g}"] if most is not None else []
    return " ".join(said)


def typed(wanted: Parameter, text: str) -> Value:
    """Return what somebody typed as a value, or the text itself where it cannot be one."""
    plain = text.strip()
    if wanted.type is ParameterType.BOOLEAN and plain.lower() in ("true", "false"):
        return plain.lower() == "true"
    if wanted.type is ParameterType.NUMERIC:
        for kind in (int, float):
            try:
                return kind(plain)
            except ValueError:
                continue
    return text


def kept_parameters(declared: Sequence[Parameter]) -> list[dict[str, Any]]:
    """Return *declared* as the store keeps it."""
    return [asdict(one) for one in declared]


def read_parameters(kept: Sequence[Mapping[str, Any]]) -> tuple[Parameter, ...]:
    """Return what `kept_parameters` wrote."""
    return tuple(Parameter(**{**one, "type": ParameterType(one["type"])}) for one in kept)


def _fault_of_text(wanted: Parameter, value: object) -> str | None:
    if not isinstance(value, str):
        return "a text"
    if not value and not wanted.allow_empty:
        return "a text that is not empty"
    return f"at most {LONGEST} characters, and no NUL" if len(value) > LONGEST or "\0" in value else None
