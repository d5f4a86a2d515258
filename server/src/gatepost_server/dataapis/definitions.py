"""Definitions as they are kept: to and from plain JSON."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from gatepost_server.dataapis.model import (
    CallerAttribute,
    Definition,
    Field,
    Limits,
    Operation,
    Operator,
    Ordering,
    Parameter,
    ParameterType,
    RowRule,
    SqlSource,
    TableSource,
)


def kept(definition: Definition) -> dict[str, Any]:
    """Return *definition* as plain JSON."""
    return {**asdict(definition), "operations": sorted(definition.operations)}


def definition_of(raw: Mapping[str, Any]) -> Definition:
    """Return the definition that `kept` wrote."""
    source = raw["source"]
    return Definition(
        source=SqlSource(**source) if "text" in source else TableSource(**source),
        operations=frozenset(Operation(one) for one in raw["operations"]),
        fields=tuple(Field(**one) for one in raw["fields"]),
        parameters=tuple(_parameter(one) for one in raw["parameters"]),
        key=tuple(raw["key"]),
        sortable=tuple(raw["sortable"]),
        order=tuple(Ordering(**one) for one in raw["order"]),
        row_rules=tuple(
            RowRule(one["column"], CallerAttribute(one["caller_attribute"])) for one in raw["row_rules"]
        ),
        limits=Limits(**raw["limits"]),
        needs_signed_body=raw["needs_signed_body"],
    )


def _parameter(raw: Mapping[str, Any]) -> Parameter:
    typed = {"type": ParameterType(raw["type"]), "operator": Operator(raw["operator"])}
    return Parameter(**{**raw, **typed, "choices": tuple(raw["choices"])})
