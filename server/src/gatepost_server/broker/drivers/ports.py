"""What every driver gives: a session at a far end, opened step by step."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from gatepost_server.broker.reaching import Means
from gatepost_server.broker.trial import StepFailed, Trial
from gatepost_server.connections import Code, SourceColumn, Statement, TableName, Target, Write
from gatepost_server.vault import CredentialType, OpenedCredential

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Schema


_WRITES: Final = ("insert", "update", "delete")


@dataclass(frozen=True)
class Rows:
    """Rows of a statement, batch by batch; the schema is known before the first."""

    schema: "Schema"
    batches: "Iterator[RecordBatch]"


class Session(Protocol):
    """A far end where a login was accepted; all but `write` only reads.

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

    def write(self, statement: Write) -> int:
        """Run *statement* in a transaction of its own and return how many rows it met."""
        ...

    def cancel(self) -> None:
        """End what runs now; called from another thread."""
        ...

    def close(self) -> None:
        """Leave."""
        ...

    def rest(self) -> bool:
        """Get ready for a later call, with nothing of this one left; False where that cannot be."""
        ...

    def wake(self, means: Means) -> bool:
        """Take up a call with *means* after a rest; False when the far end left or may be dialed no more."""
        ...


class Once:
    """A session of one call."""

    def rest(self) -> bool:
        """It cannot."""
        return False

    def wake(self, means: Means) -> bool:  # noqa: ARG002 — as `Session` has it
        """It never rested."""
        return False


class Driver(Protocol):
    """Opens a session at targets of one type."""

    def __call__(self, target: Target, login: OpenedCredential | None, means: Means, trial: Trial) -> Session:
        """Open one, each step noted in *trial*.

        Raises:
            StepFailed: a step did not succeed.
        """
        ...


def is_one_write(text: str) -> bool:
    """Tell whether *text* begins as one that changes rows; that it is but one statement, the server sees."""
    return text.lstrip().lower().startswith(_WRITES)


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
