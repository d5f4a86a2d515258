"""What a kind of request is; the rooms above bring their own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from gatepost_server.approvals.model import Ref, Request
from gatepost_server.authz import Effect
from gatepost_server.store import Tx


@dataclass(frozen=True)
class Wanted:
    """What a kind read from a request: its content as it is kept, and whose keepers decide.

    Without a node nobody does: the request is about nothing that the asker may ask for.
    What is secret of it is kept apart: `seal` makes it, bound to the id of the request.
    """

    content: Mapping[str, Any]
    node_id: str | None
    seal: Callable[[str], Mapping[str, str]] | None = None


@dataclass(frozen=True)
class Change:
    """One line of what an approval changes: what, as it is now (empty: there is none), as it would be."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Less:
    """A part of what is asked for of which less can be approved: one of *choices*, or some of them."""

    name: str
    label: str
    choices: Sequence[str]
    is_many: bool = False


class RequestKind(Protocol):
    """A kind of request, known by `name`.

    `action` is what deciding takes on the request's node. Nothing here may tell the caller of
    things that they may not know of: words are made for whoever reads them.
    """

    name: str
    action: str

    def parse(self, tx: Tx, raw: Mapping[str, Any]) -> Wanted:
        """Read what is asked for, as the asker.

        Raises:
            Invalid: something is missing or wrong, whatever it is about.
        """
        ...

    def sentence(self, tx: Tx, request: Request) -> str:
        """Say what is asked for, as the rest of "Ann asks …"."""
        ...

    def diff(self, tx: Tx, request: Request) -> Sequence[Change]:
        """Return what an approval changes, for those who may decide."""
        ...

    def preview(self, tx: Tx, request: Request) -> Effect | None:
        """Return whom an approval lets in, for those who may decide; None where that says nothing."""
        ...

    def less(self, tx: Tx, request: Request) -> Sequence[Less]:
        """Return of what less can be approved than is asked for, for those who may decide."""
        ...

    def page(self, request: Request) -> str:
        """Return the path of the page of what it is about."""
        ...

    def apply(self, tx: Tx, request: Request, until: datetime | None) -> Ref:
        """Do what is asked for, as the decider, in the decision's own transaction.

        Raises:
            GatepostError: the decider could not do it by themselves; then nothing is approved.
        """
        ...


Kinds = Mapping[str, RequestKind]
