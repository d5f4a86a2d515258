"""What this domain needs of the process that alone opens credentials and connections."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from gatepost_server.connections.model import (
    LARGEST_PREVIEW,
    Bounds,
    HeldLogin,
    Login,
    OneTimeLogin,
    Preview,
    SourceColumn,
    Statement,
    TableName,
    Target,
    Write,
)
from gatepost_server.connections.tested import Tested
from gatepost_server.kernel.actor import Actor

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Schema


class Rows(Protocol):
    """Rows of a statement, batch by batch, as many as the reader takes."""

    @property
    def schema(self) -> "Schema":
        """Their columns, known before the first; waits for them."""
        ...

    def is_ready(self, within: float) -> bool:
        """Wait *within* seconds for more; True when reading on would not wait."""
        ...

    def __iter__(self) -> Iterator["RecordBatch"]: ...

    def __next__(self) -> "RecordBatch": ...


class Broker(Protocol):
    """Runs what is asked over a target, signed in by a login.

    The caller has asked for every right before; of a stored login the broker asks once more,
    by `connections.require_bound` as *actor*. It judges every address (egress) and every file,
    bounds time and size, and never lets text of the far end through: what went wrong is a
    `Code` of a step, or a `Failure`.

    Raises, each of them:
        BrokerSilent: the broker does not answer.
        Hidden, ActionDenied, Sealed: a stored login may not or cannot be opened.
        LoginOver: a held login is held no more.
    All but `test` raise also:
        StatementFailed: the far end cannot be reached, or refuses; says why in a word.
    """

    def test(self, actor: Actor, target: Target, login: Login) -> Tested:
        """Try *target* step by step; what fails is said in the steps and never raised."""
        ...

    def hold(self, actor: Actor, target: Target, login: OneTimeLogin) -> str:
        """Hold a login in memory for *actor* alone, as `HeldLogin`; return its id.

        It is let go a quarter of an hour after its last use, an hour after its first, and when
        the broker ends. Used later, for another target or by another session or key, it raises
        `LoginOver`.
        """
        ...

    def let_go(self, actor: Actor, target: Target, login: HeldLogin) -> None:
        """Forget a login that *actor* had held; one that is gone already is no error."""
        ...

    def schemas(self, actor: Actor, target: Target, login: Login) -> Sequence[str]:
        """Return the names of the schemas (MySQL: databases, S3: folders); none where a source has none."""
        ...

    def tables(self, actor: Actor, target: Target, login: Login, schema: str | None) -> Sequence[TableName]:
        """Return the tables and views of a schema, or of the one that the login starts in."""
        ...

    def columns(
        self, actor: Actor, target: Target, login: Login, schema: str | None, table: str
    ) -> Sequence[SourceColumn]:
        """Return the columns of a table, in order."""
        ...

    def preview(
        self,
        actor: Actor,
        target: Target,
        login: Login,
        schema: str | None,
        table: str,
        *,
        limit: int = LARGEST_PREVIEW,
    ) -> Preview:
        """Return the first rows of a table; never more than *limit*."""
        ...

    def stream(
        self, actor: Actor, target: Target, login: Login, statement: Statement, bounds: Bounds | None = None
    ) -> AbstractContextManager[Rows]:
        """Run a statement in a transaction that cannot write; its rows come in batches, as they are taken.

        An iterator that ends was read whole: when the far end drops or the broker dies in the
        middle, it raises. Leaving the context before the end cancels the statement.
        """
        ...

    def write(self, actor: Actor, target: Target, login: Login, statement: Write) -> int:
        """Run one INSERT, UPDATE or DELETE in a transaction of its own; return how many rows it met.

        Only sources of `TAKES_WRITES` do that. When the broker falls silent in the middle, nobody
        knows whether it was done.
        """
        ...
