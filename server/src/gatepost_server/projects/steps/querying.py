"""The step that runs a query over datasets, and filling a dataset by a query."""

from collections.abc import Mapping, Sequence
from typing import Any

from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.projects import naming
from gatepost_server.projects.intake.writing import Content
from gatepost_server.projects.ports import Opening, Workplace
from gatepost_server.projects.service.saving import LONGEST
from gatepost_server.projects.service.sources import sources_of
from gatepost_server.projects.service.writing import Mode, expected_columns, taken_in, write_rows
from gatepost_server.projects.steps.fields import texts
from gatepost_server.projects.steps.process import run_query
from gatepost_server.store import Tx


class SqlStep:
    """`{"type": "sql", "query": "SELECT …", "into": "daily", "mode": "overwrite"}`."""

    name = "sql"

    def parse(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the query, the dataset it fills and how.

        Raises:
            Invalid: a field cannot be used; whether the query is SQL, `examine_steps` asks.
        """
        fields = texts(raw, "query", "into", optional={"mode": Mode.OVERWRITE.value})
        if fields["mode"] not in set(Mode):
            raise Invalid(
                "The step cannot be used.", faults=[FieldFault("mode", f"one of {', '.join(Mode)}")]
            )
        if len(fields["query"]) > LONGEST:
            raise Invalid(
                "The step cannot be used.", faults=[FieldFault("query", "at most 100,000 characters")]
            )
        naming.checked_dataset_name(fields["into"])
        return {**fields}

    def query(self, raw: Mapping[str, Any]) -> str | None:
        """Return the query."""
        sent = raw.get("query")
        return sent if isinstance(sent, str) else None

    def needs(self, tx: Tx, project_key: str, step: Mapping[str, Any]) -> None:
        """Require the right to write the dataset, or to make it.

        Which datasets the query reads shows when it runs: it sees those whose rows its
        definer may read then, and no others.
        """
        expected_columns(tx, project_key, step["into"], Mode(step["mode"]))

    def run(self, place: Workplace, step: Mapping[str, Any]) -> str:
        """Run the query in a process of its own, and put its rows into the dataset."""
        return fill(place, step["query"], step["into"], Mode(step["mode"]), place.read)


def fill(place: Workplace, sql: str, into: str, mode: Mode, readers: Sequence[Opening]) -> str:
    """Put what *sql* selects, of what all of *readers* may read, into a dataset.

    Raises:
        QueryRefused: the engine does not take the query.
        GatepostError: as reading and writing rows.
    """
    out = place.folder / "rows.parquet"
    with sources_of(place, sql, readers) as sources:
        place.log(f"reads {', '.join(one.called for one in sources) or 'no dataset'}")
        run_query(place, sql, sources, out)
    with place.begin() as tx:
        expected, now = expected_columns(tx, place.project_key, into, mode), tx.now
    place.check()
    with (
        taken_in(Content.PARQUET, out, place.shelf, now, expected, place.limits) as incoming,
        place.begin() as tx,
    ):
        write_rows(tx, place.project_key, into, mode, incoming, place.shelf)
    done = "now holds" if mode is Mode.OVERWRITE else "got"
    rows = incoming.written.rows
    return f"{into} {done} {rows} {'row' if rows == 1 else 'rows'}."
