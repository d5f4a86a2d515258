"""Which types texts have: the first of our types that keeps every value as it is written.

Done by rules of our own, over all rows, so that it can be said on one page what happens:
`007` stays text, a number beyond 64 bits stays exact, one odd value makes the column text.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from gatepost_server.projects.intake.fields import Field
from gatepost_server.tabular.columns import Type

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SAMPLE: Final = 20_000
_MOMENT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
_INTEGER: Final = "CAST(TRY_CAST({x} AS BIGINT) AS VARCHAR) = {x}"
_TESTS: Final[Mapping[Type, str]] = {
    Type("boolean"): "lower({x}) IN ('true', 'false')",
    Type("integer"): _INTEGER,
    Type("decimal", digits=(38, 0)): "regexp_full_match({x}, '-?(0|[1-9][0-9]{0,37})')",
    Type("double"): (
        r"(regexp_full_match({x}, '-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?')"
        rf" AND (regexp_matches({{x}}, '[.eE]') OR {_INTEGER}) AND TRY_CAST({{x}} AS DOUBLE) IS NOT NULL)"
    ),
    Type("date"): "CAST(TRY_CAST({x} AS DATE) AS VARCHAR) = {x}",
    Type("timestamp"): (
        f"(regexp_full_match({{x}}, '{_MOMENT}') AND TRY_CAST({{x}} AS TIMESTAMP) IS NOT NULL)"
    ),
    Type("timestamp_tz"): (
        f"(regexp_full_match({{x}}, '{_MOMENT}(Z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)')"
        " AND TRY_CAST({x} AS TIMESTAMP WITH TIME ZONE) IS NOT NULL)"
    ),
}
NUMBERS: Final = tuple(one for one in _TESTS if one.word in ("integer", "decimal", "double"))


def infer(
    connection: "DuckDBPyConnection",
    relation: str,
    fields: Sequence[Field],
    among: Sequence[Type] = tuple(_TESTS),
) -> list[Type]:
    """Return the type of each of *fields* of *relation*, one of *among*, else text.

    Looks at some rows first: most columns have few candidates left when all are read.
    """
    some = f"(SELECT * FROM {relation} LIMIT {_SAMPLE})"
    every = {number: list(among) for number in range(len(fields))}
    left = _surviving(connection, some, fields, every)
    left = _surviving(connection, relation, fields, left)
    return [left[number][0] if left[number] else Type("string") for number in range(len(fields))]


def _surviving(
    connection: "DuckDBPyConnection",
    relation: str,
    fields: Sequence[Field],
    candidates: Mapping[int, Sequence[Type]],
) -> dict[int, list[Type]]:
    asked = [(number, one) for number, some in candidates.items() for one in some]
    if not asked:
        return {number: [] for number in candidates}
    tests = ", ".join(_holds(fields[number].text, one) for number, one in asked)
    query = f"SELECT {tests} FROM {relation}"
    answers = connection.execute(query).fetchone()
    assert answers is not None, "an aggregate answers"
    is_sample = " LIMIT " in relation
    kept: dict[int, list[Type]] = {number: [] for number in candidates}
    for (number, one), answer in zip(asked, answers, strict=True):
        # None: no value was there to judge by; further rows may have one.
        if answer or (answer is None and is_sample):
            kept[number].append(one)
    return kept


def _holds(text: str, one: Type) -> str:
    test = _TESTS[one].replace("{x}", text)
    return f"bool_and(CASE WHEN {text} IS NOT NULL THEN coalesce({test}, false) END)"
