"""Refusals of the domain; the codes are permanent."""

from collections.abc import Sequence

from gatepost_server.authz import Node
from gatepost_server.kernel.errors import (
    Conflict,
    Denied,
    FieldFault,
    Invalid,
    NotFound,
    Unavailable,
    Unprocessable,
)


class ProjectExists(Conflict):
    """A project of this key is there already."""

    code = "project-exists"

    def __init__(self, key: str) -> None:
        super().__init__(f"The key {key} is taken. Choose another.")


class ProjectNotEmpty(Conflict):
    """Things are in the project that are not deleted with it."""

    code = "project-not-empty"

    def __init__(self, name: str, kinds: Sequence[str]) -> None:
        held = ", ".join(sorted(set(kinds)))
        super().__init__(f"{name} still holds: {held}. Delete them or move them first.")


class DatasetExists(Conflict):
    """The project has a dataset of this name already; case makes no difference."""

    code = "dataset-exists"

    def __init__(self, name: str) -> None:
        super().__init__(f"The project has a dataset {name} already. Choose another name.")


class DatasetChanged(Conflict):
    """The dataset's columns changed while rows for it were on their way; nothing was written."""

    code = "dataset-changed"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} changed while your rows were read. Send them again.")


class ColumnRuled(Conflict):
    """A row rule names a column that would be gone."""

    code = "column-ruled"

    def __init__(self, column: str) -> None:
        super().__init__(f"A row rule names the column {column}. Change the rules first.")


class RowsHeld(Conflict):
    """Rows are there that the wanted columns do not fit."""

    code = "rows-held"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} holds rows with other columns. Overwrite them first, or make another dataset."
        )


class UnknownContent(Invalid):
    """No content type that rows can be sent in."""

    code = "content-type"

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__(f"Send rows as one of {', '.join(known)}.")


class DataRefused(Unprocessable):
    """A line or a column of the file cannot be taken; nothing was changed."""

    code = "data-refused"

    def __init__(self, *faults: FieldFault) -> None:
        super().__init__("The rows cannot be taken; nothing was changed.", faults=faults)


class RunAsNeeded(Denied):
    """The dataset asks on whose behalf it is used, and the key names nobody."""

    code = "run-as-needed"

    def __init__(self, action: str, node: Node, missing: str) -> None:
        super().__init__(
            f"{node.name} is read and written on behalf of a person only. Give the key an associated user.",
            params={"missing": missing, "action": action},
        )
        self.action, self.resource_kind, self.resource_id = action, node.kind, node.id


class RunAsDenied(Denied):
    """The key's associated user may not do this either."""

    code = "run-as-denied"

    def __init__(self, action: str, node: Node, missing: str) -> None:
        super().__init__(
            f"The key's associated user needs the right {missing} on {node.name} too.",
            params={"missing": missing, "action": action},
        )
        self.action, self.resource_kind, self.resource_id = action, node.kind, node.id


class ScenarioExists(Conflict):
    """The project has a scenario of this name already; case makes no difference."""

    code = "scenario-exists"

    def __init__(self, name: str) -> None:
        super().__init__(f"The project has a scenario {name} already. Choose another name.")


class ScenarioRunning(Conflict):
    """A scenario runs once at a time."""

    code = "scenario-running"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is running. Wait for it, or cancel the run.")


class UnknownRun(NotFound):
    """The scenario has no such run."""

    code = "unknown-run"

    def __init__(self) -> None:
        super().__init__("There is no such run.")


class QueryRefused(Unprocessable):
    """The SQL of a step is not one SELECT, or the engine does not take it."""

    code = "query-refused"


class RunBroken(Unavailable):
    """The process that ran a query ended without an answer."""

    code = "query-broken"

    def __init__(self) -> None:
        super().__init__("The query's process ended without an answer; it may have needed too much memory.")


class DashboardExists(Conflict):
    """The project has a dashboard of this name already; case makes no difference."""

    code = "dashboard-exists"

    def __init__(self, name: str) -> None:
        super().__init__(f"The project has a dashboard {name} already. Choose another name.")


class ArchiveRefused(Invalid):
    """An archive of a project holds what cannot be, or must not be, brought in; nothing was changed."""

    code = "archive-refused"


class ArchiveIncomplete(Conflict):
    """The project holds things that an archive does not carry; a part of it is never called the whole."""

    code = "archive-incomplete"

    def __init__(self, name: str, kinds: Sequence[str]) -> None:
        held = ", ".join(sorted(set(kinds)))
        super().__init__(f"{name} holds what an archive does not carry: {held}. Take that along by itself.")


class ExportNotReady(Conflict):
    """The export is still being written, or it failed."""

    code = "export-not-ready"


class ExportGone(NotFound):
    """The archive was removed; exports are kept for a day."""

    code = "export-gone"

    def __init__(self) -> None:
        super().__init__("The archive is not there any more; exports are kept for a day. Export again.")


class NotFed(Conflict):
    """The dataset is filled from no connection."""

    code = "not-from-connection"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is filled from no connection. A scenario can refresh it.")


class FedAlready(Conflict):
    """A dataset is filled in one way only: it has a connection."""

    code = "from-connection"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is filled from a connection. End that first.")


class FedByQuery(Conflict):
    """A dataset is filled in one way only: it has a saved query."""

    code = "from-query"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is filled by a saved query. Let it be without one first.")


class ReadingAlready(Conflict):
    """A dataset's rows are read once at a time."""

    code = "reading-already"

    def __init__(self, name: str) -> None:
        super().__init__(f"The rows of {name} are being read. Wait for that, or cancel it.")


class ConnectionImpersonates(Conflict):
    """Over its connection everybody works as themselves, and so with its rows."""

    code = "connection-impersonates"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} comes from a connection on which everybody works as themselves, also with its rows."
        )
