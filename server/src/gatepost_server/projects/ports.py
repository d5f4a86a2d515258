"""What a step of a scenario and a tile of a dashboard is; upper rooms bring their own kinds."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from gatepost_server.kernel.actor import Actor
from gatepost_server.projects.shelf import Shelf
from gatepost_server.store import Tx
from gatepost_server.tabular.engine import Limits

Opening = Callable[[], AbstractContextManager[Tx]]
ReadAs = Callable[[Actor], AbstractContextManager[Tx]]


@dataclass(frozen=True)
class Workplace:
    """Where a step works: transactions as the one the run acts as, a folder, limits, a log.

    `actors` are those whose rights the run stays within: the definer, and whom it runs as.
    `revived` identifies somebody anew who was written down, and refuses who is good no more.
    `check` raises `jobs.Cancelled` when the run is to stop; long steps call it often. `log`
    takes a line that people with a right to the runs may read: never a secret.
    """

    project_key: str
    scenario_id: str
    begin: Opening
    actors: Sequence[Actor]
    read_as: ReadAs
    revived: Callable[[Actor], Actor]
    check: Callable[[], None]
    log: Callable[[str], None]
    folder: Path
    shelf: Shelf
    limits: Limits

    @property
    def read(self) -> Sequence[Opening]:
        """Reading transactions as each of those whose rights the step stays within."""
        return self.read_with()

    def read_with(self, *others: Actor) -> Sequence[Opening]:
        """Return the same, and reading transactions as *others*; nobody twice."""
        once = {replace(one, name=""): one for one in (*self.actors, *others)}
        return [partial(self.read_as, one) for one in once.values()]


class StepKind(Protocol):
    """A kind of step.

    `read` of the workplace opens reading transactions as each of those whose rights the
    step stays within: the definer, and the user that the scenario is to run as.
    """

    @property
    def name(self) -> str:
        """What a step's `type` says."""
        ...

    def parse(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the step's fields in the one way they are kept; `type` is left out.

        Raises:
            Invalid: a field is missing, unknown or cannot be used; faults name it without path.
        """
        ...

    def query(self, raw: Mapping[str, Any]) -> str | None:
        """Return the SQL that a step as it was sent is to run; None when it runs none."""
        ...

    def needs(self, tx: Tx, project_key: str, step: Mapping[str, Any]) -> None:
        """Require every right that the step uses; asked when it is saved, and before each run.

        Raises:
            Hidden, ActionDenied: the caller of *tx* lacks one.
        """
        ...

    def run(self, place: Workplace, step: Mapping[str, Any]) -> str:
        """Do the step and say in a sentence what was done.

        Raises:
            GatepostError: it could not be done; its sentence is what people read.
        """
        ...


@dataclass(frozen=True)
class Easel:
    """Where a tile is drawn: reading as the one whose rights count, the files of rows, limits."""

    project_key: str
    read: Opening
    shelf: Shelf
    limits: Limits


class TileKind(Protocol):
    """A kind of tile."""

    @property
    def name(self) -> str:
        """What a tile's `type` says."""
        ...

    def parse(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the tile's own fields in the one way they are kept.

        Raises:
            Invalid: a field is missing, unknown or cannot be used; faults name it without path.
        """
        ...

    def needs(self, tx: Tx, project_key: str, tile: Mapping[str, Any]) -> None:
        """Require what it takes to put such a tile on a dashboard; seeing its data is another matter.

        Raises:
            Hidden, ActionDenied: the caller of *tx* lacks it.
            Invalid: what it is about is not there for this project.
        """
        ...

    def dataset(self, tile: Mapping[str, Any]) -> str | None:
        """Name the dataset of the tile's own project whose rows it shows, if it shows any."""
        ...

    def run(self, easel: Easel, tile: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the tile shows, as plain JSON.

        Raises:
            Hidden, ActionDenied: whoever *easel* reads as may not see it.
            GatepostError: it cannot be shown; its sentence is what people read.
        """
        ...
