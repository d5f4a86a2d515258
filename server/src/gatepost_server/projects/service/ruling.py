"""Row rules of a dataset: who sees which rows of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.projects.model import Dataset, Rule
from gatepost_server.projects.service.datasets import present_dataset
from gatepost_server.projects.service.finding import require_dataset
from gatepost_server.projects.service.people import Named, names_of, who_named
from gatepost_server.projects.tables import DatasetRow
from gatepost_server.store import Tx
from gatepost_server.tabular.columns import read_type
from gatepost_server.tabular.reading import is_value_of

_MOST_RULES: Final = 200
_MOST_VALUES: Final = 200
Value = str | int | float | bool | None


@dataclass(frozen=True)
class NamedRule:
    """Lets *who* see the rows whose *column* has one of *values*."""

    column: str
    values: Sequence[Value]
    who: Named


def read_rules(tx: Tx, key: str, ref: str) -> Sequence[NamedRule]:
    """Return a dataset's row rules; for who may change them."""
    return _named(tx, present_dataset(tx, require_dataset(tx, "dataset:share", key, ref).id))


def replace_rules(tx: Tx, key: str, ref: str, rules: Sequence[NamedRule]) -> Sequence[NamedRule]:
    """Replace a dataset's row rules; they count while it is read on behalf of persons.

    Raises:
        Invalid: an unknown column or name, or a value that its column cannot have.
    """
    node = require_dataset(tx, "dataset:share", key, ref)
    row = tx.session.get_one(DatasetRow, node.id, with_for_update=True)
    dataset = present_dataset(tx, node.id)
    _check(dataset, rules)
    kept = [
        Rule(one.column, tuple(one.values), who_named(tx, one.who, f"rules.{at}.who.name"))
        for at, one in enumerate(rules)
    ]

    before = row.rules
    row.rules = [{"column": one.column, "values": list(one.values), "who_id": one.who_id} for one in kept]
    row.updated_at = tx.now
    after = {"rules": row.rules}
    tx.audit("dataset:rules", "dataset", node.id, node.name, before={"rules": before}, after=after)
    return _named(tx, present_dataset(tx, node.id))


def plant_rules(tx: Tx, dataset_id: str, rules: Sequence[NamedRule]) -> list[Named]:
    """Write the rules of a dataset that was just made; return whom nobody knows here.

    Their rules stay and let nothing through: to leave them out could show every row.

    Raises:
        Invalid: an unknown column, or a value that its column cannot have.
    """
    dataset = present_dataset(tx, dataset_id)
    _check(dataset, rules)
    strangers: list[Named] = []
    kept = []
    for one in rules:
        try:
            who_id = who_named(tx, one.who, "who")
        except Invalid:
            strangers.append(one.who)
            who_id = f"gone:{one.who.kind}:{one.who.name}"
        kept.append({"column": one.column, "values": list(one.values), "who_id": who_id})
    tx.session.get_one(DatasetRow, dataset_id).rules = kept
    return strangers


def _check(dataset: Dataset, rules: Sequence[NamedRule]) -> None:
    kinds = {one.name: read_type(one.type) for one in dataset.columns}
    faults = []
    if len(rules) > _MOST_RULES or any(len(one.values) > _MOST_VALUES for one in rules):
        faults.append(FieldFault("rules", f"at most {_MOST_RULES} rules of {_MOST_VALUES} values"))
    for at, rule in enumerate(rules[:_MOST_RULES]):
        kind = kinds.get(rule.column)
        if kind is None or kind.parts:
            faults.append(
                FieldFault(f"rules.{at}.column", "a column of the dataset that holds single values")
            )
        elif not all(is_value_of(value, kind) for value in rule.values[:_MOST_VALUES]):
            faults.append(FieldFault(f"rules.{at}.values", f"each has to be a value of type {kind}"))
    if faults:
        raise Invalid("The rules cannot be used.", faults=faults[:20], code="rules-invalid")


def _named(tx: Tx, dataset: Dataset) -> Sequence[NamedRule]:
    names = names_of(tx, [one.who_id for one in dataset.rules])
    return [NamedRule(one.column, one.values, names[one.who_id]) for one in dataset.rules]
