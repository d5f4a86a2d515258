"""What a query may read: the project's datasets and those exposed to it, as views over lent files."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from gatepost_server.authz import allowed_on, exposed_to
from gatepost_server.kernel.errors import Denied, NotFound, Unavailable
from gatepost_server.projects.errors import RunAsDenied, RunAsNeeded
from gatepost_server.projects.ports import Opening, Workplace
from gatepost_server.projects.queries import datasets, projects
from gatepost_server.projects.service.datasets import present_dataset
from gatepost_server.projects.service.rows import Plan, plan_rows
from gatepost_server.store import Tx
from gatepost_server.tabular.reading import Query

_TRIES = 5


@dataclass(frozen=True)
class Source:
    """A dataset as a query sees it: `schema.name`, its files, and which rows of them."""

    schema: str
    name: str
    is_own: bool
    files: Sequence[Path]
    query: Query

    @property
    def called(self) -> str:
        """What the log calls it."""
        return self.name if self.is_own else f"{self.schema}.{self.name}"


@contextmanager
def sources_of(place: Workplace, sql: str, readers: Sequence[Opening]) -> Iterator[list[Source]]:
    """Lend the files of every dataset that *sql* may mean and all of *readers* may read.

    A dataset that the text does not name is left out, so that a query holds no more than it
    uses. Row rules count: of two readers with rules of their own nothing is lent.

    Raises:
        Unavailable: a dataset is overwritten all the time.
    """
    for _ in range(_TRIES):
        plans = _plans(place, sql, readers)
        with ExitStack() as stack:
            try:
                lent = [
                    Source(schema, plan.dataset.name, is_own, files, plan.query)
                    for schema, is_own, plan in plans
                    for files in [stack.enter_context(place.shelf.lent(plan.part_ids))]
                ]
            except FileNotFoundError:
                continue  # overwritten since; what is there now is what is meant
            yield lent
            return
    raise Unavailable("A dataset is being overwritten. Run it again.", code="dataset-busy")


def _plans(place: Workplace, sql: str, readers: Sequence[Opening]) -> list[tuple[str, bool, Plan]]:
    found: dict[str, tuple[str, bool, Plan]] = {}
    for at, opening in enumerate(readers):
        with opening() as tx:
            mine, closed = _readable(tx, place, sql)
        for why in closed:
            place.log(why)
        both = {one: _narrower(found[one], mine[one]) for one in found if one in mine}
        found = mine if at == 0 else both
    return sorted(found.values(), key=lambda one: (not one[1], one[0], one[2].dataset.name))


def _readable(tx: Tx, place: Workplace, sql: str) -> tuple[dict[str, tuple[str, bool, Plan]], Sequence[str]]:
    """Return what the reader may read of what *sql* may mean, and why the rest is left out."""
    project_id = projects.project_id_of(tx.session, place.project_key) or ""
    meant = dict.fromkeys(datasets.dataset_ids_of(tx.session, project_id), place.project_key)
    try:
        exposed = exposed_to(tx, project_id)
    except (Denied, NotFound):
        exposed = []
    homes = projects.keys_of(tx.session, [one.from_project_id for one in exposed])
    meant |= {one.dataset_id: homes[one.from_project_id] for one in exposed if one.from_project_id in homes}
    found: dict[str, tuple[str, bool, Plan]] = {}
    closed = []
    for dataset_id in sorted(allowed_on(tx, "dataset:rows", list(meant))):
        name = present_dataset(tx, dataset_id).name
        if name.casefold() not in sql.casefold():
            continue
        key = meant[dataset_id]
        try:
            found[dataset_id] = (key, key == place.project_key, plan_rows(tx, key, dataset_id))
        except (RunAsNeeded, RunAsDenied) as refusal:
            closed.append(f"leaves out {name}: {refusal.detail}")
    return found, closed


def _narrower(one: tuple[str, bool, Plan], other: tuple[str, bool, Plan]) -> tuple[str, bool, Plan]:
    if other[2].query.filters is None:
        return one
    if one[2].query.filters is None:
        return other
    name = one[2].dataset.name
    raise Denied(
        f"Row rules of {name} name several of those within whose rights the run stays.", code="rules-of-two"
    )
