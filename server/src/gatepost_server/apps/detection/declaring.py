"""Reads metadata.yaml: the runtime parameters that a bundle declares."""

import re
from pathlib import Path
from typing import Final

import yaml

from gatepost_server.apps.parameters import Parameter, ParameterType, fault_of_value, is_number
from gatepost_server.kernel.errors import FieldFault, Invalid

FILE_NAME: Final = "metadata.yaml"
MOST: Final = 100
_KEY: Final = "runtimeParameterDefinitions"
_LARGEST: Final = 64 * 1024
_LONGEST: Final = 2000
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_LATER: Final = {"credential": "this server keeps no credentials yet", "deployment": "it has no deployments"}
_FIELDS: Final = (
    "fieldName", "type", "defaultValue", "description", "allowEmpty", "minValue", "maxValue",
    "credentialType",
)  # fmt: skip


class _Repeated(Exception):
    """An alias: a few of them, each merging the one before, stand for more than any memory holds."""


class _Plain(yaml.SafeLoader):
    """Reads YAML whose values are as long as their text."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Read the next node, unless it repeats another one."""
        if self.check_event(yaml.AliasEvent):
            raise _Repeated
        return super().compose_node(parent, index)


class ParametersInvalid(Invalid):
    """metadata.yaml cannot be read, or declares a parameter that cannot be."""

    code = "parameters-invalid"
    title = "metadata.yaml cannot be accepted"


def declared_in(folder: Path) -> tuple[Parameter, ...]:
    """Return the parameters that *folder*/metadata.yaml declares; none when there is no such file.

    What else the file says is other programs' matter.

    Raises:
        ParametersInvalid: it is not YAML, or one of the parameters cannot be accepted.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return ()
    if path.stat().st_size > _LARGEST:
        raise ParametersInvalid(f"{FILE_NAME} is larger than {_LARGEST // 1024} KiB.")
    try:
        with path.open("rb") as file:
            written = yaml.load(file.read().decode(), _Plain)  # noqa: S506  # a SafeLoader
    except _Repeated:
        raise ParametersInvalid(f"{FILE_NAME} may not repeat a part by an alias (*name).") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        raise ParametersInvalid(f"{FILE_NAME} is not valid YAML.") from None
    found = written.get(_KEY) if isinstance(written, dict) else None
    if found is None:
        return ()
    if not isinstance(found, list) or len(found) > MOST:
        raise _invalid([FieldFault(_KEY, f"a list of at most {MOST}")])
    faults: list[FieldFault] = []
    declared = [_one(place, one, faults) for place, one in enumerate(found)]
    names = [one.name for one in declared if one is not None]
    faults += [
        FieldFault(name, "is declared twice") for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if faults:
        raise _invalid(faults)
    return tuple(one for one in declared if one is not None)


def _one(place: int, written: object, faults: list[FieldFault]) -> Parameter | None:
    said = written if isinstance(written, dict) else {}
    name, kind = said.get("fieldName"), said.get("type")
    field = name if isinstance(name, str) and _NAME.fullmatch(name) else f"{_KEY}[{place}]"
    wrong = _wrong(said, name, kind)
    if wrong:
        faults.append(FieldFault(field, wrong))
        return None
    number = ParameterType(str(kind)) is ParameterType.NUMERIC
    found = Parameter(
        str(name),
        ParameterType(str(kind)),
        said.get("defaultValue"),
        said.get("description") or "",
        said.get("allowEmpty", True),
        float(said["minValue"]) if number and said.get("minValue") is not None else None,
        float(said["maxValue"]) if number and said.get("maxValue") is not None else None,
    )
    unfit = None if found.default is None else fault_of_value(found, found.default)
    if unfit:
        faults.append(FieldFault(field, f"its defaultValue has to be {unfit}"))
        return None
    return found


def _wrong(said: dict[object, object], name: object, kind: object) -> str:
    unknown = sorted(str(one) for one in said if one not in _FIELDS)
    if unknown:
        return f"{unknown[0][:64]} is unknown; known are {', '.join(_FIELDS)}"
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return "fieldName: letters, digits and underscores, no digit first, at most 64"
    if kind in _LATER:
        return f"the type {kind} cannot be used: {_LATER[str(kind)]}"
    if not isinstance(kind, str) or kind not in set(ParameterType):
        return f"type: one of {', '.join(ParameterType)}"
    return _wrong_about(said)


def _wrong_about(said: dict[object, object]) -> str:
    if not isinstance(said.get("allowEmpty", True), bool):
        return "allowEmpty: true or false"
    about = said.get("description") or ""
    if not isinstance(about, str) or len(about) > _LONGEST:
        return f"description: a text of at most {_LONGEST} characters"
    bounds = [one for one in (said.get("minValue"), said.get("maxValue")) if one is not None]
    if not all(is_number(one) for one in bounds):
        return "minValue and maxValue: numbers"
    return ""


def _invalid(faults: list[FieldFault]) -> ParametersInvalid:
    said = " ".join(f"{fault.field}: {fault.detail}." for fault in faults)
    return ParametersInvalid(f"{FILE_NAME} cannot be accepted. {said}"[:500], faults=faults)
