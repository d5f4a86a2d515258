"""The step that refreshes a dataset."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from gatepost_server.authz import subject_of
from gatepost_server.connections import Broker
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.errors import Denied, Unavailable
from gatepost_server.projects.errors import DatasetChanged
from gatepost_server.projects.intake.writing import Content
from gatepost_server.projects.model import SavedQuery
from gatepost_server.projects.ports import Workplace
from gatepost_server.projects.service.feeding import is_fed
from gatepost_server.projects.service.finding import require_dataset
from gatepost_server.projects.service.pouring import Hands, Spring, pour, spring_of
from gatepost_server.projects.service.rows import plan_rows
from gatepost_server.projects.service.saving import definer_of_query, saved_query
from gatepost_server.projects.service.sources import sources_of
from gatepost_server.projects.service.writing import (
    Mode,
    expected_columns,
    require_unchanged,
    taken_in,
    write_rows,
)
from gatepost_server.projects.steps.fields import texts
from gatepost_server.projects.steps.process import run_query
from gatepost_server.projects.steps.querying import fill
from gatepost_server.store import Tx
from gatepost_server.tabular.columns import quoted

_TRIES: Final = 3


class RefreshStep:
    """`{"type": "refresh_dataset", "dataset": "orders"}`.

    A dataset that is filled from a connection is read from there, within the rights of whoever
    said so. One with a saved query is filled by it, as far as whoever saved the query, the
    scenario's definer and whom it runs as may all read. Of any other what was uploaded is read
    again, against the columns as they are declared now, and kept as one file: what was
    appended in many pieces is quick to read again.
    """

    name = "refresh_dataset"

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def parse(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the dataset's name or id.

        Raises:
            Invalid: it is missing.
        """
        return {**texts(raw, "dataset")}

    def query(self, raw: Mapping[str, Any]) -> str | None:  # noqa: ARG002  # every kind is asked
        """Return None: the query of a dataset is asked for where it is saved."""
        return None

    def needs(self, tx: Tx, project_key: str, step: Mapping[str, Any]) -> None:
        """Require refreshing the dataset, and reading it where it has no query of its own."""
        node = require_dataset(tx, "dataset:refresh", project_key, step["dataset"])
        if saved_query(tx, node.id) is None and not is_fed(tx, node.id):
            require_dataset(tx, "dataset:rows", project_key, step["dataset"])

    def run(self, place: Workplace, step: Mapping[str, Any]) -> str:
        """Read its connection or run its query; without these read its rows again, and keep one file.

        Raises:
            StatementFailed, BrokerSilent: the source refused, or broke off; the former rows stay.
            Denied: whoever saved the query is not active, or their key not good, any more; or row
                rules hide some of the rows, so that reading again would lose them.
            Unavailable: rows are written to it all the time.
        """
        for _ in range(_TRIES):
            with place.begin() as tx:
                node = require_dataset(tx, "dataset:refresh", place.project_key, step["dataset"])
                name, query, spring = node.name, saved_query(tx, node.id), spring_of(tx, node.id)
                definer = definer_of_query(tx, node.id) if query is not None else None
            if spring is not None:
                return self._read(place, spring)
            if query is not None and definer is not None:
                return _filled(place, name, query, definer)
            before = _whole(place, name)
            try:
                return _read_again(place, name, before)
            except DatasetChanged:
                place.log("rows were written meanwhile; once more")
        raise Unavailable("The dataset is being written to. Run it again.", code="dataset-busy")

    def _read(self, place: Workplace, spring: Spring) -> str:
        place.log(f"reads {spring.name} from its connection, within the rights of {spring.by}")
        hands = Hands(place.begin, place.read_as, lambda _: place.check())
        rows = pour(hands, self._broker, place.shelf, spring, place.revived(spring.definer)).rows
        return f"{spring.name} now holds {rows} {'row' if rows == 1 else 'rows'}."


def _filled(place: Workplace, name: str, query: SavedQuery, definer: Actor) -> str:
    with place.read_as(definer) as tx:
        if not subject_of(tx).is_active:
            raise Denied(
                f"{query.by}, who saved the query of {name}, has no active account any more.",
                code="definer-gone",
            )
    definer = place.revived(definer)
    place.log(f"runs the query of {name}, which {query.by} saved")
    return fill(place, query.sql, name, Mode.OVERWRITE, place.read_with(definer))


def _whole(place: Workplace, name: str) -> Sequence[str]:
    """Return the files of a dataset of which every reader sees every row."""
    found: Sequence[str] = ()
    for opening in place.read:
        with opening() as tx:
            plan = plan_rows(tx, place.project_key, name)
        if plan.query.filters is not None:
            raise Denied(
                f"Row rules hide rows of {name}; read again, they would be lost.", code="rows-hidden"
            )
        found = plan.part_ids
    return found


def _read_again(place: Workplace, name: str, before: Sequence[str]) -> str:
    out = place.folder / "rows.parquet"
    select = f"SELECT * FROM {quoted(name)}"  # noqa: S608  # quoted
    with sources_of(place, select, place.read) as sources:
        run_query(place, select, [one for one in sources if one.is_own and one.name == name], out)
    with place.begin() as tx:
        expected, now = expected_columns(tx, place.project_key, name, Mode.OVERWRITE), tx.now
    with (
        taken_in(Content.PARQUET, out, place.shelf, now, expected, place.limits) as incoming,
        place.begin() as tx,
    ):
        require_unchanged(tx, place.project_key, name, before)
        write_rows(tx, place.project_key, name, Mode.OVERWRITE, incoming, place.shelf)
    rows = incoming.written.rows
    return f"{name} was read again: {rows} {'row' if rows == 1 else 'rows'}."
