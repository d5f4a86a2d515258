"""What every driver gives: a session at a far end, opened step by step."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from gatepost_server.broker.reaching import Means
from gatepost_server.broker.trial import StepFailed, Trial
from gatepost_server.connections import Code, SourceColumn, Statement, TableName, Target
from gatepost_server.vault import CredentialType, OpenedCredential

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Schema


@dataclass(frozen=True)
class Rows:
    """Rows of a statement, batch by batch; the schema is known before the first."""

    schema: "Schema"
    batches: "Iterator[RecordBatch]"


class Session(Protocol):
    """A far end where a login was accepted; it only reads.

    Raises, each of them but `cancel` and `close`:
        StatementFailed: in a fixed word.
    """

    def check(self) -> None:
        """Run the smallest query there is."""
        ...

    def schemas(self) -> Sequence[str]:
        """Return the names of the schemas."""
        ...

    def tables(self, schema: str | None) -> Sequence[TableName]:
        """Return the tables and views of *schema*, or of the one the login starts in."""
        ...

    def columns(self, schema: str | None, table: str) -> Sequence[SourceColumn]:
        """Return the columns of a table."""
        ...

    def rows(self, statement: Statement, limit: int | None = None) -> Rows:
        """Run *statement*; rows are read as they are taken."""
        ...

    def cancel(self) -> None:
        """End what runs now; called from another thread."""
        ...

    def close(self) -> None:
        """Leave."""
        ...


class Driver(Protocol):
    """Opens a session at targets of one type."""

    def __call__(self, target: Target, login: OpenedCredential | None, means: Means, trial: Trial) -> Session:
        """Open one, each step noted in *trial*.

        Raises:
            StepFailed: a step did not succeed.
        """
        ...


def basic(login: OpenedCredential | None) -> tuple[str, str]:
    """Return user and password of *login*.

    Raises:
        StepFailed: there is none, or it is of another type.
    """
    if login is None:
        raise StepFailed(Code.LOGIN_NEEDED)
    if login.type is not CredentialType.BASIC:
        raise StepFailed(Code.LOGIN_TYPE)
    return login.user, login.secret["password"].reveal()
